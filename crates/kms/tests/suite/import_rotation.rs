//! Rotation of imported key material, in one Region and in several.

use kmsim_kms::Caller;
use serde_json::{Value, json};

use crate::importing::{Parameters, external, listed, state, wait};
use crate::support::{Kms, base64, caller};

const A: [u8; 32] = [0xaa; 32];
const B: [u8; 32] = [0xbb; 32];
const C: [u8; 32] = [0xcc; 32];

/// A multi-Region key that waits for its material, and its replicas.
const FAMILY: &str = "
region: us-east-1
accounts:
  - id: '111122223333'
    keys:
      - {id: mrk-1234abcd12ab34cd56ef1234567890ab, region: us-east-1, origin: EXTERNAL, state: PendingImport, multiRegionKeyType: PRIMARY, policy: default}
      - {id: mrk-1234abcd12ab34cd56ef1234567890ab, region: eu-west-1, origin: EXTERNAL, state: PendingImport, multiRegionKeyType: REPLICA, policy: default}
      - {id: mrk-1234abcd12ab34cd56ef1234567890ab, region: ap-south-1, origin: EXTERNAL, state: PendingImport, multiRegionKeyType: REPLICA, policy: default}
";

const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "ap-south-1"];

fn new() -> Value {
    json!({"ImportType": "NEW_KEY_MATERIAL"})
}

fn encrypt(kms: &mut Kms, key: &str) -> Value {
    let input = json!({"KeyId": key, "Plaintext": base64(b"text")});
    kms.ok("Encrypt", input)["CiphertextBlob"].clone()
}

fn decrypts(kms: &mut Kms, blob: &Value) {
    let opened = kms.ok("Decrypt", json!({"CiphertextBlob": blob}));
    assert_eq!(opened["Plaintext"], base64(b"text"));
}

fn rotate(kms: &mut Kms, key: &str) {
    kms.ok("RotateKeyOnDemand", json!({"KeyId": key}));
    wait(kms, 5);
}

fn states(kms: &mut Kms, key: &str) -> Vec<Value> {
    listed(kms, key, "KeyMaterialState")
}

fn delete(kms: &mut Kms, key: &str, material: &Value) {
    let input = json!({"KeyId": key, "KeyMaterialId": material});
    kms.ok("DeleteImportedKeyMaterial", input);
}

/// A key with material, and how to import more.
fn ready(kms: &mut Kms) -> (Parameters, Value) {
    let into = external(kms, &json!({}));
    let first = into.imports(kms, &A, &json!({}));
    (into, first)
}

#[test]
fn automatic_rotation_is_not_for_imported_material() {
    let mut kms = Kms::new();
    let into = external(&mut kms, &json!({}));
    let unsupported = format!(
        "UnsupportedOperationException: {} origin is EXTERNAL which is not valid for this operation.",
        into.key
    );
    let key = json!({"KeyId": into.key});
    for operation in [
        "EnableKeyRotation",
        "DisableKeyRotation",
        "GetKeyRotationStatus",
    ] {
        assert_eq!(kms.fails(operation, key.clone()), unsupported);
    }
    into.imports(&mut kms, &A, &json!({}));
    for operation in ["EnableKeyRotation", "DisableKeyRotation"] {
        assert_eq!(kms.fails(operation, key.clone()), unsupported);
    }
    let status = kms.ok("GetKeyRotationStatus", key);
    assert_eq!(status["KeyRotationEnabled"], false);
}

#[test]
fn new_material_waits_for_a_rotation_on_demand() {
    let mut kms = Kms::new();
    let (into, first) = ready(&mut kms);
    let key = into.key.clone();
    let old = encrypt(&mut kms, &key);
    let second = into.imports(&mut kms, &B, &new());
    assert_ne!(second, first);
    assert_eq!(states(&mut kms, &key), ["CURRENT", "PENDING_ROTATION"]);
    let waiting = encrypt(&mut kms, &key);
    let answer = kms.ok("Decrypt", json!({"CiphertextBlob": waiting}));
    assert_eq!(answer["KeyMaterialId"], first);
    kms.ok("RotateKeyOnDemand", json!({"KeyId": key}));
    let status = kms.ok("GetKeyRotationStatus", json!({"KeyId": key}));
    assert_eq!(status["OnDemandRotationStartDate"], 1_795_262_400);
    wait(&kms, 5);
    assert_eq!(states(&mut kms, &key), ["NON_CURRENT", "CURRENT"]);
    let fresh = encrypt(&mut kms, &key);
    let answer = kms.ok("Decrypt", json!({"CiphertextBlob": fresh}));
    assert_eq!(answer["KeyMaterialId"], second);
    decrypts(&mut kms, &old);
    let answer = kms.ok("ListKeyRotations", json!({"KeyId": key}));
    assert_eq!(
        answer["Rotations"],
        json!([{
            "KeyId": key.rsplit('/').next().unwrap(), "KeyMaterialId": second,
            "KeyMaterialState": "CURRENT", "ImportState": "IMPORTED",
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
            "RotationDate": 1_795_262_405, "RotationType": "ON_DEMAND",
        }])
    );
}

