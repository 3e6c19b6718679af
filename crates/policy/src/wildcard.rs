//! IAM's wildcards: `*` for any run of characters, `?` for one character, nothing else.
//!
//! A pattern is classified once (anything, exact, prefix, suffix, general), so that nearly every
//! match is one comparison. The general form is matched without recursion in time linear in the
//! text for each character of the pattern, whatever the pattern. Shell globs would be wrong
//! here: they give meaning to `[ ] { } \ **`.

use crate::variable::{Lookup, Piece, Variable, Variables, pieces, reference_length};

/// A pattern, with or without wildcards and policy variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wildcard {
    text: Box<str>,
    shape: Shape,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Shape {
    /// `*`
    Any,
    /// The text itself.
    Exact,
    /// The text without the `*` at its end.
    Prefix,
    /// The text without the `*` at its beginning.
    Suffix,
    General(Box<[Token]>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Text(Box<str>),
    Star,
    One,
    Variable(Variable),
}

/// Whether a pattern matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// Pattern or text cannot be read as what the comparison is about (a number, a date, an
    /// address, an ARN). Then neither "equals" nor "not equals" holds.
    Invalid,
    /// A variable has no value. Then "equals" does not hold and "not equals" does.
    Valueless,
    /// It depends on a context key that is not known.
    Unknown,
}

impl From<bool> for Match {
    fn from(matched: bool) -> Self {
        if matched { Self::Yes } else { Self::No }
    }
}

impl Wildcard {
    /// A pattern with wildcards and no variables.
    pub fn new(text: &str) -> Self {
        let stars = text.bytes().filter(|byte| *byte == b'*').count();
        let shape = if text.contains('?') {
            Shape::General(glob_tokens(text).into())
        } else {
            match stars {
                0 => Shape::Exact,
                _ if stars == text.len() => Shape::Any,
                1 if text.ends_with('*') => Shape::Prefix,
                1 if text.starts_with('*') => Shape::Suffix,
                _ => Shape::General(glob_tokens(text).into()),
            }
        };
        Self {
            text: text.into(),
            shape,
        }
    }

    /// A pattern that matches its own text only.
    pub fn literal(text: &str) -> Self {
        Self {
            text: text.into(),
            shape: Shape::Exact,
        }
    }

    /// A pattern with policy variables; `*` and `?` are wildcards if `globs`.
    pub fn with_variables(text: &str, globs: bool) -> Self {
        if !text.contains("${") {
            return if globs {
                Self::new(text)
            } else {
                Self::literal(text)
            };
        }
        let mut tokens = Vec::new();
        for piece in pieces(text) {
            match piece {
                Piece::Text(plain) if globs => tokens.append(&mut glob_tokens(plain)),
                Piece::Text(plain) | Piece::Broken(plain) | Piece::Literal(plain) => {
                    tokens.push(Token::Text(plain.into()));
                }
                Piece::Variable(variable) => tokens.push(Token::Variable(variable)),
            }
        }
        Self {
            text: text.into(),
            shape: Shape::General(tokens.into()),
        }
    }

    /// The pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the pattern is `*`.
    pub fn is_any(&self) -> bool {
        self.shape == Shape::Any
    }

    /// Whether the pattern has a `*` or `?` that acts as a wildcard.
    pub fn has_wildcard(&self) -> bool {
        match &self.shape {
            Shape::Exact => false,
            Shape::Any | Shape::Prefix | Shape::Suffix => true,
            Shape::General(tokens) => tokens
                .iter()
                .any(|token| matches!(token, Token::Star | Token::One)),
        }
    }

