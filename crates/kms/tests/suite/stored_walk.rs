//! Random calls, after which the state is stored and read again.

use std::collections::BTreeMap;
use std::time::Duration;

use kmsim_kms::{Row, Snapshot};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::stored::{ADOPTED, WORLD, root_key, service};
use crate::support::{ACCOUNT, Kms, base64, caller};

/// Rows without what differs each time that a key is sealed.
fn comparable(rows: &BTreeMap<Row, Value>) -> BTreeMap<Row, Value> {
    let mut rows = rows.clone();
    for record in rows.values_mut() {
        let materials = record.get_mut("materials").and_then(Value::as_array_mut);
        for material in materials.into_iter().flatten() {
            let sealed = material.get_mut("sealed");
            if let Some(sealed) = sealed {
                *sealed = Value::from(sealed.as_str().unwrap().len());
            }
        }
    }
    rows
}

/// A step of a random run. Numbers choose among the keys that there are.
#[derive(Clone, Debug)]
enum Act {
    Create(usize),
    OnKey(usize, usize),
    Encrypt(usize, u8),
    Alias(usize, u8, usize),
    Grant(usize, bool),
    EndGrant(usize),
    Store(bool),
    Pass(u32),
}

fn act() -> impl Strategy<Value = Act> {
    let key = 0..20_usize;
    prop_oneof![
        2 => (0..6_usize).prop_map(Act::Create),
        6 => (key.clone(), 0..14_usize).prop_map(|(key, what)| Act::OnKey(key, what)),
        3 => (key.clone(), 0..4_u8).prop_map(|(key, byte)| Act::Encrypt(key, byte)),
        2 => (0..3_usize, 0..4_u8, key.clone()).prop_map(|(what, name, key)| Act::Alias(what, name, key)),
        2 => (key.clone(), any::<bool>()).prop_map(|(key, named)| Act::Grant(key, named)),
        1 => key.prop_map(Act::EndGrant),
        1 => any::<bool>().prop_map(Act::Store),
        2 => (0..100_u32).prop_map(Act::Pass),
    ]
}

/// A service that acts at random, and what it was told.
struct Walk {
    kms: Kms,
    keys: Vec<String>,
    ciphertexts: Vec<Value>,
    grants: Vec<(String, Value)>,
    stores: Vec<Value>,
}

impl Walk {
    fn new() -> Self {
        Self {
            kms: service(WORLD),
            keys: vec![
                ADOPTED.to_owned(),
                ADOPTED.replace(
                    "1234abcd-12ab-34cd-56ef-1234567890ab",
                    "mrk-1234abcd12ab34cd56ef1234567890ab",
                ),
            ],
            ciphertexts: Vec::new(),
            grants: Vec::new(),
            stores: Vec::new(),
        }
    }

    fn key(&self, at: usize) -> String {
        self.keys[at % self.keys.len()].clone()
    }

    /// What comes of an act does not matter: exceptions are as good as answers.
    fn act(&mut self, act: &Act) {
        match act {
            Act::Create(kind) => self.create(*kind),
            Act::OnKey(at, what) => self.on_key(*at, *what),
            Act::Encrypt(at, byte) => self.encrypt(*at, *byte),
            Act::Alias(what, name, at) => self.alias(*what, usize::from(*name), *at),
            Act::Grant(at, named) => self.grant(*at, *named),
            Act::EndGrant(at) => self.end_grant(*at),
            Act::Store(connect) => self.store(*connect),
            Act::Pass(days) => {
                let passed = Duration::from_hours(u64::from(*days) * 24);
                self.kms.clock.advance(passed);
            }
        }
    }

    /// The root user calls a Region.
    fn call_in(&mut self, region: &str, operation: &str, input: Value) -> Option<Value> {
        self.kms.caller = caller(&format!("arn:aws:iam::{ACCOUNT}:root"), region);
        self.kms.call(operation, input).ok()
    }

    /// The root user calls the Region of a key.
    fn call_at(&mut self, key: &str, operation: &str, input: Value) -> Option<Value> {
        let region = key.split(':').nth(3).unwrap().to_owned();
        self.call_in(&region, operation, input)
    }

    fn create(&mut self, kind: usize) {
        let input = [
            json!({"Description": "a"}),
            json!({"MultiRegion": true, "Tags": [{"TagKey": "a", "TagValue": "b"}]}),
            json!({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}),
            json!({"KeySpec": "ECC_NIST_EDWARDS25519", "KeyUsage": "SIGN_VERIFY"}),
            json!({"Origin": "EXTERNAL"}),
            json!({"Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": self.stores.last()}),
        ][kind]
            .clone();
        if let Some(answer) = self.call_in("us-east-1", "CreateKey", input) {
            let arn = answer["KeyMetadata"]["Arn"].as_str().unwrap();
            self.keys.push(arn.to_owned());
        }
    }

