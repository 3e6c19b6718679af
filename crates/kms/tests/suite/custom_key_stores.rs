//! Custom key stores and the keys in them.

use std::time::Duration;

use kmsim_crypto::RootKey;
use kmsim_kms::clock::{Clock as _, ManualClock, Timestamp};
use kmsim_kms::{Service, Settings, Snapshot};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

use crate::support::{ACCOUNT, Kms, base64, caller};

const DAY: Duration = Duration::from_hours(24);

fn cloud_hsm(name: &str, cluster: &str) -> Value {
    json!({
        "CustomKeyStoreName": name,
        "CloudHsmClusterId": cluster,
        "TrustAnchorCertificate": "-----BEGIN CERTIFICATE-----",
        "KeyStorePassword": "kmsPswd",
    })
}

const CLUSTER: &str = "cluster-234abcd5672";

fn external(name: &str, endpoint: &str, path: &str) -> Value {
    json!({
        "CustomKeyStoreName": name,
        "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
        "XksProxyConnectivity": "PUBLIC_ENDPOINT",
        "XksProxyUriEndpoint": endpoint,
        "XksProxyUriPath": path,
        "XksProxyAuthenticationCredential": credential("ABCDE12345670EXAMPLE"),
    })
}

fn credential(id: &str) -> Value {
    json!({
        "AccessKeyId": id.replace(['1', '0'], "2"),
        "RawSecretAccessKey": "DXjSUawnel2fr6SKC7G25CNxTyWKE5PF9XX6H/u9pSo=",
    })
}

const ENDPOINT: &str = "https://myproxy.xks.example.com";
const PATH: &str = "/example/kms/xks/v1";
const SERVICE: &str = "com.amazonaws.vpce.us-east-1.vpce-svc-example1";

fn through_vpc(name: &str, endpoint: &str, service: &str) -> Value {
    let mut input = external(name, endpoint, PATH);
    input["XksProxyConnectivity"] = json!("VPC_ENDPOINT_SERVICE");
    input["XksProxyVpcEndpointServiceName"] = json!(service);
    input
}

fn create(kms: &mut Kms, input: Value) -> String {
    let answer = kms.ok("CreateCustomKeyStore", input);
    let id = answer["CustomKeyStoreId"].as_str().unwrap();
    assert!(id.starts_with("cks-") && id.len() == 21, "{id}");
    id.to_owned()
}

/// A connected CloudHSM key store, or an external one.
fn connected(kms: &mut Kms, input: Value) -> String {
    let id = create(kms, input);
    kms.ok("ConnectCustomKeyStore", json!({"CustomKeyStoreId": id}));
    id
}

fn hsm_key(kms: &mut Kms, store: &str) -> String {
    kms.key(json!({"Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": store}))
}

fn xks_key(kms: &mut Kms, store: &str, id: &str) -> String {
    let origin = "EXTERNAL_KEY_STORE";
    kms.key(json!({"Origin": origin, "CustomKeyStoreId": store, "XksKeyId": id}))
}

fn entry(kms: &mut Kms, id: &str) -> Value {
    let answer = kms.ok("DescribeCustomKeyStores", json!({"CustomKeyStoreId": id}));
    assert_eq!(answer["CustomKeyStores"].as_array().unwrap().len(), 1);
    answer["CustomKeyStores"][0].clone()
}