    /// The variables of the pattern.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        let tokens: &[Token] = match &self.shape {
            Shape::General(tokens) => tokens,
            _ => &[],
        };
        tokens.iter().filter_map(|token| match token {
            Token::Variable(variable) => Some(variable),
            _ => None,
        })
    }

    /// Whether the pattern matches `text`, with variables from `variables`.
    pub fn matches(&self, text: &str, variables: &impl Variables) -> Match {
        match &self.shape {
            Shape::Any => Match::Yes,
            Shape::Exact => Match::from(*self.text == *text),
            Shape::Prefix => {
                let prefix = self
                    .text
                    .as_bytes()
                    .split_last()
                    .map_or(&[][..], |(_, rest)| rest);
                Match::from(text.as_bytes().starts_with(prefix))
            }
            Shape::Suffix => {
                let suffix = self
                    .text
                    .as_bytes()
                    .split_first()
                    .map_or(&[][..], |(_, rest)| rest);
                Match::from(text.as_bytes().ends_with(suffix))
            }
            Shape::General(tokens) => match missing(tokens, variables) {
                Some(why) => why,
                None => Match::from(matches_tokens(tokens, text, variables)),
            },
        }
    }

    /// Whether the pattern, which has no wildcards, equals `text` without regard to case.
    pub fn equals_ignoring_case(&self, text: &str, variables: &impl Variables) -> Match {
        let Shape::General(tokens) = &self.shape else {
            return Match::from(same_letters(self.text.chars(), text));
        };
        if let Some(why) = missing(tokens, variables) {
            return why;
        }
        let pattern = tokens
            .iter()
            .flat_map(|token| fixed_text(token, variables).unwrap_or("").chars());
        Match::from(same_letters(pattern, text))
    }
}

/// Splits an ARN pattern at its colons into at most six parts. A colon inside a variable such as
/// `${aws:username}` does not separate.
pub(crate) fn split_arn_pattern(text: &str, variables: bool) -> Vec<&str> {
    let mut parts = Vec::with_capacity(6);
    let (mut start, mut at) = (0, 0);
    while parts.len() < 5 {
        let Some(rest) = text.get(at..) else { break };
        let Some(offset) = rest.find([':', '$']) else {
            break;
        };
        at += offset;
        let found = text.get(at..).unwrap_or("");
        if found.starts_with(':') {
            parts.push(text.get(start..at).unwrap_or(""));
            at += 1;
            start = at;
        } else {
            at += reference_length(found).filter(|_| variables).unwrap_or(1);
        }
    }
    parts.push(text.get(start..).unwrap_or(""));
    parts
}

fn glob_tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['*', '?']) {
        let (plain, tail) = rest.split_at(at);
        if !plain.is_empty() {
            tokens.push(Token::Text(plain.into()));
        }
        match tail.as_bytes().first() {
            // Neighbouring stars match what one does.
            Some(b'*') if tokens.last() == Some(&Token::Star) => {}
            Some(b'*') => tokens.push(Token::Star),
            _ => tokens.push(Token::One),
        }
        rest = tail.get(1..).unwrap_or("");
    }
    if !rest.is_empty() {
        tokens.push(Token::Text(rest.into()));
    }
    tokens
}

/// Why the pattern cannot be compared: a variable without value, or with one that is not known.
fn missing(tokens: &[Token], variables: &impl Variables) -> Option<Match> {
    let mut found = None;
    for token in tokens {
        if let Token::Variable(variable) = token {
            match variable.resolve(variables) {
                Lookup::One(_) => {}
                Lookup::Missing => return Some(Match::Valueless),
                Lookup::Unknown => found = Some(Match::Unknown),
            }
        }
    }
    found
}

/// The text that a token stands for, unless it is a wildcard. Substituted text is literal: a `*`
/// in the value of a tag is no wildcard.
fn fixed_text<'t>(token: &'t Token, variables: &'t impl Variables) -> Option<&'t str> {
    match token {
        Token::Text(text) => Some(text),
        Token::Variable(variable) => match variable.resolve(variables) {
            Lookup::One(text) => Some(text),
            Lookup::Missing | Lookup::Unknown => Some(""),
        },
        Token::Star | Token::One => None,
    }
}

/// The usual greedy match: only the last `*` ever needs to be tried again, one character later.
fn matches_tokens(tokens: &[Token], text: &str, variables: &impl Variables) -> bool {
    let (mut next, mut at) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let rest = text.get(at..).unwrap_or("");
        let step = match tokens.get(next) {
            None if rest.is_empty() => return true,
            None => None,
            Some(Token::Star) => {
                next += 1;
                if next == tokens.len() {
                    return true;
                }
                retry = Some((next, at));
                continue;
            }
            Some(Token::One) => rest.chars().next().map(char::len_utf8),
            Some(token) => {
                let fixed = fixed_text(token, variables).unwrap_or("");
                rest.starts_with(fixed).then_some(fixed.len())
            }
        };
        match (step, retry) {
            (Some(length), _) => {
                next += 1;
                at += length;
            }
            (None, Some((token, from))) => {
                let skipped = text.get(from..).and_then(|rest| rest.chars().next());
                let Some(skipped) = skipped else { return false };
                let from = from + skipped.len_utf8();
                retry = Some((token, from));
                (next, at) = (token, from);
            }
            (None, None) => return false,
        }
    }
}

