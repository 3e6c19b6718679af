//! Keys in custom key stores.

use serde_json::{Value, json};

use super::{
    CLUSTER, ENDPOINT, PATH, cloud_hsm, connected, create, entry, external, fails_with, hsm_key,
    state, with, without, xks_key,
};
use crate::support::{Kms, base64};

#[test]
fn keys_are_made_in_connected_stores_only() {
    let mut kms = Kms::new();
    let store = create(&mut kms, cloud_hsm("hsm", CLUSTER));
    let input = json!({"Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": store});
    let name = "CustomKeyStoreInvalidStateException";
    fails_with(&mut kms, "CreateKey", input.clone(), name);
    kms.ok("ConnectCustomKeyStore", json!({"CustomKeyStoreId": store}));
    assert_eq!(entry(&mut kms, &store)["ConnectionState"], "CONNECTED");
    let metadata = kms.ok("CreateKey", input.clone())["KeyMetadata"].clone();
    assert_eq!(metadata["KeyState"], "Enabled");
    assert_eq!(metadata["Origin"], "AWS_CLOUDHSM");
    assert_eq!(metadata["CustomKeyStoreId"], store);
    assert_eq!(metadata["CloudHsmClusterId"], CLUSTER);
    assert_eq!(metadata.get("CurrentKeyMaterialId"), None);
    assert_eq!(metadata.get("XksKeyConfiguration"), None);
    kms.ok(
        "DisconnectCustomKeyStore",
        json!({"CustomKeyStoreId": store}),
    );
    fails_with(&mut kms, "CreateKey", input, name);
}

#[test]
fn origin_store_and_external_key_go_together() {
    let mut kms = Kms::new();
    let hsm = connected(&mut kms, cloud_hsm("hsm", CLUSTER));
    let xks = connected(&mut kms, external("xks", ENDPOINT, PATH));
    let of_hsm = json!({"Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": hsm});
    let of_xks = json!({
        "Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": xks, "XksKeyId": "key1",
    });
    let nowhere = json!("cks-1234567890abcdef0");
    let rsa = with(of_hsm.clone(), "KeySpec", json!("RSA_2048"));
    for (input, name) in [
        (
            without(of_hsm.clone(), "CustomKeyStoreId"),
            "ValidationException",
        ),
        (without(of_hsm.clone(), "Origin"), "ValidationException"),
        (
            with(of_hsm.clone(), "XksKeyId", json!("key1")),
            "ValidationException",
        ),
        (
            with(of_hsm.clone(), "CustomKeyStoreId", json!(xks)),
            "ValidationException",
        ),
        (
            with(of_hsm.clone(), "CustomKeyStoreId", nowhere),
            "CustomKeyStoreNotFoundException",
        ),
        (
            with(of_hsm, "MultiRegion", json!(true)),
            "UnsupportedOperationException",
        ),
        (
            with(rsa, "KeyUsage", json!("SIGN_VERIFY")),
            "UnsupportedOperationException",
        ),
        (without(of_xks.clone(), "XksKeyId"), "ValidationException"),
        (
            with(of_xks.clone(), "CustomKeyStoreId", json!(hsm)),
            "ValidationException",
        ),
        (json!({"XksKeyId": "key1"}), "ValidationException"),
    ] {
        fails_with(&mut kms, "CreateKey", input, name);
    }
    let metadata = kms.ok("CreateKey", of_xks.clone())["KeyMetadata"].clone();
    assert_eq!(metadata["XksKeyConfiguration"], json!({"Id": "key1"}));
    assert_eq!(metadata.get("CloudHsmClusterId"), None);
    fails_with(&mut kms, "CreateKey", of_xks, "XksKeyAlreadyInUseException");
    // The external key of another store is another key.
    let other = connected(&mut kms, external("other", ENDPOINT, "/kms/xks/v1"));
    xks_key(&mut kms, &other, "key1");
}