#[test]
fn the_event_of_a_rotation_on_demand_names_both_materials() {
    let mut kms = Kms::new();
    let (into, first) = ready(&mut kms);
    let second = into.imports(&mut kms, &B, &new());
    rotate(&mut kms, &into.key);
    state(&mut kms, &into.key);
    let events = kms.service.take_events();
    let events: Vec<Value> = events.iter().map(kmsim_kms::Event::to_json).collect();
    let mut named = events.iter();
    let event = named.find(|event| event["eventName"] == "RotateKey");
    let id = into.key.rsplit('/').next().unwrap();
    assert_eq!(
        event.unwrap()["serviceEventDetails"],
        json!({
            "rotationType": "ON_DEMAND", "keyOrigin": "EXTERNAL", "keyId": id,
            "previousKeyMaterialId": first, "currentKeyMaterialId": second,
        })
    );
    let mut named = events.iter();
    let call = named.find(|event| event["eventName"] == "RotateKeyOnDemand");
    assert_eq!(call.unwrap()["responseElements"], json!({"keyId": id}));
}

#[test]
fn without_new_material_there_is_nothing_to_rotate_to() {
    let mut kms = Kms::new();
    let (into, _) = ready(&mut kms);
    assert_eq!(
        kms.fails("RotateKeyOnDemand", json!({"KeyId": into.key})),
        format!(
            "KMSInvalidStateException: {} has no key material that is pending rotation.",
            into.key
        )
    );
}

#[test]
fn one_material_waits_at_a_time() {
    let mut kms = Kms::new();
    let (into, _) = ready(&mut kms);
    let second = into.imports(&mut kms, &B, &new());
    let error = into.refuses(&mut kms, &C, &new());
    assert!(error.starts_with("KMSInvalidStateException"), "{error}");
    // It is known already, and can be imported once more as such.
    let error = into.refuses(&mut kms, &B, &new());
    assert!(
        error.starts_with("IncorrectKeyMaterialException"),
        "{error}"
    );
    assert_eq!(into.imports(&mut kms, &B, &json!({})), second);
    // Deleting it leaves the key as it was, and makes room.
    delete(&mut kms, &into.key, &second);
    assert_eq!(state(&mut kms, &into.key), "Enabled");
    assert_eq!(states(&mut kms, &into.key), ["CURRENT"]);
    into.imports(&mut kms, &C, &new());
    rotate(&mut kms, &into.key);
    assert_eq!(states(&mut kms, &into.key), ["NON_CURRENT", "CURRENT"]);
}

#[test]
fn without_any_of_its_materials_a_key_waits() {
    let mut kms = Kms::new();
    let (into, first) = ready(&mut kms);
    let old = encrypt(&mut kms, &into.key);
    let second = into.imports(&mut kms, &B, &new());
    rotate(&mut kms, &into.key);
    delete(&mut kms, &into.key, &first);
    assert_eq!(state(&mut kms, &into.key), "PendingImport");
    // Without an id it is the current material that goes.
    let answer = kms.ok("DeleteImportedKeyMaterial", json!({"KeyId": into.key}));
    assert_eq!(answer["KeyMaterialId"], second);
    into.imports(&mut kms, &A, &json!({}));
    assert_eq!(state(&mut kms, &into.key), "PendingImport");
    assert_eq!(
        listed(&mut kms, &into.key, "ImportState"),
        ["IMPORTED", "PENDING_IMPORT"]
    );
    into.imports(&mut kms, &B, &json!({"KeyMaterialId": second}));
    assert_eq!(state(&mut kms, &into.key), "Enabled");
    decrypts(&mut kms, &old);
}

