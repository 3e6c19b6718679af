//! Wildcards against a matcher that is slow and has nothing to go wrong: `PATTERN`, line feed,
//! `TEXT`.
#![no_main]

use kmsim_policy::variable::NoVariables;
use kmsim_policy::wildcard::{Match, Wildcard};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let Some((pattern, text)) = input.split_once('\n') else { return };
    let found = Wildcard::new(pattern).matches(text, &NoVariables);
    let expected = if matches(pattern, text) { Match::Yes } else { Match::No };
    assert_eq!(found, expected, "{pattern:?} against {text:?}");

    // With variables there may be no answer, but there is one without a panic.
    let _ = Wildcard::with_variables(pattern, true).matches(text, &NoVariables);
    let _ = Wildcard::with_variables(pattern, false).equals_ignoring_case(text, &NoVariables);
});

/// For each prefix of the pattern, which prefixes of the text it matches.
fn matches(pattern: &str, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut row = vec![false; text.len() + 1];
    row[0] = true;
    for token in pattern.chars() {
        let before = row.clone();
        row[0] = before[0] && token == '*';
        for (at, &letter) in text.iter().enumerate() {
            row[at + 1] = match token {
                '*' => before[at + 1] || row[at],
                '?' => before[at],
                _ => before[at] && token == letter,
            };
        }
    }
    row[text.len()]
}
