//! `cargo xtask world`: a generated organization of any size.

use std::env;

use crate::shell::{cargo, root, run as run_command};

/// Writes one. The arguments are those of testkit's example, which says what they are.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    let here = env::current_dir().map_err(|error| format!("no current folder: {error}"))?;
    let manifest = root().join("Cargo.toml");
    let mut command = cargo(&["run", "--quiet", "--release", "--manifest-path"]);
    command
        .arg(manifest)
        .args([
            "--package",
            "kmsim-testkit",
            "--example",
            "organization",
            "--",
        ])
        .args(arguments)
        // Paths of the arguments are those of whoever calls.
        .current_dir(here);
    run_command(&mut command)
}