#[test]
fn the_earliest_expiry_of_the_keys_own_materials_counts() {
    let mut kms = Kms::new();
    let into = external(&mut kms, &json!({}));
    let at = |seconds: i64| json!({"ValidTo": 1_795_262_400 + seconds});
    into.imports(&mut kms, &A, &at(1000));
    let mut soon = at(500);
    soon["ImportType"] = json!("NEW_KEY_MATERIAL");
    into.imports(&mut kms, &B, &soon);
    let valid_to = |kms: &mut Kms| {
        kms.ok("DescribeKey", json!({"KeyId": into.key}))["KeyMetadata"]["ValidTo"].clone()
    };
    // Material that waits does not count, and its end ends nothing else.
    assert_eq!(valid_to(&mut kms), at(1000)["ValidTo"]);
    wait(&kms, 500);
    assert_eq!(states(&mut kms, &into.key), ["CURRENT"]);
    assert_eq!(state(&mut kms, &into.key), "Enabled");
    let mut soon = at(600);
    soon["ImportType"] = json!("NEW_KEY_MATERIAL");
    into.imports(&mut kms, &B, &soon);
    rotate(&mut kms, &into.key);
    assert_eq!(valid_to(&mut kms), at(600)["ValidTo"]);
    wait(&kms, 95);
    assert_eq!(state(&mut kms, &into.key), "PendingImport");
}

#[test]
fn material_belongs_to_the_key_as_soon_as_the_rotation_to_it_begins() {
    let mut kms = Kms::new();
    let (into, _) = ready(&mut kms);
    let second = into.imports(&mut kms, &B, &new());
    kms.ok("RotateKeyOnDemand", json!({"KeyId": into.key}));
    delete(&mut kms, &into.key, &second);
    assert_eq!(state(&mut kms, &into.key), "PendingImport");
    wait(&kms, 5);
    assert_eq!(states(&mut kms, &into.key), ["NON_CURRENT", "CURRENT"]);
    assert_eq!(state(&mut kms, &into.key), "PendingImport");
    into.imports(&mut kms, &B, &json!({}));
    assert_eq!(state(&mut kms, &into.key), "Enabled");
}

fn in_region(region: &str) -> Caller {
    caller("arn:aws:iam::111122223333:root", region)
}

fn arn(region: &str) -> String {
    format!("arn:aws:kms:{region}:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab")
}

/// The family, and how to import into each of its keys.
fn family() -> (Kms, [Parameters; 3]) {
    let mut kms = Kms::with(FAMILY);
    let all = REGIONS.map(|region| {
        let (caller, key) = (in_region(region), arn(region));
        Parameters::get_as(&mut kms, &caller, &key, "RSAES_OAEP_SHA_256")
    });
    (kms, all)
}

/// The family with its first material.
fn ready_family() -> (Kms, [Parameters; 3]) {
    let (mut kms, all) = family();
    for into in &all {
        into.imports(&mut kms, &A, &json!({}));
    }
    (kms, all)
}

/// A field of a material's entry in each of the Regions.
fn everywhere(kms: &mut Kms, at: usize, field: &str) -> [Value; 3] {
    REGIONS.map(|region| {
        let caller = std::mem::replace(&mut kms.caller, in_region(region));
        let all = listed(kms, &arn(region), field);
        kms.caller = caller;
        all.get(at).cloned().unwrap_or_default()
    })
}

fn states_everywhere(kms: &mut Kms) -> [String; 3] {
    REGIONS.map(|region| {
        let caller = std::mem::replace(&mut kms.caller, in_region(region));
        let state = state(kms, &arn(region));
        kms.caller = caller;
        state
    })
}

