//! Automatic rotation.

use serde_json::{Value, json};

use super::{automatic, current, day, decrypt, encrypt, id, rotations, service_events, status};
use crate::importing::{listed, state, wait, wait_days};
use crate::support::Kms;

#[test]
fn rotation_is_off_until_it_is_enabled() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    let off = json!({"KeyId": id(&key), "KeyRotationEnabled": false});
    assert_eq!(status(&mut kms, &key), off);
    kms.ok("EnableKeyRotation", json!({"KeyId": key}));
    assert_eq!(
        status(&mut kms, &key),
        json!({
            "KeyId": id(&key), "KeyRotationEnabled": true,
            "RotationPeriodInDays": 365, "NextRotationDate": day(365),
        })
    );
    kms.ok("DisableKeyRotation", json!({"KeyId": key}));
    assert_eq!(status(&mut kms, &key), off);
}

#[test]
fn a_period_is_90_to_2560_days() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    for days in [90, 2560] {
        kms.ok(
            "EnableKeyRotation",
            json!({"KeyId": key, "RotationPeriodInDays": days}),
        );
        let status = status(&mut kms, &key);
        assert_eq!(status["RotationPeriodInDays"], days);
        assert_eq!(status["NextRotationDate"], day(days));
    }
    for days in [0, 89, 2561] {
        let input = json!({"KeyId": key, "RotationPeriodInDays": days});
        let error = kms.fails("EnableKeyRotation", input);
        assert!(error.starts_with("ValidationException"), "{error}");
    }
}

#[test]
fn the_first_rotation_comes_one_period_after_enabling() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    wait_days(&kms, 10);
    kms.ok(
        "EnableKeyRotation",
        json!({"KeyId": key, "RotationPeriodInDays": 90}),
    );
    wait(&kms, 90 * 86_400 - 1);
    assert_eq!(rotations(&mut kms, &key), []);
    wait(&kms, 1);
    assert_eq!(rotations(&mut kms, &key), automatic(&[100]));
    assert_eq!(status(&mut kms, &key)["NextRotationDate"], day(190));
}

#[test]
fn a_clock_that_jumps_years_leaves_out_no_rotation() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    kms.ok("EnableKeyRotation", json!({"KeyId": key}));
    let blob = encrypt(&mut kms, &key);
    wait_days(&kms, 4 * 365 - 1);
    assert_eq!(rotations(&mut kms, &key), automatic(&[365, 730, 1095]));
    assert_eq!(listed(&mut kms, &key, "KeyMaterialId").len(), 4);
    let first = listed(&mut kms, &key, "KeyMaterialId")[0].clone();
    assert_eq!(decrypt(&mut kms, &blob), first);
    let dates: Vec<Value> = service_events(&mut kms)
        .iter()
        .map(|event| event["eventTime"].clone())
        .collect();
    assert_eq!(
        dates,
        [
            "2027-11-21T12:00:00Z",
            "2028-11-20T12:00:00Z",
            "2029-11-20T12:00:00Z"
        ]
    );
}

#[test]
fn another_period_begins_anew_and_the_same_one_does_not() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    let enable = |kms: &mut Kms, days: u32| {
        kms.ok(
            "EnableKeyRotation",
            json!({"KeyId": key, "RotationPeriodInDays": days}),
        );
        status(kms, &key)["NextRotationDate"].clone()
    };
    assert_eq!(enable(&mut kms, 100), day(100));
    wait_days(&kms, 30);
    assert_eq!(enable(&mut kms, 100), day(100));
    assert_eq!(enable(&mut kms, 90), day(120));
    // The default is as good as said.
    kms.ok("EnableKeyRotation", json!({"KeyId": key}));
    assert_eq!(status(&mut kms, &key)["NextRotationDate"], day(395));
}

#[test]
fn after_disabling_rotation_the_next_enabling_counts() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    kms.ok("EnableKeyRotation", json!({"KeyId": key}));
    wait_days(&kms, 364);
    kms.ok("DisableKeyRotation", json!({"KeyId": key}));
    wait_days(&kms, 36);
    assert_eq!(rotations(&mut kms, &key), []);
    kms.ok("EnableKeyRotation", json!({"KeyId": key}));
    assert_eq!(status(&mut kms, &key)["NextRotationDate"], day(765));
}

#[test]
fn old_material_decrypts_and_new_material_encrypts() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    kms.ok("EnableKeyRotation", json!({"KeyId": key}));
    let mut blobs = Vec::new();
    for _ in 0..3 {
        blobs.push((encrypt(&mut kms, &key), current(&mut kms, &key)));
        wait_days(&kms, 365);
    }
    for (blob, material) in &blobs {
        assert_eq!(decrypt(&mut kms, blob), *material);
    }
    let mut materials: Vec<String> = blobs.iter().map(|(_, own)| own.to_string()).collect();
    materials.dedup();
    assert_eq!(materials.len(), 3);
    // What the key is called and how it may be used stays.
    assert_eq!(state(&mut kms, &key), "Enabled");
}

#[test]
fn a_disabled_key_makes_up_for_a_missed_rotation_when_it_is_enabled() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    kms.ok("EnableKeyRotation", json!({"KeyId": key}));
    wait_days(&kms, 300);
    kms.ok("DisableKey", json!({"KeyId": key}));
    assert_eq!(status(&mut kms, &key)["KeyRotationEnabled"], true);
    for operation in ["EnableKeyRotation", "DisableKeyRotation"] {
        let error = kms.fails(operation, json!({"KeyId": key}));
        assert_eq!(error, format!("DisabledException: {key} is disabled."));
    }
    wait_days(&kms, 1000);
    assert_eq!(rotations(&mut kms, &key), []);
    assert_eq!(status(&mut kms, &key)["NextRotationDate"], day(365));
    kms.ok("EnableKey", json!({"KeyId": key}));
    assert_eq!(rotations(&mut kms, &key), automatic(&[1300]));
    assert_eq!(status(&mut kms, &key)["NextRotationDate"], day(1665));
}

#[test]
fn a_key_that_was_disabled_and_missed_nothing_keeps_its_schedule() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    kms.ok("EnableKeyRotation", json!({"KeyId": key}));
    kms.ok("DisableKey", json!({"KeyId": key}));
    wait_days(&kms, 364);
    kms.ok("EnableKey", json!({"KeyId": key}));
    assert_eq!(rotations(&mut kms, &key), []);
    wait_days(&kms, 1);
    assert_eq!(rotations(&mut kms, &key), automatic(&[365]));
}

#[test]
fn a_key_that_is_pending_deletion_does_not_rotate_and_remembers_that_it_did() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    kms.ok("EnableKeyRotation", json!({"KeyId": key}));
    wait_days(&kms, 360);
    kms.ok("ScheduleKeyDeletion", json!({"KeyId": key}));
    assert_eq!(
        status(&mut kms, &key),
        json!({"KeyId": id(&key), "KeyRotationEnabled": false})
    );
    let error = kms.fails("EnableKeyRotation", json!({"KeyId": key}));
    assert_eq!(
        error,
        format!("KMSInvalidStateException: {key} is pending deletion.")
    );
    wait_days(&kms, 10);
    kms.ok("CancelKeyDeletion", json!({"KeyId": key}));
    let status = status(&mut kms, &key);
    assert_eq!(status["KeyRotationEnabled"], true);
    assert_eq!(status["NextRotationDate"], day(365));
    assert_eq!(rotations(&mut kms, &key), []);
    kms.ok("EnableKey", json!({"KeyId": key}));
    assert_eq!(rotations(&mut kms, &key), automatic(&[370]));
}
