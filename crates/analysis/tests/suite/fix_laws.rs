//! Laws of fixes, tried on random cases and decided by the second evaluator.

use kmsim_analysis::fix::{Fix, Remedies, for_case};
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_policy::source::Sources;
use kmsim_testkit::{Verdict, decide, random};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use serde_json::{Value, json};

use crate::apply;

/// Tries a law on random cases with what can be done about them.
fn on_random_cases(count: u32, law: impl Fn(&Value, &Remedies) -> Result<(), TestCaseError>) {
    let effort = std::env::var("KMSIM_EFFORT")
        .ok()
        .and_then(|text| text.parse().ok());
    let config = Config {
        cases: count * effort.unwrap_or(1),
        failure_persistence: None,
        max_shrink_iters: 500,
        ..Config::default()
    };
    let tried = TestRunner::new(config).run(&random::case(), |case| law(&case, &remedies(&case)));
    match tried {
        Ok(()) => {}
        Err(TestError::Fail(reason, _)) => panic!("{reason}"),
        Err(error) => panic!("{error}"),
    }
}

fn remedies(case: &Value) -> Remedies {
    let text = case.to_string();
    let mut sources = Sources::new();
    let id = sources.add("case.json", text.clone());
    let mut reader = Reader::new(&mut sources, &NoFiles);
    let node = kmsim_policy::json::parse(&text, id, &mut reader.diagnostics).unwrap();
    let read = reader.case(&node).unwrap();
    for_case(&read, &sources)
}

/// A law about one fix of a case.
type Law = fn(&Value, &Fix, &Value) -> Result<(), TestCaseError>;

#[test]
fn every_fix_allows_adds_little_and_says_what_it_opens() {
    let laws: [Law; 3] = [allows, adds_little, says_what_it_opens];
    on_random_cases(500, |case, remedies| {
        for fix in &remedies.fixes {
            let after = apply::to_case(&case.to_string(), "case.json", fix);
            for law in laws {
                law(case, fix, &after)?;
            }
        }
        Ok(())
    });
}

fn allows(case: &Value, fix: &Fix, after: &Value) -> Result<(), TestCaseError> {
    let verdict = decide(after).map_err(TestCaseError::fail)?;
    prop_assert_eq!(verdict, Verdict::Allowed, "{}\n{}\n{:#?}", case, after, fix);
    Ok(())
}

/// What is added is for nobody and nothing else. What stands there already may hold anything.
fn adds_little(case: &Value, fix: &Fix, _: &Value) -> Result<(), TestCaseError> {
    const WITHOUT_KEY: [&str; 6] = [
        "ListKeys",
        "ListAliases",
        "GenerateRandom",
        "CreateKey",
        "DescribeCustomKeyStores",
        "ListRetirableGrants",
    ];
    let action = case["request"]["action"].as_str().unwrap_or_default();
    let on_nothing =
        case["request"]["resource"] == "*" || WITHOUT_KEY.iter().any(|name| action.ends_with(name));
    let edits = fix.changes.iter().flat_map(|change| &change.edits);
    for edit in edits.filter(|edit| edit.element.is_none()) {
        let statement = &edit.statement;
        let text = statement.to_string();
        prop_assert!(!text.contains("kms:*"), "{}\n{}", text, case);
        prop_assert_ne!(&statement["Action"], &json!("*"), "{}", case);
        prop_assert_ne!(&statement["Principal"], &json!("*"), "{}", case);
        prop_assert_ne!(&statement["Principal"]["AWS"], &json!("*"), "{}", case);
        let has_principal = !statement["Principal"].is_null();
        prop_assert!(
            has_principal || on_nothing || statement["Resource"] != "*",
            "{}\n{}",
            text,
            case
        );
    }
    Ok(())
}

fn says_what_it_opens(case: &Value, fix: &Fix, after: &Value) -> Result<(), TestCaseError> {
    let own = case["request"]["action"].as_str().unwrap_or_default();
    let resource = case["request"]["resource"].as_str().unwrap_or_default();
    if !resource.contains(":key/") || !own.to_lowercase().starts_with("kms:") {
        return Ok(());
    }
    let others = [
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "kms:CreateGrant",
        "kms:Encrypt",
    ];
    for action in others
        .iter()
        .filter(|other| !other.eq_ignore_ascii_case(own))
    {
        let ask = |case: &Value| {
            let mut other = case.clone();
            other["request"]["action"] = (*action).into();
            decide(&other)
        };
        let (before, now) = (ask(case), ask(after));
        let opened = before != Ok(Verdict::Allowed) && now == Ok(Verdict::Allowed);
        let said = fix.opens.iter().any(|text| text.contains(action));
        prop_assert!(!opened || said, "{} {}\n{:#?}", action, case, fix);
    }
    Ok(())
}

#[test]
fn an_allowed_case_falls_with_its_pillars() {
    on_random_cases(400, |_, remedies| {
        if remedies.decision == "allowed" {
            let alone = remedies
                .carriers
                .iter()
                .filter(|carrier| carrier.without != "allowed");
            let alone: Vec<_> = alone
                .map(|carrier| vec![carrier.reference.clone()])
                .collect();
            let pillars: Vec<_> = remedies
                .pillars
                .iter()
                .filter(|set| set.len() == 1)
                .cloned()
                .collect();
            prop_assert_eq!(alone, pillars);
        } else {
            prop_assert!(remedies.carriers.is_empty() && remedies.pillars.is_empty());
        }
        Ok(())
    });
}

#[test]
fn most_denials_can_be_mended() {
    let mut denied = 0;
    let mut mended = 0;
    for seed in 0..200 {
        let remedies = remedies(&random::seeded(seed));
        if remedies.decision.ends_with("Deny") {
            denied += 1;
            let told = !remedies.fixes.is_empty() || !remedies.instead.is_empty();
            mended += usize::from(told);
        }
    }
    assert!(mended * 100 >= denied * 95, "{mended} of {denied}");
}
