//! `cargo xtask bench`: the benchmarks of every crate, or of the WebAssembly module.

use crate::shell::{cargo, run as run_command};
use crate::wasm;

/// Runs them, with `arguments` (a filter, or `-p CRATE`) passed to `cargo bench`.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    run_command(cargo(&["bench", "--workspace"]).args(arguments))
}

/// The same operations through the service, natively and in Node.
pub(crate) fn run_wasm() -> Result<(), String> {
    run_command(&mut cargo(&[
        "bench",
        "--package",
        "kmsim-kms",
        "--bench",
        "calls",
    ]))?;
    wasm::figures()
}
