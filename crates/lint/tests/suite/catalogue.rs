//! Every rule is complete, and its examples do as they say.

use kmsim_lint::rule::Example;
use kmsim_lint::{RULES, Rule, Severity};

use crate::support::{findings, findings_in_world, root, shown};

#[test]
fn codes_are_sorted_and_rules_complete() {
    let order = |rule: &&Rule| (rule.code.starts_with("IAM"), rule.code);
    assert!(RULES.iter().copied().is_sorted_by_key(|rule| order(&rule)));
    for rule in RULES {
        let same = |other: &&&Rule| other.code == rule.code || other.name == rule.name;
        assert_eq!(RULES.iter().filter(same).count(), 1, "{}", rule.code);
        let texts = [rule.name, rule.finds, rule.why, rule.source];
        assert!(texts.iter().all(|text| !text.is_empty()), "{}", rule.code);
        assert!(
            !rule.kinds.is_empty() && rule.kinds.contains(&rule.fires.kind),
            "{}",
            rule.code
        );
        for sentence in [rule.finds, rule.why] {
            let ends = sentence.ends_with(['.', ')']);
            assert!(ends, "{}: {sentence}", rule.code);
        }
    }
}

fn codes(example: &Example) -> Vec<kmsim_lint::Finding> {
    if example.is_world {
        return findings_in_world(example.text);
    }
    findings(example.kind, example.key, &example.policy())
}

#[test]
fn an_example_that_fires_fires_and_one_that_is_right_is_right() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let found = codes(&rule.fires);
        if !found.iter().any(|finding| finding.code == rule.code) {
            wrong.push(format!("{} does not fire: {:?}", rule.code, shown(&found)));
        }
        let mut found = codes(&rule.right);
        found.retain(|finding| finding.code == rule.code || finding.severity < Severity::Warning);
        if !found.is_empty() {
            wrong.push(format!("{} is not right: {:?}", rule.code, shown(&found)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_of_the_parser_is_told_under_a_rule() {
    let folder = root().join("crates/policy/src");
    let mut codes = Vec::new();
    for entry in walk(&folder) {
        let text = std::fs::read_to_string(&entry).unwrap();
        for maker in [
            "Diagnostic::error(",
            "Diagnostic::refused(",
            "Diagnostic::warning(",
        ] {
            for rest in text.split(maker).skip(1) {
                let start = rest.trim_start();
                if let Some(code) = start.strip_prefix('"') {
                    codes.push(code.split('"').next().unwrap().to_owned());
                }
            }
        }
    }
    assert!(codes.len() > 40, "{codes:?}");
    let parser = std::fs::read_to_string(root().join("crates/lint/src/parser.rs")).unwrap();
    // These are about cases and worlds, or are the tests' own.
    let others = ["missing-field", "unknown-field", ""];
    let unknown = |code: &&String| {
        !parser.contains(&format!("\"{code}\"")) && !others.contains(&code.as_str())
    };
    assert_eq!(codes.iter().find(unknown), None);
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else if path
            .file_name()
            .is_some_and(|name| name != "tests.rs" && name != "testing.rs")
        {
            files.push(path);
        }
    }
    files
}
