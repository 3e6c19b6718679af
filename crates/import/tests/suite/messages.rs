//! What people are told of exports that cannot be used as they are.

use insta::assert_snapshot;
use kmsim_import::Settings;

use crate::support::told;

const A: &str = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const POLICY: &str = r#"{"Policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"111122223333\"}, \"Action\": \"kms:*\", \"Resource\": \"*\"}]}"}"#;
const OTHER: &str = r#"{"Policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"*\"}, \"Action\": \"kms:*\", \"Resource\": \"*\"}]}"}"#;

fn metadata(arn: &str) -> String {
    format!(
        r#"{{"KeyMetadata": {{"KeyId": "{}", "Arn": "{arn}", "KeyManager": "CUSTOMER", "KeyState": "Enabled"}}}}"#,
        arn.rsplit('/').next().unwrap()
    )
}

fn all(texts: &[(&str, &str)]) -> String {
    told(texts, Settings::default())
}

#[test]
fn what_cannot_be_read() {
    let half = POLICY.split_at(40).0;
    assert_snapshot!("half_written", all(&[("policy.json", half)]));
    assert_snapshot!(
        "wrong_kind",
        all(&[
            ("package.json", r#"{"name": "app", "version": "1.0.0"}"#),
            ("list.yaml", "- a\n- b\n")
        ])
    );
    let broken = POLICY.replace(r#"\"Allow\""#, r#"\"Alow\""#);
    assert_snapshot!(
        "broken_policy",
        all(&[("key.json", &metadata(A)), ("policy.json", &broken)])
    );
}

#[test]
fn contradictions_name_both_places() {
    let key = metadata(A);
    assert_snapshot!(
        "two_policies",
        all(&[
            ("key.json", &key),
            ("monday.json", POLICY),
            ("tuesday.json", OTHER)
        ])
    );
    let disabled = key.replace("Enabled", "Disabled");
    assert_snapshot!(
        "two_states",
        all(&[
            ("monday.json", &key),
            ("tuesday.json", &disabled),
            ("policy.json", POLICY)
        ])
    );
    let grant = |operation: &str| {
        format!(
            r#"{{"Grants": [{{"KeyId": "{A}", "GrantId": "1", "GranteePrincipal": "arn:aws:iam::444455556666:root", "Operations": ["{operation}"]}}]}}"#
        )
    };
    assert_snapshot!(
        "two_grants",
        all(&[
            ("key.json", &key),
            ("policy.json", POLICY),
            ("monday.json", &grant("Decrypt")),
            ("tuesday.json", &grant("Encrypt"))
        ])
    );
    let role = |action: &str| {
        format!(
            r#"{{"RoleDetailList": [{{"RoleName": "App", "Arn": "arn:aws:iam::111122223333:role/App", "RolePolicyList": [{{"PolicyName": "use", "PolicyDocument": {{"Statement": {{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}}}}}]}}]}}"#
        )
    };
    assert_snapshot!(
        "two_inline_policies",
        all(&[
            ("monday.json", &role("kms:Encrypt")),
            ("tuesday.json", &role("kms:Decrypt"))
        ])
    );
    let parents =
        |id: &str| format!(r#"{{"Parents": [{{"Id": "{id}", "Type": "ORGANIZATIONAL_UNIT"}}]}}"#);
    assert_snapshot!(
        "two_parents",
        all(&[
            ("monday/111122223333.json", &parents("ou-abcd-11111111")),
            ("tuesday/111122223333.json", &parents("ou-abcd-22222222"))
        ])
    );
    let organization = |id: &str| {
        format!(r#"{{"Organization": {{"Id": "{id}", "MasterAccountId": "999999999999"}}}}"#)
    };
    assert_snapshot!(
        "two_organizations",
        all(&[
            ("one.json", &organization("o-one1111111")),
            ("two.json", &organization("o-two2222222"))
        ])
    );
}

#[test]
fn whose_an_answer_is() {
    let other = A.replace("1234abcd", "0000abcd");
    let (one, two) = (metadata(A), metadata(&other));
    assert_snapshot!(
        "one_of_two_keys",
        all(&[
            ("one.json", &one),
            ("two.json", &two),
            ("policy.json", POLICY)
        ])
    );
    assert_snapshot!("no_key", all(&[("policy.json", POLICY)]));
    let path = "keys/1234abcd-12ab-34cd-56ef-1234567890ab/policy.json";
    assert_snapshot!("key_without_account", all(&[(path, POLICY)]));
    let inline = r#"{"RoleName": "App", "PolicyName": "use", "PolicyDocument": {"Statement": []}}"#;
    assert_snapshot!("role_without_account", all(&[("inline.json", inline)]));
    let nameless = [
        (
            "parents.json",
            r#"{"Parents": [{"Id": "r-abcd", "Type": "ROOT"}]}"#,
        ),
        (
            "children.json",
            r#"{"Children": [{"Id": "111122223333", "Type": "ACCOUNT"}]}"#,
        ),
        (
            "targets.json",
            r#"{"Targets": [{"TargetId": "r-abcd", "Type": "ROOT"}]}"#,
        ),
        ("attached.json", r#"{"AttachedPolicies": []}"#),
        (
            "version.json",
            r#"{"PolicyVersion": {"Document": {"Statement": []}, "VersionId": "v1"}}"#,
        ),
        (
            "bare.json",
            r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}"#,
        ),
        (
            "bucket.json",
            r#"{"Policy": "{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"s3:*\", \"Resource\": \"arn:aws:s3:::b\"}]}"}"#,
        ),
        ("simulation.json", r#"{"EvaluationResults": []}"#),
        ("findings.json", r#"{"findings": []}"#),
        (
            "terraform.tfstate",
            r#"{"version": 4, "serial": 1, "lineage": "a"}"#,
        ),
        (
            "event.json",
            r#"{"eventSource": "kms.amazonaws.com", "eventName": "Decrypt"}"#,
        ),
        ("world.yaml", "accounts: []"),
        ("cases.yaml", "cases: []"),
    ];
    assert_snapshot!("nameless", all(&nameless));
}

#[test]
fn what_is_missing() {
    let key = metadata(A);
    assert_snapshot!("a_key_alone", all(&[("key.json", &key)]));
    let page = r#"{"Grants": [], "Truncated": true, "NextMarker": "AE0"}"#;
    let last = r#"{"Grants": [], "Truncated": false}"#;
    let first = [
        ("key.json", &*key),
        ("policy.json", POLICY),
        ("page1.json", page),
    ];
    assert_snapshot!("one_page", all(&first));
    let both = [&first[..], &[("page2.json", last)]].concat();
    assert!(!all(&both).contains("missing-page"));
    let role = r#"{"Role": {"RoleName": "App", "Arn": "arn:aws:iam::111122223333:role/App"}}"#;
    assert_snapshot!("a_role_alone", all(&[("role.json", role)]));
    let attached = r#"{"AttachedPolicies": [{"PolicyName": "P", "PolicyArn": "arn:aws:iam::111122223333:policy/P"}]}"#;
    let names = r#"{"PolicyNames": ["use"]}"#;
    let inline = r#"{"RoleName": "App", "PolicyName": "use", "PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}}}"#;
    let version = r#"{"PolicyVersion": {"Document": {"Statement": {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}}, "VersionId": "v1", "IsDefaultVersion": true}}"#;
    let whole = [
        ("role.json", role),
        ("App/attached.json", attached),
        ("App/names.json", names),
        ("App/use.json", inline),
        ("policy.json", version),
    ];
    assert_snapshot!("a_role_with_all_of_its_policies", all(&whole));
    let group = r#"{"UserDetailList": [{"UserName": "nina", "Arn": "arn:aws:iam::111122223333:user/nina", "GroupList": ["Admins"]}]}"#;
    assert_snapshot!("a_group_is_missing", all(&[("details.json", group)]));
}

#[test]
fn organizations_in_pieces() {
    let organization =
        r#"{"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "999999999999"}}"#;
    let details =
        r#"{"RoleDetailList": [{"RoleName": "App", "Arn": "arn:aws:iam::111122223333:role/App"}]}"#;
    assert_snapshot!(
        "organization_alone",
        all(&[
            ("organization.json", organization),
            ("details.json", details)
        ])
    );
    let scp = r#"{"Policy": {"PolicySummary": {"Id": "p-examplescp1", "Name": "Deny", "Type": "SERVICE_CONTROL_POLICY"}, "Content": "{\"Statement\": {\"Effect\": \"Deny\", \"Action\": \"kms:*\", \"Resource\": \"*\"}}"}}"#;
    let targets =
        r#"{"Targets": [{"TargetId": "ou-abcd-11111111", "Type": "ORGANIZATIONAL_UNIT"}]}"#;
    let parents = r#"{"Parents": [{"Id": "ou-abcd-11111111", "Type": "ORGANIZATIONAL_UNIT"}]}"#;
    let some = [
        ("organization.json", organization),
        ("details.json", details),
        ("p-examplescp1.json", scp),
        ("p-examplescp1/targets.json", targets),
        ("parents/111122223333.json", parents),
    ];
    assert_snapshot!("some_of_an_organization", all(&some));
    let circle = [
        ("organization.json", organization),
        (
            "parents/ou-abcd-11111111.json",
            r#"{"Parents": [{"Id": "ou-abcd-22222222"}]}"#,
        ),
        (
            "parents/ou-abcd-22222222.json",
            r#"{"Parents": [{"Id": "ou-abcd-11111111"}]}"#,
        ),
    ];
    let circle = circle.map(|(name, text)| {
        (
            name,
            text.replace(r#"1"}"#, r#"1", "Type": "ORGANIZATIONAL_UNIT"}"#)
                .replace(r#"2"}"#, r#"2", "Type": "ORGANIZATIONAL_UNIT"}"#),
        )
    });
    let circle: Vec<(&str, &str)> = circle.iter().map(|(name, text)| (*name, &**text)).collect();
    assert_snapshot!("units_in_each_other", all(&circle));
    let bundle = r#"{"organization": {"Id": "o-1"}, "roots": [{"Id": "r-abcd", "childs": []}], "units": [], "attachments": []}"#;
    assert_snapshot!("a_misspelt_bundle", all(&[("bundle.json", bundle)]));
}
