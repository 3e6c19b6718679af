//! The parameters of an operation on the command line, as the AWS CLI takes them: names in kebab
//! case, lists as several values, blobs in base64 or from `fileb://` files, and lists, maps and
//! structures in JSON or in the shorthand syntax.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::{Arg, ArgAction, ArgMatches};
use kmsim_kms::clock::Timestamp;
use kmsim_kms::model::{Interface, Length, Member, Shape};
use kmsim_types::Operation;
use serde_json::Value;

use super::{PARAMETERS, shorthand};
use crate::diagnostics::counted;
use crate::files;
use crate::outcome::Failure;

/// A parameter that was given.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) member: &'static Member,
    texts: Vec<String>,
}

/// `KeyId` as the AWS CLI writes it: `key-id`.
pub(super) fn kebab(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 8);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

/// The arguments for the parameters of an operation.
pub(super) fn arguments(operation: Operation) -> Vec<Arg> {
    let members = Interface::of(operation).input.members;
    let mut arguments = Vec::with_capacity(members.len());
    for member in members {
        let name = kebab(member.name);
        let argument = Arg::new(member.name)
            .long(name.clone())
            .help(help(member))
            .help_heading(PARAMETERS);
        let argument = match member.shape {
            Shape::Boolean => {
                let no = format!("no-{name}");
                arguments.push(
                    Arg::new(no.clone())
                        .long(no)
                        .hide(true)
                        .action(ArgAction::SetTrue)
                        .overrides_with(member.name),
                );
                argument
                    .value_name("BOOLEAN")
                    .num_args(0..=1)
                    .require_equals(true)
                    .default_missing_value("true")
            }
            Shape::List { .. } => argument.num_args(1..).value_name(value_name(member.shape)),
            _ => argument.value_name(value_name(member.shape)),
        };
        arguments.push(argument);
    }
    arguments
}

/// What the API model says of a parameter.
fn help(member: &Member) -> String {
    let what = match member.shape {
        Shape::Text(text) => length(text.characters, "character"),
        Shape::Enumeration(names) => names.join(", "),
        Shape::Blob { bytes, .. } => length(*bytes, "byte"),
        Shape::Integer { min, max } if *max < i64::from(i32::MAX) => format!("{min} to {max}"),
        Shape::List { elements, element } => match element {
            Shape::Enumeration(names) => names.join(", "),
            _ => length(*elements, "element"),
        },
        Shape::Structure(structure) => {
            let names: Vec<&str> = structure.members.iter().map(|own| own.name).collect();
            names.join(", ")
        }
        Shape::Integer { .. } | Shape::Boolean | Shape::Timestamp | Shape::Map { .. } => {
            String::new()
        }
    };
    match (member.required, what.as_str()) {
        (true, "") => "Required".to_owned(),
        (true, what) => format!("Required: {what}"),
        (false, _) => what,
    }
}

fn length(length: Length, what: &str) -> String {
    match (length.min, length.max) {
        (0, None) => String::new(),
        (min, None) => format!("at least {}", counted(min as usize, what)),
        (min, Some(max)) if min == max => counted(max as usize, what),
        (min, Some(max)) => format!("{min} to {}", counted(max as usize, what)),
    }
}

fn value_name(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text(_) => "TEXT",
        Shape::Enumeration(_) => "NAME",
        Shape::Blob { .. } => "BASE64|fileb://FILE",
        Shape::Integer { .. } => "NUMBER",
        Shape::Boolean => "BOOLEAN",
        Shape::Timestamp => "TIME",
        Shape::List { element, .. } => match element {
            Shape::Structure(_) => "KEY=VALUE,…|JSON",
            _ => "VALUE",
        },
        Shape::Map { .. } | Shape::Structure(_) => "KEY=VALUE,…|JSON",
    }
}

/// The parameters that were given.
pub(super) fn given(operation: Operation, matches: &ArgMatches) -> Vec<Given> {
    let members = Interface::of(operation).input.members.iter();
    let found = members.filter_map(|member| {
        let texts = matches.get_many::<String>(member.name);
        let is_no = || {
            matches!(member.shape, Shape::Boolean)
                && matches.get_flag(&format!("no-{}", kebab(member.name)))
        };
        let texts = match texts {
            Some(texts) => texts.cloned().collect(),
            None if is_no() => vec!["false".to_owned()],
            None => return None,
        };
        Some(Given { member, texts })
    });
    found.collect()
}

impl Given {
    /// The parameter's value in the API's form.
    pub(super) fn value(&self) -> Result<Value, Failure> {
        let name = format!("--{}", kebab(self.member.name));
        let texts: Result<Vec<_>, _> = self.texts.iter().map(|text| text_of(text, &name)).collect();
        let texts = texts?;
        let value = match (self.member.shape, texts.as_slice()) {
            (Shape::List { .. }, [text]) if text.trim_start().starts_with('[') => json(text),
            (Shape::List { element, .. }, texts) => {
                let values = texts.iter().map(|text| value(element, text));
                values.collect::<Result<_, _>>().map(Value::Array)
            }
            (shape, [text]) => value(shape, text),
            (_, _) => Err("it takes one value".to_owned()),
        };
        value.map_err(|why| Failure::new(format!("{name}: {why}")))
    }
}

/// The text itself, or that of the file which it names: bytes of `fileb://` files in base64.
fn text_of(text: &str, name: &str) -> Result<String, Failure> {
    let within = |failure: Failure| Failure {
        message: format!("{name}: {}", failure.message),
        ..failure
    };
    if let Some(path) = text.strip_prefix("fileb://") {
        let bytes = files::read_bytes(Path::new(path)).map_err(within)?;
        return Ok(STANDARD.encode(bytes));
    }
    match text.strip_prefix("file://") {
        Some(path) => files::read(Path::new(path))
            .map(|read| read.text)
            .map_err(within),
        None => Ok(text.to_owned()),
    }
}

/// A value that stands by itself.
fn value(shape: &Shape, text: &str) -> Result<Value, String> {
    match shape {
        Shape::Map { .. } | Shape::Structure(_) if !text.trim_start().starts_with('{') => {
            shorthand::parse(shape, text)
        }
        Shape::List { .. } | Shape::Map { .. } | Shape::Structure(_) => json(text),
        _ => scalar(shape, text),
    }
}

/// A value without parts.
pub(super) fn scalar(shape: &Shape, text: &str) -> Result<Value, String> {
    match shape {
        Shape::Integer { .. } => match text.parse::<i64>() {
            Ok(number) => Ok(number.into()),
            Err(_) => Err(format!("`{text}` is no whole number")),
        },
        Shape::Boolean => match text.parse::<bool>() {
            Ok(flag) => Ok(flag.into()),
            Err(_) => Err(format!("`{text}` is neither `true` nor `false`")),
        },
        Shape::Timestamp => match text.parse::<Timestamp>() {
            Ok(time) => Ok(time.to_json()),
            Err(why) => Err(why.to_string()),
        },
        Shape::Blob { .. } => {
            let text = text.trim_end();
            match STANDARD.decode(text) {
                Ok(_) => Ok(text.into()),
                Err(why) => Err(format!(
                    "it is no base64 ({why}); fileb://FILE takes the bytes of a file"
                )),
            }
        }
        Shape::Text(_) | Shape::Enumeration(_) => Ok(text.into()),
        Shape::List { .. } | Shape::Map { .. } | Shape::Structure(_) => json(text),
    }
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|why| format!("it is no JSON: {why}"))
}

#[cfg(test)]
mod tests;
