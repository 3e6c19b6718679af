//! Rotation of multi-Region keys.

use kmsim_kms::Caller;
use serde_json::{Value, json};

use super::{
    FAMILY, PRIMARY, REPLICA, ROOT, automatic, current, encrypt, id, rotate_now, rotations,
    service_events, status,
};
use crate::importing::wait_days;
use crate::support::{Kms, base64, caller};

fn in_europe() -> Caller {
    caller(ROOT, "eu-west-1")
}

fn of_replica(kms: &mut Kms, operation: &str) -> Value {
    kms.call_as(&in_europe(), operation, json!({"KeyId": REPLICA}))
        .unwrap()
}

#[test]
fn rotation_is_set_on_the_primary_and_seen_in_the_replicas() {
    let mut kms = Kms::with(FAMILY);
    for operation in [
        "EnableKeyRotation",
        "DisableKeyRotation",
        "RotateKeyOnDemand",
    ] {
        let error = kms.call_as(&in_europe(), operation, json!({"KeyId": REPLICA}));
        let error = error.unwrap_err();
        assert_eq!(error.code.name(), "UnsupportedOperationException");
    }
    kms.ok("EnableKeyRotation", json!({"KeyId": PRIMARY}));
    let shared = status(&mut kms, PRIMARY);
    assert_eq!(shared["KeyRotationEnabled"], true);
    assert_eq!(of_replica(&mut kms, "GetKeyRotationStatus"), shared);
}

#[test]
fn related_keys_get_the_same_new_material() {
    let mut kms = Kms::with(FAMILY);
    kms.ok("EnableKeyRotation", json!({"KeyId": PRIMARY}));
    wait_days(&kms, 365);
    rotate_now(&mut kms, PRIMARY);
    let here = kms.ok("ListKeyRotations", json!({"KeyId": PRIMARY}));
    assert_eq!(here["Rotations"].as_array().unwrap().len(), 2);
    assert_eq!(of_replica(&mut kms, "ListKeyRotations"), here);
    // One event for each rotation, of the primary.
    let events = service_events(&mut kms);
    assert_eq!(events.len(), 2);
    assert!(
        events
            .iter()
            .all(|event| event["resources"][0]["ARN"] == PRIMARY)
    );
    let blob = encrypt(&mut kms, PRIMARY);
    let input = json!({"CiphertextBlob": blob, "KeyId": REPLICA});
    let opened = kms.call_as(&in_europe(), "Decrypt", input).unwrap();
    assert_eq!(opened["Plaintext"], base64(b"text"));
    assert_eq!(opened["KeyMaterialId"], current(&mut kms, PRIMARY));
}

#[test]
fn the_family_rotates_when_its_primary_can() {
    let mut kms = Kms::with(FAMILY);
    kms.ok("EnableKeyRotation", json!({"KeyId": PRIMARY}));
    kms.ok("DisableKey", json!({"KeyId": PRIMARY}));
    wait_days(&kms, 400);
    let answer = of_replica(&mut kms, "ListKeyRotations");
    assert_eq!(answer["Rotations"], json!([]));
    kms.ok("EnableKey", json!({"KeyId": PRIMARY}));
    of_replica(&mut kms, "DisableKey");
    wait_days(&kms, 365);
    assert_eq!(rotations(&mut kms, PRIMARY), automatic(&[400, 765]));
    let answer = of_replica(&mut kms, "ListKeyRotations");
    assert_eq!(answer["Rotations"].as_array().unwrap().len(), 2);
}

#[test]
fn the_schedule_goes_on_under_a_new_primary() {
    let mut kms = Kms::with(FAMILY);
    kms.ok("EnableKeyRotation", json!({"KeyId": PRIMARY}));
    wait_days(&kms, 100);
    let input = json!({"KeyId": PRIMARY, "PrimaryRegion": "eu-west-1"});
    kms.ok("UpdatePrimaryRegion", input);
    let error = kms.fails("DisableKeyRotation", json!({"KeyId": PRIMARY}));
    assert!(
        error.starts_with("UnsupportedOperationException"),
        "{error}"
    );
    kms.ok("DisableKey", json!({"KeyId": PRIMARY}));
    wait_days(&kms, 265);
    assert_eq!(rotations(&mut kms, PRIMARY), automatic(&[365]));
    let event = service_events(&mut kms).pop().unwrap();
    assert_eq!(event["resources"][0]["ARN"], REPLICA);
}

#[test]
fn a_rotation_is_recorded_as_the_guide_shows_it() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    kms.ok("EnableKeyRotation", json!({"KeyId": key}));
    let previous = current(&mut kms, &key);
    kms.service.take_events();
    wait_days(&kms, 365);
    let now = current(&mut kms, &key);
    let events = service_events(&mut kms);
    let [event] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(event["eventName"], "RotateKey");
    assert_eq!(event["eventTime"], "2027-11-21T12:00:00Z");
    assert_eq!(event["sourceIPAddress"], "AWS Internal");
    assert_eq!(event["readOnly"], false);
    assert_eq!(event["requestParameters"], Value::Null);
    assert_eq!(event["resources"][0]["ARN"], key);
    assert_eq!(
        event["serviceEventDetails"],
        json!({
            "rotationType": "AUTOMATIC", "keyOrigin": "AWS_KMS", "keyId": id(&key),
            "previousKeyMaterialId": previous, "currentKeyMaterialId": now,
        })
    );
}
