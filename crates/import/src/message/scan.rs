//! Pieces of a message as they come out of terminals and logs: lines are broken anywhere, names are
//! quoted, and logs in JSON escape both.

use nom::error::{Error, ErrorKind};
use nom::{IResult, Parser as _};

/// How many lines a name may be broken into.
const MOST_PIECES: usize = 6;

/// The rest of a text behind its first character.
pub(super) fn skip_character(text: &str) -> &str {
    let mut characters = text.chars();
    characters.next();
    characters.as_str()
}

/// Whether a word can begin behind this text.
pub(super) fn begins_word(previous: &str) -> bool {
    let is_of_word =
        |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/' | '@');
    ESCAPES.iter().any(|escape| previous.ends_with(escape))
        || !previous.chars().next_back().is_some_and(is_of_word)
}

/// Blanks as logs in JSON write them.
const ESCAPES: [&str; 3] = ["\\n", "\\r", "\\t"];

fn blank(text: &str) -> Option<&str> {
    let mut characters = text.chars();
    if characters.next().is_some_and(char::is_whitespace) {
        return Some(characters.as_str());
    }
    ESCAPES.iter().find_map(|escape| text.strip_prefix(escape))
}

/// Skips blanks.
pub(super) fn blanks(mut text: &str) -> &str {
    while let Some(rest) = blank(text) {
        text = rest;
    }
    text
}

/// A line break with the blanks around it.
fn line_break(text: &str) -> Option<&str> {
    let rest = blanks(text);
    let skipped = text.get(..text.len() - rest.len())?;
    (skipped.contains('\n') || skipped.contains("\\n")).then_some(rest)
}

/// Skips a colon, where there is one.
pub(super) fn colon(text: &str) -> &str {
    let broken = || line_break(text)?.strip_prefix(':');
    text.strip_prefix(':').or_else(broken).unwrap_or(text)
}

fn no<T>(text: &str, kind: ErrorKind) -> IResult<&str, T> {
    Err(nom::Err::Error(Error::new(text, kind)))
}

/// Words, in any case, with any blanks between them; a line may break within a word, too.
pub(super) fn phrase(expected: &'static str) -> impl Fn(&str) -> IResult<&str, ()> {
    move |text| {
        let mut rest = text;
        for letter in expected.chars() {
            let next = if letter == ' ' {
                blank(rest).map(blanks)
            } else {
                // Not before the first letter: what stands there belongs to what came before.
                let broken = (rest.len() < text.len())
                    .then(|| line_break(rest))
                    .flatten();
                letter_of(rest, letter).or_else(|| letter_of(broken?, letter))
            };
            match next {
                Some(next) => rest = next,
                None => return no(text, ErrorKind::Tag),
            }
        }
        Ok((rest, ()))
    }
}

fn letter_of(text: &str, letter: char) -> Option<&str> {
    let mut characters = text.chars();
    characters
        .next()
        .filter(|found| found.eq_ignore_ascii_case(&letter))
        .map(|_| characters.as_str())
}

/// Skips quotation marks, escaped or not.
pub(super) fn quotes(mut text: &str) -> &str {
    const MARKS: [char; 5] = ['"', '\'', '`', '\u{201c}', '\u{201d}'];
    loop {
        let escaped = text.trim_start_matches('\\');
        let unquoted = escaped.trim_start_matches(MARKS);
        if unquoted.len() == escaped.len() {
            return text;
        }
        text = unquoted;
    }
}

/// A name: up to a blank, a quotation mark or a bracket of markup.
pub(super) fn name(text: &str) -> IResult<&str, &str> {
    let ends = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\'' | '`' | '\\' | '<' | '>' | '\u{201c}' | '\u{201d}'
            )
    };
    let end = text.find(ends).unwrap_or(text.len());
    match text.split_at_checked(end) {
        Some((name, rest)) if !name.is_empty() => Ok((rest, name)),
        _ => no(text, ErrorKind::TakeWhile1),
    }
}

/// A name with what follows it. A name that is broken over lines is put together.
pub(super) fn name_before<'t, T>(
    text: &'t str,
    follows: impl Fn(&'t str) -> IResult<&'t str, T>,
) -> IResult<&'t str, (String, T)> {
    let (mut rest, first) = name(text)?;
    let mut whole = first.to_owned();
    for _ in 0..MOST_PIECES {
        if let Ok((after, found)) = follows(blanks(quotes(rest))) {
            return Ok((after, (whole, found)));
        }
        let Some(next) = line_break(rest) else { break };
        let (after, piece) = name(next)?;
        whole.push_str(piece);
        rest = after;
    }
    no(text, ErrorKind::Verify)
}

/// A name that is known to be whole; one that is broken over lines is put together, as long as it
/// is not. Stops that belong to the sentence are taken off.
pub(super) fn whole_name(text: &str, is_whole: impl Fn(&str) -> bool) -> IResult<&str, String> {
    let (mut rest, first) = name(text)?;
    let mut found = first.to_owned();
    let mut end = rest;
    for _ in 0..MOST_PIECES {
        if is_whole(without_stop(&found)) {
            break;
        }
        let Some((after, piece)) = line_break(rest).and_then(|next| name(next).ok()) else {
            break;
        };
        found.push_str(piece);
        rest = after;
        if is_whole(without_stop(&found)) {
            end = rest;
        }
    }
    // A name that never came out whole is what stands on the first line.
    let found = if end.len() == rest.len() {
        found
    } else {
        first.to_owned()
    };
    Ok((end, without_stop(&found).to_owned()))
}

/// A name without the stop of its sentence.
pub(super) fn without_stop(name: &str) -> &str {
    name.trim_end_matches(['.', ',', ';', ')', ']', '}'])
}

/// Whether an ARN is certainly whole: the ids of keys have known lengths.
pub(super) fn is_whole_arn(arn: &str) -> bool {
    let Some([_, _, service, .., resource]) = kmsim_types::arn::split(arn) else {
        return false;
    };
    if service != "kms" {
        return !resource.is_empty();
    }
    match resource.split_once('/') {
        Some(("key", id)) => id.len() >= SHORTEST_KEY_ID,
        Some((_, name)) => !name.is_empty(),
        None => false,
    }
}

/// The length of `1234abcd-12ab-34cd-56ef-1234567890ab`, and of `mrk-` with 32 digits.
const SHORTEST_KEY_ID: usize = 36;

/// The ARN of a policy, behind a colon.
pub(super) fn policy_arn(text: &str) -> IResult<&str, String> {
    let rest = colon(text);
    if rest.len() == text.len() {
        return no(text, ErrorKind::Char);
    }
    let (rest, arn) = whole_name(quotes(blanks(rest)), |name| {
        kmsim_types::arn::split(name).is_some()
    })?;
    if arn.starts_with("arn:") {
        Ok((rest, arn))
    } else {
        no(text, ErrorKind::Tag)
    }
}

/// The first of several phrases that stands here, with its value.
pub(super) fn one_of<'t, T: Copy>(
    text: &'t str,
    table: &[(&'static str, T)],
) -> IResult<&'t str, T> {
    for (words, value) in table {
        if let Ok((rest, ())) = phrase(words).parse(text) {
            return Ok((rest, *value));
        }
    }
    no(text, ErrorKind::Alt)
}