fn same_letters(pattern: impl Iterator<Item = char>, text: &str) -> bool {
    pattern
        .flat_map(char::to_lowercase)
        .eq(text.chars().flat_map(char::to_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition_key::ConditionKey;
    use crate::variable::NoVariables;

    struct Fixed(&'static str, &'static str);

    impl Variables for Fixed {
        fn lookup(&self, key: &ConditionKey) -> Lookup<'_> {
            if key.text() == self.0 {
                Lookup::One(self.1)
            } else {
                Lookup::Missing
            }
        }
    }

    fn glob(pattern: &str, text: &str) -> bool {
        Wildcard::new(pattern).matches(text, &NoVariables) == Match::Yes
    }

    #[test]
    fn stars_and_question_marks() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("*", "a/b:c", true),
            ("**", "x", true),
            ("a", "a", true),
            ("a", "A", false),
            ("a*", "a", true),
            ("a*", "ba", false),
            ("*a", "a", true),
            ("*a", "ab", false),
            ("*a*", "xay", true),
            ("*a*", "xy", false),
            ("?", "é", true),
            ("?", "", false),
            ("??", "a", false),
            ("a?c*e", "abcde", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXcYb", false),
            ("*ab", "aab", true),
            ("*aab", "aaab", true),
            ("", "", true),
            ("", "a", false),
            ("[ab]", "a", false),
            ("{a,b}", "a", false),
            ("a**b", "ab", true),
            ("*?", "", false),
            ("*?", "é", true),
            ("?*", "ab", true),
            ("**/b", "b", false),
            ("\\*", "*", false),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} against {text}");
        }
    }

    #[test]
    fn no_pattern_explodes() {
        let text = "a".repeat(200_000);
        assert!(!glob(&format!("{}b", "*a".repeat(50)), &text));
        assert!(!glob(&format!("{}b", "*".repeat(100_000)), &text));
        assert!(glob(&"*".repeat(100_000), &text));
    }

    #[test]
    fn variables_are_literal_text() {
        let pattern = Wildcard::with_variables("home/${aws:username}/*", true);
        assert_eq!(
            pattern.matches("home/bob/x", &Fixed("aws:username", "bob")),
            Match::Yes
        );
        assert_eq!(
            pattern.matches("home/bobby/x", &Fixed("aws:username", "bob*")),
            Match::No
        );
        assert_eq!(pattern.matches("home//x", &NoVariables), Match::Valueless);
        let escaped = Wildcard::with_variables("a${*}b", true);
        assert_eq!(escaped.matches("a*b", &NoVariables), Match::Yes);
        assert_eq!(escaped.matches("axb", &NoVariables), Match::No);
    }

    #[test]
    fn case_is_ignored_in_text_and_in_variables() {
        let plain = Wildcard::literal("STRASSE é");
        assert_eq!(
            plain.equals_ignoring_case("strasse É", &NoVariables),
            Match::Yes
        );
        let pattern = Wildcard::with_variables("user/${aws:username}", false);
        assert_eq!(
            pattern.equals_ignoring_case("USER/bob", &Fixed("aws:username", "BOB")),
            Match::Yes
        );
        assert_eq!(
            pattern.equals_ignoring_case("USER/", &NoVariables),
            Match::Valueless
        );
    }

    #[test]
    fn arn_patterns_split_outside_variables() {
        let split = |text| split_arn_pattern(text, true);
        assert_eq!(
            split("arn:aws:s3:::b/${aws:username}:x"),
            ["arn", "aws", "s3", "", "", "b/${aws:username}:x"]
        );
        assert_eq!(
            split("arn:aws:iam::${aws:PrincipalAccount}:role/x"),
            ["arn", "aws", "iam", "", "${aws:PrincipalAccount}", "role/x"]
        );
        assert_eq!(split("arn:aws:sqs"), ["arn", "aws", "sqs"]);
        assert_eq!(split_arn_pattern("a:${b:c}", false), ["a", "${b", "c}"]);
        assert_eq!(split("$"), ["$"]);
    }
}