#[test]
fn each_related_key_has_its_material_imported() {
    let (mut kms, [primary, europe, asia]) = family();
    // The primary is the first.
    let error = europe.refuses(&mut kms, &A, &json!({}));
    assert!(
        error.starts_with("UnsupportedOperationException"),
        "{error}"
    );
    let id = primary.imports(&mut kms, &A, &json!({"KeyMaterialDescription": "vault 7"}));
    assert_eq!(
        states_everywhere(&mut kms),
        ["Enabled", "PendingImport", "PendingImport"]
    );
    // The others know of it.
    assert_eq!(
        everywhere(&mut kms, 0, "KeyMaterialId"),
        [(); 3].map(|()| id.clone())
    );
    assert_eq!(
        everywhere(&mut kms, 0, "KeyMaterialDescription"),
        ["vault 7"; 3].map(Value::from)
    );
    assert_eq!(
        everywhere(&mut kms, 0, "ImportState"),
        ["IMPORTED", "PENDING_IMPORT", "PENDING_IMPORT"].map(Value::from)
    );
    // And take no other.
    let error = europe.refuses(&mut kms, &B, &json!({}));
    assert!(
        error.starts_with("IncorrectKeyMaterialException"),
        "{error}"
    );
    let error = europe.refuses(&mut kms, &B, &new());
    assert!(
        error.starts_with("UnsupportedOperationException"),
        "{error}"
    );
    assert_eq!(europe.imports(&mut kms, &A, &json!({})), id);
    assert_eq!(
        asia.imports(&mut kms, &A, &json!({"KeyMaterialId": id})),
        id
    );
    let blob = encrypt(&mut kms, &arn("us-east-1"));
    let opened = kms.call_as(
        &in_region("eu-west-1"),
        "Decrypt",
        json!({"CiphertextBlob": blob}),
    );
    assert_eq!(opened.unwrap()["Plaintext"], base64(b"text"));
}

#[test]
fn each_related_key_has_its_own_expiry() {
    let (mut kms, [primary, europe, asia]) = family();
    primary.imports(&mut kms, &A, &json!({}));
    europe.imports(&mut kms, &A, &json!({"ValidTo": 1_795_262_400 + 100}));
    asia.imports(&mut kms, &A, &json!({"ValidTo": 1_795_262_400 + 200}));
    wait(&kms, 150);
    assert_eq!(
        states_everywhere(&mut kms),
        ["Enabled", "PendingImport", "Enabled"]
    );
    // Deleting on one key leaves the others alone, too.
    kms.ok(
        "DeleteImportedKeyMaterial",
        json!({"KeyId": arn("us-east-1")}),
    );
    assert_eq!(
        states_everywhere(&mut kms),
        ["PendingImport", "PendingImport", "Enabled"]
    );
}

#[test]
fn new_material_must_be_in_every_region_before_the_rotation() {
    let (mut kms, [primary, europe, asia]) = ready_family();
    let key = json!({"KeyId": arn("us-east-1")});
    let id = primary.imports(&mut kms, &B, &new());
    let waits = ["PENDING_MULTI_REGION_IMPORT_AND_ROTATION"; 3].map(Value::from);
    assert_eq!(everywhere(&mut kms, 1, "KeyMaterialState"), waits);
    let existing = json!({"ImportType": "EXISTING_KEY_MATERIAL", "KeyMaterialId": id});
    europe.imports(&mut kms, &B, &existing);
    assert_eq!(everywhere(&mut kms, 1, "KeyMaterialState"), waits);
    let error = kms.fails("RotateKeyOnDemand", key.clone());
    assert!(error.starts_with("KMSInvalidStateException"), "{error}");
    // It waits, it is not missed.
    assert_eq!(states_everywhere(&mut kms), ["Enabled"; 3]);
    asia.imports(&mut kms, &B, &existing);
    assert_eq!(
        everywhere(&mut kms, 1, "KeyMaterialState"),
        ["PENDING_ROTATION"; 3].map(Value::from)
    );
    let error = kms.call_as(
        &in_region("eu-west-1"),
        "RotateKeyOnDemand",
        json!({"KeyId": arn("eu-west-1")}),
    );
    assert_eq!(
        error.unwrap_err().code.name(),
        "UnsupportedOperationException"
    );
    kms.ok("RotateKeyOnDemand", key);
    wait(&kms, 5);
    assert_eq!(
        everywhere(&mut kms, 0, "KeyMaterialState"),
        ["NON_CURRENT"; 3].map(Value::from)
    );
    assert_eq!(
        everywhere(&mut kms, 1, "KeyMaterialState"),
        ["CURRENT"; 3].map(Value::from)
    );
    let date = json!(1_795_262_405);
    assert_eq!(
        everywhere(&mut kms, 1, "RotationDate"),
        [(); 3].map(|()| date.clone())
    );
    let blob = encrypt(&mut kms, &arn("us-east-1"));
    let opened = kms.call_as(
        &in_region("ap-south-1"),
        "Decrypt",
        json!({"CiphertextBlob": blob}),
    );
    assert_eq!(opened.unwrap()["KeyMaterialId"], id);
}

