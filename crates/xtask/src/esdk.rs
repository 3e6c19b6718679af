//! `cargo xtask esdk`: the official AWS Encryption SDK against ours, in both directions.

use std::path::PathBuf;

use crate::shell::{cargo, command, is_there, run as run_command, target};

const SCRIPT: &str = "crates/xtask/esdk/interop.py";
const REQUIREMENTS: &str = "crates/xtask/esdk/requirements.txt";

/// Messages under raw keys, which need no KMS, then messages under keys of `kmsim`.
pub(crate) fn run() -> Result<(), String> {
    let python = python()?;
    run_command(&mut cargo(&[
        "build",
        "--quiet",
        "--package",
        "kmsim-envelope",
        "--example",
        "message",
    ]))?;
    run_command(&mut cargo(&["build", "--quiet", "--package", "kmsim"]))?;
    let built = cargo_target().join("debug");
    for (mode, program) in [("raw", "examples/message"), ("kms", "kmsim")] {
        eprintln!("xtask: the official SDK against {program}");
        run_command(
            command(&python)
                .args([SCRIPT, mode])
                .arg(built.join(program)),
        )?;
    }
    Ok(())
}

/// Writes the messages of the official SDK that the tests of kmsim-envelope read.
pub(crate) fn write_vectors() -> Result<(), String> {
    run_command(command(python()?).args([SCRIPT, "vectors", "fixtures/envelope/sdk.json"]))
}

/// A Python that has the SDK. It is installed below `target/`, from the Python package index.
fn python() -> Result<PathBuf, String> {
    if !is_there("python3", "--version") {
        return Err("the official SDK needs Python 3.10 or later with its venv module".to_owned());
    }
    let folder = target().join("esdk");
    let python = folder.join("bin/python");
    if !is_there(&python, "--version") {
        run_command(command("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    run_command(command(&python).args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
        REQUIREMENTS,
    ]))?;
    Ok(python)
}

/// Where Cargo puts what it builds.
fn cargo_target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => folder.into(),
        None => target(),
    }
}
