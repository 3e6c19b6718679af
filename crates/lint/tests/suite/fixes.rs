//! The changes that findings offer: they are made, the text can be read, nothing is left to change, and
//! what the policy meant it still means.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use kmsim_authz::context::{ContextValue, RequestContext};
use kmsim_authz::decide::decide_traced;
use kmsim_authz::layers::{AttachedPolicy, Layers, Origin};
use kmsim_authz::principal::Principal;
use kmsim_authz::request::{Request, Resource};
use kmsim_lint::fix::{Fixed, Round, until_stable};
use kmsim_lint::{Finding, RULES, Subject, lint};
use kmsim_policy::diagnostic::{Fix, Safety, Severity};
use kmsim_policy::document::parse_any;
use kmsim_policy::json;
use kmsim_policy::parse::parse;
use kmsim_policy::print::{node_to_json, node_to_yaml};
use kmsim_policy::source::SourceId;
use kmsim_policy::syntax::{Policy, PolicyKind};
use kmsim_types::{Arn, KmsAction};
use serde_json::Value;

use crate::fixtures::{all, text_of};
use crate::support::facts;

/// A policy that rules find something in.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) kind: PolicyKind,
    pub(crate) key: String,
    pub(crate) text: String,
}

/// The policies of all examples and fixtures, right ones too.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for rule in RULES {
        for (what, example) in [("fires", &rule.fires), ("right", &rule.right)] {
            if !example.is_world {
                cases.push(Case {
                    name: format!("{} {what}", rule.code),
                    kind: example.kind,
                    key: example.key.to_owned(),
                    text: example.policy(),
                });
            }
        }
    }
    for of_rule in all() {
        for case in of_rule.fires.iter().chain(&of_rule.quiet) {
            if let Some((kind, key, text)) = text_of(case) {
                let name = case["name"].as_str().unwrap_or_default();
                let name = format!("{} {name}", of_rule.rule.code);
                cases.push(Case {
                    name,
                    kind,
                    key,
                    text,
                });
            }
        }
    }
    cases
}

/// What is found in a text with a name that tells its notation.
fn found(case: &Case, file: &str, text: &str) -> (Vec<Finding>, bool) {
    let mut diagnostics = Vec::new();
    let node = parse_any(text, SourceId(0), file, &mut diagnostics);
    let subject = match &node {
        Some(node) => Subject::new(node, case.kind, diagnostics).with_text(text),
        None => Subject::unreadable(case.kind, diagnostics),
    };
    let subject = subject.with_key(facts(&case.key));
    let error = |found: &kmsim_policy::diagnostic::Diagnostic| found.severity == Severity::Error;
    let readable = node.is_some() && !subject.diagnostics.iter().any(error);
    let mut findings = Vec::new();
    lint(&subject, &mut |finding| findings.push(finding));
    (findings, readable)
}

fn fix(case: &Case, file: &str, text: &str, which: impl Fn(&Fix) -> bool) -> Fixed {
    until_stable(text, |text| {
        let (findings, readable) = found(case, file, text);
        let fixes = findings
            .into_iter()
            .filter_map(|finding| Some((finding.code, finding.fix?)));
        Round {
            fixes: fixes.filter(|(_, fix)| which(fix)).collect(),
            readable,
            rewritten: None,
        }
    })
}

/// A policy in several notations: as it stands, on lines of its own, and in YAML.
fn notations(text: &str) -> Vec<(&'static str, String)> {
    let mut list = vec![("p.json", text.to_owned())];
    let mut found = Vec::new();
    if let Some(node) = json::parse(text, SourceId(0), &mut found).filter(|_| found.is_empty()) {
        list.push(("p.json", node_to_json(&node)));
        list.push(("p.yaml", node_to_yaml(&node)));
    }
    list
}

