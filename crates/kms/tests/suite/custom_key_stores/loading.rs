//! Stores that come from a stored state or a world.

use kmsim_crypto::RootKey;
use kmsim_kms::clock::{Clock as _, ManualClock, Timestamp};
use kmsim_kms::{Service, Settings, Snapshot};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};
use std::time::Duration;

use super::{
    CLUSTER, ENDPOINT, SERVICE, cloud_hsm, connected, entry, fails_with, hsm_key, state,
    through_vpc, xks_key,
};
use crate::support::{ACCOUNT, Kms, base64, caller};

/// A service with a root key that is known, from a world or from a stored state.
fn stored(world: &Value, snapshot: Option<&Snapshot>, now: Timestamp) -> Kms {
    let (world, sources) = crate::support::world_of(&world.to_string());
    let clock = ManualClock::new(now);
    let rng = Box::new(ChaCha20Rng::seed_from_u64(2));
    let settings = Settings {
        transition: Duration::from_mins(5),
        ..Settings::default()
    };
    let (root, its_clock) = (
        RootKey::from_bytes(&[7; 32]).unwrap(),
        Box::new(clock.clone()),
    );
    let service = match snapshot {
        None => Service::with_root_key(world, sources, settings, its_clock, rng, root).unwrap(),
        Some(snapshot) => {
            Service::restore(snapshot, world, sources, settings, its_clock, rng, root).unwrap()
        }
    };
    Kms {
        service,
        clock,
        caller: caller(&format!("arn:aws:iam::{ACCOUNT}:root"), "us-east-1"),
    }
}

#[test]
fn stores_and_their_keys_are_the_same_after_loading() {
    let start: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
    let world = json!({"accounts": []});
    let mut kms = stored(&world, None, start);
    let hsm = connected(&mut kms, cloud_hsm("hsm", CLUSTER));
    let xks = connected(&mut kms, through_vpc("xks", ENDPOINT, SERVICE));
    kms.clock.advance(Duration::from_mins(5));
    let keys = [hsm_key(&mut kms, &hsm), xks_key(&mut kms, &xks, "key1")];
    let sealed = keys.clone().map(|key| {
        let input = json!({"KeyId": key, "Plaintext": base64(b"kept")});
        kms.ok("Encrypt", input)["CiphertextBlob"].clone()
    });
    let told = [&hsm, &xks].map(|id| entry(&mut kms, id));
    kms.ok("DisconnectCustomKeyStore", json!({"CustomKeyStoreId": hsm}));
    let now = kms.clock.now();
    let snapshot = kms.service.snapshot().unwrap();

    let mut kms = stored(&world, Some(&snapshot), now);
    assert_eq!(entry(&mut kms, &xks), told[1]);
    assert_eq!(entry(&mut kms, &hsm)["ConnectionState"], "DISCONNECTING");
    assert_eq!(state(&mut kms, &keys[0]), "Unavailable");
    kms.clock.advance(Duration::from_mins(5));
    kms.ok("ConnectCustomKeyStore", json!({"CustomKeyStoreId": hsm}));
    kms.clock.advance(Duration::from_mins(5));
    assert_eq!(entry(&mut kms, &hsm), told[0]);
    for blob in sealed {
        let opened = kms.ok("Decrypt", json!({"CiphertextBlob": blob}));
        assert_eq!(opened["Plaintext"], base64(b"kept"));
    }
    let taken = json!({
        "Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": xks, "XksKeyId": "key1",
    });
    fails_with(&mut kms, "CreateKey", taken, "XksKeyAlreadyInUseException");
}

#[test]
fn keys_of_a_world_that_are_in_a_store_get_one() {
    let id = |last: u32| format!("1234abcd-12ab-34cd-56ef-12345678900{last}");
    let key = |last: u32, origin: &str, state: &str| {
        json!({
            "id": id(last), "region": "us-east-1", "policy": "default", "origin": origin,
            "state": state,
        })
    };
    let world = json!({"accounts": [{"id": ACCOUNT, "keys": [
        key(1, "AWS_CLOUDHSM", "Enabled"),
        key(2, "AWS_CLOUDHSM", "Disabled"),
        key(3, "AWS_CLOUDHSM", "Unavailable"),
        key(4, "EXTERNAL_KEY_STORE", "Enabled"),
    ]}]});
    let mut kms = Kms::with(&world.to_string());
    let answer = kms.ok("DescribeCustomKeyStores", json!({}));
    assert_eq!(answer["CustomKeyStores"].as_array().unwrap().len(), 3);
    let mut told = [1, 2, 3, 4].map(|last| {
        let answer = kms.ok("DescribeKey", json!({"KeyId": id(last)}));
        answer["KeyMetadata"].clone()
    });
    let store = |told: &Value| told["CustomKeyStoreId"].as_str().unwrap().to_owned();
    assert_eq!(store(&told[0]), store(&told[1]));
    assert_ne!(store(&told[0]), store(&told[2]));
    assert!(told[0]["CloudHsmClusterId"].is_string());
    assert_eq!(told[3]["XksKeyConfiguration"]["Id"], id(4));
    for last in [1, 4] {
        let sealed = kms.ok("Encrypt", json!({"KeyId": id(last), "Plaintext": "AAAA"}));
        kms.ok(
            "Decrypt",
            json!({"CiphertextBlob": sealed["CiphertextBlob"]}),
        );
        let input = json!({"KeyId": id(last), "KeyPairSpec": "ECC_NIST_P256"});
        fails_with(
            &mut kms,
            "GenerateDataKeyPair",
            input,
            "UnsupportedOperationException",
        );
    }
    let disconnected = store(&told[2]);
    kms.ok(
        "ConnectCustomKeyStore",
        json!({"CustomKeyStoreId": disconnected}),
    );
    told[2] = kms.ok("DescribeKey", json!({"KeyId": id(3)}))["KeyMetadata"].clone();
    assert_eq!(told[2]["KeyState"], "Enabled");
    kms.ok(
        "DisconnectCustomKeyStore",
        json!({"CustomKeyStoreId": store(&told[0])}),
    );
    assert_eq!(state(&mut kms, &id(2)), "Unavailable");
}
