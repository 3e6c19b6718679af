use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::syntax::Policy;
use crate::testing::{
    diagnose, documents, errors, files, mutants, note_kind, render, without_spans, wrapped,
};

const KEY: PolicyKind = PolicyKind::KeyPolicy;
const IDENTITY: PolicyKind = PolicyKind::Identity;

fn read(text: &str, kind: PolicyKind) -> Option<Policy> {
    parse::parse(text, SourceId(0), kind, &mut Vec::new())
}

/// The repaired text on one line, without the blanks between tokens.
fn compact(text: &str, kind: PolicyKind) -> Option<String> {
    let text = repair(text, kind)?.text;
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    Some(value.to_string())
}

fn repaired(text: &str, kind: PolicyKind) -> String {
    compact(text, kind).unwrap_or_else(|| panic!("not repaired: {text}"))
}

/// A statement's repaired member, given in a document that is otherwise right.
fn member(name: &str, value: &str) -> String {
    let text = format!(
        "{{\"Statement\": [{{\"Sid\": \"a b\", \"Effect\": \"Allow\", \"{name}\": {value}}}]}}"
    );
    let fixed = repair(&text, KEY).map_or(text, |repaired| repaired.text);
    let value: serde_json::Value = serde_json::from_str(&fixed).unwrap();
    value["Statement"][0][name].to_string()
}

fn condition(condition: &str) -> String {
    member("Condition", condition)
}

/// A note is found defective, is mended, and has nothing but warnings afterwards.
fn assert_mended(name: &str, text: &str) {
    let kind = note_kind(text);
    let found = diagnose(text, kind);
    let Some(repaired) = repair(text, kind) else {
        assert!(found.is_empty(), "{name} was not repaired: {found:?}");
        return;
    };
    assert!(!found.is_empty(), "{name} was repaired for no reason");
    assert!(
        errors(&repaired.remaining).is_empty(),
        "{name}: {:?}",
        repaired.remaining
    );
    assert_eq!(
        repaired.remaining.is_empty(),
        !text.contains("0987654321yz"),
        "{name}: {:?}",
        repaired.remaining
    );
    assert_eq!(
        repair(&repaired.text, kind),
        None,
        "{name} is mended at once"
    );
}

#[test]
fn notes_are_mended() {
    let notes = files("fixtures/notes");
    assert!(notes.len() >= 19, "the notes are missing");
    for (name, text) in notes {
        assert_mended(&name, &text);
        assert_mended(&name, &wrapped(&text));
        let kind = note_kind(&text);
        let Repaired {
            text,
            changes,
            remaining,
        } = repair(&text, kind).unwrap();
        let mut shown = changes.join("\n") + "\n---\n" + &text;
        write!(shown, "---\n{}", render(&text, &remaining)).unwrap();
        insta::assert_snapshot!(name, shown);
    }
}

#[test]
fn the_notebooks_beside_the_checkout_are_mended() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let Ok(_) = fs::read_dir(&folder) else {
        println!("skipped: no ../shared beside the checkout");
        return;
    };
    for (name, text) in files("../shared/lint/seed-policies") {
        assert_mended(&name, &text);
    }
    for notebook in ["003.md", "004.md"] {
        let text = fs::read_to_string(folder.join("seeds").join(notebook)).unwrap();
        let blocks = text.split("```json\n").skip(1);
        for (number, block) in blocks.enumerate() {
            let block = block.split("```").next().unwrap();
            assert_mended(&format!("{notebook} {number}"), block);
        }
    }
}

#[test]
fn what_is_right_or_unreadable_is_left_alone() {
    for text in [
        "",
        "hello",
        "{}",
        "[]",
        "12",
        "[1]",
        "{\"Action\": ",
        "{\"Version\": \"2012-10-17\", \"Statement\": []}",
        "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"kms:*\", \"Resource\": \"*\"}}",
        "[{\"Statement\": []}, {\"Statement\": []}]",
        "{\"name\": \"a case\", \"request\": {}}",
        "{\"Statement\": [",
    ] {
        assert_eq!(repair(text, IDENTITY), None, "{text}");
    }
}

