//! States that are stored and read again.

use std::time::Duration;

use kmsim_crypto::RootKey;
use kmsim_kms::{KmsError, Row, Service, Settings, Snapshot, SnapshotError};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

use crate::importing::external;
use crate::support::{ACCOUNT, Kms, caller, world_of};

pub(crate) const WORLD: &str = r#"
region: us-east-1
accounts:
  - id: "111122223333"
    roles:
      - {name: App, policies: {use: {Statement: [{Effect: Allow, Action: "kms:Decrypt", Resource: "*"}]}}}
    keys:
      - id: 1234abcd-12ab-34cd-56ef-1234567890ab
        region: us-east-1
        aliases: [alias/orders]
        tags: [{TagKey: Team, TagValue: orders}]
        policy:
          Statement:
            - {Sid: Root, Effect: Allow, Principal: {AWS: "111122223333"}, Action: "kms:*", Resource: "*"}
        grants:
          - {GranteePrincipal: "arn:aws:iam::111122223333:role/App", Operations: [Decrypt]}
      - {id: mrk-1234abcd12ab34cd56ef1234567890ab, region: us-east-1, multiRegionKeyType: PRIMARY, policy: default}
"#;

pub(crate) const ADOPTED: &str =
    "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

pub(crate) fn root_key() -> RootKey {
    RootKey::from_bytes(&[7; 32]).unwrap()
}

/// A service whose root key is known.
pub(crate) fn service(world: &str) -> Kms {
    let mut kms = Kms::with(world);
    let (world, sources) = world_of(world);
    kms.service = Service::with_root_key(
        world,
        sources,
        Settings::default(),
        Box::new(kms.clock.clone()),
        Box::new(ChaCha20Rng::seed_from_u64(3)),
        root_key(),
    )
    .unwrap();
    kms
}

impl Kms {
    /// Another service with the same state, by way of the text of its snapshot.
    fn again(&mut self, world: &str) -> Self {
        let text = self.service.snapshot().unwrap().to_json().to_string();
        let snapshot = Snapshot::from_json(&serde_json::from_str(&text).unwrap()).unwrap();
        self.restored(&snapshot, world, root_key()).unwrap()
    }

    /// What there is to know of the state by asking: the answers, in words.
    pub(crate) fn answers(&mut self, ciphertexts: &[Value]) -> Vec<String> {
        let mut found = Vec::new();
        for region in ["us-east-1", "eu-west-1"] {
            self.caller = caller(&format!("arn:aws:iam::{ACCOUNT}:root"), region);
            let keys = self.ok("ListKeys", json!({"Limit": 1000}));
            found.push(keys.to_string());
            for operation in ["ListAliases", "DescribeCustomKeyStores"] {
                found.push(said(self.call(operation, json!({}))));
            }
            for key in keys["Keys"].as_array().unwrap() {
                for operation in [
                    "DescribeKey",
                    "GetKeyPolicy",
                    "ListGrants",
                    "ListResourceTags",
                    "GetKeyRotationStatus",
                    "ListKeyRotations",
                    "GetKeyLastUsage",
                    "GetPublicKey",
                ] {
                    let answer = self.call(operation, json!({"KeyId": key["KeyArn"]}));
                    found.push(format!("{operation} {}", said(answer)));
                }
            }
            let app = caller("arn:aws:iam::111122223333:role/App", region);
            for input in ciphertexts {
                found.push(said(self.call("Decrypt", input.clone())));
                found.push(said(self.call_as(&app, "Decrypt", input.clone())));
            }
        }
        found
    }
}

fn said(answer: Result<Value, KmsError>) -> String {
    match answer {
        Ok(answer) => answer.to_string(),
        Err(error) => format!("{error} {:?}", error.denial),
    }
}

/// Rows with one record changed.
fn with(snapshot: &Snapshot, row: &Row, change: impl FnOnce(&mut Value)) -> Snapshot {
    let mut changed = snapshot.clone();
    change(changed.rows.get_mut(row).unwrap());
    changed
}

fn fails(kms: &Kms, snapshot: &Snapshot) -> String {
    let error = kms.restored(snapshot, WORLD, root_key()).err();
    error.expect("the state is refused").to_string()
}

