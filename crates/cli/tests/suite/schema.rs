//! `kmsim schema`: the schemas describe what the command reads.

use std::path::{Path, PathBuf};

use jsonschema::Validator;
use kmsim_policy::document::parse_any;
use kmsim_policy::json::{self, Node};
use kmsim_policy::source::SourceId;
use serde_json::{Value, json};

use crate::run::{CASE, Folder};

fn text(format: &str) -> Value {
    let ran = Folder::new().run(["schema", format]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    serde_json::from_str(&ran.out).unwrap()
}

fn schema(format: &str) -> Validator {
    let schema = text(format);
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

/// The files of a folder of the fixtures, as JSON values.
fn documents(folder: &str) -> Vec<(PathBuf, Value)> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let entries = std::fs::read_dir(fixtures.join(folder)).unwrap();
    let mut paths: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        // Beside scenarios stand their worlds, in a folder, and a table of contents.
        .filter(|path| path.extension().is_some_and(|ending| ending != "md"))
        .collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.to_string_lossy().into_owned();
        let node = parse_any(&text, SourceId(0), &name, &mut Vec::new()).unwrap();
        let value = value(&node);
        (path, value)
    };
    paths.into_iter().map(read).collect()
}

fn value(node: &Node<'_>) -> Value {
    match &node.value {
        json::Value::Null => Value::Null,
        json::Value::Bool(value) => Value::Bool(*value),
        json::Value::Number(text) => serde_json::from_str(text).unwrap(),
        json::Value::String(text) => Value::String(text.to_string()),
        json::Value::Array(items) => items.iter().map(value).collect(),
        json::Value::Object(members) => {
            let members = members.iter();
            let pairs = members.map(|member| (member.key.to_string(), value(&member.value)));
            Value::Object(pairs.collect())
        }
    }
}

#[test]
fn fixtures_fit_their_schemas() {
    assert!(schema("case").is_valid(&serde_json::from_str(CASE).unwrap()));
    for (format, folder, least) in [
        ("case", "cases", 10),
        ("world", "worlds", 5),
        ("policy-test", "policy-tests", 5),
        ("policy-test", "ci", 2),
        ("scenario", "scenarios", 50),
    ] {
        let schema = schema(format);
        let documents = documents(folder);
        assert!(documents.len() >= least, "{} files", documents.len());
        for (path, document) in documents {
            let errors: Vec<String> = schema
                .iter_errors(&document)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            let shown = errors.join("\n");
            assert!(errors.is_empty(), "{}: {shown}", path.display());
        }
    }
}

#[test]
fn misspelt_fields_do_not_fit() {
    let caller = "arn:aws:iam::111122223333:user/a";
    let id = "111122223333";
    for (format, document) in [
        ("world", json!({"acounts": []})),
        ("world", json!({"accounts": [{"id": "1"}]})),
        ("world", json!({"accounts": [{"id": id, "rols": []}]})),
        (
            "world",
            json!({"accounts": [{"id": id, "keys": [{"id": "k", "spce": "RSA_2048"}]}]}),
        ),
        (
            "world",
            json!({"organization": {"id": "o-1", "root": {"id": "r-1", "scp": []}}}),
        ),
        (
            "case",
            json!({"world": "w.yaml", "call": {"caller": caller, "operation": "Decrpyt"}}),
        ),
        (
            "case",
            json!({"world": "w.yaml", "call": {"caller": caller, "operation": "Decrypt", "keyid": "k"}}),
        ),
        ("policy-test", json!({"schema": 2, "cases": []})),
        (
            "policy-test",
            json!({"cases": [{"principals": [caller], "actions": ["kms:Decrypt"], "matrix": [{"expct": "allowed"}]}]}),
        ),
        (
            "policy-test",
            json!({"cases": [{"principals": [caller], "keyId": "k", "expect": "allowed"}]}),
        ),
        (
            "scenario",
            json!({"question": "q", "answer": "a", "world": {}, "stesp": []}),
        ),
        (
            "scenario",
            json!({"question": "q", "answer": "a", "world": {}, "steps": [{"as": "a", "operation": "Decrpyt"}]}),
        ),
        (
            "scenario",
            json!({"question": "q", "answer": "a", "world": {}, "steps": [{"advance": "30"}]}),
        ),
    ] {
        assert!(!schema(format).is_valid(&document), "{format}: {document}");
    }
}

/// What several schemas define, they define alike.
#[test]
fn definitions_agree() {
    let formats = ["world", "case", "policy-test", "scenario"];
    let schemas = formats.map(text);
    for (one, format) in schemas.iter().zip(formats) {
        for (name, definition) in one["$defs"].as_object().unwrap() {
            for (other, other_format) in schemas.iter().zip(formats) {
                let found = other["$defs"].get(name).unwrap_or(definition);
                assert_eq!(definition, found, "`{name}` of {format} and {other_format}");
            }
        }
    }
}

#[test]
fn what_is_no_case_does_not_fit() {
    let schema = schema("case");
    let case: Value = serde_json::from_str(CASE).unwrap();
    let with = |pointer: &str, value: Value| {
        let mut case = case.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        case.pointer_mut(parent).unwrap()[name] = value;
        case
    };
    for (pointer, value) in [
        ("/nam", json!("x")),
        ("/request/acton", json!("kms:Decrypt")),
        ("/request/action", json!(1)),
        ("/expect", json!("allow")),
        ("/policies/identity", json!({"statement": []})),
        ("/policies/scps", json!([{"level": "r"}])),
        ("/grants", json!([{"Operation": "Decrypt"}])),
    ] {
        assert!(!schema.is_valid(&with(pointer, value)), "{pointer}");
    }
}
