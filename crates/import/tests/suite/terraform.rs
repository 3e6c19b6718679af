//! Plans and states: the worlds that they give, and what calls come to there.

use kmsim_authz::decision::Verdict::{Allowed, Depends, ImplicitDeny};
use kmsim_import::Settings;

use crate::support::{fixture, import, shared};

const APP: &str = "caller: arn:aws:iam::111122223333:role/service/OrdersApp\n";
const READER: &str = "caller: arn:aws:iam::111122223333:role/Reader\n";
const WORKER: &str = "caller: arn:aws:iam::111122223333:role/aws_iam_role.worker-0\n";
const PARTNER: &str = "caller: arn:aws:iam::444455556666:root\n";

#[test]
fn a_plan_decides_as_the_world_after_it() {
    let outcome = fixture("orders.plan.json", Settings::default());
    let cases = [
        // The document of a data source that is read after apply, with the ARN of a new key.
        (
            APP,
            "operation: Decrypt\nkey: alias/orders\nencryptionContext: {user: orders}",
            Allowed,
        ),
        (APP, "operation: Decrypt\nkey: alias/orders", ImplicitDeny),
        (APP, "operation: Decrypt\nkey: alias/payments", Allowed),
        (APP, "operation: Decrypt\nkey: alias/plain", ImplicitDeny),
        (APP, "operation: ListAliases", Allowed),
        // A managed policy whose ARN is known after apply.
        (APP, "operation: DescribeKey\nkey: alias/orders", Allowed),
        // A document of which nothing is known.
        (READER, "operation: Decrypt\nkey: alias/orders", Depends),
        (APP, "operation: Decrypt\nkey: alias/written", Depends),
        // The policy in `aws_kms_key_policy` counts; a key without any has the default one.
        (PARTNER, "operation: Decrypt\nkey: alias/orders", Allowed),
        (
            PARTNER,
            "operation: Decrypt\nkey: alias/plain",
            ImplicitDeny,
        ),
        // An inline policy of a role that Terraform will name.
        (WORKER, "operation: Encrypt\nkey: alias/plain", Allowed),
        // A grant for a role on the key of a module.
        (
            WORKER,
            "operation: Decrypt\nkey: alias/payments\nencryptionContext: {Department: IT}",
            Allowed,
        ),
        (
            WORKER,
            "operation: Decrypt\nkey: alias/payments",
            ImplicitDeny,
        ),
    ];
    for (caller, rest, expected) in cases {
        assert_eq!(
            outcome.decide(&format!("{caller}{rest}")),
            expected,
            "{rest}"
        );
    }
}

#[test]
fn an_endpoint_limits_by_its_policy_of_its_own() {
    let outcome = fixture("orders.plan.json", Settings::default());
    let endpoint = &outcome.world().contents().vpc_endpoints[0];
    assert_eq!(endpoint.vpc.as_deref(), Some("vpc-0a1b2c3d"));
    let through = format!("vpcEndpoint: {}\n", endpoint.id);
    let decrypt = format!("{APP}operation: Decrypt\nkey: alias/payments\n{through}");
    assert_eq!(outcome.decide(&decrypt), Allowed);
    let describe = format!("{APP}operation: DescribeKey\nkey: alias/orders\n{through}");
    assert_eq!(outcome.decide(&describe), ImplicitDeny);
}

#[test]
fn what_is_known_of_a_plan_and_what_is_not() {
    let outcome = fixture("orders.plan.json", Settings::default());
    let contents = outcome.world().contents();
    let keys: Vec<_> = contents
        .keys
        .iter()
        .map(|key| key.arn.to_string())
        .collect();
    insta::assert_debug_snapshot!("plan_keys", keys);
    insta::assert_debug_snapshot!("plan_gaps", outcome.gaps);
    insta::assert_debug_snapshot!("plan_used", outcome.used);
    let orders = contents
        .keys
        .iter()
        .find(|key| key.aliases.iter().any(|alias| &**alias == "alias/orders"));
    let tags: Vec<_> = orders
        .unwrap()
        .tags
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(tags, ["team=orders", "owner=platform"]);
    // The other provider is another account and Region.
    let partner = contents
        .keys
        .iter()
        .find(|key| key.account.as_str() == "444455556666")
        .unwrap();
    assert_eq!(partner.region.as_str(), "eu-central-1");
    let bucket = &contents.resources[0];
    assert_eq!(bucket.arn.as_str(), "arn:aws:s3:::orders-data");
    assert!(bucket.policy.is_some());
}

