//! The inputs of the fuzz targets that are kept: what broke something once, and seeds.

use std::fs;

use crate::files::{below, root};

#[expect(
    unreachable_pub,
    reason = "a library of its own for the fuzz targets, and a module here"
)]
#[path = "../../../../fuzz/src/lib.rs"]
mod fuzz;

#[test]
fn kept_inputs_of_fuzz_targets_pass() {
    for (target, check) in fuzz::TARGETS {
        let inputs = below(&root().join("fixtures/fuzz").join(target), "");
        assert!(!inputs.is_empty(), "no input is kept for `{target}`");
        for input in inputs {
            // Whatever isn't UTF-8 never reaches the targets either.
            if let Ok(text) = fs::read_to_string(&input) {
                println!("{}", input.display());
                check(&text);
            }
        }
    }
}