#[test]
fn imported_material_and_its_expiry_are_kept() {
    let mut kms = service("accounts: []");
    let parameters = external(&mut kms, &json!({}));
    let key = parameters.answer["KeyId"].clone();
    let expiry =
        json!({"ExpirationModel": "KEY_MATERIAL_EXPIRES", "ValidTo": "2026-12-01T00:00:00Z"});
    parameters.imports(&mut kms, &[5; 32], &expiry);
    let sealed = kms.ok("Encrypt", json!({"KeyId": key, "Plaintext": "AAAA"}));
    let blob = json!({"CiphertextBlob": sealed["CiphertextBlob"]});
    let mut again = kms.again("accounts: []");
    assert_eq!(again.ok("Decrypt", blob.clone())["Plaintext"], "AAAA");
    again.clock.advance(Duration::from_hours(24 * 30));
    let state = |kms: &mut Kms| {
        kms.ok("DescribeKey", json!({"KeyId": key}))["KeyMetadata"]["KeyState"].clone()
    };
    assert_eq!(state(&mut again), "PendingImport");
    let mut last = again.again("accounts: []");
    assert_eq!(state(&mut last), "PendingImport");
    // An import token of before is still good, since it is sealed under the root key.
    kms.ok("DeleteImportedKeyMaterial", json!({"KeyId": key}));
    let mut emptied = kms.again("accounts: []");
    assert!(
        emptied
            .fails("Decrypt", blob.clone())
            .starts_with("KMSInvalidState")
    );
    parameters.imports(&mut emptied, &[5; 32], &json!({}));
    assert_eq!(emptied.ok("Decrypt", blob)["Plaintext"], "AAAA");
}

#[test]
fn what_was_deleted_does_not_come_back_from_the_world() {
    let mut kms = service(WORLD);
    kms.ok("DeleteAlias", json!({"AliasName": "alias/orders"}));
    let mut again = kms.again(WORLD);
    let missing = again.fails("DescribeKey", json!({"KeyId": "alias/orders"}));
    assert!(missing.starts_with("NotFoundException"), "{missing}");
    again.ok(
        "ScheduleKeyDeletion",
        json!({"KeyId": ADOPTED, "PendingWindowInDays": 7}),
    );
    again.clock.advance(Duration::from_hours(24 * 8));
    again.ok("ListKeys", json!({}));
    let mut last = again.again(WORLD);
    let missing = last.fails("DescribeKey", json!({"KeyId": ADOPTED}));
    assert!(missing.starts_with("NotFoundException"), "{missing}");
    assert!(last.service.world().key(ADOPTED).is_none());
}

#[test]
fn new_keys_and_aliases_of_a_world_are_taken_over() {
    let new = "      - {id: 0987dcba-09fe-87dc-65ba-ab0987654321, region: us-east-1, policy: default, aliases: [alias/new]}\n";
    let world = WORLD.replace(
        "aliases: [alias/orders]",
        "aliases: [alias/orders, alias/second]",
    ) + new
        + "      - {id: mrk-1234abcd12ab34cd56ef1234567890ab, region: eu-west-1, multiRegionKeyType: REPLICA, policy: default}\n";
    let mut kms = service(WORLD);
    let mrk = ADOPTED.replace(
        "1234abcd-12ab-34cd-56ef-1234567890ab",
        "mrk-1234abcd12ab34cd56ef1234567890ab",
    );
    let sealed = kms.ok("Encrypt", json!({"KeyId": mrk, "Plaintext": "AAAA"}));
    let mut again = kms.again(&world);
    for name in ["alias/new", "alias/second", "alias/orders"] {
        again.ok("DescribeKey", json!({"KeyId": name}));
    }
    let names = &again.service.world().key(ADOPTED).unwrap().aliases;
    assert_eq!(names.len(), 2, "{names:?}");
    // A replica has its primary's material.
    again.caller = caller(&format!("arn:aws:iam::{ACCOUNT}:root"), "eu-west-1");
    let opened = again.ok(
        "Decrypt",
        json!({"CiphertextBlob": sealed["CiphertextBlob"]}),
    );
    assert_eq!(opened["Plaintext"], "AAAA");
}

