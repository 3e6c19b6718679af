//! The kept inputs of the fuzz target `message`: seeds, and what broke something once.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use kmsim_envelope::AlgorithmSuite;

use crate::support::{context, encryptor, plaintext, rng};

#[expect(
    unreachable_pub,
    reason = "a module of the fuzz target, and of this test"
)]
#[path = "../../../../fuzz/src/message.rs"]
mod message;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/fuzz/message")
}

#[test]
fn kept_inputs_pass() {
    if env::var_os("UPDATE").is_some() {
        write_seeds(&folder());
    }
    let inputs: Vec<_> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(inputs.len() >= AlgorithmSuite::ALL.len());
    for input in inputs {
        println!("{}", input.display());
        message::message(&fs::read(&input).unwrap());
    }
}

/// A message of each suite that the target's keyring can read.
fn write_seeds(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for suite in AlgorithmSuite::ALL {
        let message = encryptor(suite, 16)
            .encrypt(
                &plaintext(40),
                &context(),
                &mut message::OneKey,
                &mut rng(1),
            )
            .unwrap();
        fs::write(folder.join(format!("{:04x}.bin", suite.id())), message).unwrap();
    }
}
