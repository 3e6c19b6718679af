use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::syntax::{Effect, PrincipalName, ResourceShape};
use crate::testing::{
    apply, diagnose, documents, files, mutants, note_kind, render, without_spans, wrapped,
};
use crate::yaml;

const IDENTITY: PolicyKind = PolicyKind::Identity;
const KEY: PolicyKind = PolicyKind::KeyPolicy;
const RCP: PolicyKind = PolicyKind::ResourceControl;

fn policy(text: &str, kind: PolicyKind) -> Policy {
    let mut diagnostics = Vec::new();
    let found = parse(text, SourceId(0), kind, &mut diagnostics);
    found.unwrap_or_else(|| panic!("{text}: {diagnostics:?}"))
}

/// A document with one statement that is right for its kind, but for one element. An empty value
/// leaves the element out.
fn document(kind: PolicyKind, element: &str, value: &str) -> String {
    let effect = if kind == RCP { "\"Deny\"" } else { "\"Allow\"" };
    let principal = match kind {
        _ if !kind.has_principal() => "",
        RCP => "\"*\"",
        _ => "{\"AWS\": \"111122223333\"}",
    };
    let mut members = vec![
        ("Effect", effect),
        ("Principal", principal),
        ("Action", "\"kms:Decrypt\""),
        ("Resource", "\"*\""),
    ];
    if kind == PolicyKind::RoleTrust {
        members.truncate(2);
        members.push(("Action", "\"sts:AssumeRole\""));
    }
    match members.iter_mut().find(|(name, _)| *name == element) {
        Some(member) => member.1 = value,
        None => members.push((element, value)),
    }
    let members: Vec<String> = members
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("\"{name}\": {value}"))
        .collect();
    let statement = members.join(", ");
    format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{{{statement}}}]}}")
}