/// An explanation names the statement in the world's text as long as the policy says the same.
#[test]
fn explanations_point_into_the_world() {
    let place = |kms: &mut Kms| {
        let eve = caller("arn:aws:iam::444455556666:user/eve", "us-east-1");
        let error = kms.call_as(&eve, "DescribeKey", json!({"KeyId": ADOPTED}));
        let denial = format!("{:?}", error.unwrap_err().denial.unwrap());
        assert!(denial.contains("kms:DescribeKey"), "{denial}");
        !denial.contains("<key policy of")
    };
    let mut kms = service(WORLD);
    assert!(place(&mut kms));
    assert!(place(&mut kms.again(WORLD)));
    let policy = json!({"Statement": {"Effect": "Allow", "Action": "kms:*", "Resource": "*",
        "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}});
    kms.ok(
        "PutKeyPolicy",
        json!({"KeyId": ADOPTED, "Policy": policy.to_string()}),
    );
    assert!(!place(&mut kms.again(WORLD)));
    // Keys of the state are there without the world too.
    let mut alone = kms.again("accounts: []");
    alone.ok("DescribeKey", json!({"KeyId": "alias/orders"}));
}

#[test]
fn another_root_key_or_version_is_refused() {
    let mut kms = service(WORLD);
    let snapshot = kms.service.snapshot().unwrap();
    let other = RootKey::from_bytes(&[8; 32]).unwrap();
    let (needed, given) = (root_key().id(), other.id());
    let error = kms.restored(&snapshot, WORLD, other).err().unwrap();
    assert_eq!(error, SnapshotError::RootKey { needed, given });
    let mut newer = snapshot;
    newer.header.version = 2;
    assert_eq!(
        fails(&kms, &newer),
        "the state has format version 2; this version of kmsim reads version 1"
    );
    assert_eq!(
        Snapshot::from_json(&newer.to_json()),
        Err(SnapshotError::Version(2))
    );
    for foreign in [json!(null), json!({}), json!({"format": "kmsim state"})] {
        let error = Snapshot::from_json(&foreign).unwrap_err().to_string();
        assert!(error.starts_with("this is no state of kmsim: "), "{error}");
    }
}

#[test]
fn damaged_rows_are_named() {
    let mut kms = service(WORLD);
    let other = kms.key(json!({}));
    let snapshot = kms.service.snapshot().unwrap();
    let row = Row::Key(ADOPTED.into());
    let broken = |change: fn(&mut Value)| fails(&kms, &with(&snapshot, &row, change));
    let begin = format!("the state is damaged: `{ADOPTED}` of keys: ");
    for (change, why) in [
        (
            (|key| key["spec"] = json!("AES_512")) as fn(&mut Value),
            "unknown",
        ),
        (|key| key["more"] = json!(1), "unknown field `more`"),
        (
            |key| drop(key.as_object_mut().unwrap().remove("state")),
            "missing field `state`",
        ),
        (|key| key["policy"] = json!("{}"), ""),
        (
            |key| key["materials"] = json!(null),
            "it has no list of materials",
        ),
        (
            |key| key["materials"][0]["sealed"] = json!("AAAA"),
            "its key material cannot be decrypted",
        ),
        (
            |key| key["materials"][0]["id"] = json!("00".repeat(32)),
            "its key material cannot be decrypted",
        ),
        (
            |key| key["materials"][0]["id"] = json!("00"),
            "expected 64 hexadecimal digits",
        ),
        (
            |key| key["origin"] = json!("AWS_CLOUDHSM"),
            "its key material cannot be decrypted",
        ),
    ] {
        let message = broken(change);
        assert!(
            message.starts_with(&begin) && message.contains(why),
            "{message}"
        );
    }
    // Material of another key does not open here.
    let foreign = snapshot.rows[&Row::Key(other.as_str().into())]["materials"].clone();
    let swapped = with(&snapshot, &row, |key| key["materials"] = foreign);
    assert_eq!(
        fails(&kms, &swapped),
        begin.clone() + "its key material cannot be decrypted"
    );
    let moved = with(&snapshot, &row, |key| key["arn"] = json!(other));
    assert!(fails(&kms, &moved).starts_with(&begin));
}
