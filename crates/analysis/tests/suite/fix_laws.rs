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

fn after(case: &Value, fix: &Fix) -> Value {
    apply::to_case(&case.to_string(), "case.json", fix)
}

#[test]
fn every_fix_allows() {
    on_random_cases(1_500, |case, remedies| {
        for fix in &remedies.fixes {
            let changed = after(case, fix);
            let verdict = decide(&changed).map_err(TestCaseError::fail)?;
            prop_assert_eq!(
                verdict,
                Verdict::Allowed,
                "{}\nof {}\n{:#?}",
                changed,
                case,
                fix
            );
        }
        Ok(())
    });
}

/// What is added, not what stands there already: a statement of somebody may hold anything.
fn added(fix: &Fix) -> Vec<Value> {
    let edits = fix.changes.iter().flat_map(|change| &change.edits);
    let new = edits.filter(|edit| edit.element.is_none());
    new.map(|edit| edit.statement.clone()).collect()
}

#[test]
fn nothing_that_is_added_is_for_everything_or_everyone() {
    on_random_cases(1_500, |case, remedies| {
        for statement in remedies.fixes.iter().flat_map(added) {
            let text = statement.to_string();
            prop_assert!(!text.contains("kms:*"), "{}\n{}", text, case);
            prop_assert_ne!(&statement["Action"], &json!("*"), "{}", case);
            prop_assert_ne!(&statement["Principal"], &json!("*"), "{}", case);
            prop_assert_ne!(&statement["Principal"]["AWS"], &json!("*"), "{}", case);
            let is_for_keys =
                statement["Principal"].is_null() && case["request"]["resource"] != "*";
            let without_key = [
                "ListKeys",
                "ListAliases",
                "GenerateRandom",
                "CreateKey",
                "DescribeCustomKeyStores",
                "ListRetirableGrants",
            ];
            let action = case["request"]["action"].as_str().unwrap_or_default();
            let on_nothing = without_key.iter().any(|name| action.ends_with(name));
            prop_assert!(
                !is_for_keys || on_nothing || statement["Resource"] != "*",
                "{}\n{}",
                text,
                case
            );
        }
        Ok(())
    });
}

/// The same case with another request.
fn with(case: &Value, change: impl Fn(&mut Value)) -> Value {
    let mut other = case.clone();
    change(&mut other["request"]);
    other
}

#[test]
fn what_a_fix_opens_is_said() {
    on_random_cases(1_000, |case, remedies| {
        let on_key = case["request"]["resource"]
            .as_str()
            .is_some_and(|arn| arn.contains(":key/"));
        let kms = case["request"]["action"]
            .as_str()
            .is_some_and(|action| action.to_lowercase().starts_with("kms:"));
        if !on_key || !kms {
            return Ok(());
        }
        for fix in &remedies.fixes {
            let changed = after(case, fix);
            for action in [
                "kms:PutKeyPolicy",
                "kms:ScheduleKeyDeletion",
                "kms:CreateGrant",
                "kms:Encrypt",
            ] {
                let ask =
                    |case: &Value| decide(&with(case, |request| request["action"] = action.into()));
                let (before, now) = (ask(case), ask(&changed));
                let opened = before != Ok(Verdict::Allowed) && now == Ok(Verdict::Allowed);
                let said = fix.opens.iter().any(|text| text.contains(action));
                let asked = case["request"]["action"]
                    .as_str()
                    .is_some_and(|own| own.eq_ignore_ascii_case(action));
                prop_assert!(!opened || said || asked, "{} {}\n{:#?}", action, case, fix);
            }
        }
        Ok(())
    });
}

#[test]
fn an_allowed_case_falls_with_its_pillars() {
    on_random_cases(1_500, |_, remedies| {
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
    for seed in 0..600 {
        let remedies = remedies(&random::seeded(seed));
        if remedies.decision.ends_with("Deny") {
            denied += 1;
            let told = !remedies.fixes.is_empty() || !remedies.instead.is_empty();
            mended += usize::from(told);
            if !told && std::env::var("KMSIM_SHOW").is_ok() {
                println!("seed {seed}: {}", random::seeded(seed));
            }
        }
    }
    println!("{mended} of {denied}");
    assert!(mended * 100 >= denied * 80, "{mended} of {denied}");
}