#[test]
fn a_plan_tells_the_world_before_it_too() {
    let before = Settings {
        before: true,
        ..Settings::default()
    };
    let outcome = fixture("orders.plan.json", before);
    let contents = outcome.world().contents();
    let keys: Vec<_> = contents
        .keys
        .iter()
        .map(kmsim_authz::world::Key::id)
        .collect();
    assert_eq!(
        keys,
        [
            "0987dcba-09fe-87dc-65ba-ab0987654321",
            "1234abcd-12ab-34cd-56ef-1234567890ab"
        ]
    );
    assert_eq!(contents.identities.len(), 0);
    let call =
        "caller: arn:aws:iam::444455556666:role/Reporting\noperation: Decrypt\nkey: alias/payments";
    assert_eq!(outcome.decide(call), ImplicitDeny);
}

#[test]
fn a_state_tells_what_there_is() {
    let outcome = fixture("orders.state.json", Settings::default());
    outcome.assert(&[
        (&format!("{APP}operation: Decrypt\nkey: alias/payments"), Allowed),
        // Allowed by the attached policy, and not by the boundary.
        (&format!("{APP}operation: DescribeKey\nkey: 1234abcd-12ab-34cd-56ef-1234567890ab\nregion: us-west-2"), ImplicitDeny),
    ]);
    let role = &outcome.world().contents().identities[0];
    // `inline_policy` and `aws_iam_role_policy` are one and the same.
    assert_eq!(role.policies.len(), 2);
    insta::assert_debug_snapshot!("state_gaps", outcome.gaps);
}

#[test]
fn the_samples_import() {
    let Some(folder) = shared("inputs") else {
        return;
    };
    for (name, keys) in [
        ("terraform-show-plan.json", 3),
        ("terraform-show-state.json", 1),
    ] {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let outcome = import(&[(name, &text)], Settings::default());
        assert_eq!(outcome.world().contents().keys.len(), keys, "{name}");
    }
}

/// An account as IAM tells it, and a key as KMS does.
const EXPORT: &str = r#"{
  "UserDetailList": [], "GroupDetailList": [],
  "RoleDetailList": [
    {"RoleName": "Reader", "Path": "/team/", "Arn": "arn:aws:iam::111122223333:role/team/Reader", "RoleId": "AROAEXAMPLEEXAMPLEEX3",
     "RolePolicyList": [
       {"PolicyName": "old", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}},
       {"PolicyName": "kept", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*"}]}}],
     "AttachedManagedPolicies": [{"PolicyName": "describe", "PolicyArn": "arn:aws:iam::111122223333:policy/describe"}]}
  ],
  "Policies": [
    {"PolicyName": "describe", "Path": "/", "Arn": "arn:aws:iam::111122223333:policy/describe", "DefaultVersionId": "v1",
     "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:DescribeKey", "Resource": "*"}]}}]}
  ]
}"#;

const KEY: &str = r#"{"KeyMetadata": {"KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab", "Arn": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", "KeyState": "Enabled", "KeyManager": "CUSTOMER", "KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT"}}"#;

