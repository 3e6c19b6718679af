//! Custom key stores and the keys in them.

use serde_json::{Value, json};
use std::time::Duration;

use crate::support::Kms;

mod changes;
mod keys;
mod loading;
mod making;

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
