//! What it costs to check a request: every call of the service begins with it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use divan::{Bencher, black_box};
use kmsim_kms::input::{Input, tree};
use kmsim_kms::model::validate;
use kmsim_types::key_state::{KeyFacts, permits};
use kmsim_types::{KeyOrigin, KeyState, Operation};
use serde_json::{Value, json};

fn main() {
    divan::main();
}

fn encrypt(length: usize) -> Value {
    json!({
        "KeyId": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "Plaintext": STANDARD.encode(vec![7; length]),
        "EncryptionContext": {"Department": "IT", "Purpose": "test"},
    })
}

#[divan::bench(args = [32, 4096])]
fn check_encrypt(bencher: Bencher<'_, '_>, length: usize) {
    let input = encrypt(length);
    let input = tree(&input);
    bencher.bench(|| validate(Operation::Encrypt, black_box(&input)));
}

#[divan::bench]
fn decode_4096_bytes(bencher: Bencher<'_, '_>) {
    let input = encrypt(4096);
    let input = tree(&input);
    bencher.bench(|| Input::new(black_box(&input)).blob("Plaintext"));
}

#[divan::bench]
fn key_state(bencher: Bencher<'_, '_>) {
    let key = KeyFacts {
        arn: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        state: KeyState::Enabled,
        origin: KeyOrigin::AwsKms,
    };
    bencher.bench(|| permits(black_box(Operation::Encrypt), black_box(&key)));
}
