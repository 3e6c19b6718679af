//! Checks a request against the model, and says what is wrong in AWS's own words.
//!
//! A value of the wrong JSON type ends in a `SerializationException` at once, as it could not be
//! read. Everything else is collected into one `ValidationException`. Nothing is allocated as long
//! as nothing is wrong: every call of the service comes through here.
//!
//! The words are those of the service framework that AWS's own services share ("1 validation error
//! detected: Value 'x' at 'keyId' failed to satisfy constraint: …"). Blobs and sensitive values are
//! not repeated in them ("Value at 'plaintext' failed …"). A `SerializationException` of AWS does
//! not name the parameter; ours does.

use kmsim_policy::json::{Member as Given, Node, Value};
use kmsim_types::Operation;

use super::{Interface, Length, Member, Shape, Structure, Text};
use crate::error::KmsError;
use crate::input::tree;

mod base64;
mod words;

use words::{Constraint, Path, Shown, unreadable};

/// Checks a request: required parameters, types, lengths, patterns, ranges, enumerations.
///
/// Unknown parameters are ignored, as AWS does, and `null` is as good as absent.
///
/// # Errors
/// `SerializationException` for the first value of a wrong type or blob that is no base64, else one
/// `ValidationException` for all that is outside its limits.
pub fn validate(operation: Operation, input: &Node<'_>) -> Result<(), KmsError> {
    let mut checker = Checker::default();
    checker.structure(Interface::of(operation).input, input, &Path::Top)?;
    checker.end()
}

/// Checks that an answer of ours has the shape that the model gives it, and nothing else.
///
/// # Errors
/// What the answer would be refused for if it were a request; an unknown member too.
pub fn conforms(operation: Operation, output: &serde_json::Value) -> Result<(), KmsError> {
    let Some(structure) = Interface::of(operation).output else {
        return match output {
            serde_json::Value::Null => Ok(()),
            serde_json::Value::Object(members) if members.is_empty() => Ok(()),
            _ => Err(KmsError::internal("an answer where there should be none")),
        };
    };
    let mut unknown = Vec::new();
    unknown_in(structure, output, "", &mut unknown);
    if let Some((name, _)) = unknown.first() {
        return Err(KmsError::internal(format!("unknown member {name}")));
    }
    let mut checker = Checker {
        is_answer: true,
        ..Checker::default()
    };
    checker.structure(structure, &tree(output), &Path::Top)?;
    checker.end()
}

/// The parameters that the operation has not, each with the one that was probably meant. Those of
/// nested objects stand with their path, such as `Tags.1.TagKye`.
pub fn unknown_members(
    operation: Operation,
    input: &serde_json::Value,
) -> Vec<(String, Option<&'static str>)> {
    let mut found = Vec::new();
    unknown_in(Interface::of(operation).input, input, "", &mut found);
    found
}

fn unknown_in(
    structure: &Structure,
    value: &serde_json::Value,
    prefix: &str,
    found: &mut Vec<(String, Option<&'static str>)>,
) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let path = format!("{prefix}{name}");
        let Some(member) = structure.member(name) else {
            let names = structure.members.iter().map(|member| member.name);
            found.push((path, kmsim_types::nearest(name, names)));
            continue;
        };
        match member.shape {
            Shape::Structure(inner) => unknown_in(inner, value, &format!("{path}."), found),
            Shape::List {
                element: Shape::Structure(inner),
                ..
            } => {
                for (index, element) in value.as_array().into_iter().flatten().enumerate() {
                    unknown_in(inner, element, &format!("{path}.{}.", index + 1), found);
                }
            }
            _ => {}
        }
    }
}

#[derive(Default)]
struct Checker {
    violations: Vec<String>,
    /// Whether an answer is checked, not a request.
    is_answer: bool,
}

impl Checker {
    fn end(self) -> Result<(), KmsError> {
        let count = self.violations.len();
        if count == 0 {
            return Ok(());
        }
        let s = if count == 1 { "" } else { "s" };
        let all = self.violations.join("; ");
        Err(KmsError::validation(format!(
            "{count} validation error{s} detected: {all}"
        )))
    }

