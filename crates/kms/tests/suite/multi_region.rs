//! Multi-Region keys: families, what is shared and what is not, promotion, deletion.

use kmsim_kms::{Caller, Settings};
use serde_json::{Value, json};
use std::time::Duration;

use crate::support::{ACCOUNT, Kms, caller};

mod families;
mod replicas;

const DAY: Duration = Duration::from_hours(24);

fn root(region: &str) -> Caller {
    caller(&format!("arn:aws:iam::{ACCOUNT}:root"), region)
}

/// A service whose background work takes so long.
fn slow(seconds: u64) -> Kms {
    let settings = Settings {
        transition: Duration::from_secs(seconds),
        ..Settings::default()
    };
    Kms::with_settings("accounts: []", settings)
}

/// A multi-Region key of us-east-1: its id.
fn primary(kms: &mut Kms, mut input: Value) -> String {
    input["MultiRegion"] = json!(true);
    let arn = kms.key(input);
    let (_, id) = arn.split_once("key/").unwrap();
    assert!(id.starts_with("mrk-") && id.len() == 36, "{id}");
    id.to_owned()
}

fn in_region(kms: &mut Kms, region: &str, operation: &str, input: Value) -> Result<Value, String> {
    let answer = kms.call_as(&root(region), operation, input);
    answer.map_err(|error| error.to_string())
}

fn replicate(kms: &mut Kms, id: &str, region: &str) -> Value {
    kms.ok(
        "ReplicateKey",
        json!({"KeyId": id, "ReplicaRegion": region}),
    )
}

fn describe(kms: &mut Kms, region: &str, id: &str) -> Value {
    let input = json!({"KeyId": id});
    in_region(kms, region, "DescribeKey", input).unwrap()["KeyMetadata"].clone()
}

fn state(kms: &mut Kms, region: &str, id: &str) -> String {
    describe(kms, region, id)["KeyState"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn arn(region: &str, id: &str) -> String {
    format!("arn:aws:kms:{region}:{ACCOUNT}:key/{id}")
}
