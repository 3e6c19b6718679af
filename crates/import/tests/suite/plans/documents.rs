//! Policy documents of plans: what their lists hold, and how they are merged.

use kmsim_authz::decision::Verdict::{Allowed, Depends, ImplicitDeny};
use serde_json::{Value, json};

use super::{ACCOUNT, Plan, refers, role};
use crate::support::Outcome;

#[test]
fn lists_of_a_document_hold_what_they_refer_to() {
    let statement = |resources: Value| json!({"statement": [{"actions": ["kms:Decrypt"], "resources": resources}]});
    let document = |unknown: Value, references: &[&str], known: Value| {
        Plan::new()
            .key("a")
            .key("b")
            .key("c")
            .role("App")
            .policy(
                "p",
                "aws_iam_role.App.id",
                &["data.aws_iam_policy_document.d.json"],
            )
            .document(
                "d",
                statement(known),
                json!({"json": true, "statement": [{"resources": unknown}]}),
                json!({"statement": [{"resources": refers(references)}]}),
            )
            .outcome()
    };
    let ask = |outcome: &Outcome| {
        ["a", "b", "c"]
            .map(|key| outcome.decide(&role("App", &format!("Decrypt\nkey: alias/{key}"))))
    };
    // As many unknown elements as references: they are these.
    let both = document(
        json!([true, true]),
        &["aws_kms_key.a.arn", "aws_kms_key.b.arn"],
        json!([null, null]),
    );
    assert_eq!(ask(&both), [Allowed, Allowed, ImplicitDeny]);
    // A list that is unknown as a whole may hold more.
    let whole = document(json!(true), &["aws_kms_key.a.arn"], Value::Null);
    assert_eq!(ask(&whole), [Allowed, Depends, Depends]);
    // One of the elements does not say which reference it is made of.
    let more = document(
        json!([true]),
        &["aws_kms_key.a.arn", "aws_kms_key.b.arn"],
        json!([null]),
    );
    assert_eq!(ask(&more), [Depends, Depends, Depends]);
    // The ARN of a bucket is often the beginning of a longer one.
    let bucket = document(json!([true]), &["aws_s3_bucket.x.arn"], json!([null]));
    assert_eq!(ask(&bucket), [Depends, Depends, Depends]);
}

#[test]
fn documents_are_merged_by_sid() {
    let source = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*"}, {"Sid": "B", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}"#;
    let over = r#"{"Version": "2012-10-17", "Statement": {"Sid": "B", "Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*"}}"#;
    let plan = |overrides: Value, unknown: Value| {
        Plan::new()
            .key("a")
            .role("App")
            .policy("p", "aws_iam_role.App.id", &["data.aws_iam_policy_document.d.json"])
            .document(
                "d",
                json!({"source_policy_documents": [source], "override_policy_documents": overrides, "statement": [{"sid": "C", "effect": "Allow", "actions": ["kms:DescribeKey"], "resources": ["*"]}]}),
                json!({"json": true, "override_policy_documents": unknown}),
                json!({"override_policy_documents": {"references": ["local.x"]}}),
            )
            .outcome()
    };
    let ask = |outcome: &Outcome| {
        ["Encrypt", "Decrypt", "DescribeKey"]
            .map(|operation| outcome.decide(&role("App", &format!("{operation}\nkey: alias/a"))))
    };
    let known = plan(json!([over]), json!([false]));
    assert_eq!(
        ask(&known),
        [
            Allowed,
            kmsim_authz::decision::Verdict::ExplicitDeny,
            Allowed
        ]
    );
    let none = plan(Value::Null, Value::Null);
    assert_eq!(ask(&none), [Allowed, Allowed, Allowed]);
    // An unknown override may replace any statement.
    let unknown = plan(json!([null]), json!([true]));
    assert_eq!(ask(&unknown), [Depends, Depends, Depends]);
}

#[test]
fn principals_and_conditions_of_a_document_become_those_of_a_key_policy() {
    let statement = json!({"statement": [
        {"sid": "Root", "actions": ["kms:*"], "resources": ["*"], "principals": [{"type": "AWS", "identifiers": [format!("arn:aws:iam::{ACCOUNT}:root")]}]},
        {"sid": "App", "actions": ["kms:Decrypt"], "resources": ["*"], "principals": [{"type": "AWS", "identifiers": [null]}, {"type": "Service", "identifiers": ["s3.amazonaws.com"]}],
         "condition": [{"test": "StringEquals", "variable": "kms:EncryptionContext:a", "values": ["1"]}, {"test": "StringEquals", "variable": "kms:EncryptionContext:b", "values": ["2"]}]}]});
    let unknown =
        json!({"json": true, "statement": [{}, {"principals": [{"identifiers": [true]}, {}]}]});
    let expressions = json!({"statement": [{}, {"principals": [{"identifiers": refers(&["aws_iam_role.App.arn"])}, {}]}]});
    let plan = Plan::new()
        .role("App")
        .document("d", statement, unknown, expressions)
        .create(
            "aws_kms_key.k",
            json!({}),
            json!({"arn": true, "key_id": true, "policy": true}),
            json!({"policy": refers(&["data.aws_iam_policy_document.d.json"])}),
        )
        .alias("k", &["aws_kms_key.k.key_id"]);
    plan.outcome().assert(&[
        (
            &role(
                "App",
                "Decrypt\nkey: alias/k\nencryptionContext: {a: '1', b: '2'}",
            ),
            Allowed,
        ),
        (
            &role("App", "Decrypt\nkey: alias/k\nencryptionContext: {a: '1'}"),
            ImplicitDeny,
        ),
    ]);
}
