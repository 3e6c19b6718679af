//! `cargo xtask fuzz`: every target of `fuzz/` in turn.

use std::path::Path;

use crate::shell::{cargo_tool, command, is_there, read, root, run as run_command};

const VERSION: &str = "0.13.2";

/// Fuzzes each target for `seconds`, starting from `fixtures/fuzz/TARGET` and from what earlier
/// runs found.
///
/// cargo-fuzz needs compiler flags that a stable compiler keeps to itself unless told otherwise,
/// so no nightly toolchain is asked for. No sanitizer: all our code is safe Rust, which leaves it
/// panics and time-outs to find, and without one libFuzzer tries several times as many inputs.
pub(crate) fn run(seconds: u32) -> Result<(), String> {
    if !is_there("c++", "--version") {
        return Err("fuzzing needs a C++ compiler to build libFuzzer: install g++".to_owned());
    }
    let tool = cargo_tool("cargo-fuzz", VERSION)?;
    let root = root();
    let targets = read(command(&tool).args(["fuzz", "list"]))?;
    if targets.trim().is_empty() {
        return Err("fuzz/Cargo.toml declares no target".to_owned());
    }
    for target in targets.split_whitespace() {
        eprintln!("xtask: fuzzing {target} for {seconds} s");
        let found = Path::new("fuzz/corpus").join(target);
        let seeds = Path::new("fixtures/fuzz").join(target);
        std::fs::create_dir_all(root.join(&found))
            .map_err(|error| format!("can't create {}: {error}", found.display()))?;
        let mut fuzz = command(&tool);
        fuzz.args(["fuzz", "run", "--sanitizer", "none", target])
            .arg(found);
        if root.join(&seeds).is_dir() {
            fuzz.arg(seeds);
        }
        fuzz.arg("--")
            .arg(format!("-max_total_time={seconds}"))
            .args(["-timeout=5"]);
        run_command(fuzz.env("RUSTC_BOOTSTRAP", "1"))?;
    }
    Ok(())
}
