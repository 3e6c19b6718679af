//! The evaluator against a second one, written straight from the documentation, on random cases.

use kmsim_authz::decide::{decide, decide_traced};
use kmsim_testkit::{decide as naive, minimize, random};
use serde_json::Value;

use crate::reading::read;

fn disagreement(case: &Value) -> Option<String> {
    let text = case.to_string();
    // While a case is made smaller it may lose what makes it readable.
    let read = read(&text, "case.json")?;
    let layers = read.layers.borrow();
    let ours = decide(&layers, &read.request);
    assert_eq!(ours, decide_traced(&layers, &read.request).0, "{text}");
    let theirs = naive(case).unwrap_or_else(|error| panic!("{error}: {text}"));
    (ours.verdict.name() != theirs.as_str())
        .then(|| format!("ours {ours:?}, naive {}", theirs.as_str()))
}

/// How many random cases to compare: `KMSIM_CASES`, or some thousands.
fn count() -> u64 {
    std::env::var("KMSIM_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(5_000)
}

#[test]
fn both_evaluators_agree() {
    let mut found = Vec::new();
    for seed in 0..count() {
        let case = random::seeded(seed);
        assert!(
            read(&case.to_string(), "case.json").is_some(),
            "seed {seed} makes no readable case: {case}"
        );
        if disagreement(&case).is_some() {
            let small = minimize(&case, |case| disagreement(case).is_some());
            found.push(format!(
                "seed {seed}: {}\n{small}",
                disagreement(&small).unwrap_or_default()
            ));
            if found.len() >= 12 {
                break;
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
