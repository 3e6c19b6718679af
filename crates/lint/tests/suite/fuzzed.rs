//! Kept inputs of the fuzz target `lint`, and what becomes of good inputs that are damaged.

use std::fs;
use std::path::PathBuf;

use crate::support::root;

#[expect(
    unreachable_pub,
    reason = "a module of the fuzz target, and of this test"
)]
#[path = "../../../../fuzz/src/lint.rs"]
mod lint;

use lint::lint;

fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.is_file()).collect()
}

#[test]
fn kept_inputs_pass() {
    let mut count = 0;
    for path in [
        files("fixtures/fuzz/lint"),
        files("fixtures/fuzz/policy"),
        files("fixtures/notes"),
    ]
    .concat()
    {
        println!("{}", path.display());
        lint(&fs::read_to_string(path).unwrap());
        count += 1;
    }
    assert!(count > 20, "{count}");
}

#[test]
fn damaged_inputs_are_linted() {
    for path in files("fixtures/inputs") {
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let step = (lines.len() / 12).max(1);
        for at in (0..lines.len()).step_by(step) {
            // A line is missing, the text ends there, or in the middle of it.
            let without = [&lines[..at], &lines[at + 1..]].concat().join("\n");
            let cut = lines[..at].join("\n");
            let half: String = lines[at]
                .chars()
                .take(lines[at].chars().count() / 2)
                .collect();
            for damaged in [without, format!("{cut}\n{half}"), cut] {
                lint(&damaged);
            }
        }
    }
}

/// Every text that `policies/` has, cut short and with a character less, in a string of JSON and in a note.
#[test]
fn damaged_policies_are_linted_in_any_wrapping() {
    for path in files("fixtures/notes") {
        let text = fs::read_to_string(&path).unwrap();
        for cut in [7, 60, 200] {
            let cut: String = text
                .chars()
                .skip(cut / 7)
                .take(text.chars().count() - cut.min(text.len() / 2))
                .collect();
            lint(&cut);
            lint(&format!(
                "{{\"Policy\": {}}}",
                serde_json::Value::from(cut.as_str())
            ));
            lint(&format!("```json\n{cut}\n```\n"));
            lint(&format!(
                "resource \"aws_kms_key\" \"a\" {{\n  policy = <<EOF\n{cut}\nEOF\n}}\n"
            ));
        }
    }
}
