//! Every conformance case gives what it expects.

use std::path::{Path, PathBuf};

use kmsim_testkit::decide;
use serde_json::Value;

use crate::shared::{cases_folder, read};

#[test]
fn conformance_cases() {
    if let Some(folder) = cases_folder() {
        run(&folder);
    }
}

#[test]
fn fixtures() {
    run(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/cases"));
}

fn run(folder: &Path) {
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in json_files(folder) {
        let document = read(&file);
        let cases = document.get("cases").unwrap_or(&document);
        for case in cases.as_array().unwrap() {
            // What depends on unknown keys and values is beyond this evaluator.
            let has_unknown_keys =
                case["request"].get("unknown").is_some() || case.get("unknown").is_some();
            if has_unknown_keys || case.to_string().contains("kmsim:unknown") {
                continue;
            }
            count += 1;
            let mut case = case.clone();
            inline(&mut case, folder);
            let answer = match decide(&case) {
                Ok(verdict) => verdict.as_str().to_owned(),
                Err(error) => format!("error: {error}"),
            };
            if !is_met(&case["expect"], &answer) {
                let (name, expected) = (&case["name"], &case["expect"]);
                let file = file.display();
                wrong.push(format!("{file}: {name}: {answer} instead of {expected}"));
            }
        }
    }
    println!("{count} cases");
    assert!(count > 0, "no cases in {}", folder.display());
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// `denied` is met by either deny.
fn is_met(expected: &Value, answer: &str) -> bool {
    expected == answer || (expected == "denied" && answer.ends_with("Deny"))
}

fn json_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "json"));
    files.sort();
    files
}

/// Puts policies in the place of `{"file": "path"}`.
fn inline(value: &mut Value, folder: &Path) {
    if let Some(path) = value.get("file").and_then(Value::as_str) {
        *value = read(&folder.join(path));
        return;
    }
    match value {
        Value::Object(members) => members
            .values_mut()
            .for_each(|member| inline(member, folder)),
        Value::Array(items) => items.iter_mut().for_each(|item| inline(item, folder)),
        _ => {}
    }
}