#[test]
fn changes_are_complete_and_leave_a_policy_that_can_be_read() {
    let mut wrong = Vec::new();
    for case in cases() {
        for (file, text) in notations(&case.text) {
            let (before, readable) = found(&case, file, &text);
            let offered = before
                .iter()
                .filter(|finding| finding.fix.as_ref().is_some_and(|fix| fix.safety.is_safe()))
                .count();
            let fixed = fix(&case, file, &text, |fix| fix.safety.is_safe());
            let (left, still) = found(&case, file, &fixed.text);
            let mut fail =
                |what: &str| wrong.push(format!("{} {file}: {what}\n{}", case.name, fixed.text));
            if readable && !still {
                fail("can no longer be read");
            }
            if offered > 0 && fixed.count() == 0 {
                fail("nothing was changed");
            }
            let again = fix(&case, file, &fixed.text, |fix| fix.safety.is_safe());
            if again.text != fixed.text {
                fail("changes a second time");
            }
            let safe =
                |finding: &&Finding| finding.fix.as_ref().is_some_and(|fix| fix.safety.is_safe());
            if let Some(finding) = left.iter().find(safe) {
                fail(&format!("{} is left: {}", finding.code, finding.message));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The three notations become the same policy.
#[test]
fn the_notation_makes_no_difference() {
    for case in cases() {
        let mut policies = notations(&case.text).into_iter().map(|(file, text)| {
            let fixed = fix(&case, file, &text, |fix| fix.safety.is_safe()).text;
            let node = parse_any(&fixed, SourceId(0), file, &mut Vec::new());
            node.map(|node| node_to_json(&node))
        });
        let first = policies.next().flatten();
        for other in policies {
            assert_eq!(first, other, "{}", case.name);
        }
    }
}

fn attached(text: &str, kind: PolicyKind) -> Option<AttachedPolicy> {
    let mut found = Vec::new();
    let policy = parse(text, SourceId(0), kind, &mut found)?;
    let readable = found.iter().all(|found| found.severity != Severity::Error);
    readable.then_some(AttachedPolicy {
        name: None,
        policy,
        origin: Origin::Inline,
    })
}

const KEY: &str = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// Requests that tell policies apart: callers, operations and keys that they name and others, with the
/// values that their conditions ask for, others, several and none.
fn probes(policies: [&Policy; 2]) -> Vec<Request> {
    let mut callers: BTreeSet<String> = [
        "arn:aws:iam::111122223333:root",
        "arn:aws:iam::111122223333:role/somebody",
        "arn:aws:iam::444455556666:role/other",
    ]
    .map(str::to_owned)
    .into();
    let mut keys: BTreeSet<String> = [KEY.to_owned()].into();
    let mut actions = vec![KmsAction::DescribeKey];
    let mut values: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for statement in policies.iter().flat_map(|policy| &policy.statements) {
        let items =
            |scope: &kmsim_policy::syntax::Scope<kmsim_policy::syntax::PrincipalPattern>| {
                scope
                    .items
                    .iter()
                    .map(|item| item.value.text.to_string())
                    .collect::<Vec<_>>()
            };
        callers.extend(statement.principal.iter().flat_map(items));
        let resources = statement.resource.iter().flat_map(|scope| &scope.items);
        keys.extend(resources.map(|item| item.value.text.replace('*', "x")));
        let first = |wanted: &KmsAction| statement.kms_actions.contains(*wanted);
        actions.extend(KmsAction::ALL.into_iter().filter(first).take(4));
        for condition in &statement.conditions {
            let own = values
                .entry(condition.key.value.text().to_ascii_lowercase())
                .or_default();
            own.extend(["true".to_owned(), "another".to_owned()]);
            for operand in &condition.operands {
                // Requests have addresses, no blocks, and names without wildcards.
                let text = operand.value.text();
                let is_address = condition
                    .key
                    .value
                    .info()
                    .is_some_and(|info| info.name == "aws:SourceIp");
                let text = if is_address {
                    text.split('/').next().unwrap_or(text)
                } else {
                    text
                };
                // Nor do they have variables.
                if text.contains("${") {
                    continue;
                }
                own.extend([text.to_owned(), text.replace('*', "x").replace('?', "y")]);
            }
        }
    }
    actions.sort();
    actions.dedup();
    let contexts = contexts(&values);
    let mut probes = Vec::new();
    for caller in callers
        .iter()
        .filter_map(|text| Principal::parse(text).ok())
    {
        for key in keys.iter().filter_map(|text| Arn::parse(text).ok()) {
            for action in &actions {
                for context in &contexts {
                    probes.push(Request::new(
                        caller.clone(),
                        (*action).into(),
                        Resource::Arn(key.clone()),
                        key.account_id(),
                        context.clone(),
                    ));
                }
            }
        }
    }
    probes
}

fn contexts(values: &BTreeMap<String, BTreeSet<String>>) -> Vec<RequestContext> {
    let mut rows: Vec<Vec<(&str, ContextValue)>> = vec![Vec::new()];
    let first = |own: &BTreeSet<String>| own.iter().next_back().cloned().unwrap_or_default();
    let usual = || {
        values
            .iter()
            .map(|(key, own)| (key.as_str(), ContextValue::from(first(own).as_str())))
    };
    rows.push(usual().collect());
    for (key, own) in values {
        let others = || usual().filter(|(other, _)| other != key);
        rows.push(others().collect());
        for value in own {
            let with = |value: ContextValue| others().chain([(key.as_str(), value)]).collect();
            rows.push(with(value.as_str().into()));
            rows.push(with(ContextValue::many([value.as_str(), "more"])));
        }
    }
    let context = |row: Vec<(&str, ContextValue)>| {
        let mut context = RequestContext::new();
        for (key, value) in row {
            context.set(key, value);
        }
        context
    };
    rows.into_iter().map(context).collect()
}

/// The decision of a policy in the place of the key's, and which of its statements apply.
fn asked(
    policy: &AttachedPolicy,
    request: &Request,
    everything: &[Arc<AttachedPolicy>],
) -> (String, Vec<bool>) {
    let layers = Layers {
        resource: Some(policy),
        identity: everything,
        ..Layers::default()
    };
    let (decision, trace) = decide_traced(&layers, request);
    let statements = policy.policy.statements.len();
    let applies = (0..statements).map(|index| {
        let record = trace
            .statements
            .iter()
            .find(|record| record.statement as usize == index);
        record.is_some_and(|record| record.applies().is_yes())
    });
    (decision.verdict.to_string(), applies.collect())
}

fn everything() -> Vec<Arc<AttachedPolicy>> {
    let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    attached(text, PolicyKind::Identity)
        .map(Arc::new)
        .into_iter()
        .collect()
}

#[test]
fn what_keeps_the_meaning_keeps_every_decision() {
    let everything = everything();
    let (mut changed, mut asked_for) = (0, 0);
    for case in cases() {
        let fixed = fix(&case, "p.json", &case.text, |fix| {
            fix.safety == Safety::Keeps
        });
        if fixed.count() == 0 {
            continue;
        }
        let before = attached(&case.text, case.kind);
        let Some(before) = before else { continue };
        let after = attached(&fixed.text, case.kind).expect(&case.name);
        changed += 1;
        for probe in probes([&before.policy, &after.policy]) {
            asked_for += 1;
            let (one, _) = asked(&before, &probe, &everything);
            let (other, _) = asked(&after, &probe, &everything);
            assert_eq!(one, other, "{}: {probe:?}\n{}", case.name, fixed.text);
        }
    }
    assert!(changed > 30 && asked_for > 1_000, "{changed} {asked_for}");
}

/// A statement that is mended applies wherever it applied before. Where it excludes (`NotAction`,
/// `StringNotEquals`), it applies nowhere where it did not.
#[test]
fn what_is_mended_meant_nothing() {
    let everything = everything();
    let (mut changed, mut gained) = (0, 0);
    for case in cases() {
        let fixed = fix(&case, "p.json", &case.text, |fix| {
            fix.safety == Safety::Mends
        });
        let before = attached(&case.text, case.kind).filter(|_| fixed.count() > 0);
        let Some(before) = before else { continue };
        let after = attached(&fixed.text, case.kind).expect(&case.name);
        assert_eq!(
            before.policy.statements.len(),
            after.policy.statements.len()
        );
        changed += 1;
        // No request carries what was mended.
        for probe in probes([&after.policy, &after.policy]) {
            let (_, one) = asked(&before, &probe, &everything);
            let (_, other) = asked(&after, &probe, &everything);
            for (index, (before_applies, applies)) in one.into_iter().zip(other).enumerate() {
                let excludes = excludes(&before.policy, index);
                gained += usize::from(applies && !before_applies);
                let good = if excludes {
                    before_applies || !applies
                } else {
                    applies || !before_applies
                };
                assert!(good, "{}: {probe:?}\n{}", case.name, fixed.text);
            }
        }
    }
    assert!(changed > 60 && gained > 100, "{changed} {gained}");
}

fn excludes(policy: &Policy, statement: usize) -> bool {
    let statement = &policy.statements[statement];
    let negated = [
        statement.principal.as_ref().map(|scope| scope.negated),
        statement.action.as_ref().map(|scope| scope.negated),
        statement.resource.as_ref().map(|scope| scope.negated),
    ];
    negated.contains(&Some(true))
        || statement
            .conditions
            .iter()
            .any(|condition| condition.operator.value.negated)
}

/// What the rules change by themselves, for the page.
pub(crate) fn table() -> String {
    let mut rows: BTreeMap<&str, BTreeMap<Safety, String>> = BTreeMap::new();
    for case in cases() {
        for finding in found(&case, "p.json", &case.text).0 {
            if let Some(fix) = finding.fix {
                let titles = rows.entry(finding.code).or_default();
                titles.entry(fix.safety).or_insert(fix.title);
            }
        }
    }
    let mut out = String::from("| rule | what is changed, for example | |\n|---|---|---|\n");
    let order = |code: &str| RULES.iter().position(|rule| rule.code == code);
    let mut rows: Vec<_> = rows.into_iter().collect();
    rows.sort_by_key(|(code, _)| order(code));
    for (code, titles) in rows {
        let rule = kmsim_lint::rules::rule(code).expect(code);
        for (safety, title) in titles {
            let _ = writeln!(
                out,
                "| {code} {} | {title} | {} |",
                rule.name,
                safety.name()
            );
        }
    }
    out
}

/// Values of a case in JSON, to be sure that the helpers of this module see them.
#[test]
fn there_are_cases_of_many_rules() {
    let with_key = cases()
        .iter()
        .filter(|case| serde_json::from_str::<Value>(&case.key).is_ok())
        .count();
    assert!(
        cases().len() > 800 && with_key > 50,
        "{} {with_key}",
        cases().len()
    );
}
