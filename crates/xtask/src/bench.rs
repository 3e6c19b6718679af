//! `cargo xtask bench`: the benchmarks of every crate.

use crate::shell::{cargo, run as run_command};

/// Runs them, with `arguments` (a filter, or `-p CRATE`) passed to `cargo bench`.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    run_command(cargo(&["bench", "--workspace"]).args(arguments))
}
