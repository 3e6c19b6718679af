//! The inputs of the fuzz target that are kept: what broke something once, and seeds.

use std::fs;

use crate::files::root;

#[expect(
    unreachable_pub,
    reason = "a function of the fuzz target, and a module here"
)]
#[path = "../../../../fuzz/src/report.rs"]
mod fuzz;

#[test]
fn kept_inputs_of_the_fuzz_target_pass() {
    let folder = fs::read_dir(root().join("fixtures/fuzz/report")).unwrap();
    let mut inputs: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    inputs.sort();
    assert!(!inputs.is_empty());
    for input in inputs {
        println!("{}", input.display());
        fuzz::report(&fs::read_to_string(&input).unwrap());
    }
}