#[test]
fn giving_up_new_material_on_the_primary_gives_it_up_everywhere() {
    let (mut kms, [primary, europe, asia]) = ready_family();
    for complete in [false, true] {
        let id = primary.imports(&mut kms, &B, &new());
        europe.imports(&mut kms, &B, &json!({}));
        if complete {
            asia.imports(&mut kms, &B, &json!({}));
        }
        delete(&mut kms, &arn("us-east-1"), &id);
        assert_eq!(
            everywhere(&mut kms, 1, "KeyMaterialId"),
            [(); 3].map(|()| Value::Null)
        );
        assert_eq!(states_everywhere(&mut kms), ["Enabled"; 3]);
    }
}

#[test]
fn giving_up_new_material_on_a_replica_leaves_the_others_alone() {
    let (mut kms, all) = ready_family();
    let [primary, europe, asia] = &all;
    let id = primary.imports(&mut kms, &B, &new());
    europe.imports(&mut kms, &B, &json!({}));
    asia.imports(&mut kms, &B, &json!({}));
    kms.caller = in_region("eu-west-1");
    delete(&mut kms, &arn("eu-west-1"), &id);
    kms.caller = in_region("us-east-1");
    assert_eq!(
        everywhere(&mut kms, 1, "ImportState"),
        ["IMPORTED", "PENDING_IMPORT", "IMPORTED"].map(Value::from)
    );
    assert_eq!(states_everywhere(&mut kms), ["Enabled"; 3]);
    // It is not rotated to before all have it again.
    let key = json!({"KeyId": arn("us-east-1")});
    let error = kms.fails("RotateKeyOnDemand", key.clone());
    assert!(error.starts_with("KMSInvalidStateException"), "{error}");
    europe.imports(&mut kms, &B, &json!({}));
    kms.ok("RotateKeyOnDemand", key);
}

#[test]
fn a_replica_that_goes_is_no_longer_waited_for() {
    let (mut kms, [primary, europe, _]) = ready_family();
    primary.imports(&mut kms, &B, &new());
    europe.imports(&mut kms, &B, &json!({}));
    let asia = in_region("ap-south-1");
    let input = json!({"KeyId": arn("ap-south-1"), "PendingWindowInDays": 7});
    kms.call_as(&asia, "ScheduleKeyDeletion", input).unwrap();
    let key = arn("us-east-1");
    let waits = ["CURRENT", "PENDING_MULTI_REGION_IMPORT_AND_ROTATION"];
    assert_eq!(states(&mut kms, &key), waits);
    wait(&kms, 7 * 86_400);
    assert_eq!(states(&mut kms, &key), ["CURRENT", "PENDING_ROTATION"]);
}

#[test]
fn a_later_replica_needs_every_generation() {
    let mut kms = Kms::new();
    let primary = external(&mut kms, &json!({"MultiRegion": true}));
    let first = primary.imports(&mut kms, &A, &json!({}));
    let old = encrypt(&mut kms, &primary.key);
    primary.imports(&mut kms, &B, &new());
    rotate(&mut kms, &primary.key);
    kms.ok(
        "ReplicateKey",
        json!({"KeyId": primary.key, "ReplicaRegion": "eu-west-1"}),
    );
    let there = in_region("eu-west-1");
    let replica = primary.key.replace("us-east-1", "eu-west-1");
    let into = Parameters::get_as(&mut kms, &there, &replica, "RSAES_OAEP_SHA_256");
    kms.caller = there;
    for (material, becomes) in [(&B, "PendingImport"), (&A, "Enabled")] {
        assert_eq!(state(&mut kms, &replica), "PendingImport");
        into.imports(&mut kms, material, &json!({}));
        assert_eq!(state(&mut kms, &replica), becomes);
    }
    let input = json!({"CiphertextBlob": old, "KeyId": replica});
    assert_eq!(kms.ok("Decrypt", input)["KeyMaterialId"], first);
    assert_eq!(states(&mut kms, &replica), ["NON_CURRENT", "CURRENT"]);
}

#[test]
fn descriptions_are_set_on_the_primary() {
    let (mut kms, [primary, europe, _]) = ready_family();
    let more = json!({"KeyMaterialDescription": "vault 8"});
    let error = europe.refuses(&mut kms, &A, &more);
    assert!(
        error.starts_with("UnsupportedOperationException"),
        "{error}"
    );
    primary.imports(&mut kms, &A, &more);
    assert_eq!(
        everywhere(&mut kms, 0, "KeyMaterialDescription"),
        ["vault 8"; 3].map(Value::from)
    );
}
