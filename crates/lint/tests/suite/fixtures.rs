//! Cases of each rule in `fixtures/lint`: what it finds something in, in different forms, and what it
//! leaves alone.

use kmsim_lint::rule::document;
use kmsim_lint::{Finding, RULES, Rule, Severity};
use kmsim_policy::syntax::PolicyKind;
use serde_json::Value;

use crate::support::{findings, findings_in_world, root, shown};

/// The cases of one rule.
pub(crate) struct Cases {
    pub(crate) rule: &'static Rule,
    pub(crate) fires: Vec<Value>,
    pub(crate) quiet: Vec<Value>,
}

/// The cases of every rule.
pub(crate) fn all() -> Vec<Cases> {
    let of = |rule: &&'static Rule| {
        let file = root().join(format!("fixtures/lint/{}.json", rule.code));
        let text = std::fs::read_to_string(&file);
        let text =
            text.unwrap_or_else(|_| panic!("{} has no cases: {}", rule.code, file.display()));
        let value: Value = serde_json::from_str(&text).expect(rule.code);
        assert_eq!(value["rule"], rule.code);
        let cases = |name: &str| value[name].as_array().expect(rule.code).clone();
        Cases {
            rule,
            fires: cases("fires"),
            quiet: cases("quiet"),
        }
    };
    RULES.iter().map(of).collect()
}

/// What is found in a case.
pub(crate) fn findings_in(case: &Value) -> Vec<Finding> {
    match text_of(case) {
        Some((kind, key, text)) => findings(kind, &key, &text),
        None => findings_in_world(&case["world"].to_string()),
    }
}

/// The policy of a case with its kind and what is known of the key; nothing for a world.
pub(crate) fn text_of(case: &Value) -> Option<(PolicyKind, String, String)> {
    if case.get("world").is_some() {
        return None;
    }
    let kind = case
        .get("kind")
        .and_then(Value::as_str)
        .unwrap_or("key-policy");
    let kind = PolicyKind::from_name(kind).expect(kind);
    let key = case.get("key").map(Value::to_string).unwrap_or_default();
    let text = match (case.get("policy"), case.get("statement"), case.get("text")) {
        (Some(policy), None, None) => policy.to_string(),
        (None, Some(statement), None) => document(kind, &statement.to_string()),
        (None, None, Some(text)) => text.as_str().unwrap().to_owned(),
        _ => panic!("a case has one of `policy`, `statement`, `text` and `world`: {case}"),
    };
    Some((kind, key, text))
}

fn name(rule: &Rule, case: &Value) -> String {
    format!("{} {:?}", rule.code, case["name"].as_str().unwrap())
}

/// The class that a case expects of its rule.
fn expected(rule: &Rule, case: &Value) -> Severity {
    let named = case.get("severity").and_then(Value::as_str);
    named.map_or(rule.severity, |name| Severity::from_name(name).expect(name))
}

#[test]
fn every_rule_has_cases_of_both_kinds() {
    for cases in all() {
        let counts = (cases.fires.len(), cases.quiet.len());
        assert!(
            counts.0 >= 2 && counts.1 >= 2,
            "{}: {counts:?}",
            cases.rule.code
        );
    }
    let files = std::fs::read_dir(root().join("fixtures/lint")).unwrap();
    assert_eq!(files.count(), RULES.len());
}

#[test]
fn rules_fire_on_their_cases() {
    let mut wrong = Vec::new();
    for cases in all() {
        let (rule, list) = (cases.rule, &cases.fires);
        for case in list {
            let found = findings_in(case);
            let severity = expected(rule, case);
            let is_meant = |finding: &&Finding| finding.code == rule.code;
            let own = found.iter().find(is_meant);
            if own.is_none_or(|own| own.severity != severity) {
                wrong.push(format!("{}: {:?}", name(rule, case), shown(&found)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is right is right for every rule, unless the case says what it finds `beside`.
#[test]
fn rules_are_quiet_on_the_others() {
    let mut wrong = Vec::new();
    for cases in all() {
        let rule = cases.rule;
        for case in &cases.quiet {
            let mut found = findings_in(case);
            let beside = case.get("beside").and_then(Value::as_array);
            let expects =
                |code: &str| beside.is_some_and(|codes| codes.iter().any(|own| own == code));
            found.retain(|finding| {
                let serious = finding.severity != Severity::Suggestion;
                finding.code == rule.code || serious && !expects(finding.code)
            });
            if !found.is_empty() {
                wrong.push(format!("{}: {:?}", name(rule, case), shown(&found)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
