//! Stores that are connected, changed and deleted.

use kmsim_kms::Settings;
use serde_json::json;
use std::time::Duration;

use super::{
    CLUSTER, DAY, ENDPOINT, PATH, SERVICE, cloud_hsm, connected, create, credential, entry,
    external, fails_with, hsm_key, state, through_vpc, with, xks_key,
};
use crate::support::{Kms, base64};

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