const PLAN: &str = r#"{
  "format_version": "1.2", "planned_values": {"root_module": {}},
  "resource_changes": [
    {"address": "aws_iam_role_policy.old", "mode": "managed", "type": "aws_iam_role_policy", "name": "old",
     "change": {"actions": ["delete"], "before": {"role": "Reader", "name": "old", "policy": "{}"}, "after": null, "after_unknown": {}}},
    {"address": "aws_iam_role_policy_attachment.a", "mode": "managed", "type": "aws_iam_role_policy_attachment", "name": "a",
     "change": {"actions": ["delete"], "before": {"role": "Reader", "policy_arn": "arn:aws:iam::111122223333:policy/describe"}, "after": null, "after_unknown": {}}},
    {"address": "aws_iam_role_policy.new", "mode": "managed", "type": "aws_iam_role_policy", "name": "new",
     "change": {"actions": ["create"], "before": null, "after": {"role": "Reader", "name": "new", "policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"kms:ReEncrypt*\", \"Resource\": \"*\"}]}"}, "after_unknown": {}}},
    {"address": "aws_kms_key.a", "mode": "managed", "type": "aws_kms_key", "name": "a",
     "change": {"actions": ["update"],
       "before": {"arn": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", "policy": "{}", "tags_all": {"a": "1", "b": "2"}},
       "after": {"arn": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", "is_enabled": false, "tags_all": {"a": "2"},
         "policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"arn:aws:iam::111122223333:root\"}, \"Action\": \"kms:*\", \"Resource\": \"*\"}]}"}, "after_unknown": {}}}
  ]
}"#;

#[test]
fn a_plan_changes_what_exports_tell() {
    let key_policy = r#"{"Policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Deny\", \"Principal\": \"*\", \"Action\": \"kms:*\", \"Resource\": \"*\"}]}", "PolicyName": "default"}"#;
    let tags = r#"{"Tags": [{"TagKey": "a", "TagValue": "1"}, {"TagKey": "b", "TagValue": "2"}], "Truncated": false}"#;
    let folder = "1234abcd-12ab-34cd-56ef-1234567890ab";
    let (policy_file, tags_file) = (
        format!("{folder}/get-key-policy.json"),
        format!("{folder}/list-resource-tags.json"),
    );
    let texts = [
        ("plan.json", PLAN),
        ("iam.json", EXPORT),
        ("key.json", KEY),
        (policy_file.as_str(), key_policy),
        (tags_file.as_str(), tags),
    ];
    let outcome = import(&texts, Settings::default());
    let reader = |operation: &str| {
        format!(
            "caller: arn:aws:iam::111122223333:role/team/Reader\noperation: {operation}\nkey: {folder}\nregion: us-west-2"
        )
    };
    outcome.assert(&[
        (&reader("Decrypt"), ImplicitDeny),
        (&reader("DescribeKey"), ImplicitDeny),
        (&reader("Encrypt"), Allowed),
    ]);
    let role = &outcome.world().contents().identities[0];
    let names: Vec<_> = role
        .policies
        .iter()
        .filter_map(|policy| policy.name.as_deref())
        .collect();
    assert_eq!(names, ["kept", "new"]);
    let key = &outcome.world().contents().keys[0];
    assert_eq!(key.state.name(), "Disabled");
    let tags: Vec<_> = key
        .tags
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(tags, ["a=2"]);
}

#[test]
fn a_state_that_contradicts_an_export_is_told() {
    let state = PLAN.replace("\"planned_values\": {\"root_module\": {}}", "\"values\": {\"root_module\": {\"resources\": [{\"address\": \"aws_kms_key.a\", \"mode\": \"managed\", \"type\": \"aws_kms_key\", \"name\": \"a\", \"values\": {\"arn\": \"arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\", \"customer_master_key_spec\": \"RSA_2048\"}}]}}")
        .replace("resource_changes", "changes");
    let outcome = import(
        &[("state.json", &state), ("key.json", KEY)],
        Settings::default(),
    );
    assert!(
        outcome
            .findings
            .iter()
            .any(|found| found.contains("contradict each other: `spec` of the key")),
        "{:?}",
        outcome.findings
    );
}
