//! Messages, by themselves and against a world.

use kmsim_authz::explain::Style;
use kmsim_denial::{Agreement, explain};
use kmsim_import::node;
use kmsim_import::report::Supposed;
use kmsim_policy::source::{Sources, Span};
use serde_json::Value;

use crate::files::{explained, read, shared, text, world};

/// The texts of a file of messages.
fn texts(file: &str, field: &str) -> Vec<String> {
    let file: Value = serde_json::from_str(file).unwrap();
    let messages = file["messages"].as_array().unwrap();
    messages
        .iter()
        .map(|message| message[field].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_wording_is_explained_by_itself() {
    let texts = texts(&text("fixtures/denials/messages.json"), "text");
    let mut shown = String::new();
    for text in &texts {
        let mut sources = Sources::new();
        for message in read("message", text, &mut sources) {
            let report = explained(None, &message, &mut sources);
            shown += &report.human(Style::default(), false);
            shown += "\n";
        }
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn the_shared_wordings_are_explained() {
    let Some(file) = shared("inputs/access-denied-messages.json") else {
        return;
    };
    let (world, sources) = world("world.yaml", &text("fixtures/worlds/two-accounts.yaml"));
    for text in texts(&file, "message") {
        let mut sources = sources.clone();
        for message in read("message", &text, &mut sources) {
            for world in [None, Some(&world)] {
                let report = explained(world, &message, &mut sources);
                assert!(
                    !report.verdict.is_empty() && report.human(Style::default(), true).len() > 40
                );
            }
        }
    }
}

const DENIED: &str = "User: arn:aws:sts::222233334444:assumed-role/BillingJob/run-7 is not authorized to \
     perform: kms:Decrypt on resource: arn:aws:kms:eu-central-1:222233334444:key/\
     0987dcba-09fe-87dc-65ba-ab0987654321 because no identity-based policy allows the kms:Decrypt action";

#[test]
fn what_a_message_does_not_tell_can_be_stated() {
    let (world, sources) = world("world.yaml", &text("fixtures/denials/world.yaml"));
    let agreement = |department: Option<&str>| {
        let mut sources = sources.clone();
        let [message] = read("message", DENIED, &mut sources).try_into().unwrap();
        let span = Span::default();
        let mut supposed = Supposed::default();
        if let Some(department) = department {
            let pair = node::member("Department", node::text(department.to_owned(), span));
            let pairs = node::object(vec![pair], span);
            supposed
                .fields
                .push(node::member("encryptionContext", pairs));
        }
        explain(Some(&world), &message, &supposed, &mut sources).agreement
    };
    assert_eq!(agreement(None), Agreement::Open);
    assert_eq!(agreement(Some("HR")), Agreement::Same);
    assert_eq!(agreement(Some("Finance")), Agreement::Differs);
}

#[test]
fn what_aws_blames_must_be_possible() {
    let (world, sources) = world("world.yaml", &text("fixtures/denials/world.yaml"));
    let agreement = |blame: &str| {
        let mut sources = sources.clone();
        let (start, _) = DENIED.split_once("because").unwrap();
        let [message] = read("message", &format!("{start}{blame}"), &mut sources)
            .try_into()
            .unwrap();
        explained(Some(&world), &message, &mut sources).agreement
    };
    for (blame, expected) in [
        (
            "because no identity-based policy allows the kms:Decrypt action",
            Agreement::Open,
        ),
        (
            "because no resource-based policy allows the kms:Decrypt action",
            Agreement::OtherLayer,
        ),
        (
            "because no session policy allows the kms:Decrypt action",
            Agreement::OtherLayer,
        ),
        (
            "because no permissions boundary allows the kms:Decrypt action",
            Agreement::OtherLayer,
        ),
        (
            "with an explicit deny in an identity-based policy",
            Agreement::OtherLayer,
        ),
        (
            "with an explicit deny in a service control policy",
            Agreement::OtherLayer,
        ),
        ("", Agreement::Open),
        // The world has one endpoint of KMS, and its policy allows.
        (
            "because no VPC endpoint policy allows the kms:Decrypt action",
            Agreement::OtherLayer,
        ),
    ] {
        assert_eq!(agreement(blame), expected, "{blame}");
    }
}

/// A key of one account, with one condition in its policy, and a role of another account without policies.
fn across(condition: &str) -> String {
    format!(
        "accounts:
  - id: \"111122223333\"
    keys:
      - id: 0987dcba-09fe-87dc-65ba-ab0987654321
        region: eu-central-1
        policy:
          Version: \"2012-10-17\"
          Statement: [{{Sid: Partner, Effect: Allow, Principal: {{AWS: \"arn:aws:iam::222233334444:root\"}}, Action: \"kms:Decrypt\", Resource: \"*\", Condition: {condition}}}]
  - id: \"222233334444\"
    roles: [{{name: BillingJob}}]
"
    )
}

#[test]
fn the_key_policy_that_aws_got_past_tells_the_encryption_context() {
    const FINANCE: &str = "{StringEquals: {\"kms:EncryptionContext:Department\": [Finance, HR]}}";
    const IDENTITY: &str = "because no identity-based policy allows the kms:Decrypt action";
    for (condition, blame, expected) in [
        (FINANCE, IDENTITY, Some("Department=Finance")),
        (
            "{StringLike: {\"kms:encryptioncontext:A\": x}, StringEquals: {\"kms:EncryptionContext:B\": y}}",
            IDENTITY,
            Some("A=x, B=y"),
        ),
        (
            FINANCE,
            "because no permissions boundary allows the kms:Decrypt action",
            None,
        ),
        (
            FINANCE,
            "because no resource-based policy allows the kms:Decrypt action",
            None,
        ),
        (
            "{StringLike: {\"kms:EncryptionContext:Department\": \"Fin*\"}}",
            IDENTITY,
            None,
        ),
        (
            "{StringNotEquals: {\"kms:EncryptionContext:Department\": Finance}}",
            IDENTITY,
            None,
        ),
        (
            "{StringEquals: {\"kms:EncryptionContext:Department\": Finance, \"kms:ViaService\": s3.eu-central-1.amazonaws.com}}",
            IDENTITY,
            None,
        ),
    ] {
        let (world, mut sources) = world("world.yaml", &across(condition));
        let (start, _) = DENIED.split_once("because").unwrap();
        let text = format!("{start}{blame}").replace(
            "arn:aws:kms:eu-central-1:222233334444",
            "arn:aws:kms:eu-central-1:111122223333",
        );
        let [message] = read("message", &text, &mut sources).try_into().unwrap();
        let report = explained(Some(&world), &message, &mut sources);
        let taken = report.supposed.as_ref().map(|supposed| &*supposed.taken);
        assert_eq!(taken, expected, "{condition}");
        if blame == IDENTITY {
            // Whatever the context is, the other account's own side denies: that is the reason.
            assert_eq!(report.agreement, Agreement::Same, "{condition}");
            assert!(
                report
                    .verdict
                    .contains("No identity-based policy of role BillingJob"),
                "{}",
                report.verdict
            );
        }
        let fixes = report.fixes.unwrap().fixes;
        let key_policy = fixes[0]
            .changes
            .iter()
            .any(|own| own.document.kind == "key-policy");
        assert!(!key_policy || taken.is_none(), "{condition}");
    }
}
