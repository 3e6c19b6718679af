//! Rotation on demand, and the list of rotations.

use serde_json::{Value, json};

use super::{automatic, current, day, decrypt, encrypt, id, rotate_now, rotations, status};
use crate::importing::{listed, wait, wait_days};
use crate::support::Kms;

#[test]
fn a_rotation_on_demand_is_under_way_for_five_seconds() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    let (old, blob) = (current(&mut kms, &key), encrypt(&mut kms, &key));
    let answer = kms.ok("RotateKeyOnDemand", json!({"KeyId": key}));
    assert_eq!(answer, json!({"KeyId": id(&key)}));
    let under_way = json!({
        "KeyId": id(&key), "KeyRotationEnabled": false, "OnDemandRotationStartDate": day(0),
    });
    assert_eq!(status(&mut kms, &key), under_way);
    wait(&kms, 4);
    assert_eq!(status(&mut kms, &key), under_way);
    assert_eq!(current(&mut kms, &key), old);
    assert_eq!(rotations(&mut kms, &key), []);
    wait(&kms, 1);
    assert_eq!(
        status(&mut kms, &key),
        json!({"KeyId": id(&key), "KeyRotationEnabled": false})
    );
    let done = ("ON_DEMAND".to_owned(), json!(1_795_262_405));
    assert_eq!(rotations(&mut kms, &key), [done]);
    assert_ne!(current(&mut kms, &key), old);
    assert_eq!(decrypt(&mut kms, &blob), old);
}

#[test]
fn a_rotation_on_demand_does_not_move_the_schedule() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    kms.ok("EnableKeyRotation", json!({"KeyId": key}));
    wait_days(&kms, 361);
    rotate_now(&mut kms, &key);
    assert_eq!(status(&mut kms, &key)["NextRotationDate"], day(365));
    wait_days(&kms, 5);
    assert_eq!(rotations(&mut kms, &key)[1], automatic(&[365])[0]);
}

#[test]
fn a_key_rotates_on_demand_25_times_ever() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    for _ in 0..25 {
        rotate_now(&mut kms, &key);
        wait_days(&kms, 100);
    }
    let error = kms.fails("RotateKeyOnDemand", json!({"KeyId": key}));
    assert_eq!(
        error,
        format!(
            "LimitExceededException: The on-demand rotations limit has been reached for the given \
             keyId. No more on-demand rotations can be performed for this key: {key}"
        )
    );
    assert_eq!(rotations(&mut kms, &key).len(), 25);
    // Automatic rotations do not count.
    kms.ok("EnableKeyRotation", json!({"KeyId": key}));
    wait_days(&kms, 365);
    assert_eq!(rotations(&mut kms, &key).len(), 26);
}

#[test]
fn there_is_one_rotation_at_a_time() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    kms.ok("RotateKeyOnDemand", json!({"KeyId": key}));
    let error = kms.fails("RotateKeyOnDemand", json!({"KeyId": key}));
    assert!(error.starts_with("ConflictException: "), "{error}");
    wait(&kms, 5);
    rotate_now(&mut kms, &key);
    assert_eq!(rotations(&mut kms, &key).len(), 2);
}

#[test]
fn no_rotation_on_demand_begins_within_20_minutes_of_an_automatic_one() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    kms.ok("EnableKeyRotation", json!({"KeyId": key}));
    wait(&kms, 365 * 86_400 - 1200);
    let error = kms.fails("RotateKeyOnDemand", json!({"KeyId": key}));
    assert!(error.starts_with("ConflictException: "), "{error}");
    wait(&kms, 1200);
    rotate_now(&mut kms, &key);
    assert_eq!(rotations(&mut kms, &key).len(), 2);
    let other = kms.key(json!({}));
    kms.ok("EnableKeyRotation", json!({"KeyId": other}));
    wait(&kms, 365 * 86_400 - 1201);
    rotate_now(&mut kms, &other);
    assert_eq!(rotations(&mut kms, &other).len(), 1);
}

#[test]
fn a_rotation_that_is_under_way_is_finished() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    kms.ok("EnableKeyRotation", json!({"KeyId": key}));
    kms.ok("RotateKeyOnDemand", json!({"KeyId": key}));
    kms.ok("DisableKeyRotation", json!({"KeyId": key}));
    kms.ok("DisableKey", json!({"KeyId": key}));
    wait(&kms, 5);
    assert_eq!(rotations(&mut kms, &key).len(), 1);
    let error = kms.fails("RotateKeyOnDemand", json!({"KeyId": key}));
    assert_eq!(error, format!("DisabledException: {key} is disabled."));
}

#[test]
fn the_list_has_the_first_material_only_on_request() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    let first = current(&mut kms, &key);
    rotate_now(&mut kms, &key);
    let second = current(&mut kms, &key);
    let rotation = json!({
        "KeyId": id(&key), "KeyMaterialId": second, "KeyMaterialState": "CURRENT",
        "RotationDate": 1_795_262_405, "RotationType": "ON_DEMAND",
    });
    let answer = kms.ok("ListKeyRotations", json!({"KeyId": key}));
    assert_eq!(answer, json!({"Rotations": [rotation], "Truncated": false}));
    let explicit = json!({"KeyId": key, "IncludeKeyMaterial": "ROTATIONS_ONLY"});
    assert_eq!(kms.ok("ListKeyRotations", explicit), answer);
    let all = json!({"KeyId": key, "IncludeKeyMaterial": "ALL_KEY_MATERIAL"});
    let origin = json!({
        "KeyId": id(&key), "KeyMaterialId": first, "KeyMaterialState": "NON_CURRENT",
    });
    assert_eq!(
        kms.ok("ListKeyRotations", all),
        json!({"Rotations": [origin, rotation], "Truncated": false})
    );
}

#[test]
fn rotations_come_in_pages() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    for _ in 0..4 {
        rotate_now(&mut kms, &key);
    }
    let all = listed(&mut kms, &key, "KeyMaterialId");
    let mut marker = Value::Null;
    let mut found = Vec::new();
    for expected in [2, 2, 1] {
        let answer = kms.ok(
            "ListKeyRotations",
            json!({
                "KeyId": key, "Limit": 2, "Marker": marker,
                "IncludeKeyMaterial": "ALL_KEY_MATERIAL",
            }),
        );
        let page = answer["Rotations"].as_array().unwrap();
        assert_eq!(page.len(), expected);
        assert_eq!(answer["Truncated"], expected == 2);
        found.extend(page.iter().map(|entry| entry["KeyMaterialId"].clone()));
        marker = answer["NextMarker"].clone();
        if expected == 2 {
            // A marker belongs to one listing.
            let other = json!({"KeyId": key, "Limit": 2, "Marker": marker});
            let error = kms.fails("ListKeyRotations", other);
            assert!(error.starts_with("InvalidMarkerException"), "{error}");
        }
    }
    assert_eq!(found, all);
}