    fn on_key(&mut self, at: usize, what: usize) {
        let key = self.key(at);
        let policy = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "New",
            "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": "kms:*", "Resource": "*"}]}"#;
        let (operation, mut input) = [
            ("DisableKey", json!({})),
            ("EnableKey", json!({})),
            ("ScheduleKeyDeletion", json!({"PendingWindowInDays": 7})),
            ("CancelKeyDeletion", json!({})),
            ("EnableKeyRotation", json!({"RotationPeriodInDays": 90})),
            ("DisableKeyRotation", json!({})),
            ("RotateKeyOnDemand", json!({})),
            ("UpdateKeyDescription", json!({"Description": "other"})),
            (
                "TagResource",
                json!({"Tags": [{"TagKey": "c", "TagValue": "d"}]}),
            ),
            ("UntagResource", json!({"TagKeys": ["Team"]})),
            ("PutKeyPolicy", json!({"Policy": policy})),
            ("ReplicateKey", json!({"ReplicaRegion": "eu-west-1"})),
            ("UpdatePrimaryRegion", json!({"PrimaryRegion": "eu-west-1"})),
            (
                "GenerateMac",
                json!({"Message": "AAAA", "MacAlgorithm": "HMAC_SHA_256"}),
            ),
        ][what]
            .clone();
        input["KeyId"] = json!(key);
        if self.call_at(&key, operation, input).is_some() && operation == "ReplicateKey" {
            self.keys.push(key.replace(":us-east-1:", ":eu-west-1:"));
        }
    }

    fn encrypt(&mut self, at: usize, byte: u8) {
        let key = self.key(at);
        let context = json!({"a": byte.to_string()});
        let input = json!({
            "KeyId": key, "Plaintext": base64(&[byte; 9]), "EncryptionContext": context,
        });
        if let Some(answer) = self.call_at(&key, "Encrypt", input) {
            self.ciphertexts.push(json!({
                "CiphertextBlob": answer["CiphertextBlob"], "EncryptionContext": context,
            }));
        }
    }

    fn alias(&mut self, what: usize, name: usize, at: usize) {
        let key = self.key(at);
        let name = ["alias/orders", "alias/a", "alias/b", "alias/c"][name];
        let (operation, input) = [
            (
                "CreateAlias",
                json!({"AliasName": name, "TargetKeyId": key}),
            ),
            (
                "UpdateAlias",
                json!({"AliasName": name, "TargetKeyId": key}),
            ),
            ("DeleteAlias", json!({"AliasName": name})),
        ][what]
            .clone();
        self.call_at(&key, operation, input);
    }

    fn grant(&mut self, at: usize, named: bool) {
        let key = self.key(at);
        let mut input = json!({
            "KeyId": key, "Operations": ["Decrypt", "DescribeKey"],
            "GranteePrincipal": "arn:aws:iam::111122223333:role/App",
        });
        if named {
            input["Name"] = json!("named");
            input["Constraints"] = json!({"EncryptionContextSubset": {"a": "1"}});
        }
        if let Some(answer) = self.call_at(&key, "CreateGrant", input) {
            self.grants.push((key, answer["GrantId"].clone()));
        }
    }

    fn end_grant(&mut self, at: usize) {
        if !self.grants.is_empty() {
            let (key, grant) = self.grants.remove(at % self.grants.len());
            self.call_at(&key, "RevokeGrant", json!({"KeyId": key, "GrantId": grant}));
        }
    }

    fn store(&mut self, connect: bool) {
        if self.stores.is_empty() {
            let input = json!({
                "CustomKeyStoreName": "hsm", "CloudHsmClusterId": "cluster-1a23b4cdefg",
                "TrustAnchorCertificate": "certificate", "KeyStorePassword": "password",
            });
            let made = self.call_in("us-east-1", "CreateCustomKeyStore", input);
            assert!(made.is_some(), "a custom key store can be made");
            self.stores
                .extend(made.map(|own| own["CustomKeyStoreId"].clone()));
        }
        let operation = if connect {
            "ConnectCustomKeyStore"
        } else {
            "DisconnectCustomKeyStore"
        };
        let input = json!({"CustomKeyStoreId": self.stores.last()});
        self.call_in("us-east-1", operation, input);
    }
}

fn same(left: Vec<String>, right: Vec<String>) {
    assert_eq!(left.len(), right.len());
    for (left, right) in left.into_iter().zip(right) {
        assert_eq!(left, right);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// After any calls, the rows that changed on the way are the whole state, and a service that
    /// is made of them answers as the first one does, whatever it is asked.
    #[test]
    fn nothing_is_lost_over_save_and_load(acts in proptest::collection::vec(act(), 1..60)) {
        let mut walk = Walk::new();
        let mut rows = BTreeMap::new();
        // What is due at the end is done before it is stored: it would make material twice.
        let end = [Act::OnKey(0, 7)];
        for act in acts.iter().chain(&end) {
            walk.act(act);
            for change in walk.kms.service.take_changes().unwrap() {
                match change.record {
                    Some(record) => drop(rows.insert(change.row, record)),
                    None => drop(rows.remove(&change.row)),
                }
            }
        }
        let whole = walk.kms.service.snapshot().unwrap();
        prop_assert_eq!(comparable(&rows), comparable(&whole.rows));
        let stored = Snapshot { header: whole.header, rows };
        let mut restored = walk.kms.restored(&stored, WORLD, root_key()).unwrap();
        same(restored.answers(&walk.ciphertexts), walk.kms.answers(&walk.ciphertexts));
        // Time goes on for both.
        for kms in [&mut walk.kms, &mut restored] {
            kms.clock.advance(Duration::from_hours(24 * 100));
        }
        // Rotations that fell due have made new material, and calls have ids, to each its own.
        let without = |mut answers: Vec<String>| {
            answers.retain(|answer| {
                let changes = ["DescribeKey", "ListKeyRotations", "GetKeyLastUsage"];
                !changes.iter().any(|name| answer.starts_with(name))
            });
            answers
        };
        same(
            without(restored.answers(&walk.ciphertexts)),
            without(walk.kms.answers(&walk.ciphertexts)),
        );
    }
}
