//! Writes the JavaScript side of kmsim-wasm: `kmsim-bindgen MODULE.wasm OUT nodejs|web`.
//!
//! The library behind the `wasm-bindgen` command is used instead of that command because it shares
//! `Cargo.lock` with the `wasm-bindgen` that compiled the module: the two must be of one version,
//! and here Cargo can't resolve them apart. It is a package of its own so that `cargo xtask`
//! starts without building it.

use std::env;
use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [module, out, flavour] = arguments.as_slice() else {
        eprintln!("usage: kmsim-bindgen MODULE.wasm OUT nodejs|web");
        return ExitCode::from(2);
    };
    match write(module, out, flavour) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("kmsim-bindgen: {message}");
            ExitCode::FAILURE
        }
    }
}

fn write(module: &str, out: &str, flavour: &str) -> Result<(), String> {
    let mut bindgen = Bindgen::new();
    match flavour {
        "nodejs" => bindgen.nodejs(true),
        "web" => bindgen.web(true),
        other => {
            return Err(format!(
                "unknown flavour `{other}`, expected `nodejs` or `web`"
            ));
        }
    }
    .and_then(|bindgen| {
        // Names of functions make stack traces readable. Who loads a page pays for them.
        bindgen
            .remove_name_section(flavour == "web")
            .input_path(module)
            .typescript(true)
            .generate(out)
    })
    .map_err(|error| format!("{error:#}"))
}