/// Code, kind, element, a value that fires it, and the right value.
#[rustfmt::skip]
const ELEMENTS: &[(&str, PolicyKind, &str, &str, &str)] = &[
    ("effect", IDENTITY, "Effect", "\"allow\"", "\"Allow\""),
    ("effect", IDENTITY, "Effect", "true", "\"Deny\""),
    ("missing-effect", IDENTITY, "Effect", "", "\"Deny\""),
    ("missing-action", IDENTITY, "Action", "", "\"kms:*\""),
    ("missing-action", KEY, "Action", "", "\"kms:*\""),
    ("missing-resource", IDENTITY, "Resource", "", "\"*\""),
    ("missing-principal", KEY, "Principal", "", "\"*\""),
    ("missing-principal", PolicyKind::VpcEndpoint, "Principal", "", "\"*\""),
    ("principal-not-allowed", IDENTITY, "Principal", "\"*\"", ""),
    ("both-elements", IDENTITY, "NotAction", "\"kms:Encrypt\"", ""),
    ("both-elements", KEY, "NotPrincipal", "{\"AWS\": \"111122223333\"}", ""),
    ("both-elements", KEY, "NotResource", "\"*\"", ""),
    ("unknown-element", KEY, "Conditions", "{}", ""),
    ("unknown-element", KEY, "Principal", "{\"Aws\": \"111122223333\"}", "{\"AWS\": \"111122223333\"}"),
    ("wrong-type", KEY, "Sid", "12", "\"12\""),
    ("wrong-type", KEY, "Action", "[12]", "[\"kms:*\"]"),
    ("wrong-type", KEY, "Principal", "{\"AWS\": 111122223333}", "{\"AWS\": \"111122223333\"}"),
    ("wrong-type", KEY, "Condition", "[]", "{}"),
    ("wrong-type", KEY, "Condition", "{\"Bool\": true}", "{\"Bool\": {}}"),
    ("wrong-type", KEY, "Condition", "{\"Bool\": {\"kms:GrantIsForAWSResource\": null}}", "{\"Bool\": {\"kms:GrantIsForAWSResource\": true}}"),
    ("empty-list", KEY, "Action", "[]", "[\"kms:*\"]"),
    ("empty-list", KEY, "Condition", "{\"StringLike\": {\"kms:ViaService\": []}}", "{\"StringLike\": {\"kms:ViaService\": \"*\"}}"),
    ("action-blank", KEY, "Action", "\"kms: Decrypt\"", "\"kms:Decrypt\""),
    ("action-without-service", KEY, "Action", "\"Decrypt\"", "\"kms:Decrypt\""),
    ("action-service-wildcard", KEY, "Action", "\"*:Decrypt\"", "\"*\""),
    ("action-name", KEY, "Action", "\"kms:Encrypt,kms:Decrypt\"", "[\"kms:Encrypt\", \"kms:Decrypt\"]"),
    ("action-name", KEY, "Action", "\"kms:\"", "\"kms:?ecrypt\""),
    ("unknown-action", KEY, "Action", "\"kms:Ecnrypt\"", "\"KMS:encrypt\""),
    ("unknown-action", KEY, "Action", "\"kms:ReEncrypt\"", "\"kms:ReEncrypt*\""),
    ("unknown-action", KEY, "Action", "\"kms:Foo*\"", "\"kms:Get*\""),
    ("empty-principal", KEY, "Principal", "{}", "\"*\""),
    ("principal-type", KEY, "Principal", "\"111122223333\"", "{\"AWS\": \"111122223333\"}"),
    ("principal-type", KEY, "Principal", "[\"*\"]", "{\"AWS\": [\"*\"]}"),
    ("principal-blank", KEY, "Principal", "{\"AWS\": \"arn:aws: iam::111122223333:root\"}", "{\"AWS\": \"arn:aws:iam::111122223333:root\"}"),
    ("principal-blank", KEY, "Principal", "{\"Service\": \"logs .amazonaws.com\"}", "{\"Service\": \"logs.amazonaws.com\"}"),
    ("principal-wildcard", KEY, "Principal", "{\"AWS\": \"arn:aws:iam::111122223333:role/*\"}", "{\"AWS\": \"arn:aws:iam::111122223333:role/a\"}"),
    ("principal-group", KEY, "Principal", "{\"AWS\": \"arn:aws:iam::111122223333:group/a\"}", "{\"AWS\": \"arn:aws:iam::111122223333:user/a\"}"),
    ("principal", KEY, "Principal", "{\"AWS\": \"bob\"}", "{\"AWS\": \"arn:aws:sts::111122223333:assumed-role/a/b\"}"),
    ("principal-unique-id", KEY, "Principal", "{\"AWS\": \"AIDAEXAMPLE12345\"}", "{\"AWS\": \"arn:aws:sts::111122223333:federated-user/a\"}"),
    ("misplaced-element", KEY, "Principal", "{\"AWS\": \"111122223333\", \"Action\": \"kms:*\"}", "{\"AWS\": \"111122223333\"}"),
    ("misplaced-element", KEY, "Principal", "{\"AWS\": \"111122223333\", \"Sid\": \"a\"}", "{\"AWS\": \"111122223333\"}"),
    ("resource-blank", IDENTITY, "Resource", "\"arn:aws: kms:us-east-1:111122223333:alias/a\"", "\"arn:aws:s3:::bucket/a b\""),
    ("resource-arn", IDENTITY, "Resource", "\"alias/a\"", "\"arn:aws:kms:us-east-1:111122223333:alias/a\""),
    ("resource-arn", RCP, "Resource", "\"arn:aws:kms:*\"", "\"arn:aws:kms:*:*:*\""),
    ("key-id", IDENTITY, "Resource", "\"arn:aws:kms:us-east-1:111122223333:key/1234\"", "\"arn:aws:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab\""),
    ("key-id", IDENTITY, "Resource", "\"arn:aws:kms:us-east-1:111122223333:key/4567dcba-23ab-34cd-56ef-0987654321yz\"", "\"arn:aws:kms:us-east-1:111122223333:key/4567dcba-23ab-34cd-56ef-0987654321ab\""),
    ("unknown-operator", KEY, "Condition", "{\"stringEquals\": {\"kms:ViaService\": \"a\"}}", "{\"StringEquals\": {\"kms:ViaService\": \"a\"}}"),
    ("unknown-operator", KEY, "Condition", "{\"kms:ViaService\": \"a\"}", "{\"ForAnyValue:StringLikeIfExists\": {\"kms:ViaService\": \"a\"}}"),
    ("condition-key-blank", KEY, "Condition", "{\"StringEquals\": {\"kms: ViaService\": \"a\"}}", "{\"StringEquals\": {\"kms:EncryptionContext:a b\": \"a\"}}"),
    ("condition-key-without-service", KEY, "Condition", "{\"StringEquals\": {\"ViaService\": \"a\"}}", "{\"StringEquals\": {\"kms:viaservice\": \"a\"}}"),
    ("unknown-condition-key", KEY, "Condition", "{\"StringEquals\": {\"kms:ViaServices\": \"a\"}}", "{\"StringEquals\": {\"other:ViaServices\": \"a\"}}"),
    ("condition-value", KEY, "Condition", "{\"Bool\": {\"aws:SecureTransport\": \"yes\"}}", "{\"Bool\": {\"aws:SecureTransport\": \"True\"}}"),
    ("condition-value", KEY, "Condition", "{\"IpAddress\": {\"aws:SourceIp\": \"10.0.0.0/33\"}}", "{\"IpAddress\": {\"aws:SourceIp\": \"10.0.0.0/8\"}}"),
    ("condition-value", KEY, "Condition", "{\"ArnLike\": {\"aws:PrincipalArn\": \"role/a\"}}", "{\"ArnLike\": {\"aws:PrincipalArn\": \"arn:aws:iam::*:role/a\"}}"),
    ("condition-value", KEY, "Condition", "{\"DateLessThan\": {\"aws:CurrentTime\": \"soon\"}}", "{\"DateLessThan\": {\"aws:CurrentTime\": \"2026-01-01T00:00:00Z\"}}"),
    ("condition-value", KEY, "Condition", "{\"NumericLessThan\": {\"aws:MultiFactorAuthAge\": \"1h\"}}", "{\"NumericLessThan\": {\"aws:MultiFactorAuthAge\": 3600}}"),
    ("condition-value", KEY, "Condition", "{\"BinaryEquals\": {\"x:y\": \"%\"}}", "{\"BinaryEquals\": {\"x:y\": \"QQ==\"}}"),
    ("condition-value-blank", KEY, "Condition", "{\"ArnLike\": {\"aws:PrincipalArn\": \"arn:aws: iam::*:role/a\"}}", "{\"StringLike\": {\"aws:PrincipalTag/a\": \"a b\"}}"),
    ("condition-value-blank", KEY, "Condition", "{\"StringEquals\": {\"kms:ViaService\": \"s3. us-east-1.amazonaws.com\"}}", "{\"StringEquals\": {\"kms:ViaService\": \"s3.us-east-1.amazonaws.com\"}}"),
    ("overly-permissive-condition", KEY, "Condition", "{\"ForAllValues:StringEquals\": {\"kms:EncryptionContext:a\": \"b\"}}", "{\"ForAnyValue:StringEquals\": {\"kms:EncryptionContext:a\": \"b\"}}"),
    ("variable-multi-valued", KEY, "Condition", "{\"StringEquals\": {\"kms:ViaService\": \"${aws:TagKeys}\"}}", "{\"StringEquals\": {\"kms:ViaService\": \"${aws:username}\"}}"),
    ("sid-characters", IDENTITY, "Sid", "\"a b\"", "\"ab\""),
    ("rcp-allow", RCP, "Effect", "\"Allow\"", "\"Deny\""),
    ("rcp-syntax", RCP, "Action", "\"*\"", "\"kms:*\""),
    ("rcp-syntax", RCP, "Principal", "{\"AWS\": \"111122223333\"}", "\"*\""),
];

