//! The kept inputs of the fuzz target `kms_call`: seeds, and what broke something once.

use std::fs;
use std::path::Path;

#[expect(
    unreachable_pub,
    reason = "a module of the fuzz target, and of this test"
)]
#[path = "../../../../fuzz/src/kms_call.rs"]
mod kms_call;

#[test]
fn kept_inputs_pass() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/fuzz/kms_call");
    let inputs = fs::read_dir(folder).unwrap();
    let inputs: Vec<_> = inputs.map(|entry| entry.unwrap().path()).collect();
    assert!(inputs.len() >= 3);
    for input in inputs {
        println!("{}", input.display());
        kms_call::kms_call(&fs::read_to_string(&input).unwrap());
    }
}
