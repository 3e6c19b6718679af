//! The published JSON Schemas accept what the readers accept: every case, world and policy test of
//! the fixtures. They refuse what is misspelt.

use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use kmsim_policy::document::parse_any;
use kmsim_policy::json::{self, Node};
use kmsim_policy::source::SourceId;
use serde_json::{Map, Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn schema(name: &str) -> Value {
    let path = root().join("crates/cli/schemas").join(name);
    let text = fs::read_to_string(&path).expect("a schema");
    serde_json::from_str(&text).expect("JSON")
}

fn validator(name: &str) -> Validator {
    let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
    options
        .build(&schema(name))
        .expect("a schema that is valid itself")
}

/// The files of a folder of the fixtures, as JSON values.
fn documents(folder: &str) -> Vec<(PathBuf, Value)> {
    let entries = fs::read_dir(root().join("fixtures").join(folder)).expect("a folder");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a readable file");
            let mut found = Vec::new();
            let node = parse_any(&text, SourceId(0), &path.to_string_lossy(), &mut found);
            let value = value(&node.expect("a document"));
            (path, value)
        })
        .collect()
}

fn value(node: &Node<'_>) -> Value {
    match &node.value {
        json::Value::Null => Value::Null,
        json::Value::Bool(value) => Value::Bool(*value),
        json::Value::Number(text) => serde_json::from_str(text).expect("a number"),
        json::Value::String(text) => Value::String(text.to_string()),
        json::Value::Array(items) => items.iter().map(value).collect(),
        json::Value::Object(members) => {
            let members = members.iter();
            let pairs = members.map(|member| (member.key.to_string(), value(&member.value)));
            Value::Object(pairs.collect::<Map<_, _>>())
        }
    }
}

fn accepts_all(name: &str, folder: &str) {
    let validator = validator(name);
    let documents = documents(folder);
    assert!(!documents.is_empty(), "{folder} is empty");
    let mut failures = Vec::new();
    for (path, value) in documents {
        let errors = validator.iter_errors(&value);
        failures.extend(errors.map(|error| {
            let text: String = error.to_string().chars().take(300).collect();
            format!("{} {}: {text}", path.display(), error.instance_path())
        }));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn worlds_are_valid() {
    accepts_all("world.json", "worlds");
}

#[test]
fn cases_are_valid() {
    accepts_all("case.json", "cases");
}

#[test]
fn policy_tests_are_valid() {
    accepts_all("policy-test.json", "policy-tests");
}

#[test]
fn misspelt_fields_are_refused() {
    let caller = "arn:aws:iam::111122223333:user/a";
    for (name, document) in [
        ("world.json", json!({"acounts": []})),
        ("world.json", json!({"accounts": [{"id": "1"}]})),
        (
            "world.json",
            json!({"accounts": [{"id": "111122223333", "rols": []}]}),
        ),
        (
            "world.json",
            json!({"accounts": [{"id": "111122223333", "keys": [{"id": "k", "spce": "RSA_2048"}]}]}),
        ),
        (
            "world.json",
            json!({"organization": {"id": "o-1", "root": {"id": "r-1", "scp": []}}}),
        ),
        (
            "case.json",
            json!({"request": {"principal": caller, "action": "kms:Decrypt"}}),
        ),
        (
            "case.json",
            json!({"request": {"principal": caller, "action": "kms:Decrypt", "resource": "*"}, "expect": "allow"}),
        ),
        (
            "case.json",
            json!({"world": "w.yaml", "call": {"caller": caller, "operation": "Decrpyt"}}),
        ),
        ("policy-test.json", json!({"schema": 2, "cases": []})),
        (
            "policy-test.json",
            json!({"cases": [{"principals": [caller], "actions": ["kms:Decrypt"], "matrix": [{"expct": "allowed"}]}]}),
        ),
        (
            "policy-test.json",
            json!({"cases": [{"principals": [caller], "keyId": "k", "expect": "allowed"}]}),
        ),
    ] {
        assert!(
            !validator(name).is_valid(&document),
            "{name} accepts {document}"
        );
    }
}

/// What several schemas define, they define alike.
#[test]
fn definitions_agree() {
    let names = ["world.json", "case.json", "policy-test.json"];
    let schemas = names.map(schema);
    for (index, one) in schemas.iter().enumerate() {
        let definitions = one["$defs"].as_object().expect("definitions");
        for (name, definition) in definitions {
            for (other_index, other) in schemas.iter().enumerate().skip(index + 1) {
                let Some(found) = other["$defs"].get(name) else {
                    continue;
                };
                assert_eq!(
                    definition, found,
                    "`{name}` differs between {} and {}",
                    names[index], names[other_index]
                );
            }
        }
    }
}
