//! `kmsim schema`: the schemas describe what the command reads.

use std::path::Path;

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::run::{CASE, Folder};

fn schema(format: &str) -> Validator {
    let ran = Folder::new().run(["schema", format]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let schema: Value = serde_json::from_str(&ran.out).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

#[test]
fn cases_fit_their_schema() {
    let schema = schema("case");
    assert!(schema.is_valid(&serde_json::from_str(CASE).unwrap()));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/cases");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let cases = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let errors: Vec<String> = schema
            .iter_errors(&cases)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(
            errors.is_empty(),
            "{}: {}",
            path.display(),
            errors.join("\n")
        );
        count += 1;
    }
    assert!(count > 10, "only {count} files of cases");
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