    fn structure(
        &mut self,
        structure: &Structure,
        value: &Node<'_>,
        path: &Path<'_>,
    ) -> Result<(), KmsError> {
        let Value::Object(given) = &value.value else {
            return Err(unreadable(value, "structure or null", path));
        };
        for member in structure.members {
            self.member(member, given, path)?;
        }
        Ok(())
    }

    fn member(
        &mut self,
        member: &Member,
        given: &[Given<'_>],
        path: &Path<'_>,
    ) -> Result<(), KmsError> {
        let find = |name| {
            let own = given.iter().find(|own| own.key == name);
            own.map(|own| &own.value)
        };
        let Some(value) = find(member.name).filter(|node| node.value != Value::Null) else {
            if member.required {
                let path = Path::Member(path, member.name);
                self.violation(member.shape, None, &path, &Constraint::NotNull);
            }
            return Ok(());
        };
        // "The KeySpec and CustomerMasterKeySpec fields have the same value" (API reference,
        // `KeyMetadata`), although the model's list of the latter ended before ML-DSA.
        let is_same = || find("KeySpec").and_then(Node::as_str) == value.as_str();
        if self.is_answer && member.name == "CustomerMasterKeySpec" && is_same() {
            return Ok(());
        }
        self.value(member.shape, value, &Path::Member(path, member.name))
    }

    fn value(&mut self, shape: &Shape, value: &Node<'_>, path: &Path<'_>) -> Result<(), KmsError> {
        match shape {
            Shape::Structure(structure) => return self.structure(structure, value, path),
            Shape::List { element, elements } => {
                let Value::Array(list) = &value.value else {
                    return Err(unreadable(value, "list or null", path));
                };
                if let Some(broken) = check_length(*elements, list.len()) {
                    self.violation(shape, Some(value), path, &broken);
                }
                return self.elements(shape, element, list, value, path);
            }
            Shape::Map { key, value: of } => {
                let Value::Object(map) = &value.value else {
                    return Err(unreadable(value, "map or null", path));
                };
                return self.entries(shape, *key, of, map, value, path);
            }
            Shape::Text(text) => {
                let given = as_text(value, path)?;
                if let Some(broken) = check_characters(*text, given) {
                    self.violation(shape, Some(value), path, &broken);
                }
                if let Some(broken) = check_pattern(*text, given) {
                    self.violation(shape, Some(value), path, &broken);
                }
            }
            _ => {
                if let Some(broken) = check_scalar(shape, value, path)? {
                    self.violation(shape, Some(value), path, &broken);
                }
            }
        }
        Ok(())
    }

    /// Objects are checked one by one; of other lists AWS says only that some element is wrong,
    /// and what all of them must be.
    fn elements(
        &mut self,
        shape: &Shape,
        element: &'static Shape,
        list: &[Node<'_>],
        value: &Node<'_>,
        path: &Path<'_>,
    ) -> Result<(), KmsError> {
        let mut broken = false;
        for (index, item) in list.iter().enumerate() {
            let place = Path::Element(path, index);
            match (element, &item.value) {
                (Shape::Structure(_), Value::Null) => {
                    self.violation(element, None, &place, &Constraint::NotNull);
                }
                (Shape::Structure(structure), _) => self.structure(structure, item, &place)?,
                (_, Value::Null) => broken = true,
                (Shape::Text(text), _) => {
                    let given = as_text(item, &place)?;
                    broken |= check_characters(*text, given).is_some()
                        || check_pattern(*text, given).is_some();
                }
                _ => broken |= check_scalar(element, item, &place)?.is_some(),
            }
        }
        if broken {
            self.violation(shape, Some(value), path, &Constraint::EveryElement(element));
        }
        Ok(())
    }

    fn entries(
        &mut self,
        shape: &Shape,
        key: Text,
        of: &'static Shape,
        map: &[Given<'_>],
        value: &Node<'_>,
        path: &Path<'_>,
    ) -> Result<(), KmsError> {
        let (mut keys, mut values) = (false, false);
        for entry in map {
            let (name, item) = (&*entry.key, &entry.value);
            keys |= check_characters(key, name).is_some() || check_pattern(key, name).is_some();
            let place = Path::Entry(path, name);
            values |= match (of, &item.value) {
                (_, Value::Null) => true,
                (Shape::Text(text), _) => {
                    let given = as_text(item, &place)?;
                    check_characters(*text, given).is_some()
                        || check_pattern(*text, given).is_some()
                }
                _ => check_scalar(of, item, &place)?.is_some(),
            };
        }
        if keys {
            self.violation(shape, Some(value), path, &Constraint::EveryKey(key));
        }
        if values {
            self.violation(shape, Some(value), path, &Constraint::EveryValue(of));
        }
        Ok(())
    }

    #[cold]
    fn violation(
        &mut self,
        shape: &Shape,
        value: Option<&Node<'_>>,
        path: &Path<'_>,
        broken: &Constraint,
    ) {
        let value = Shown { shape, value };
        self.violations.push(format!(
            "Value{value} at '{path}' failed to satisfy constraint: {broken}"
        ));
    }
}

fn as_text<'v>(value: &'v Node<'_>, path: &Path<'_>) -> Result<&'v str, KmsError> {
    value
        .as_str()
        .ok_or_else(|| unreadable(value, "a String", path))
}

fn check_length(length: Length, found: usize) -> Option<Constraint> {
    match length.max {
        Some(max) if found > max as usize => Some(Constraint::LengthAtMost(max)),
        _ if found < length.min as usize => Some(Constraint::LengthAtLeast(length.min)),
        _ => None,
    }
}

fn check_characters(text: Text, given: &str) -> Option<Constraint> {
    // Never more characters than bytes, and one character for at least one byte.
    let Length { min, max } = text.characters;
    let counted = max.is_some_and(|max| given.len() > max as usize) || min > 1;
    let found = if counted {
        given.chars().count()
    } else {
        given.len()
    };
    check_length(text.characters, found)
}

fn check_pattern(text: Text, given: &str) -> Option<Constraint> {
    let pattern = text.pattern?;
    (!pattern.matches(given)).then_some(Constraint::Pattern(pattern.source()))
}

/// Checks what is neither text, list, map nor structure.
fn check_scalar(
    shape: &Shape,
    value: &Node<'_>,
    path: &Path<'_>,
) -> Result<Option<Constraint>, KmsError> {
    match shape {
        Shape::Enumeration(values) => {
            let text = as_text(value, path)?;
            let known = values.contains(&text);
            Ok((!known).then_some(Constraint::Enumeration(values)))
        }
        Shape::Blob { bytes, .. } => {
            let text = value
                .as_str()
                .ok_or_else(|| unreadable(value, "a Blob", path))?;
            let length = base64::decoded_length(text).map_err(|flaw| {
                KmsError::serialization(format!(
                    "STRING_VALUE can not be converted to a Blob: {flaw}, at '{path}'"
                ))
            })?;
            Ok(check_length(*bytes, length))
        }
        Shape::Integer { min, max } => {
            let number = integer(value).ok_or_else(|| unreadable(value, "an Integer", path))?;
            Ok(if number > *max {
                Some(Constraint::AtMost(*max))
            } else if number < *min {
                Some(Constraint::AtLeast(*min))
            } else {
                None
            })
        }
        Shape::Boolean if !matches!(value.value, Value::Bool(_)) => {
            Err(unreadable(value, "a Boolean", path))
        }
        Shape::Timestamp if crate::input::timestamp(value).is_none() => {
            Err(unreadable(value, "a Timestamp", path))
        }
        _ => Ok(None),
    }
}

/// A number without fraction, however it is written.
pub(crate) fn integer(node: &Node<'_>) -> Option<i64> {
    let Value::Number(text) = &node.value else {
        return None;
    };
    text.parse().ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
        (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
    })
}
