//! Project chores: `cargo xtask test` passes every test there is.
//!
//! It uses the standard library only, so that it is there a second after a fresh checkout.
//! Start at [`test::run`] for what is checked and in which order.

mod bench;
mod debian;
mod deny;
mod esdk;
mod fuzz;
mod npm;
mod shell;
mod test;
mod wasm;
mod web;
mod world;

use std::env;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  test [--quick]   every check of the project; --quick leaves out doc, deny, wasm and web
  bench [ARG...]   cargo bench of the whole workspace, with ARGs passed on
  bench --wasm     whole calls of the service, natively and in Node
  fuzz [SECONDS [TARGET...]]  every fuzz target in turn, or those named, SECONDS each (60 if left out)
  esdk             the official AWS Encryption SDK for Python against ours, both ways
  esdk vectors     writes fixtures/envelope/sdk.json again
  world [OPTION...]  writes a generated organization, as a world or as exports; --help tells the options
  wasm             builds the WebAssembly modules, writes their JavaScript, runs them in Node
  npm              builds the package for browsers and Node into target/npm and tries it out
  web [--build]    builds the playground into target/web and tries it in Chromium; --build only builds
  web --single-file   builds it as one HTML file into target/web-single
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test"] => test::run(test::Extent::Full),
        ["test", "--quick"] => test::run(test::Extent::Quick),
        ["bench", "--wasm"] => bench::run_wasm(),
        ["bench", rest @ ..] => bench::run(rest),
        ["fuzz"] => fuzz::run(60, &[]),
        ["fuzz", seconds, named @ ..] => match seconds.parse() {
            Ok(seconds) => fuzz::run(seconds, named),
            Err(_) => Err(format!("`{seconds}` is not a number of seconds")),
        },
        ["esdk"] => esdk::run(),
        ["esdk", "vectors"] => esdk::write_vectors(),
        ["world", rest @ ..] => world::run(rest),
        ["wasm"] => wasm::run(),
        ["web"] => web::run(),
        ["web", "--build"] => web::build(),
        ["web", "--single-file"] => web::single_file(),
        ["npm"] => npm::run(),
        [] | ["help" | "--help" | "-h"] => {
            eprint!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
