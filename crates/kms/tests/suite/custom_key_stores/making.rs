//! Stores that are made, described and listed.

use serde_json::json;

use super::{
    CLUSTER, ENDPOINT, PATH, SERVICE, cloud_hsm, create, entry, external, fails_with, through_vpc,
    with, without,
};
use crate::support::{ACCOUNT, Kms, caller};

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
