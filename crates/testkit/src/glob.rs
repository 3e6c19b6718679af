//! `*` and `?`, as in actions, resources and `StringLike` (section 9).

/// One piece of a pattern. Text that a policy variable brought is always `Char`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Token {
    /// This character.
    Char(char),
    /// `?`: one character.
    One,
    /// `*`: any run of characters, also an empty one.
    Run,
}

/// The pattern that a text spells, without policy variables.
pub(crate) fn pattern(text: &str) -> Vec<Token> {
    text.chars()
        .map(|c| match c {
            '*' => Token::Run,
            '?' => Token::One,
            other => Token::Char(other),
        })
        .collect()
}

/// The text as it stands, `*` and `?` being ordinary characters.
pub(crate) fn literal(text: &str) -> Vec<Token> {
    text.chars().map(Token::Char).collect()
}

/// The text that a pattern spells, for operators that know no wildcards.
pub(crate) fn spelled(tokens: &[Token]) -> String {
    tokens
        .iter()
        .map(|token| match token {
            Token::Char(c) => *c,
            Token::One => '?',
            Token::Run => '*',
        })
        .collect()
}

/// Whether the whole text matches the whole pattern.
pub(crate) fn matches(pattern: &[Token], text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    matches_from(pattern, &characters)
}

fn matches_from(pattern: &[Token], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((Token::Run, rest)) => {
            (0..=text.len()).any(|n| matches_from(rest, text.get(n..).unwrap_or_default()))
        }
        Some((Token::One, rest)) => text
            .split_first()
            .is_some_and(|(_, tail)| matches_from(rest, tail)),
        Some((Token::Char(wanted), rest)) => text
            .split_first()
            .is_some_and(|(first, tail)| first == wanted && matches_from(rest, tail)),
    }
}
