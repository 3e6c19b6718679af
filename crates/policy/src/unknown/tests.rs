use super::*;
use crate::diagnostic::Severity;
use crate::parse::parse;
use crate::print::to_json;
use crate::source::SourceId;
use crate::syntax::PolicyKind;
use crate::testing::{diagnose, render};

fn policy(text: &str) -> Policy {
    parse(text, SourceId(0), PolicyKind::KeyPolicy, &mut Vec::new()).expect(text)
}

/// A key policy with one statement, in which one element is replaced.
fn statement(element: &str, value: &str) -> String {
    let elements = [
        ("Sid", "\"One\""),
        ("Effect", "\"Allow\""),
        ("Principal", "{\"AWS\": \"111122223333\"}"),
        ("Action", "[\"kms:Decrypt\", \"kms:Encrypt\"]"),
        ("Resource", "\"*\""),
        (
            "Condition",
            "{\"StringEquals\": {\"kms:ViaService\": \"s3.us-east-1.amazonaws.com\"}}",
        ),
    ];
    let elements = elements.map(|(name, own)| {
        let replaced = name == element.trim_start_matches("Not");
        let (name, value) = if replaced {
            (element, value)
        } else {
            (name, own)
        };
        format!("\"{name}\": {value}")
    });
    let elements = elements.join(", ");
    format!("{{\"Version\": \"2012-10-17\", \"Statement\": {{{elements}}}}}")
}

const WHY: &str = r#"{"kmsim:unknown": "why"}"#;

#[test]
fn every_part_tells_what_it_is() {
    for (element, value, told) in [
        ("Effect", WHY.to_owned(), "its Effect"),
        ("Principal", WHY.to_owned(), "its Principal"),
        (
            "NotPrincipal",
            format!("{{\"AWS\": {WHY}}}"),
            "its NotPrincipal",
        ),
        (
            "Principal",
            format!("{{\"AWS\": \"111122223333\", \"Service\": [{WHY}]}}"),
            "a part of its Principal",
        ),
        ("Action", WHY.to_owned(), "its Action"),
        (
            "NotAction",
            format!("[\"kms:Decrypt\", {WHY}]"),
            "a part of its NotAction",
        ),
        ("Resource", format!("[{WHY}]"), "its Resource"),
        ("Condition", WHY.to_owned(), "its Condition"),
        (
            "Condition",
            format!("{{\"StringLike\": {WHY}}}"),
            "what its Condition has under StringLike",
        ),
        (
            "Condition",
            format!("{{\"StringLike\": {{\"aws:PrincipalArn\": [\"a\", {WHY}]}}}}"),
            "a value of aws:PrincipalArn under StringLike",
        ),
    ] {
        let policy = policy(&statement(element, &value));
        let unknowns = policy.statements[0].unknowns();
        assert_eq!(unknowns.len(), 1, "{element} {value}");
        assert_eq!(unknowns[0].part.to_string(), told);
        assert_eq!(unknowns[0].why, "why");
        assert!(element.ends_with(unknowns[0].part.element()), "{element}");
        assert_eq!(policy.why_unknown(), None);
    }
}

#[test]
fn what_is_known_has_nothing_open() {
    let policy = policy(&statement("Effect", "\"Deny\""));
    assert_eq!(policy.statements[0].open, None);
    assert!(policy.statements[0].unknowns().is_empty());
}

#[test]
fn a_policy_and_a_statement_may_be_unknown_as_a_whole() {
    let whole = policy(WHY);
    assert_eq!(whole.why_unknown(), Some("why"));
    assert_eq!(to_json(&whole), "{\n  \"kmsim:unknown\": \"why\"\n}\n");

    let text = format!("{{\"Statement\": [{WHY}]}}");
    let own = policy(&text);
    assert_eq!(own.why_unknown(), None);
    assert_eq!(own.statements[0].unknowns()[0].part, Part::Statement);
    assert!(to_json(&own).contains("\"Statement\": ["));
}

#[test]
fn the_actions_that_are_settled_are_told_apart() {
    use kmsim_types::KmsAction::{Decrypt, Encrypt};
    let of = |element, value: &str| {
        let policy = policy(&statement(element, value));
        let statement = policy.statements[0].clone();
        let open = statement
            .open
            .map_or(KmsActionSet::EMPTY, |open| open.kms_actions);
        [Decrypt, Encrypt].map(|action| {
            (
                statement.kms_actions.contains(action),
                open.contains(action),
            )
        })
    };
    let decrypt = format!("[\"kms:Decrypt\", {WHY}]");
    assert_eq!(of("Action", &decrypt), [(true, false), (false, true)]);
    assert_eq!(of("NotAction", &decrypt), [(false, false), (false, true)]);
    assert_eq!(
        of("NotAction", "\"kms:Decrypt\""),
        [(false, false), (true, false)]
    );
}

#[test]
fn without_the_version_texts_with_variables_are_not_known() {
    let text = statement(
        "Resource",
        "[\"arn:aws:kms:*:*:key/${aws:username}\", \"*\"]",
    );
    let open = policy(&text.replace("\"2012-10-17\"", WHY));
    let resources = &open.statements[0].resource.as_ref().unwrap().items;
    assert_eq!(
        resources[0].value.shape,
        crate::syntax::ResourceShape::Unknown
    );
    assert_eq!(resources[1].value.shape, crate::syntax::ResourceShape::Any);
    let plain = statement("Resource", "\"*\"").replace("\"2012-10-17\"", WHY);
    assert!(policy(&plain).statements[0].unknowns().is_empty());
}

#[test]
fn aws_refuses_what_is_not_known() {
    let text = statement("Principal", WHY);
    let found = diagnose(&text, PolicyKind::KeyPolicy);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].code, found[0].severity),
        (CODE, Severity::Refused)
    );
    insta::assert_snapshot!(render(&text, &found), @r"
    policy.json:1:87: error[unknown-value]: `Principal` is not known (why): AWS takes values only
      help: decisions that turn on it are `depends`
    ");
    // An RCP takes `*` only as principal; that it may be another is no finding of its own.
    let found = diagnose(
        &statement("Effect", "\"Deny\"").replace("{\"AWS\": \"111122223333\"}", WHY),
        PolicyKind::ResourceControl,
    );
    assert_eq!(
        found.iter().map(|found| found.code).collect::<Vec<_>>(),
        [CODE]
    );
}

#[test]
fn a_marker_stands_alone_and_says_why() {
    for value in [
        r#"{"kmsim:unknown": 1}"#,
        r#"{"kmsim:unknown": "why", "AWS": "*"}"#,
        r#"{"kmsim:unknown": ["why"]}"#,
    ] {
        for element in ["Effect", "Principal", "Action", "Resource", "Condition"] {
            let text = statement(element, value);
            let found = diagnose(&text, PolicyKind::KeyPolicy);
            let errors: Vec<_> = found
                .iter()
                .filter(|found| found.severity == Severity::Error)
                .map(|found| found.code)
                .collect();
            assert_eq!(errors, ["unknown-value-shape"], "{text}");
        }
    }
}
