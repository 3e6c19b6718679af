//! How long a decision takes once world and request are prepared.
//!
//! `small` is the default key policy and one identity-based policy of three statements, `large`
//! a key policy of 50 statements with conditions, ten identity-based policies of 20 statements
//! and five SCPs. `traced` is the same decision with everything recorded for an explanation.

#![expect(
    clippy::expect_used,
    reason = "a benchmark on a broken text means nothing"
)]

use std::fmt::Write as _;

use divan::Bencher;
use kmsim_authz::case::Case;
use kmsim_authz::decide::{decide, decide_traced};
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_policy::json;
use kmsim_policy::source::Sources;

fn main() {
    divan::main();
}

const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

#[divan::bench(args = ["small", "large", "large denied"])]
fn silent(bencher: Bencher<'_, '_>, name: &str) {
    let case = read(&text(name));
    let layers = case.layers.borrow();
    bencher.bench(|| decide(divan::black_box(&layers), divan::black_box(&case.request)));
}

#[divan::bench(args = ["small", "large"])]
fn traced(bencher: Bencher<'_, '_>, name: &str) {
    let case = read(&text(name));
    let layers = case.layers.borrow();
    bencher.bench(|| decide_traced(divan::black_box(&layers), divan::black_box(&case.request)));
}

#[divan::bench(args = ["small", "large"])]
fn parsed_and_decided(bencher: Bencher<'_, '_>, name: &str) {
    let text = text(name);
    bencher.bench(|| {
        let case = read(divan::black_box(&text));
        decide(&case.layers.borrow(), &case.request)
    });
}

fn read(text: &str) -> Case {
    let mut sources = Sources::new();
    let id = sources.add("bench", text);
    let mut reader = Reader::new(&mut sources, &NoFiles);
    let node = json::parse(text, id, &mut reader.diagnostics).expect("valid JSON");
    reader.case(&node).expect("a valid case")
}

fn text(name: &str) -> String {
    match name {
        "small" => small(),
        "large" => large(false),
        _ => large(true),
    }
}

fn small() -> String {
    let statement = |sid: &str, action: &str, resource: &str| {
        format!(
            r#"{{"Sid": "{sid}", "Effect": "Allow", "Action": "{action}", "Resource": "{resource}"}}"#
        )
    };
    let identity = [
        statement("Buckets", "s3:GetObject", "arn:aws:s3:::orders/*"),
        statement("Describe", "kms:Describe*", "*"),
        statement("Use", "kms:Decrypt", KEY),
    ];
    let key_policy = r#"{"Version": "2012-10-17", "Id": "key-default-1", "Statement": [{"Sid": "Enable IAM User Permissions",
        "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}]}"#;
    case(key_policy, &[policy(&identity)], &[])
}

/// Half of the statements are for the action of the request, a third names its caller.
fn large(denied: bool) -> String {
    let key: Vec<String> = (0..50).map(key_statement).collect();
    let identity: Vec<String> = (0..10)
        .map(|p| {
            policy(
                &(0..20)
                    .map(|n| identity_statement(p * 20 + n))
                    .collect::<Vec<_>>(),
            )
        })
        .collect();
    let mut scps =
        vec![policy(&[r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#.to_owned()]); 5];
    if denied {
        scps.push(policy(&[
            r#"{"Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*"}"#.to_owned(),
        ]));
    }
    case(&policy(&key), &identity, &scps)
}

fn key_statement(n: usize) -> String {
    let principal = match n % 3 {
        0 => "arn:aws:iam::111122223333:root".to_owned(),
        1 => format!("arn:aws:iam::444455556666:role/Role{n}"),
        _ => format!("arn:aws:iam::111122223333:user/user{n}"),
    };
    let action = if n.is_multiple_of(2) {
        r#"["kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"]"#
    } else {
        r#""kms:CreateGrant""#
    };
    let mut condition =
        format!(r#""StringEquals": {{"kms:EncryptionContext:tenant": "tenant-{n}"}}"#);
    if n.is_multiple_of(4) {
        let _ = write!(
            condition,
            r#", "StringLike": {{"kms:ViaService": ["s3.*.amazonaws.com", "ec2.us-east-1.amazonaws.com"]}}"#
        );
    }
    format!(
        r#"{{"Sid": "S{n}", "Effect": "{}", "Principal": {{"AWS": "{principal}"}}, "Action": {action}, "Resource": "*", "Condition": {{{condition}}}}}"#,
        if n % 10 == 9 { "Deny" } else { "Allow" }
    )
}

fn identity_statement(n: usize) -> String {
    let (action, resource) = match n % 4 {
        0 => (
            "kms:Decrypt",
            format!("arn:aws:kms:us-east-1:111122223333:key/{n:08}-12ab-34cd-56ef-1234567890ab"),
        ),
        1 => ("s3:GetObject", format!("arn:aws:s3:::bucket-{n}/*")),
        2 => (
            "kms:GenerateDataKey*",
            "arn:aws:kms:*:111122223333:key/*".to_owned(),
        ),
        _ => ("ec2:Describe*", "*".to_owned()),
    };
    let resource = if n == 196 { KEY.to_owned() } else { resource };
    let condition = if n.is_multiple_of(8) {
        r#", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "orders"}}"#
    } else {
        ""
    };
    format!(
        r#"{{"Sid": "I{n}", "Effect": "Allow", "Action": "{action}", "Resource": "{resource}"{condition}}}"#
    )
}

fn policy(statements: &[String]) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#,
        statements.join(", ")
    )
}

fn case(key_policy: &str, identity: &[String], scps: &[String]) -> String {
    let scps = if scps.is_empty() {
        String::new()
    } else {
        format!(
            r#", "scps": [{{"level": "r-root", "policies": [{}]}}]"#,
            scps.join(", ")
        )
    };
    format!(
        r#"{{"request": {{"principal": "arn:aws:sts::111122223333:assumed-role/Orders/i-1", "action": "kms:Decrypt", "resource": "{KEY}",
            "context": {{"kms:EncryptionContext:tenant": "tenant-48", "kms:ViaService": "s3.us-east-1.amazonaws.com", "aws:PrincipalTag/team": "orders"}}}},
            "policies": {{"identity": [{}], "resource": {key_policy}{scps}}}}}"#,
        identity.join(", ")
    )
}
