//! Imported key material: parameters, checks, expiry, deletion, and coming back.

use serde_json::{Value, json};

use crate::support::{Kms, base64};

mod life;
mod unwrapping;

const A: [u8; 32] = [0xaa; 32];

const B: [u8; 32] = [0xbb; 32];

/// So many seconds after the clock's start, as the API writes times.
fn after(seconds: i64) -> Value {
    json!(1_795_262_400 + seconds)
}

const DAY: i64 = 86_400;

fn describe(kms: &mut Kms, key: &str) -> Value {
    kms.ok("DescribeKey", json!({"KeyId": key}))["KeyMetadata"].clone()
}

fn encrypt(kms: &mut Kms, key: &str) -> Value {
    let input = json!({"KeyId": key, "Plaintext": base64(b"text")});
    kms.ok("Encrypt", input)["CiphertextBlob"].clone()
}

fn decrypts(kms: &mut Kms, blob: &Value) {
    let opened = kms.ok("Decrypt", json!({"CiphertextBlob": blob}));
    assert_eq!(opened["Plaintext"], base64(b"text"));
}

fn name(error: &str) -> &str {
    error.split(':').next().unwrap()
}