#[test]
fn pieces_become_documents() {
    let statement = r#"{"Effect":"Allow","Action":"kms:*","Resource":"*"}"#;
    let inner = statement.trim_matches(['{', '}']);
    let one = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    let two = format!(r#"{{"Version":"2012-10-17","Statement":[{statement},{statement}]}}"#);
    for (text, expected) in [
        (statement.to_owned(), &one),
        (format!("[{statement}]"), &one),
        (format!("{statement},"), &one),
        (format!("\"Statement\": [{statement}]"), &one),
        (format!("\"Statement\": {statement}"), &one),
        (format!("\"Statement\": [{statement}]\n}}"), &one),
        (format!("\"Statement\": [{statement},]\n}}\n}}"), &one),
        (inner.to_owned(), &one),
        (format!("{inner}}}"), &one),
        (format!("{inner}}}]}}"), &one),
        (format!("{one}}}"), &one),
        (format!("}},\n{statement}]"), &one),
        (format!("{statement},{statement}"), &two),
        (format!("{statement}\n{statement}"), &two),
        (format!("[{statement},{statement}]"), &two),
        (format!("{inner}}}, {statement}"), &two),
        (format!("{one},{one}"), &two),
        (format!("{one},{statement}"), &two),
        (format!("{statement} {one}"), &two),
        (
            format!("\"Version\": \"2012-10-17\", \"Statement\": [{statement}]"),
            &one,
        ),
    ] {
        assert_eq!(repaired(&text, IDENTITY), *expected, "{text}");
    }
}

#[test]
fn joined_documents_keep_version_id_and_sids_apart() {
    let document = |version: &str, sid: &str| {
        format!(r#"{{{version}"Id":"{sid}-id","Statement":[{{"Sid":"{sid}","Effect":"Deny"}}]}}"#)
    };
    let old = r#""Version":"2008-10-17","#;
    assert_eq!(
        repaired(
            &format!("{},{}", document(old, "a"), document(old, "a")),
            KEY
        ),
        r#"{"Version":"2008-10-17","Id":"a-id","Statement":[{"Sid":"a","Effect":"Deny"},{"Sid":"a2","Effect":"Deny"}]}"#
    );
    let mixed = repaired(
        &format!("{},{}", document(old, "a"), document("", "b")),
        KEY,
    );
    assert!(
        mixed.starts_with(r#"{"Version":"2012-10-17","Id":"a-id""#),
        "{mixed}"
    );
}

#[test]
fn quotes_commas_and_blanks_of_word_processors() {
    let right = r#"{"Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]}"#;
    for broken in [
        right.replace("\"}", "\",}"),
        right.replace('"', "“"),
        right.replace("\"kms:*\"", "„kms:*“"),
        right.replace("\"kms:*\"", "“kms:*\""),
        right.replace("\"kms:*\"", "\"kms:*”"),
        right
            .replace("\"kms:*\"", "\u{a0}\"kms:*\",\u{a0}\n")
            .replace(",\u{a0}\n,", ","),
        right.replace("]}", ",]\n,}"),
    ] {
        assert_eq!(repaired(&broken, IDENTITY), right, "{broken}");
    }
    let quoted = r#"{"Statement":[{"Sid":"say “hello, }”","Effect":"Allow","action":"kms:*",}]}"#;
    assert!(repaired(quoted, KEY).contains("say “hello, }”"));
}

#[test]
fn changes_name_their_place_in_the_original() {
    let text = "{\n  “effect”: “allow”,\n  \"Action\": [\"kms: Decrypt\", \"kms:Reencrypt\"],\n}";
    assert_eq!(
        repair(text, IDENTITY).unwrap().changes,
        [
            "1:1: put the statement into a document",
            "2:3: replaced typographic quotes by plain ones",
            "2:3: wrote `Effect` for `effect`",
            "2:13: wrote `Allow` for `allow`",
            "3:14: removed the blanks from the action `kms: Decrypt`",
            "3:30: wrote `kms:Reencrypt*` for `kms:Reencrypt`, which is no action",
            "3:46: removed the comma before `}`",
        ]
    );
    let text = " \"Statement\": [{\"effect\": \"Deny\"}]";
    assert_eq!(
        repair(text, IDENTITY).unwrap().changes,
        [
            "1:1: added the brace that the text lacks at its beginning",
            "1:1: added the Version 2012-10-17",
            "1:17: wrote `Effect` for `effect`",
        ]
    );
}

#[test]
fn elements_get_their_names_and_places() {
    let text = r#"{"version":"2012-10-17","STATEMENT":[{"effect":"DENY","principal":{"aws":"*",
        "action":"kms: *","Resource":"*","Sid":"x y","Condition":{}},"notaction":[]}]}"#;
    assert_eq!(
        repaired(text, KEY),
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"kms:*","Resource":"*","Sid":"x y","Condition":{},"NotAction":[]}]}"#
    );
    let both = r#"{"Statement":[{"Effect":"Allow","effect":"deny","Principal":{"AWS":"*","Action":"a:b"},"Action":"c:d"}]}"#;
    assert_eq!(
        repair(both, KEY),
        None,
        "which of the two is meant is not known"
    );
}

