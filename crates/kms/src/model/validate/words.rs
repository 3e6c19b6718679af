//! The words of the service framework that AWS's own services share.

use std::fmt::{self, Write as _};

use kmsim_policy::json::{Node, Value};

use crate::error::KmsError;
use crate::model::{Shape, Text};

/// Where a value stands, as AWS writes it: `tags.1.member.tagKey`.
pub(super) enum Path<'p> {
    Top,
    Member(&'p Self, &'p str),
    Element(&'p Self, usize),
    Entry(&'p Self, &'p str),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Top => Ok(()),
            Self::Member(parent, name) => {
                if !matches!(parent, Self::Top) {
                    write!(f, "{parent}.")?;
                }
                let mut letters = name.chars();
                if let Some(first) = letters.next() {
                    f.write_char(first.to_ascii_lowercase())?;
                }
                f.write_str(letters.as_str())
            }
            Self::Element(parent, index) => write!(f, "{parent}.{}.member", index + 1),
            Self::Entry(parent, key) => write!(f, "{parent}.{key}.member"),
        }
    }
}

#[cold]
pub(super) fn unreadable(value: &Node<'_>, wanted: &str, path: &Path<'_>) -> KmsError {
    let found = match &value.value {
        Value::Array(_) => "Start of list found where not expected".to_owned(),
        Value::Object(_) => "Start of structure or map found where not expected".to_owned(),
        _ if wanted.ends_with("null") => format!("Expected {wanted}"),
        Value::String(_) => format!("STRING_VALUE can not be converted to {wanted}"),
        Value::Number(_) => format!("NUMBER_VALUE can not be converted to {wanted}"),
        Value::Bool(true) => format!("TRUE_VALUE can not be converted to {wanted}"),
        Value::Bool(false) => format!("FALSE_VALUE can not be converted to {wanted}"),
        Value::Null => format!("NULL_VALUE can not be converted to {wanted}"),
    };
    KmsError::serialization(match path {
        Path::Top => found,
        _ => format!("{found}, at '{path}'"),
    })
}

/// What a value must be, in AWS's words.
pub(super) enum Constraint {
    NotNull,
    LengthAtMost(u32),
    LengthAtLeast(u32),
    AtMost(i64),
    AtLeast(i64),
    Pattern(&'static str),
    Enumeration(&'static [&'static str]),
    EveryElement(&'static Shape),
    EveryKey(Text),
    EveryValue(&'static Shape),
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotNull => f.write_str("Member must not be null"),
            Self::LengthAtMost(max) => {
                write!(f, "Member must have length less than or equal to {max}")
            }
            Self::LengthAtLeast(min) => {
                write!(f, "Member must have length greater than or equal to {min}")
            }
            Self::AtMost(max) => write!(f, "Member must have value less than or equal to {max}"),
            Self::AtLeast(min) => {
                write!(f, "Member must have value greater than or equal to {min}")
            }
            Self::Pattern(source) => {
                write!(
                    f,
                    "Member must satisfy regular expression pattern: {source}"
                )
            }
            Self::Enumeration(values) => {
                let values = values.join(", ");
                write!(f, "Member must satisfy enum value set: [{values}]")
            }
            Self::EveryElement(shape) => {
                let all = joined(&constraints_of(shape));
                write!(f, "Member must satisfy constraint: [{all}]")
            }
            Self::EveryKey(text) => {
                let all = joined(&constraints_of_text(*text));
                write!(f, "Map keys must satisfy constraint: [{all}]")
            }
            Self::EveryValue(shape) => {
                let all = joined(&constraints_of(shape));
                write!(f, "Map value must satisfy constraint: [{all}]")
            }
        }
    }
}

fn joined(constraints: &[Constraint]) -> String {
    let texts: Vec<_> = constraints.iter().map(Constraint::to_string).collect();
    texts.join(", ")
}

/// All that AWS lists of an element or map value, of which something is broken.
fn constraints_of(shape: &Shape) -> Vec<Constraint> {
    let mut all = match shape {
        Shape::Text(text) => constraints_of_text(*text),
        Shape::Enumeration(values) => vec![Constraint::Enumeration(values)],
        _ => Vec::new(),
    };
    all.push(Constraint::NotNull);
    all
}

fn constraints_of_text(text: Text) -> Vec<Constraint> {
    let mut all = Vec::new();
    if let Some(max) = text.characters.max {
        all.push(Constraint::LengthAtMost(max));
        all.push(Constraint::LengthAtLeast(text.characters.min));
    }
    all.extend(
        text.pattern
            .map(|pattern| Constraint::Pattern(pattern.source())),
    );
    all
}

/// A value as AWS repeats it: as Java prints it, and not at all where it is a secret. Of blobs
/// that are none, only that there is none.
pub(super) struct Shown<'s> {
    pub(super) shape: &'s Shape,
    pub(super) value: Option<&'s Node<'s>>,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.shape.is_sensitive() {
            return Ok(());
        }
        match (self.shape, self.value) {
            (_, None) => f.write_str(" null"),
            (Shape::Blob { .. }, _) => Ok(()),
            (_, Some(value)) => {
                f.write_str(" '")?;
                java(value, f)?;
                f.write_char('\'')
            }
        }
    }
}

fn java(node: &Node<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match &node.value {
        Value::String(text) => f.write_str(text),
        Value::Array(list) => {
            f.write_char('[')?;
            for (index, item) in list.iter().enumerate() {
                if index > 0 {
                    f.write_str(", ")?;
                }
                java(item, f)?;
            }
            f.write_char(']')
        }
        Value::Object(map) => {
            f.write_char('{')?;
            for (index, member) in map.iter().enumerate() {
                if index > 0 {
                    f.write_str(", ")?;
                }
                write!(f, "{}=", member.key)?;
                java(&member.value, f)?;
            }
            f.write_char('}')
        }
        Value::Number(text) => f.write_str(text),
        Value::Bool(value) => write!(f, "{value}"),
        Value::Null => f.write_str("null"),
    }
}