fn state(kms: &mut Kms, key: &str) -> String {
    let answer = kms.ok("DescribeKey", json!({"KeyId": key}));
    answer["KeyMetadata"]["KeyState"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn fails_with(kms: &mut Kms, operation: &str, input: Value, name: &str) {
    let error = kms.fails(operation, input);
    assert!(error.starts_with(name), "{operation}: {error}, not {name}");
}

fn with(mut input: Value, name: &str, value: Value) -> Value {
    input[name] = value;
    input
}

fn without(mut input: Value, name: &str) -> Value {
    input.as_object_mut().unwrap().remove(name).unwrap();
    input
}

#[test]
fn a_cloud_hsm_key_store_is_described() {
    let mut kms = Kms::new();
    let id = create(&mut kms, cloud_hsm("hsm", CLUSTER));
    let told = entry(&mut kms, &id);
    assert_eq!(told["CustomKeyStoreName"], "hsm");
    assert_eq!(told["CustomKeyStoreType"], "AWS_CLOUDHSM");
    assert_eq!(told["CloudHsmClusterId"], CLUSTER);
    assert_eq!(told["ConnectionState"], "DISCONNECTED");
    assert_eq!(
        told["TrustAnchorCertificate"],
        "-----BEGIN CERTIFICATE-----"
    );
    assert_eq!(told.get("XksProxyConfiguration"), None);
    let text = told.to_string();
    assert!(!text.contains("kmsPswd"), "{text}");
    let by_name = kms.ok(
        "DescribeCustomKeyStores",
        json!({"CustomKeyStoreName": "hsm"}),
    );
    assert_eq!(by_name["CustomKeyStores"], json!([told]));
}

#[test]
fn an_external_key_store_is_described() {
    let mut kms = Kms::new();
    let id = create(&mut kms, external("xks", ENDPOINT, PATH));
    let told = entry(&mut kms, &id);
    assert_eq!(told["CustomKeyStoreType"], "EXTERNAL_KEY_STORE");
    assert_eq!(told.get("CloudHsmClusterId"), None);
    assert_eq!(
        told["XksProxyConfiguration"],
        json!({
            "Connectivity": "PUBLIC_ENDPOINT", "AccessKeyId": "ABCDE22345672EXAMPLE",
            "UriEndpoint": ENDPOINT, "UriPath": PATH,
        })
    );
    let id = create(
        &mut kms,
        through_vpc("vpc", "https://private.example.com", SERVICE),
    );
    let told = entry(&mut kms, &id);
    let configuration = &told["XksProxyConfiguration"];
    assert_eq!(configuration["Connectivity"], "VPC_ENDPOINT_SERVICE");
    assert_eq!(configuration["VpcEndpointServiceName"], SERVICE);
    assert_eq!(configuration["VpcEndpointServiceOwner"], ACCOUNT);
    assert!(!told.to_string().contains("DXjSU"));
}

#[test]
fn stores_are_listed_by_account_and_region() {
    let mut kms = Kms::new();
    let one = create(&mut kms, cloud_hsm("one", CLUSTER));
    let two = create(&mut kms, external("two", ENDPOINT, PATH));
    let answer = kms.ok("DescribeCustomKeyStores", json!({}));
    let listed = answer["CustomKeyStores"].as_array().unwrap();
    let mut ids: Vec<&str> = listed
        .iter()
        .map(|own| own["CustomKeyStoreId"].as_str().unwrap())
        .collect();
    let mut expected = [one.as_str(), two.as_str()];
    ids.sort_unstable();
    expected.sort_unstable();
    assert_eq!(ids, expected);
    assert_eq!(answer["Truncated"], false);
    let root = |account: &str| format!("arn:aws:iam::{account}:root");
    for stranger in [
        caller(&root(ACCOUNT), "eu-west-1"),
        caller(&root("444455556666"), "us-east-1"),
    ] {
        let answer = kms
            .call_as(&stranger, "DescribeCustomKeyStores", json!({}))
            .unwrap();
        assert_eq!(answer["CustomKeyStores"], json!([]));
        for operation in ["ConnectCustomKeyStore", "DeleteCustomKeyStore"] {
            let input = json!({"CustomKeyStoreId": one});
            let error = kms.call_as(&stranger, operation, input).unwrap_err();
            assert_eq!(error.code.name(), "CustomKeyStoreNotFoundException");
        }
        // What is unique is so in the account and Region.
        kms.call_as(&stranger, "CreateCustomKeyStore", cloud_hsm("one", CLUSTER))
            .unwrap();
    }
    let name = "CustomKeyStoreNotFoundException";
    for input in [
        json!({"CustomKeyStoreId": "cks-1234567890abcdef0"}),
        json!({"CustomKeyStoreName": "nobody"}),
    ] {
        fails_with(&mut kms, "DescribeCustomKeyStores", input, name);
    }
    let both = json!({"CustomKeyStoreId": one, "CustomKeyStoreName": "one"});
    fails_with(
        &mut kms,
        "DescribeCustomKeyStores",
        both,
        "ValidationException",
    );
}

#[test]
fn parameters_go_with_the_type() {
    let mut kms = Kms::new();
    let hsm = cloud_hsm("hsm", CLUSTER);
    let xks = external("xks", ENDPOINT, PATH);
    let vpc = through_vpc("xks", ENDPOINT, SERVICE);
    let wrong = [
        without(hsm.clone(), "CustomKeyStoreName"),
        without(hsm.clone(), "CloudHsmClusterId"),
        without(hsm.clone(), "KeyStorePassword"),
        without(hsm.clone(), "TrustAnchorCertificate"),
        with(hsm.clone(), "XksProxyUriPath", json!(PATH)),
        with(hsm, "CloudHsmClusterId", json!("cluster-1")),
        without(xks.clone(), "XksProxyConnectivity"),
        without(xks.clone(), "XksProxyUriEndpoint"),
        without(xks.clone(), "XksProxyUriPath"),
        without(xks.clone(), "XksProxyAuthenticationCredential"),
        with(xks.clone(), "CloudHsmClusterId", json!(CLUSTER)),
        with(
            xks.clone(),
            "XksProxyUriEndpoint",
            json!("http://example.com"),
        ),
        with(xks.clone(), "XksProxyUriPath", json!("/example")),
        with(
            xks.clone(),
            "XksProxyVpcEndpointServiceName",
            json!(SERVICE),
        ),
        with(xks, "XksProxyVpcEndpointServiceOwner", json!(ACCOUNT)),
        without(vpc.clone(), "XksProxyVpcEndpointServiceName"),
    ];
    for input in wrong {
        fails_with(
            &mut kms,
            "CreateCustomKeyStore",
            input,
            "ValidationException",
        );
    }
    let elsewhere = SERVICE.replace("us-east-1", "eu-west-1");
    let input = with(vpc, "XksProxyVpcEndpointServiceName", json!(elsewhere));
    let name = "XksProxyVpcEndpointServiceNotFoundException";
    fails_with(&mut kms, "CreateCustomKeyStore", input, name);
    let answer = kms.ok("DescribeCustomKeyStores", json!({}));
    assert_eq!(answer["CustomKeyStores"], json!([]));
}

#[test]
fn names_clusters_and_proxies_serve_one_store() {
    let mut kms = Kms::new();
    create(&mut kms, cloud_hsm("hsm", CLUSTER));
    create(&mut kms, external("public", ENDPOINT, PATH));
    create(
        &mut kms,
        through_vpc("vpc", "https://private.example.com", SERVICE),
    );
    let other = "com.amazonaws.vpce.us-east-1.vpce-svc-example2";
    for (input, name) in [
        (
            cloud_hsm("hsm", "cluster-765432abcde"),
            "CustomKeyStoreNameInUseException",
        ),
        (cloud_hsm("new", CLUSTER), "CloudHsmClusterInUseException"),
        (external("new", ENDPOINT, PATH), "XksProxyUriInUseException"),
        (
            through_vpc("new", ENDPOINT, other),
            "XksProxyUriInUseException",
        ),
        (
            external("new", "https://private.example.com", "/kms/xks/v1"),
            "XksProxyUriEndpointInUseException",
        ),
        (
            through_vpc("new", "https://third.example.com", SERVICE),
            "XksProxyVpcEndpointServiceInUseException",
        ),
    ] {
        fails_with(&mut kms, "CreateCustomKeyStore", input, name);
    }
    // Public endpoints are shared, on different paths.
    create(&mut kms, external("new", ENDPOINT, "/kms/xks/v1"));
}

#[test]
fn ten_stores_and_no_more() {
    let mut kms = Kms::new();
    for number in 0..10 {
        let path = format!("/store{number}/kms/xks/v1");
        create(
            &mut kms,
            external(&format!("store{number}"), ENDPOINT, &path),
        );
    }
    let more = cloud_hsm("hsm", CLUSTER);
    fails_with(
        &mut kms,
        "CreateCustomKeyStore",
        more,
        "LimitExceededException",
    );
}

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
fn a_store_goes_when_it_is_disconnected_and_empty() {
    let mut kms = Kms::new();
    let store = connected(&mut kms, cloud_hsm("hsm", CLUSTER));
    let named = json!({"CustomKeyStoreId": store});
    let key = hsm_key(&mut kms, &store);
    let operation = "DeleteCustomKeyStore";
    fails_with(
        &mut kms,
        operation,
        named.clone(),
        "CustomKeyStoreInvalidStateException",
    );
    kms.ok("DisconnectCustomKeyStore", named.clone());
    fails_with(
        &mut kms,
        operation,
        named.clone(),
        "CustomKeyStoreHasCMKsException",
    );
    // Keys of a disconnected store can be deleted.
    kms.ok(
        "ScheduleKeyDeletion",
        json!({"KeyId": key, "PendingWindowInDays": 7}),
    );
    fails_with(
        &mut kms,
        operation,
        named.clone(),
        "CustomKeyStoreHasCMKsException",
    );
    kms.clock.advance(7 * DAY);
    kms.ok(operation, named.clone());
    fails_with(
        &mut kms,
        operation,
        named,
        "CustomKeyStoreNotFoundException",
    );
    create(&mut kms, cloud_hsm("hsm", CLUSTER));
}

#[test]
fn connecting_takes_its_time() {
    let settings = Settings {
        transition: Duration::from_mins(5),
        ..Settings::default()
    };
    let mut kms = Kms::with_settings("accounts: []", settings);
    let store = create(&mut kms, cloud_hsm("hsm", CLUSTER));
    let named = json!({"CustomKeyStoreId": store});
    let wrong = "CustomKeyStoreInvalidStateException";
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let connection = |kms: &mut Kms| entry(kms, &store)["ConnectionState"].clone();
    fails_with(&mut kms, "DisconnectCustomKeyStore", named.clone(), wrong);
    kms.ok("ConnectCustomKeyStore", named.clone());
    assert_eq!(connection(&mut kms), "CONNECTING");
    let input = json!({"Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": store});
    fails_with(&mut kms, "CreateKey", input, wrong);
    let rename = json!({"CustomKeyStoreId": store, "NewCustomKeyStoreName": "new"});
    fails_with(&mut kms, "UpdateCustomKeyStore", rename, wrong);
    kms.clock.advance(minutes(3));
    kms.ok("ConnectCustomKeyStore", named.clone());
    kms.clock.advance(minutes(2));
    assert_eq!(
        connection(&mut kms),
        "CONNECTED",
        "asking twice does not begin anew"
    );
    kms.ok("ConnectCustomKeyStore", named.clone());
    assert_eq!(connection(&mut kms), "CONNECTED");
    let key = hsm_key(&mut kms, &store);

    kms.ok("DisconnectCustomKeyStore", named.clone());
    assert_eq!(connection(&mut kms), "DISCONNECTING");
    assert_eq!(state(&mut kms, &key), "Unavailable");
    for operation in [
        "ConnectCustomKeyStore",
        "DisconnectCustomKeyStore",
        "DeleteCustomKeyStore",
    ] {
        fails_with(&mut kms, operation, named.clone(), wrong);
    }
    kms.clock.advance(minutes(5));
    assert_eq!(connection(&mut kms), "DISCONNECTED");
    kms.ok("ConnectCustomKeyStore", named.clone());
    assert_eq!(
        state(&mut kms, &key),
        "Unavailable",
        "until it is connected"
    );
    // A connection under way can be broken off.
    kms.ok("DisconnectCustomKeyStore", named.clone());
    kms.clock.advance(minutes(5));
    assert_eq!(connection(&mut kms), "DISCONNECTED");
    assert_eq!(state(&mut kms, &key), "Unavailable");
    kms.ok("ConnectCustomKeyStore", named);
    kms.clock.advance(minutes(5));
    assert_eq!(state(&mut kms, &key), "Enabled");
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
fn a_cloud_hsm_key_store_changes() {
    let mut kms = Kms::new();
    let store = connected(&mut kms, cloud_hsm("hsm", CLUSTER));
    create(&mut kms, cloud_hsm("other", "cluster-765432abcde"));
    let change =
        |name: &str, value: &str| with(json!({"CustomKeyStoreId": store}), name, json!(value));
    let operation = "UpdateCustomKeyStore";
    kms.ok(operation, change("NewCustomKeyStoreName", "renamed"));
    kms.ok(operation, change("NewCustomKeyStoreName", "renamed"));
    assert_eq!(entry(&mut kms, &store)["CustomKeyStoreName"], "renamed");
    let wrong = "CustomKeyStoreInvalidStateException";
    fails_with(
        &mut kms,
        operation,
        change("KeyStorePassword", "newPswd"),
        wrong,
    );
    let cluster = change("CloudHsmClusterId", "cluster-222222abcde");
    fails_with(&mut kms, operation, cluster.clone(), wrong);
    kms.ok(
        "DisconnectCustomKeyStore",
        json!({"CustomKeyStoreId": store}),
    );
    kms.ok(operation, change("KeyStorePassword", "newPswd"));
    kms.ok(operation, cluster);
    assert_eq!(
        entry(&mut kms, &store)["CloudHsmClusterId"],
        "cluster-222222abcde"
    );
    for (name, value, error) in [
        (
            "NewCustomKeyStoreName",
            "other",
            "CustomKeyStoreNameInUseException",
        ),
        (
            "CloudHsmClusterId",
            "cluster-765432abcde",
            "CloudHsmClusterNotRelatedException",
        ),
        ("XksProxyUriPath", PATH, "ValidationException"),
    ] {
        fails_with(&mut kms, operation, change(name, value), error);
    }
    let nowhere = json!({"CustomKeyStoreId": "cks-0", "NewCustomKeyStoreName": "x"});
    fails_with(
        &mut kms,
        operation,
        nowhere,
        "CustomKeyStoreNotFoundException",
    );
}

#[test]
fn an_external_key_store_changes() {
    let mut kms = Kms::new();
    let store = connected(&mut kms, external("xks", ENDPOINT, PATH));
    let key = xks_key(&mut kms, &store, "key1");
    let sealed = kms.ok("Encrypt", json!({"KeyId": key, "Plaintext": base64(b"x")}));
    create(
        &mut kms,
        through_vpc("vpc", "https://private.example.com", SERVICE),
    );
    let named = json!({"CustomKeyStoreId": store});
    let operation = "UpdateCustomKeyStore";
    // While the store is connected: name, path and credential.
    let mut input = with(named.clone(), "XksProxyUriPath", json!("/new/kms/xks/v1"));
    input["XksProxyAuthenticationCredential"] = credential("NEWDE12345670EXAMPLE");
    input["NewCustomKeyStoreName"] = json!("new");
    kms.ok(operation, input);
    let configuration = entry(&mut kms, &store)["XksProxyConfiguration"].clone();
    assert_eq!(configuration["UriPath"], "/new/kms/xks/v1");
    assert_eq!(configuration["AccessKeyId"], "NEWDE22345672EXAMPLE");
    let endpoint = with(
        named.clone(),
        "XksProxyUriEndpoint",
        json!("https://new.example.com"),
    );
    let wrong = "CustomKeyStoreInvalidStateException";
    fails_with(&mut kms, operation, endpoint.clone(), wrong);

    kms.ok("DisconnectCustomKeyStore", named.clone());
    kms.ok(operation, endpoint);
    let vpc = with(
        named.clone(),
        "XksProxyConnectivity",
        json!("VPC_ENDPOINT_SERVICE"),
    );
    fails_with(&mut kms, operation, vpc.clone(), "ValidationException");
    let vpc = with(vpc, "XksProxyUriEndpoint", json!("https://own.example.com"));
    fails_with(&mut kms, operation, vpc.clone(), "ValidationException");
    let used = with(
        vpc.clone(),
        "XksProxyVpcEndpointServiceName",
        json!(SERVICE),
    );
    fails_with(
        &mut kms,
        operation,
        used,
        "XksProxyVpcEndpointServiceInUseException",
    );
    let own = "com.amazonaws.vpce.us-east-1.vpce-svc-own";
    let vpc = with(vpc, "XksProxyVpcEndpointServiceName", json!(own));
    kms.ok(operation, vpc);
    let owner = with(
        named.clone(),
        "XksProxyVpcEndpointServiceOwner",
        json!("444455556666"),
    );
    kms.ok(operation, owner);
    let configuration = entry(&mut kms, &store)["XksProxyConfiguration"].clone();
    assert_eq!(configuration["VpcEndpointServiceName"], own);
    assert_eq!(configuration["VpcEndpointServiceOwner"], "444455556666");
    let public = with(
        named.clone(),
        "XksProxyConnectivity",
        json!("PUBLIC_ENDPOINT"),
    );
    fails_with(&mut kms, operation, public.clone(), "ValidationException");
    kms.ok(
        operation,
        with(
            public,
            "XksProxyUriEndpoint",
            json!("https://new.example.com"),
        ),
    );
    let configuration = entry(&mut kms, &store)["XksProxyConfiguration"].clone();
    assert_eq!(configuration.get("VpcEndpointServiceName"), None);
    let password = with(named.clone(), "KeyStorePassword", json!("kmsPswd"));
    fails_with(&mut kms, operation, password, "ValidationException");

    // It is the same external key manager, behind another address.
    kms.ok("ConnectCustomKeyStore", named);
    let opened = kms.ok(
        "Decrypt",
        json!({"CiphertextBlob": sealed["CiphertextBlob"]}),
    );
    assert_eq!(opened["Plaintext"], base64(b"x"));
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
