//! Wildcards against a matcher that is slow and has nothing to go wrong.

use std::time::{Duration, Instant};

use kmsim_policy::condition_key::ConditionKey;
use kmsim_policy::variable::{Lookup, NoVariables, Variables};
use kmsim_policy::wildcard::{Match, Wildcard};

/// The matcher's work is bounded by the product of both lengths; at most this is tried.
const MOST_STEPS: usize = 1 << 26;

/// One variable with a value in which a wildcard doesn't act.
struct Team;

impl Variables for Team {
    fn lookup(&self, key: &ConditionKey) -> Lookup<'_> {
        if key.text() == "a:b" {
            Lookup::One("x*y")
        } else {
            Lookup::Missing
        }
    }
}

/// `PATTERN`, line feed, `TEXT`.
pub fn wildcard(input: &str) {
    let Some((pattern, text)) = input.split_once('\n') else {
        return;
    };
    if pattern.len().saturating_mul(text.len()) > MOST_STEPS {
        return;
    }
    let start = Instant::now();
    let found = Wildcard::new(pattern).matches(text, &NoVariables);
    let with_variables = Wildcard::with_variables(pattern, true).matches(text, &Team);
    let ignoring_case = Wildcard::with_variables(pattern, false).equals_ignoring_case(text, &Team);
    assert!(start.elapsed() < Duration::from_secs(2), "too many steps");

    assert_eq!(
        found,
        Match::from(matches(&tokens(pattern), text)),
        "{pattern:?} {text:?}"
    );
    if let Some(tokens) = expanded(pattern) {
        let expected = Match::from(matches(&tokens, text));
        assert_eq!(with_variables, expected, "{pattern:?} {text:?}");
    }
    if !pattern.contains("${") {
        assert_eq!(with_variables, found);
        let same = pattern.to_lowercase() == text.to_lowercase();
        // Folding letter by letter differs from folding a text in the Greek final sigma only.
        let plain = pattern.is_ascii() && text.is_ascii();
        assert!(
            !plain || ignoring_case == Match::from(same),
            "{pattern:?} {text:?}"
        );
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Token {
    Star,
    One,
    Letter(char),
}

fn tokens(pattern: &str) -> Vec<Token> {
    let token = |c| match c {
        '*' => Token::Star,
        '?' => Token::One,
        c => Token::Letter(c),
    };
    pattern.chars().map(token).collect()
}

/// The tokens of a pattern whose references are all of the plainest form; no answer for others.
fn expanded(pattern: &str) -> Option<Vec<Token>> {
    let mut all = Vec::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("${") {
        let (inside, behind) = after.split_once('}')?;
        let value = match inside {
            "a:b" => "x*y",
            "*" | "?" | "$" => inside,
            _ => return None,
        };
        all.append(&mut tokens(before));
        all.extend(value.chars().map(Token::Letter));
        rest = behind;
    }
    all.append(&mut tokens(rest));
    Some(all)
}

/// For each prefix of the pattern, which prefixes of the text it matches.
fn matches(pattern: &[Token], text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    let mut row = vec![false; letters.len() + 1];
    if let Some(empty) = row.first_mut() {
        *empty = true;
    }
    for token in pattern {
        let before = row.clone();
        let mut left = false;
        for (at, cell) in row.iter_mut().enumerate() {
            let diagonal = at.checked_sub(1).and_then(|at| before.get(at)).copied();
            let letter = at.checked_sub(1).and_then(|at| letters.get(at)).copied();
            *cell = match token {
                Token::Star => *cell || left,
                Token::One => diagonal.unwrap_or(false),
                Token::Letter(c) => diagonal.unwrap_or(false) && letter == Some(*c),
            };
            left = *cell;
        }
    }
    row.last().copied().unwrap_or(false)
}
