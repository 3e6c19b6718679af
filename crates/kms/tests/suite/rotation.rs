//! Rotation: which keys, when, and what it changes.

use serde_json::{Value, json};

use crate::importing::wait;
use crate::support::{Kms, base64};

mod families;
mod kinds;
mod on_demand;
mod schedule;

const ROOT: &str = "arn:aws:iam::111122223333:root";

/// A multi-Region key and its replica.
const FAMILY: &str = "
region: us-east-1
accounts:
  - id: '111122223333'
    keys:
      - {id: mrk-1234abcd12ab34cd56ef1234567890ab, region: us-east-1, multiRegionKeyType: PRIMARY, policy: default}
      - {id: mrk-1234abcd12ab34cd56ef1234567890ab, region: eu-west-1, multiRegionKeyType: REPLICA, policy: default}
";

const PRIMARY: &str = "arn:aws:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";

const REPLICA: &str = "arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";

/// So many days after the clock's start, as the API writes times.
fn day(days: i64) -> Value {
    json!(1_795_262_400 + days * 86_400)
}

fn status(kms: &mut Kms, key: &str) -> Value {
    kms.ok("GetKeyRotationStatus", json!({"KeyId": key}))
}

/// The rotations that were: type and date.
fn rotations(kms: &mut Kms, key: &str) -> Vec<(String, Value)> {
    let answer = kms.ok("ListKeyRotations", json!({"KeyId": key}));
    let entry = |entry: &Value| {
        let why = entry["RotationType"].as_str().unwrap().to_owned();
        (why, entry["RotationDate"].clone())
    };
    answer["Rotations"]
        .as_array()
        .unwrap()
        .iter()
        .map(entry)
        .collect()
}

fn automatic(days: &[i64]) -> Vec<(String, Value)> {
    let all = days.iter();
    all.map(|own| ("AUTOMATIC".to_owned(), day(*own))).collect()
}

fn current(kms: &mut Kms, key: &str) -> Value {
    let answer = kms.ok("DescribeKey", json!({"KeyId": key}));
    answer["KeyMetadata"]["CurrentKeyMaterialId"].clone()
}

fn encrypt(kms: &mut Kms, key: &str) -> Value {
    let answer = kms.ok(
        "Encrypt",
        json!({"KeyId": key, "Plaintext": base64(b"text")}),
    );
    answer["CiphertextBlob"].clone()
}

/// Decrypts, and gives the id of the material that did it.
fn decrypt(kms: &mut Kms, blob: &Value) -> Value {
    let answer = kms.ok("Decrypt", json!({"CiphertextBlob": blob}));
    assert_eq!(answer["Plaintext"], base64(b"text"));
    answer["KeyMaterialId"].clone()
}

fn id(key: &str) -> &str {
    key.rsplit('/').next().unwrap()
}

fn rotate_now(kms: &mut Kms, key: &str) {
    kms.ok("RotateKeyOnDemand", json!({"KeyId": key}));
    wait(kms, 5);
}

/// The service's own events since they were last taken.
fn service_events(kms: &mut Kms) -> Vec<Value> {
    let events = kms.service.take_events();
    let all = events.iter().map(kmsim_kms::Event::to_json);
    all.filter(|event| event["eventType"] == "AwsServiceEvent")
        .collect()
}
