use kmsim_policy::document::parse_any;
use kmsim_policy::source::SourceId;

use super::*;

#[track_caller]
fn kind(text: &str) -> Option<Kind> {
    let mut found = Vec::new();
    let json = text.starts_with(['{', '[', '"']);
    let name = if json { "a.json" } else { "a.yaml" };
    let node = parse_any(text, SourceId(0), name, &mut found).unwrap();
    recognize(&node)
}

const DOCUMENTS: [(&str, Kind); 43] = [
    (
        r#"{"Policy": "{\"Statement\": []}", "PolicyName": "default"}"#,
        Kind::KeyPolicy,
    ),
    (r#"{"Policy": "{\"Statement\": []}"}"#, Kind::KeyPolicy),
    (
        r#"{"Version": "2012-10-17", "Statement": []}"#,
        Kind::PolicyDocument,
    ),
    (r#""{\"Statement\": []}""#, Kind::PolicyDocument),
    (
        r#"{"KeyMetadata": {"KeyId": "1", "KeyState": "Enabled"}}"#,
        Kind::KeyMetadata,
    ),
    (
        r#"{"KeyId": "1", "KeyManager": "CUSTOMER"}"#,
        Kind::KeyMetadata,
    ),
    (
        r#"{"Grants": [], "Truncated": true, "NextMarker": "A"}"#,
        Kind::Grants,
    ),
    (r#"{"Aliases": [{"AliasName": "alias/a"}]}"#, Kind::Aliases),
    (
        r#"{"Tags": [{"TagKey": "a", "TagValue": "b"}]}"#,
        Kind::KeyTags,
    ),
    (r#"{"Tags": [], "Truncated": false}"#, Kind::KeyTags),
    (
        r#"{"Keys": [{"KeyId": "1", "KeyArn": "arn:aws:kms:…"}]}"#,
        Kind::Keys,
    ),
    (r#"{"KeyRotationEnabled": true}"#, Kind::Unneeded),
    (
        r#"{"UserDetailList": [], "RoleDetailList": []}"#,
        Kind::AuthorizationDetails,
    ),
    (
        r#"{"RoleName": "a", "PolicyName": "b", "PolicyDocument": {}}"#,
        Kind::InlinePolicy,
    ),
    (r#"{"AttachedPolicies": []}"#, Kind::AttachedPolicies),
    (
        r#"{"PolicyVersion": {"Document": {}, "VersionId": "v1"}}"#,
        Kind::PolicyVersion,
    ),
    (
        r#"{"Policy": {"Arn": "a", "DefaultVersionId": "v1"}}"#,
        Kind::ManagedPolicies,
    ),
    (r#"{"Role": {"RoleName": "a"}}"#, Kind::Principals),
    (
        r#"{"Group": {"GroupName": "a"}, "Users": []}"#,
        Kind::Principals,
    ),
    (r#"{"PolicyNames": ["default"]}"#, Kind::PolicyNames),
    (
        r#"{"Policy": {"PolicySummary": {}, "Content": "{}"}}"#,
        Kind::ControlPolicy,
    ),
    (
        r#"{"Policies": [{"Type": "SERVICE_CONTROL_POLICY", "Arn": "arn:aws:organizations::aws:policy/x"}]}"#,
        Kind::ControlPolicies,
    ),
    (r#"{"Targets": [{"TargetId": "r-abcd"}]}"#, Kind::Targets),
    (
        r#"{"Parents": [{"Id": "r-abcd", "Type": "ROOT"}]}"#,
        Kind::Parents,
    ),
    (
        r#"{"Children": [{"Id": "1", "Type": "ACCOUNT"}]}"#,
        Kind::Children,
    ),
    (
        r#"{"Roots": [{"Id": "r-abcd", "PolicyTypes": []}]}"#,
        Kind::Roots,
    ),
    (r#"{"OrganizationalUnits": []}"#, Kind::Units),
    (r#"{"Organization": {"Id": "o-1"}}"#, Kind::Organization),
    (
        r#"{"Accounts": [{"Id": "1", "Arn": "arn:aws:organizations::9:account/o-1/1"}]}"#,
        Kind::Accounts,
    ),
    (
        r#"{"roots": [], "attachments": []}"#,
        Kind::OrganizationBundle,
    ),
    (r#"{"VpcEndpoints": []}"#, Kind::VpcEndpoints),
    (
        r#"{"UserId": "A", "Account": "1", "Arn": "a"}"#,
        Kind::CallerIdentity,
    ),
    (
        r#"{"format_version": "1.2", "planned_values": {}}"#,
        Kind::TerraformPlan,
    ),
    (
        r#"{"format_version": "1.0", "values": {}}"#,
        Kind::TerraformState,
    ),
    (
        r#"{"version": 4, "serial": 1, "lineage": "a"}"#,
        Kind::TerraformStateFile,
    ),
    (
        r#"{"Resources": {"Key": {"Type": "AWS::KMS::Key"}}}"#,
        Kind::CloudFormation,
    ),
    (
        "AWSTemplateFormatVersion: '2010-09-09'",
        Kind::CloudFormation,
    ),
    (
        r#"{"Records": [{"eventSource": "kms.amazonaws.com", "eventName": "Decrypt"}]}"#,
        Kind::CloudTrail,
    ),
    (
        r#"[{"eventName": "Decrypt", "eventTime": "2026"}]"#,
        Kind::CloudTrail,
    ),
    (r#"{"EvaluationResults": []}"#, Kind::Simulation),
    (r#"{"findings": []}"#, Kind::Findings),
    ("accounts: []", Kind::World),
    ("cases: []", Kind::Cases),
];

#[test]
fn every_kind_is_told_by_its_content() {
    for (text, expected) in DOCUMENTS {
        assert_eq!(kind(text), Some(expected), "{text}");
    }
}

#[test]
fn what_resembles_an_input_is_none() {
    for text in [
        "{}",
        "[]",
        "1",
        "\"text\"",
        r#"{"Aliases": [{"AliasArn": "arn:aws:lambda:…", "Name": "live"}]}"#,
        r#"{"Policy": "{}", "RevisionId": "1"}"#,
        r#"{"Policies": []}"#,
        r#"{"name": "package", "version": "1.0.0"}"#,
        r#"{"Resources": {"a": {"b": 1}}}"#,
    ] {
        assert_eq!(kind(text), None, "{text}");
    }
}
