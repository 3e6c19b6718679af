//! Rotation: which keys, when, and what it changes.

use kmsim_kms::Caller;
use serde_json::{Value, json};

use crate::importing::{listed, state, wait, wait_days};
use crate::support::{Kms, base64, caller};

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

const OPERATIONS: [&str; 5] = [
    "EnableKeyRotation",
    "DisableKeyRotation",
    "GetKeyRotationStatus",
    "ListKeyRotations",
    "RotateKeyOnDemand",
];

#[test]
fn asymmetric_and_hmac_keys_do_not_rotate() {
    let mut kms = Kms::new();
    for (spec, usage) in [
        ("RSA_2048", "ENCRYPT_DECRYPT"),
        ("HMAC_256", "GENERATE_VERIFY_MAC"),
    ] {
        let key = kms.key(json!({"KeySpec": spec, "KeyUsage": usage}));
        for operation in OPERATIONS {
            assert_eq!(
                kms.fails(operation, json!({"KeyId": key})),
                format!(
                    "UnsupportedOperationException: {key} key spec is {spec} which is not valid \
                     for this operation."
                )
            );
        }
    }
}

#[test]
fn keys_in_custom_key_stores_do_not_rotate() {
    let mut kms = Kms::with(
        "
region: us-east-1
accounts:
  - id: '111122223333'
    keys:
      - {id: 1234abcd-12ab-34cd-56ef-1234567890ab, region: us-east-1, origin: AWS_CLOUDHSM, policy: default}
",
    );
    let key = "1234abcd-12ab-34cd-56ef-1234567890ab";
    for operation in OPERATIONS {
        assert_eq!(
            kms.fails(operation, json!({"KeyId": key})),
            format!(
                "UnsupportedOperationException: arn:aws:kms:us-east-1:111122223333:key/{key} \
                 origin is AWS_CLOUDHSM which is not valid for this operation."
            )
        );
    }
}

/// In a world, so that its policy can let the root user do what AWS's never does.
#[test]
fn aws_managed_keys_rotate_every_year_and_cannot_be_told_otherwise() {
    let mut kms = Kms::with(
        "
region: us-east-1
accounts:
  - id: '111122223333'
    keys:
      - id: 1234abcd-12ab-34cd-56ef-1234567890ab
        region: us-east-1
        manager: AWS
        aliases: [alias/aws/ebs]
        policy:
          Version: '2012-10-17'
          Statement: [{Effect: Allow, Principal: {AWS: '111122223333'}, Action: 'kms:*', Resource: '*'}]
",
    );
    let key = "1234abcd-12ab-34cd-56ef-1234567890ab";
    let on = json!({
        "KeyId": key, "KeyRotationEnabled": true,
        "RotationPeriodInDays": 365, "NextRotationDate": day(365),
    });
    assert_eq!(status(&mut kms, key), on);
    for operation in [
        "EnableKeyRotation",
        "DisableKeyRotation",
        "RotateKeyOnDemand",
    ] {
        let error = kms.fails(operation, json!({"KeyId": key}));
        assert!(
            error.starts_with("UnsupportedOperationException"),
            "{error}"
        );
    }
    wait_days(&kms, 730);
    assert_eq!(rotations(&mut kms, key), automatic(&[365, 730]));
}

#[test]
fn an_aws_managed_key_that_a_service_had_made_rotates() {
    let mut kms = Kms::new();
    let answer = kms.ok("DescribeKey", json!({"KeyId": "alias/aws/ebs"}));
    let key = answer["KeyMetadata"]["Arn"].as_str().unwrap().to_owned();
    wait_days(&kms, 365);
    assert_eq!(rotations(&mut kms, &key), automatic(&[365]));
    assert_eq!(status(&mut kms, &key)["NextRotationDate"], day(730));
}

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
