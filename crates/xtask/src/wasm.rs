//! `cargo xtask wasm`: builds `crates/wasm` and `crates/wasm-service`, writes their JavaScript, runs
//! them in Node.
//!
//! There are two compilers to do it with. The toolchain at hand is the first choice, with its
//! WebAssembly target installed by rustup if need be. Where rustup can't download that target,
//! Debian's packages hold a compiler and the sources of the standard library: see [`debian`].
//! `KMSIM_WASM_COMPILER` set to `rustup` or `debian` allows only that one.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::debian;
use crate::shell::{
    cargo, cargo_target, command, is_there, read, run as run_command, succeeds_within, target,
};

/// The target that browsers and Node share.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// The modules, by their packages and by what Cargo makes of those names.
const MODULES: [(&str, &str); 2] = [
    ("kmsim-wasm", "kmsim_wasm"),
    ("kmsim-wasm-service", "kmsim_wasm_service"),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Compiler {
    AtHand,
    Debian,
}

/// Builds, binds and tries out. The results stay in `target/wasm/{nodejs,web}`.
pub(crate) fn run() -> Result<(), String> {
    let out = make()?;
    for (package, file) in MODULES {
        let path = out.join("web").join(format!("{file}_bg.wasm"));
        let size = fs::metadata(path).map_or(0, |file| file.len());
        eprintln!("xtask: {package} has {} KiB", size.div_ceil(1024));
    }
    try_in_node(&out)
}

/// Prints what the module does in a second, and how large it is.
pub(crate) fn figures() -> Result<(), String> {
    let out = make()?;
    run_command(&mut in_node(
        &out,
        &["crates/wasm-service/benches/figures.mjs"],
    )?)
}

/// Builds and binds, and gives the folder of the results.
pub(crate) fn make() -> Result<PathBuf, String> {
    let out = target().join("wasm");
    let modules = build(&out)?;
    for flavour in ["nodejs", "web"] {
        let folder = out.join(flavour);
        for (_, file) in MODULES {
            let module = modules.join(format!("{file}.wasm"));
            run_command(
                cargo(&["run", "--quiet", "--package", "kmsim-bindgen", "--"])
                    .args([&module, &folder])
                    .arg(flavour),
            )?;
        }
    }
    Ok(out)
}

fn try_in_node(out: &Path) -> Result<(), String> {
    let report = native_report(out)?;
    let tests = [
        "--test",
        "crates/wasm/tests/smoke.test.mjs",
        "crates/wasm/tests/identity.test.mjs",
        "crates/wasm-service/tests/simulator.test.mjs",
        "crates/wasm-service/tests/scenarios.test.mjs",
        "crates/wasm-service/tests/crypto.test.mjs",
    ];
    run_command(
        in_node(out, &tests)?
            .env("KMSIM_NATIVE_REPORT", report)
            .env("KMSIM_NATIVE", native()?),
    )
}

/// What the scenarios come to natively. Whether that is as they say is for their own tests; here
/// it is what the module must say too.
fn native_report(out: &Path) -> Result<PathBuf, String> {
    let path = out.join("native-report.json");
    let write = |why: std::io::Error| format!("can't write {}: {why}", path.display());
    let kmsim = native()?;
    let mut scenarios = command(kmsim);
    scenarios
        .args(["run", "fixtures/scenarios", "--format", "json"])
        .stdout(fs::File::create(&path).map_err(write)?);
    let status = scenarios
        .status()
        .map_err(|why| format!("the scenarios did not start: {why}"))?;
    match status.code() {
        Some(0 | 1) => Ok(path),
        _ => Err(format!("the scenarios did not run: {status}")),
    }
}

/// Builds the command line, which says the same as the modules.
pub(crate) fn native() -> Result<PathBuf, String> {
    // Built with the workspace, as the tests were: by itself it would have other features, and
    // everything below it would be compiled once more.
    run_command(&mut cargo(&[
        "build",
        "--quiet",
        "--workspace",
        "--bin",
        "kmsim",
    ]))?;
    Ok(cargo_target().join("debug/kmsim"))
}

/// Node with the modules of `out`. Earlier releases than 20 lack `crypto.getRandomValues`.
fn in_node(out: &Path, arguments: &[&str]) -> Result<Command, String> {
    if !is_there("node", "--version") {
        return Err("trying the WebAssembly module needs Node.js 20 or later".to_owned());
    }
    let mut node = command("node");
    node.args(arguments)
        .env("KMSIM_WASM_MODULE", out.join("nodejs"));
    Ok(node)
}

/// Compiles to modules without bindings, and gives their folder.
fn build(out: &Path) -> Result<PathBuf, String> {
    let mut cargo = cargo(&["build", "--lib", "--profile", "wasm", "--target", TARGET]);
    for (package, _) in MODULES {
        cargo.args(["--package", package]);
    }
    let compiler = compiler()?;
    if compiler == Compiler::Debian {
        eprintln!("xtask: compiling for WebAssembly with the Rust of Debian's packages");
        debian::use_for_wasm(&mut cargo)?;
    }
    // Each compiler has its own folder, or they would rebuild everything after one another.
    let folder = out.join(match compiler {
        Compiler::AtHand => "at-hand",
        Compiler::Debian => "debian",
    });
    run_command(cargo.arg("--target-dir").arg(&folder))?;
    Ok(folder.join(TARGET).join("wasm"))
}

fn compiler() -> Result<Compiler, String> {
    match env::var("KMSIM_WASM_COMPILER").as_deref() {
        Err(_) | Ok("rustup") if has_target() => Ok(Compiler::AtHand),
        Err(_) | Ok("debian") => Ok(Compiler::Debian),
        Ok("rustup") => Err(format!("the toolchain has no target {TARGET}")),
        Ok(other) => Err(format!(
            "KMSIM_WASM_COMPILER is `{other}`, not `rustup` or `debian`"
        )),
    }
}

/// Whether the toolchain at hand has the target, after asking rustup for it.
fn has_target() -> bool {
    let is_installed = || {
        read(command("rustc").args(["--print", "target-libdir", "--target", TARGET]))
            .is_ok_and(|folder| Path::new(folder.trim()).is_dir())
    };
    if is_installed() {
        return true;
    }
    let mut rustup = Command::new("rustup");
    rustup
        .args(["target", "add", TARGET])
        .env("RUST_BACKTRACE", "0");
    eprintln!("xtask: rustup target add {TARGET}");
    let added = succeeds_within(&mut rustup, Duration::from_mins(2)) && is_installed();
    if !added {
        eprintln!("xtask: rustup can't provide {TARGET}");
    }
    added
}