#[test]
fn disconnected_keys_are_unavailable_and_come_back_as_they_were() {
    let mut kms = Kms::new();
    for (name, input) in [
        ("hsm", cloud_hsm("hsm", CLUSTER)),
        ("xks", external("xks", ENDPOINT, PATH)),
    ] {
        let store = connected(&mut kms, input);
        let mut make = |number: u32| match name {
            "hsm" => hsm_key(&mut kms, &store),
            _ => xks_key(&mut kms, &store, &format!("key{number}")),
        };
        let [enabled, disabled, pending, cancelled, switched] = [1, 2, 3, 4, 5].map(&mut make);
        let elsewhere = kms.key(json!({}));
        let use_it = |key: &str| json!({"KeyId": key, "Plaintext": base64(b"x")});
        let sealed = kms.ok("Encrypt", use_it(&enabled));
        kms.ok("DisableKey", json!({"KeyId": disabled}));
        for key in [&pending, &cancelled] {
            kms.ok("ScheduleKeyDeletion", json!({"KeyId": key}));
        }
        let named = json!({"CustomKeyStoreId": store});
        kms.ok("DisconnectCustomKeyStore", named.clone());
        for key in [&enabled, &disabled, &switched] {
            assert_eq!(state(&mut kms, key), "Unavailable");
        }
        assert_eq!(state(&mut kms, &pending), "PendingDeletion");
        assert_eq!(state(&mut kms, &elsewhere), "Enabled");
        let error = kms.fails("Encrypt", use_it(&enabled));
        assert_eq!(
            error,
            format!("KMSInvalidStateException: {enabled} is unavailable.")
        );
        let blob = json!({"CiphertextBlob": sealed["CiphertextBlob"]});
        fails_with(
            &mut kms,
            "Decrypt",
            blob.clone(),
            "KMSInvalidStateException",
        );

        // What is switched now counts once the key is back.
        kms.ok("DisableKey", json!({"KeyId": switched}));
        assert_eq!(state(&mut kms, &switched), "Unavailable");
        kms.ok("CancelKeyDeletion", json!({"KeyId": cancelled}));
        assert_eq!(state(&mut kms, &cancelled), "Unavailable");

        kms.ok("ConnectCustomKeyStore", named);
        for (key, expected) in [
            (&enabled, "Enabled"),
            (&disabled, "Disabled"),
            (&pending, "PendingDeletion"),
            (&cancelled, "Disabled"),
            (&switched, "Disabled"),
        ] {
            assert_eq!(state(&mut kms, key), expected);
        }
        let opened = kms.ok("Decrypt", blob);
        assert_eq!(opened["Plaintext"], base64(b"x"));
    }
}

#[test]
fn keys_in_stores_encrypt_and_make_data_keys_but_no_pairs() {
    let mut kms = Kms::new();
    let hsm = connected(&mut kms, cloud_hsm("hsm", CLUSTER));
    let xks = connected(&mut kms, external("xks", ENDPOINT, PATH));
    let normal = kms.key(json!({}));
    for key in [hsm_key(&mut kms, &hsm), xks_key(&mut kms, &xks, "key1")] {
        let context = json!({"a": "b"});
        let answer = kms.ok(
            "GenerateDataKey",
            json!({"KeyId": key, "KeySpec": "AES_256", "EncryptionContext": context}),
        );
        let opened = kms.ok(
            "Decrypt",
            json!({"CiphertextBlob": answer["CiphertextBlob"], "EncryptionContext": context}),
        );
        assert_eq!(opened["Plaintext"], answer["Plaintext"]);
        assert_eq!(opened["KeyId"], key);
        let moved = kms.ok(
            "ReEncrypt",
            json!({
                "CiphertextBlob": answer["CiphertextBlob"], "SourceEncryptionContext": context,
                "DestinationKeyId": normal,
            }),
        );
        let back = kms.ok(
            "ReEncrypt",
            json!({"CiphertextBlob": moved["CiphertextBlob"], "DestinationKeyId": key}),
        );
        let opened = kms.ok("Decrypt", json!({"CiphertextBlob": back["CiphertextBlob"]}));
        assert_eq!(opened["Plaintext"], answer["Plaintext"]);
        for operation in ["GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"] {
            let input = json!({"KeyId": key, "KeyPairSpec": "ECC_NIST_P256"});
            fails_with(&mut kms, operation, input, "UnsupportedOperationException");
        }
        let most = json!({"KeyId": key, "Plaintext": base64(&[7; 4096])});
        let sealed = kms.ok("Encrypt", most);
        let opened = kms.ok(
            "Decrypt",
            json!({"CiphertextBlob": sealed["CiphertextBlob"]}),
        );
        assert_eq!(opened["Plaintext"], base64(&[7; 4096]));
    }
}

#[test]
fn the_external_key_manager_refuses_what_it_did_not_encrypt() {
    let mut kms = Kms::new();
    let store = connected(&mut kms, external("xks", ENDPOINT, PATH));
    let key = xks_key(&mut kms, &store, "key1");
    let plain = json!({"KeyId": key, "Plaintext": "AAAA", "EncryptionContext": {"a": "b"}});
    let sealed = kms.ok("Encrypt", plain);
    let text = sealed["CiphertextBlob"].as_str().unwrap();
    let normal = kms.key(json!({}));
    let input = json!({"KeyId": normal, "Plaintext": "AAAA", "EncryptionContext": {"a": "b"}});
    let once = kms.ok("Encrypt", input)["CiphertextBlob"]
        .as_str()
        .unwrap()
        .len();
    assert!(text.len() > once + 100, "encrypted twice");
    let message = "KMSInvalidStateException: The external key store proxy rejected the request \
                   because the specified ciphertext or additional authenticated data is \
                   corrupted, missing, or otherwise invalid.";
    for context in [json!({}), json!({"a": "c"})] {
        let input = json!({"CiphertextBlob": text, "EncryptionContext": context});
        assert_eq!(kms.fails("Decrypt", input), message);
    }
    let events = kms.service.take_events();
    let event = events.last().unwrap().to_json();
    assert_eq!(event["additionalEventData"]["xksKeyId"], "key1");
    assert_eq!(event["errorCode"], "KMSInvalidStateException");
}

