//! `cargo xtask fuzz`: every target of `fuzz/` in turn.

use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::{cargo_tool, command, is_there, read, root, run as run_command};

const VERSION: &str = "0.13.2";

/// Fuzzes each target, or each of those that are named, for `seconds`, starting from the seeds and from what earlier runs found.
/// A finding in one target doesn't keep the others from their turn.
///
/// cargo-fuzz needs compiler flags that a stable compiler keeps to itself unless told otherwise,
/// so no nightly toolchain is asked for. No sanitizer: all our code is safe Rust, which leaves it
/// panics and time-outs to find, and without one libFuzzer tries several times as many inputs.
pub(crate) fn run(seconds: u32, named: &[&str]) -> Result<(), String> {
    if !is_there("c++", "--version") {
        return Err("fuzzing needs a C++ compiler to build libFuzzer: install g++".to_owned());
    }
    let tool = cargo_tool("cargo-fuzz", VERSION)?;
    let targets = read(command(&tool).args(["fuzz", "list"]))?;
    let mut failed = Vec::new();
    let there: Vec<&str> = targets.split_whitespace().collect();
    if let Some(unknown) = named.iter().find(|name| !there.contains(*name)) {
        return Err(format!(
            "there is no target {unknown}, but {}",
            there.join(", ")
        ));
    }
    let wanted = |target: &&str| named.is_empty() || named.contains(target);
    for target in there.into_iter().filter(wanted) {
        eprintln!("xtask: fuzzing {target} for {seconds} s");
        if let Err(message) = fuzz(&tool, target, seconds) {
            eprintln!("xtask: {message}");
            failed.push(target);
        }
    }
    match failed.as_slice() {
        [] if targets.trim().is_empty() => Err("fuzz/Cargo.toml declares no target".to_owned()),
        [] => Ok(()),
        _ => Err(format!(
            "see above for what was found in: {}",
            failed.join(", ")
        )),
    }
}

fn fuzz(tool: &Path, target: &str, seconds: u32) -> Result<(), String> {
    let found = Path::new("fuzz/corpus").join(target);
    fs::create_dir_all(root().join(&found))
        .map_err(|error| format!("can't create {}: {error}", found.display()))?;
    // libFuzzer writes to the first folder only.
    let mut command = command(tool);
    command
        .args(["fuzz", "run", "--sanitizer", "none", target])
        .arg(found);
    let own = Path::new("fixtures/fuzz").join(target);
    let others = others_as_seeds(target).iter().map(PathBuf::from);
    let seeds = others.chain([own]);
    command.args(seeds.filter(|folder| root().join(folder).is_dir()));
    command
        .arg("--")
        .arg(format!("-max_total_time={seconds}"))
        .arg("-timeout=5");
    run_command(command.env("RUSTC_BOOTSTRAP", "1"))
}

/// Files for other purposes that are good to begin with.
fn others_as_seeds(target: &str) -> &'static [&'static str] {
    match target {
        "policy" => &["policies", "fixtures/notes"],
        "case" => &["fixtures/cases"],
        "questions" => &["fixtures/fuzz/world", "fixtures/worlds"],
        "yaml" => &["fixtures/worlds", "fixtures/cases"],
        "template" | "terraform" => &["fixtures/inputs"],
        "lint" => &["fixtures/inputs", "fixtures/notes", "policies"],
        _ => &[],
    }
}
