//! Policy variables: `${aws:username}`, with a default `${aws:PrincipalTag/team, 'none'}`, and
//! the escapes `${*}`, `${?}` and `${$}`.
//!
//! Source: IAM User Guide, "IAM policy elements: Variables and tags". Variables exist in Version
//! 2012-10-17 only; with 2008-10-17 or no Version the text stays as it is.

use nom::branch::alt;
use nom::bytes::complete::{is_not, tag, take_till1, take_until};
use nom::character::complete::{char, space0};
use nom::combinator::{map, opt, value};
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};

use crate::condition_key::ConditionKey;

/// A reference to a value of the request context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The context key whose value stands in.
    pub key: ConditionKey,
    /// What stands in when the key is absent.
    pub default: Option<Box<str>>,
}

/// A value that a variable may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup<'c> {
    /// The key is present with one value.
    One(&'c str),
    /// The key is absent, or holds several values, which variables cannot take.
    Missing,
    /// Whether and with what value the key is present is not known.
    Unknown,
}

/// The request context as variables see it.
pub trait Variables {
    /// The value of `key`.
    fn lookup(&self, key: &ConditionKey) -> Lookup<'_>;
}

/// A context without any key.
#[derive(Clone, Copy, Debug)]
pub struct NoVariables;

impl Variables for NoVariables {
    fn lookup(&self, _: &ConditionKey) -> Lookup<'_> {
        Lookup::Missing
    }
}

impl Variable {
    /// The text that stands in for the variable.
    pub fn resolve<'v>(&'v self, variables: &'v impl Variables) -> Lookup<'v> {
        match (variables.lookup(&self.key), &self.default) {
            (Lookup::Missing, Some(default)) => Lookup::One(default),
            (found, _) => found,
        }
    }
}

/// One piece of a text with variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    /// Text as it stands, in which `*` and `?` may be wildcards.
    Text(&'t str),
    /// A character that is literal though it might be a wildcard.
    Literal(&'static str),
    /// A variable.
    Variable(Variable),
    /// A `${` that begins no valid variable. It stays as literal text.
    Broken(&'t str),
}

/// Splits a text into its pieces. Always consumes the whole text.
pub(crate) fn pieces(mut text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    while !text.is_empty() {
        let start = text.find("${").unwrap_or(text.len());
        if let Some(plain) = text.get(..start).filter(|plain| !plain.is_empty()) {
            pieces.push(Piece::Text(plain));
        }
        let rest = text.get(start..).unwrap_or("");
        text = match reference(rest) {
            Ok((behind, piece)) => {
                pieces.push(piece);
                behind
            }
            Err(_) if rest.is_empty() => rest,
            Err(_) => {
                pieces.push(Piece::Broken("${"));
                rest.get(2..).unwrap_or("")
            }
        };
    }
    pieces
}

/// The length of the reference that `text` begins with, if it begins with one.
pub(crate) fn reference_length(text: &str) -> Option<usize> {
    reference(text)
        .ok()
        .map(|(rest, _)| text.len() - rest.len())
}

fn reference(text: &str) -> IResult<&str, Piece<'_>> {
    let escape = alt((
        value("*", tag("${*}")),
        value("?", tag("${?}")),
        value("$", tag("${$}")),
    ));
    alt((map(escape, Piece::Literal), map(variable, Piece::Variable))).parse(text)
}

fn variable(text: &str) -> IResult<&str, Variable> {
    let key = take_till1(|c: char| matches!(c, ',' | '}' | '{' | '$' | '\'' | '*' | '?'));
    let quoted = alt((
        delimited(char('\''), take_until("'"), char('\'')),
        map(tag("''"), |_| ""),
    ));
    let default = preceded((char(','), space0), quoted);
    let inner = (key, opt(default), space0);
    map(
        delimited(tag("${"), inner, char('}')),
        |(key, default, _)| Variable {
            key: ConditionKey::new(str::trim(key)),
            default: default.map(Into::into),
        },
    )
    .parse(text)
    .and_then(|(rest, found)| {
        // A key has a prefix and a name: `aws:username`.
        let has_prefix: IResult<&str, &str> = is_not(":").parse(found.key.text());
        match has_prefix {
            Ok((name, _)) if name.len() > 1 => Ok((rest, found)),
            _ => Err(nom::Err::Error(nom::error::Error::new(
                text,
                nom::error::ErrorKind::Verify,
            ))),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        pieces(text)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => format!("[{text}]"),
                Piece::Literal(text) => format!("<{text}>"),
                Piece::Broken(text) => format!("!{text}!"),
                Piece::Variable(found) => match found.default {
                    None => format!("({})", found.key.text()),
                    Some(default) => format!("({}|{default})", found.key.text()),
                },
            })
            .collect()
    }

    #[test]
    fn variables_defaults_and_escapes() {
        assert_eq!(show("a/${aws:username}/b*"), "[a/](aws:username)[/b*]");
        assert_eq!(
            show("${aws:PrincipalTag/team, 'company-wide'}"),
            "(aws:PrincipalTag/team|company-wide)"
        );
        assert_eq!(
            show("${aws:PrincipalTag/My Tag}"),
            "(aws:PrincipalTag/My Tag)"
        );
        assert_eq!(show("${aws:x,''}"), "(aws:x|)");
        assert_eq!(show("x${*}${?}${$}y"), "[x]<*><?><$>[y]");
        assert_eq!(show("${$}{aws:username}"), "<$>[{aws:username}]");
        assert_eq!(show(""), "");
    }

    #[test]
    fn what_is_no_variable_stays_text() {
        assert_eq!(show("${"), "!${!");
        assert_eq!(show("${aws:username"), "!${![aws:username]");
        assert_eq!(show("${}"), "!${![}]");
        assert_eq!(show("${username}"), "!${![username}]");
        assert_eq!(show("${aws:x, none}"), "!${![aws:x, none}]");
        assert_eq!(show("${${aws:x}}"), "!${!(aws:x)[}]");
        assert_eq!(show("$aws:x}"), "[$aws:x}]");
    }
}