#[test]
fn principals() {
    let principal = |value: &str| member("Principal", value);
    for (found, mended) in [
        (r#""111122223333""#, r#"{"AWS":"111122223333"}"#),
        (
            r#""arn:aws: iam::111122223333: root""#,
            r#"{"AWS":"arn:aws:iam::111122223333:root"}"#,
        ),
        (r#"["111122223333","*"]"#, r#"{"AWS":["111122223333","*"]}"#),
        (
            r#""logs.amazonaws.com""#,
            r#"{"Service":"logs.amazonaws.com"}"#,
        ),
        (
            r#"["111122223333","logs.amazonaws.com"]"#,
            r#"["111122223333","logs.amazonaws.com"]"#,
        ),
        (r#"" *""#, r#""*""#),
        (r#""*""#, r#""*""#),
        (r#""bob""#, r#""bob""#),
        ("[]", "[]"),
        (
            r#"{"Service":"logs . amazonaws.com"}"#,
            r#"{"Service":"logs.amazonaws.com"}"#,
        ),
        (
            r#"{"AWS":["1111 2222 3333","all users"]}"#,
            r#"{"AWS":["111122223333","all users"]}"#,
        ),
    ] {
        assert_eq!(principal(found), mended);
    }
}

#[test]
fn actions_and_resources() {
    for (found, mended) in [
        (r#""kms :Decrypt""#, r#""kms:Decrypt""#),
        (
            r#"["kms: ReEncrypt", "kms:ReEncrypt*"]"#,
            r#"["kms:ReEncrypt*","kms:ReEncrypt*"]"#,
        ),
        (
            r#""kms:Encrypt, kms:Decrypt""#,
            r#""kms:Encrypt, kms:Decrypt""#,
        ),
        (r#""Use the key""#, r#""Use the key""#),
    ] {
        assert_eq!(member("Action", found), mended);
    }
    let id = "1234abcd-12ab-34cd-56ef-1234567890ab";
    let key = format!("arn:aws:kms:us-west-2:111122223333:key/{id}");
    for (found, mended) in [
        (
            format!("arn:aws: kms:us-west-2:111122223333: key/{id}"),
            &key,
        ),
        (key.replace("56ef-", "56e f+"), &key),
        (key.replace("56ef-", "56ef+"), &key),
        (format!("{key} AM Policy"), &key),
        (format!("{key}Policy"), &key),
        (
            key.replace(id, "mrk-1234 abcd12ab34cd56ef1234567890ab x"),
            &key.replace(id, "mrk-1234abcd12ab34cd56ef1234567890ab"),
        ),
        (key.replace("ab", "yz"), &key.replace("ab", "yz")),
        (key.replace("0ab", "0 yz"), &key.replace("0ab", "0yz")),
        (format!("{key}ef"), &format!("{key}ef")),
        (format!("{key}*"), &format!("{key}*")),
        (
            "arn:aws:s3:::bucket/my file+x".to_owned(),
            &"arn:aws:s3:::bucket/my file+x".to_owned(),
        ),
        (" * ".to_owned(), &"*".to_owned()),
    ] {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        assert_eq!(member("Resource", &quoted(&found)), quoted(mended));
    }
}

#[test]
fn conditions_keep_the_texts_of_their_author() {
    for (found, mended) in [
        (
            r#"{"stringequals":{"kms: ViaService":"ec2. us-east-1.amazonaws.com"}}"#,
            r#"{"StringEquals":{"kms:ViaService":"ec2.us-east-1.amazonaws.com"}}"#,
        ),
        (
            r#"{"ForAnyValue: StringLikeIfexists":{"aws:TagKeys":["a b"]}}"#,
            r#"{"ForAnyValue:StringLikeIfExists":{"aws:TagKeys":["a b"]}}"#,
        ),
        (
            r#"{"Arn Like":{"aws: PrincipalArn":"arn:aws: iam::1:role/a"}}"#,
            r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::1:role/a"}}"#,
        ),
        (
            r#"{"StringEquals":{"kms: EncryptionContext:My App":"my value"}}"#,
            r#"{"StringEquals":{"kms:EncryptionContext:My App":"my value"}}"#,
        ),
        (
            r#"{"StringEquals":{"aws:PrincipalTag/My Tag":" x "}}"#,
            r#"{"StringEquals":{"aws:PrincipalTag/My Tag":" x "}}"#,
        ),
        (
            r#"{"Bool":{"kms: GrantIsForAWSResource":true}}"#,
            r#"{"Bool":{"kms:GrantIsForAWSResource":true}}"#,
        ),
        (
            r#"{"StringEquals":{"a: b":"1","a:b":"2"}}"#,
            r#"{"StringEquals":{"a: b":"1","a:b":"2"}}"#,
        ),
    ] {
        assert_eq!(condition(found), mended);
    }
}

#[test]
fn large_texts_are_given_up_or_mended_fast() {
    let start = Instant::now();
    for unit in ["{", "\"", "“", ",}", "a", "{},", "\"a\":", "]", " "] {
        repair(&unit.repeat(10_000_000 / unit.len()), KEY);
        repair(&unit.repeat(1_000_000 / unit.len()), KEY);
    }
    let many = "{\"effect\": \"allow\", \"Action\": \"kms: *\"}\n".repeat(20_000);
    assert!(repair(&many, KEY).is_some());
    assert!(
        start.elapsed() < Duration::from_mins(1),
        "{:?}",
        start.elapsed()
    );
}

proptest! {
    #[test]
    fn a_policy_without_findings_needs_no_repair((kind, text) in documents()) {
        if diagnose(&text, kind).is_empty() {
            prop_assert_eq!(repair(&text, kind), None);
        }
    }

    #[test]
    fn a_repair_is_complete_and_can_be_read((kind, text) in mutants()) {
        if let Some(repaired) = repair(&text, kind) {
            prop_assert_eq!(repair(&repaired.text, kind), None, "{}", repaired.text);
        }
    }

    /// What was readable keeps its meaning, but for what was found wrong with it.
    #[test]
    fn no_statement_is_lost((kind, text) in documents()) {
        let (Some(policy), Some(repaired)) = (read(&text, kind), repair(&text, kind)) else {
            return Ok(());
        };
        let after = read(&repaired.text, kind).expect("still readable");
        let (before, after) = (without_spans(policy), without_spans(after));
        prop_assert_eq!(before.statements.len(), after.statements.len());
        prop_assert_eq!(before.version, after.version);
        for (before, after) in before.statements.iter().zip(&after.statements) {
            prop_assert_eq!(&before.sid, &after.sid);
            prop_assert_eq!(before.effect, after.effect);
            prop_assert_eq!(before.conditions.len(), after.conditions.len());
            let covers = before.kms_actions.is_subset(after.kms_actions);
            let negated = before.action.as_ref().is_some_and(|action| action.negated);
            prop_assert!(covers || negated);
        }
    }

    #[test]
    fn nothing_panics(text in any::<String>()) {
        repair(&text, KEY);
    }
}