/// Code, text, kind, and the right text.
#[rustfmt::skip]
const DOCUMENTS: &[(&str, PolicyKind, &str, &str)] = &[
    ("bare-statement", IDENTITY, r#"{"Effect": "Allow"}"#, r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#),
    ("not-a-policy", IDENTITY, r#"["a"]"#, r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#),
    ("not-a-policy", IDENTITY, r#""{}""#, r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#),
    ("missing-statement", IDENTITY, r#"{"Version": "2012-10-17"}"#, r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#),
    ("empty-statement-list", IDENTITY, r#"{"Statement": []}"#, r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#),
    ("wrong-type", IDENTITY, r#"{"Statement": "a"}"#, r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#),
    ("unknown-element", IDENTITY, r#"{"statement": []}"#, r#"{"Id": "a", "Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#),
    ("version", IDENTITY, r#"{"Version": "2012-10-18", "Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#, r#"{"Version": "2008-10-17", "Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#),
    ("version", IDENTITY, r#"{"Version": 2012, "Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#, r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#),
    ("variable-version", IDENTITY, r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"StringLike": {"aws:x": "${aws:username}"}}}}"#, r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"StringLike": {"aws:UserId": "${aws:username}"}}}}"#),
    ("repeated-sid", IDENTITY, r#"{"Statement": [{"Sid": "a", "Effect": "Allow", "Action": "a:b", "Resource": "*"}, {"Sid": "a", "Effect": "Allow", "Action": "a:b", "Resource": "*"}]}"#, r#"{"Statement": [{"Sid": "a", "Effect": "Allow", "Action": "a:b", "Resource": "*"}, {"Sid": "b", "Effect": "Allow", "Action": "a:b", "Resource": "*"}]}"#),
    ("empty-document", IDENTITY, " \n", r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#),
    ("joined-documents", IDENTITY, "{}, {}", r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#),
    ("trailing-text", IDENTITY, "{} {}", r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#),
    ("trailing-comma", IDENTITY, r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*",}}"#, r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#),
    ("json-syntax", IDENTITY, r#"{"Statement" {}}"#, r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#),
    ("control-character", IDENTITY, "{\"Id\": \"a\nb\"}", r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#),
    ("duplicate-key", IDENTITY, r#"{"Id": "a", "Id": "b", "Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#, r#"{"Id": "a", "Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#),
];

/// Each code with a text that fires it and one that must not.
fn examples() -> Vec<(&'static str, PolicyKind, String, String)> {
    let elements = ELEMENTS.iter().map(|&(code, kind, element, bad, good)| {
        (
            code,
            kind,
            document(kind, element, bad),
            document(kind, element, good),
        )
    });
    let documents = DOCUMENTS
        .iter()
        .map(|&(code, kind, bad, good)| (code, kind, bad.to_owned(), good.to_owned()));
    let deep = (
        "too-deep",
        IDENTITY,
        "[".repeat(200),
        document(IDENTITY, "Sid", "\"a\""),
    );
    elements.chain(documents).chain([deep]).collect()
}

fn has(text: &str, kind: PolicyKind, code: &str) -> bool {
    diagnose(text, kind).iter().any(|found| found.code == code)
}

#[test]
fn every_code_fires_on_its_mistake_and_not_on_the_right_form() {
    for (code, kind, bad, good) in examples() {
        assert!(
            has(&bad, kind, code),
            "{code} is not found in {bad}: {:?}",
            diagnose(&bad, kind)
        );
        assert_eq!(diagnose(&good, kind), [], "{code}: {good}");
    }
}

/// The codes of the sources are the literals with hyphens; three are single words.
#[test]
fn every_code_of_the_sources_has_an_example() {
    let sources = [
        include_str!("../parse.rs"),
        include_str!("action.rs"),
        include_str!("condition.rs"),
        include_str!("principal.rs"),
        include_str!("resource.rs"),
        include_str!("statement.rs"),
        include_str!("../json.rs"),
        include_str!("../json/scan.rs"),
    ];
    // Types of ARNs, and a text of 4 GiB, which no test makes.
    let others = ["assumed-role", "federated-user", "too-long"];
    let is_code = |word: &&str| {
        word.contains('-')
            && word
                .split('-')
                .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase()))
            && !others.contains(word)
    };
    let mut found: BTreeSet<&str> = BTreeSet::from(["effect", "principal", "version"]);
    found.extend(
        sources
            .iter()
            .flat_map(|source| source.split('"'))
            .filter(is_code),
    );
    let examples: Vec<_> = examples();
    let shown: BTreeSet<&str> = examples.iter().map(|(code, ..)| *code).collect();
    assert_eq!(found, shown);
}

#[test]
fn every_finding_in_the_examples() {
    let mut shown = String::new();
    let mut told = BTreeSet::new();
    for (code, kind, bad, _) in examples() {
        for found in diagnose(&bad, kind) {
            if found.code == code && told.insert((found.code, found.message.clone())) {
                shown += &render(&bad, &[found]);
            }
        }
    }
    insta::assert_snapshot!(shown);
}

/// Whether a finding's fix leaves the finding where it was.
fn assert_mended(text: &str, kind: PolicyKind) {
    for found in diagnose(text, kind) {
        let Some(fix) = &found.fix else { continue };
        let mended = apply(text, fix);
        let stays = diagnose(&mended, kind)
            .iter()
            .any(|other| (other.code, other.span.start) == (found.code, found.span.start));
        assert!(!stays, "{}: {}\n{text}\n{mended}", found.code, fix.title);
    }
}

#[test]
fn a_fix_mends_its_finding() {
    for (code, kind, bad, _) in examples() {
        for found in diagnose(&bad, kind) {
            if let Some(fix) = found.fix.as_ref().filter(|_| found.code == code) {
                let mended = apply(&bad, fix);
                assert!(!has(&mended, kind, code), "{code}: {mended}");
            }
        }
        assert_mended(&bad, kind);
    }
    for (_, text) in files("fixtures/notes") {
        assert_mended(&wrapped(&text), note_kind(&text));
    }
}

#[test]
fn fixes_hold_in_yaml_too() {
    let text = "Version: '2012-10-17'\nStatement:\n- effect: allow\n  Action:\n  - kms: Decrypt\n  - kms:ReEncrypt # old\n  Resource: |-\n    arn:aws: iam::1:role/a\n  Sid: x\n";
    let text = text.replace("- kms: Decrypt", "- 'kms: Decrypt'");
    let read = |text: &str| {
        let mut found = Vec::new();
        let node = yaml::parse(text, SourceId(0), &mut found).unwrap();
        parse_node(&node, IDENTITY, &mut found);
        found
    };
    let mut mended = text;
    let fixable = |found: &[Diagnostic]| found.iter().find_map(|found| found.fix.clone());
    for _ in 0..10 {
        if let Some(fix) = fixable(&read(&mended)) {
            mended = apply(&mended, &fix);
        }
    }
    assert_eq!(read(&mended), [], "{mended}");
    assert!(
        mended.contains("- \"kms:ReEncrypt*\" # old\n  Resource: \"arn:aws:iam::1:role/a\"\n  Sid")
    );
}

#[test]
fn notes_get_a_precise_diagnosis() {
    for (name, text) in files("fixtures/notes") {
        let kind = note_kind(&text);
        let found = diagnose(&text, kind);
        assert!(!found.is_empty(), "{name}");
        let mut shown = render(&text, &found);
        let document = wrapped(&text);
        if document != text {
            let inner = diagnose(&document, kind);
            shown = shown
                + "--- as a statement of a document
" + &render(&document, &inner);
        }
        insta::assert_snapshot!(name, shown);
    }
}

#[test]
fn one_item_stands_alone_or_in_a_list() {
    let alone = r#"{"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": {"AWS": "111122223333", "Service": "a.amazonaws.com"},
        "Action": "kms:*", "Resource": "*",
        "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}}}"#;
    let listed = r#"{"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": ["111122223333"], "Service": ["a.amazonaws.com"]},
        "Action": ["kms:*"], "Resource": ["*"],
        "Condition": {"Bool": {"kms:GrantIsForAWSResource": ["true"]}}}]}"#;
    assert_eq!(
        without_spans(policy(alone, KEY)),
        without_spans(policy(listed, KEY))
    );
}

#[test]
fn booleans_and_numbers_are_values() {
    let quoted = r#"{"Bool": {"a:b": ["true", "false"]}, "NumericEquals": {"c:d": "1.50"}}"#;
    let plain = r#"{"Bool": {"a:b": [true, false]}, "NumericEquals": {"c:d": 1.50}}"#;
    let read = |condition: &str| without_spans(policy(&document(KEY, "Condition", condition), KEY));
    assert_eq!(read(quoted), read(plain));
}

#[test]
fn variables_need_the_version_of_2012() {
    let resource = |version: &str| {
        let text = format!(
            "{{{version}\"Statement\": {{\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"arn:aws:s3:::b/${{aws:username}}\"}}}}"
        );
        let policy = policy(&text, IDENTITY);
        let resource = policy.statements[0].resource.as_ref().unwrap();
        let ResourceShape::Arn(parts) = &resource.items[0].value.shape else {
            panic!("an ARN");
        };
        (policy.version, parts[5].variables().count())
    };
    assert_eq!(
        resource("\"Version\": \"2012-10-17\", "),
        (Some(Version::V2012), 1)
    );
    assert_eq!(
        resource("\"Version\": \"2008-10-17\", "),
        (Some(Version::V2008), 0)
    );
    assert_eq!(resource(""), (None, 0));
}

#[test]
fn kinds_differ_in_principals_sids_and_short_arns() {
    for kind in PolicyKind::ALL {
        assert_eq!(
            diagnose(&document(kind, "Sid", "\"a\""), kind),
            [],
            "{kind:?}"
        );
        assert_eq!(PolicyKind::from_name(kind.name()), Some(kind));
        let takes = diagnose(&document(kind, "Principal", "\"*\""), kind).is_empty();
        assert_eq!(takes, kind.has_principal(), "{kind:?}");
        let strict = has(&document(kind, "Sid", "\"a b\""), kind, "sid-characters");
        let of_identity = matches!(
            kind,
            IDENTITY | PolicyKind::PermissionsBoundary | PolicyKind::Session
        );
        assert_eq!(strict, of_identity, "{kind:?}");
        let refused = has(
            &document(kind, "Resource", "\"arn:aws:kms:*\""),
            kind,
            "resource-arn",
        );
        assert_eq!(refused, kind == RCP, "{kind:?}");
    }
}

#[test]
fn principals_are_told_apart() {
    let account = kmsim_types::AccountId::new("111122223333").unwrap();
    let role = |name: &str| PrincipalName::Role {
        account,
        name: name.into(),
    };
    for (kind, text, expected) in [
        ("AWS", "*", PrincipalName::Everyone),
        ("AWS", "111122223333", PrincipalName::Account(account)),
        (
            "AWS",
            "arn:aws:iam::111122223333:root",
            PrincipalName::Account(account),
        ),
        (
            "AWS",
            "arn:aws:iam::111122223333:user/a/b",
            PrincipalName::User,
        ),
        ("AWS", "arn:aws:iam::111122223333:role/a", role("a")),
        ("AWS", "arn:aws:iam::111122223333:role/path/to/a", role("a")),
        (
            "AWS",
            "arn:aws:sts::111122223333:assumed-role/a/b",
            PrincipalName::RoleSession,
        ),
        (
            "AWS",
            "arn:aws:sts::111122223333:federated-user/a",
            PrincipalName::FederatedUser,
        ),
        ("AWS", "AROAEXAMPLE12345", PrincipalName::UniqueId),
        ("AWS", "arn:aws:iam::1111:root", PrincipalName::Nobody),
        (
            "AWS",
            "arn:aws:iam::111122223333:role/",
            PrincipalName::Nobody,
        ),
        (
            "AWS",
            "arn:aws:iam:us-east-1:111122223333:root",
            PrincipalName::Nobody,
        ),
        ("Service", "logs.amazonaws.com", PrincipalName::Service),
        ("Federated", "accounts.google.com", PrincipalName::Federated),
        ("CanonicalUser", "79a59df9", PrincipalName::CanonicalUser),
    ] {
        let text = document(KEY, "Principal", &format!("{{\"{kind}\": \"{text}\"}}"));
        let policy = policy(&text, KEY);
        let principal = policy.statements[0].principal.as_ref().unwrap();
        assert_eq!(principal.items[0].value.names, expected, "{text}");
    }
}

#[test]
fn a_statement_is_read_whole() {
    let text = r#"{"Id": "x", "Statement": [
        {"Sid": "s", "Effect": "Deny", "NotPrincipal": {"AWS": "111122223333"},
         "NotAction": ["kms:Decrypt", "s3:*"], "NotResource": "*"}]}"#;
    let policy = policy(text, KEY);
    let statement = &policy.statements[0];
    assert_eq!(policy.id.as_ref().unwrap().value.as_ref(), "x");
    assert_eq!(statement.sid.as_ref().unwrap().value.as_ref(), "s");
    assert_eq!(statement.effect, Effect::Deny);
    assert!(statement.principal.as_ref().unwrap().negated);
    assert!(statement.action.as_ref().unwrap().negated);
    assert!(statement.resource.as_ref().unwrap().negated);
    let decrypt = kmsim_types::KmsAction::Decrypt;
    let all = kmsim_types::KmsActionSet::ALL;
    assert!(!statement.kms_actions.contains(decrypt));
    assert_eq!(statement.kms_actions.len(), all.len() - 1);
    let at = |span: Span| text.get(span.start as usize..span.end as usize).unwrap();
    assert!(at(statement.span).starts_with("{\"Sid\"") && at(statement.span).ends_with("\"*\"}"));
    assert_eq!(
        at(statement.action.as_ref().unwrap().items[1].span),
        "\"s3:*\""
    );
}

#[test]
fn an_error_leaves_no_policy() {
    for (_, kind, bad, _) in examples() {
        let mut found = Vec::new();
        let policy = parse(&bad, SourceId(0), kind, &mut found);
        assert_eq!(policy.is_none(), has_error(&found, 0), "{bad}");
    }
}

#[test]
fn garbage_is_refused_fast() {
    let start = Instant::now();
    let size = 10_000_000;
    for unit in [
        "x", "{", "[", "\"", "\\", "{\"a\":", "[[],", "\"é\",", " ", "\n", "1", "-",
    ] {
        diagnose(&unit.repeat(size / unit.len()), KEY);
    }
    for unit in [
        "x", "[", "- ", "{", "\"", ": ", "&a ", "#", "\n", "é", "|\n", "---\n", "%",
    ] {
        let text = unit.repeat(size / 4 / unit.len());
        yaml::parse(&text, SourceId(0), &mut Vec::new());
    }
    let list = format!("[{}0]", "{\"a\":\"b\"},".repeat(size / 10));
    diagnose(&list, KEY);
    let statements = "{\"Sid\":\"a\",\"Efect\":1},".repeat(100_000);
    diagnose(&format!("{{\"Statement\":[{statements}{{}}]}}"), KEY);
    // A bound for the slowest machine and no optimization; what would be quadratic takes hours.
    assert!(
        start.elapsed() < Duration::from_secs(100),
        "{:?}",
        start.elapsed()
    );
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>(), kind in prop::sample::select(PolicyKind::ALL.to_vec())) {
        diagnose(&text, kind);
        yaml::parse(&text, SourceId(0), &mut Vec::new());
    }

    #[test]
    fn no_mutant_panics_and_every_fix_mends((kind, text) in mutants()) {
        let found = diagnose(&text, kind);
        render(&text, &found);
        assert_mended(&text, kind);
        yaml::parse(&text, SourceId(0), &mut Vec::new());
    }

    #[test]
    fn json_means_the_same_as_yaml((kind, text) in documents()) {
        // The YAML scanner takes no such characters, even in quotes.
        let odd = |c: char| {
            c.is_control() || ('\u{fff0}'..='\u{ffff}').contains(&c) || c == '\u{feff}'
        };
        let text = text.replace(odd, "x");
        let node = yaml::parse(&text, SourceId(0), &mut Vec::new());
        let node = node.expect("JSON is YAML");
        let from_yaml = parse_node(&node, kind, &mut Vec::new()).map(without_spans);
        let from_json = parse(&text, SourceId(0), kind, &mut Vec::new()).map(without_spans);
        prop_assert_eq!(from_yaml, from_json);
    }
}

/// The policies that people start from are what they teach: nothing is found in them.
#[test]
fn policies_to_start_from_are_clean() {
    for (folder, kind) in [
        ("identity", PolicyKind::Identity),
        ("key", PolicyKind::KeyPolicy),
        ("permissions-boundary", PolicyKind::PermissionsBoundary),
        ("rcp", PolicyKind::ResourceControl),
        ("scp", PolicyKind::ServiceControl),
        ("session", PolicyKind::Session),
        ("trust", PolicyKind::RoleTrust),
        ("vpc-endpoint", PolicyKind::VpcEndpoint),
    ] {
        let policies = files(&format!("policies/{folder}"));
        assert!(!policies.is_empty(), "{folder}");
        for (name, text) in policies {
            let mut found = Vec::new();
            parse(&text, SourceId(0), kind, &mut found);
            assert_eq!(found, [], "{folder}/{name}");
        }
    }
}
