//! The random cases are worth their time: all verdicts are common, and layers matter.

use std::collections::BTreeMap;

use kmsim_testkit::{Verdict, decide, minimize, random};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::Value;

const COUNT: u64 = 20_000;

fn verdict(case: &Value) -> Verdict {
    decide(case).unwrap_or_else(|error| panic!("{error}: {case}"))
}

#[test]
fn all_verdicts_are_common() {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for seed in 0..COUNT {
        *counts
            .entry(verdict(&random::seeded(seed)).as_str())
            .or_default() += 1;
    }
    println!("{counts:?}");
    for name in ["allowed", "implicitDeny", "explicitDeny"] {
        assert!(
            counts[name] * 100 > COUNT * 15,
            "{name} is rare: {counts:?}"
        );
    }
}

#[test]
fn a_layer_less_often_changes_the_verdict() {
    let mut changed: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut any = 0;
    for seed in 0..COUNT / 4 {
        let case = random::seeded(seed);
        let before = verdict(&case);
        let mut flips = false;
        for (name, smaller) in without_each_layer(&case) {
            let counts = changed.entry(name).or_default();
            counts.1 += 1;
            if verdict(&smaller) != before {
                counts.0 += 1;
                flips = true;
            }
        }
        any += u64::from(flips);
    }
    println!("{any} of {}: {changed:?}", COUNT / 4);
    assert!(any * 100 > COUNT / 4 * 50, "layers matter too rarely");
    for (name, (flips, present)) in changed {
        assert!(
            flips * 100 > present * 5,
            "{name} matters too rarely: {flips} of {present}"
        );
    }
}

fn without_each_layer(case: &Value) -> Vec<(String, Value)> {
    let mut smaller = Vec::new();
    for name in case["policies"].as_object().unwrap().keys() {
        let mut copy = case.clone();
        copy["policies"].as_object_mut().unwrap().shift_remove(name);
        smaller.push((name.clone(), copy));
    }
    if case.get("grants").is_some() {
        let mut copy = case.clone();
        copy.as_object_mut().unwrap().shift_remove("grants");
        smaller.push(("grants".to_owned(), copy));
    }
    smaller
}

#[test]
fn a_seed_always_gives_the_same_case() {
    assert_eq!(random::seeded(7), random::seeded(7));
    assert_ne!(random::seeded(7), random::seeded(8));
}

#[test]
fn the_strategy_makes_cases_and_shrinks_them() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..20 {
        let mut tree = random::case().new_tree(&mut runner).unwrap();
        let wanted = verdict(&tree.current());
        let before = tree.current().to_string().len();
        for _ in 0..300 {
            let more = if verdict(&tree.current()) == wanted {
                tree.simplify()
            } else {
                tree.complicate()
            };
            if !more {
                break;
            }
        }
        assert!(tree.current().to_string().len() <= before * 2);
    }
}

#[test]
fn minimize_keeps_what_matters() {
    let denied = (0..COUNT)
        .map(random::seeded)
        .find(|case| {
            verdict(case) == Verdict::ExplicitDeny && case["policies"].get("scps").is_some()
        })
        .unwrap();
    let small = minimize(&denied, |case| decide(case) == Ok(Verdict::ExplicitDeny));
    assert_eq!(verdict(&small), Verdict::ExplicitDeny);
    assert_eq!(small.to_string().matches("Deny").count(), 1, "{small}");
    assert!(small.to_string().len() < denied.to_string().len());
}
