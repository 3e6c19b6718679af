//! What a YAML scalar is: the core schema (YAML 1.2.2, section 10.3) and its tags.

use std::borrow::Cow;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, digit0, digit1, one_of};
use nom::combinator::{all_consuming, opt, recognize};
use nom::{IResult, Parser as _};
use saphyr_parser::{ScalarStyle, Tag};

use super::{Parse, tag_name};
use crate::diagnostic::{Diagnostic, excerpt};
use crate::json::Value;
use crate::source::Span;

/// The value of a scalar.
pub(super) fn value<'a>(
    text: Cow<'a, str>,
    style: ScalarStyle,
    tag: Option<&Tag>,
    at: Span,
) -> Parse<Value<'a>> {
    let Some(tag) = tag else {
        return Ok(match style {
            ScalarStyle::Plain => plain(text),
            _ => Value::String(text),
        });
    };
    // `!` alone says "not what it looks like": a string.
    let is_string = is_bare(tag) || (tag.is_yaml_core_schema() && tag.suffix == "str");
    if is_string {
        return Ok(Value::String(text));
    }
    if !tag.is_yaml_core_schema() {
        return Err(unknown_tag(tag, at));
    }
    let shown = excerpt(&text);
    let value = plain(text);
    match (tag.suffix.as_str(), &value) {
        ("null", Value::Null) | ("bool", Value::Bool(_)) | ("float", Value::Number(_)) => Ok(value),
        ("int", Value::Number(number)) if !number.contains(['.', 'e', 'E']) => Ok(value),
        ("null" | "bool" | "int" | "float", _) => {
            let message = format!("`{shown}` is not a `{}`", tag_name(tag));
            Err(Box::new(Diagnostic::error("yaml-tag", at, message)))
        }
        _ => Err(unknown_tag(tag, at)),
    }
}

/// A list or object may only be tagged as what it is.
pub(super) fn check_collection(tag: Option<&Tag>, own: &str, at: Span) -> Parse<()> {
    match tag {
        Some(tag) if is_bare(tag) || (tag.is_yaml_core_schema() && tag.suffix == own) => Ok(()),
        Some(tag) => Err(unknown_tag(tag, at)),
        None => Ok(()),
    }
}

/// Whether a tag is `!` alone, which the parser gives as an empty handle.
fn is_bare(tag: &Tag) -> bool {
    format!("{}{}", tag.handle, tag.suffix) == "!"
}

fn unknown_tag(tag: &Tag, at: Span) -> Box<Diagnostic> {
    let message = format!("the YAML tag `{}` has no meaning here", tag_name(tag));
    let error = Diagnostic::error("yaml-tag", at, message);
    Box::new(error.help(
        "write the value itself; functions of templates such as !Ref and !Sub are not evaluated here",
    ))
}

/// The value of a scalar without quotes. Infinity and "not a number" stay texts, since JSON has
/// no such numbers.
fn plain(text: Cow<'_, str>) -> Value<'_> {
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if is_number(&text) => Value::Number(text),
        _ => Value::String(text),
    }
}

fn is_number(text: &str) -> bool {
    let sign = || opt(one_of("+-"));
    let decimal = alt((
        recognize((digit1, opt((char('.'), digit0)))),
        recognize((char('.'), digit1)),
    ));
    let exponent = opt((one_of("eE"), sign(), digit1));
    let hexadecimal = (tag("0x"), take_while1(|c: char| c.is_ascii_hexdigit()));
    let octal = (tag("0o"), take_while1(|c: char| matches!(c, '0'..='7')));
    let number = alt((
        recognize(hexadecimal),
        recognize(octal),
        recognize((sign(), decimal, exponent)),
    ));
    let whole: IResult<&str, &str> = all_consuming(number).parse_complete(text);
    whole.is_ok()
}