#[test]
fn random_bytes_come_from_connected_clusters() {
    let mut kms = Kms::new();
    let hsm = create(&mut kms, cloud_hsm("hsm", CLUSTER));
    let from = |store: &str| json!({"NumberOfBytes": 16, "CustomKeyStoreId": store});
    let operation = "GenerateRandom";
    fails_with(
        &mut kms,
        operation,
        from(&hsm),
        "CustomKeyStoreInvalidStateException",
    );
    kms.ok("ConnectCustomKeyStore", json!({"CustomKeyStoreId": hsm}));
    assert_eq!(
        kms.ok(operation, from(&hsm))["Plaintext"]
            .as_str()
            .unwrap()
            .len(),
        24
    );
    let xks = connected(&mut kms, external("xks", ENDPOINT, PATH));
    fails_with(
        &mut kms,
        operation,
        from(&xks),
        "UnsupportedOperationException",
    );
    fails_with(
        &mut kms,
        operation,
        from("cks-0"),
        "CustomKeyStoreNotFoundException",
    );
}

#[test]
fn events_name_store_and_backing_key() {
    let mut kms = Kms::new();
    let hsm = connected(&mut kms, cloud_hsm("hsm", CLUSTER));
    let xks = connected(&mut kms, external("xks", ENDPOINT, PATH));
    let events = kms.events();
    let text = serde_json::to_string(&events).unwrap();
    for secret in ["kmsPswd", "DXjSU", "ABCDE22345672EXAMPLE"] {
        assert!(!text.contains(secret), "{secret} is in an event");
    }
    let created = &events[0];
    assert_eq!(
        created["requestParameters"],
        json!({"customKeyStoreName": "hsm", "clusterId": CLUSTER})
    );
    assert_eq!(
        created["responseElements"],
        json!({"customKeyStoreId": hsm})
    );
    assert_eq!(created["readOnly"], false);
    let connected = &events[1];
    assert_eq!(
        connected["requestParameters"],
        json!({"customKeyStoreId": hsm})
    );
    assert_eq!(
        connected["additionalEventData"],
        json!({"customKeyStoreName": "hsm", "clusterId": CLUSTER})
    );

    let in_hsm = hsm_key(&mut kms, &hsm);
    let in_xks = xks_key(&mut kms, &xks, "key1");
    for key in [&in_hsm, &in_xks] {
        kms.ok("Encrypt", json!({"KeyId": key, "Plaintext": "AAAA"}));
    }
    let events = kms.events();
    let [made_in_hsm, made_in_xks, used_in_hsm, used_in_xks] = events.as_slice() else {
        panic!("{events:?}");
    };
    let backing_key = made_in_hsm["additionalEventData"]["backingKey"]
        .as_str()
        .unwrap();
    let backing_key: Value = serde_json::from_str(backing_key).unwrap();
    let id = &backing_key["backingKeyId"];
    assert_eq!(made_in_xks["requestParameters"]["xksKeyId"], "key1");
    assert_eq!(
        made_in_xks["responseElements"]["keyMetadata"]["xksKeyConfiguration"],
        json!({"id": "key1"})
    );
    let data = &used_in_hsm["additionalEventData"];
    assert_eq!(
        (&data["customKeyStoreId"], &data["backingKeyId"]),
        (&json!(hsm), id)
    );
    assert_eq!(data.get("xksKeyId"), None);
    let data = &used_in_xks["additionalEventData"];
    assert_eq!(
        (&data["customKeyStoreId"], &data["xksKeyId"]),
        (&json!(xks), &json!("key1"))
    );
    assert_eq!(data.get("backingKeyId"), None);
}

#[test]
fn keys_in_stores_neither_rotate_nor_take_imports() {
    let mut kms = Kms::new();
    let store = connected(&mut kms, cloud_hsm("hsm", CLUSTER));
    let key = hsm_key(&mut kms, &store);
    let named = json!({"KeyId": key});
    let import = json!({
        "KeyId": key, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048",
    });
    for (operation, input) in [
        ("EnableKeyRotation", &named),
        ("DisableKeyRotation", &named),
        ("GetKeyRotationStatus", &named),
        ("ListKeyRotations", &named),
        ("RotateKeyOnDemand", &named),
        ("GetParametersForImport", &import),
        ("DeleteImportedKeyMaterial", &named),
    ] {
        let error = "UnsupportedOperationException";
        fails_with(&mut kms, operation, input.clone(), error);
    }
}
