//! Making and comparing nodes of a world document.

use std::borrow::Cow;

use kmsim_policy::json::{self, Member, Node, Value};
use kmsim_policy::source::{SourceId, Span};

/// A string that stands at `span`, or is concluded from what stands there.
pub fn text<'a>(text: impl Into<Cow<'a, str>>, span: Span) -> Node<'a> {
    Node {
        value: Value::String(text.into()),
        span,
    }
}

/// A list.
pub fn list(items: Vec<Node<'_>>, span: Span) -> Node<'_> {
    Node {
        value: Value::Array(items),
        span,
    }
}

/// An object.
pub fn object(members: Vec<Member<'_>>, span: Span) -> Node<'_> {
    Node {
        value: Value::Object(members),
        span,
    }
}

/// A member of an object, whose name stands where its value does.
pub fn member<'a>(key: impl Into<Cow<'a, str>>, value: Node<'a>) -> Member<'a> {
    Member {
        key: key.into(),
        key_span: value.span,
        value,
    }
}

/// A value that is not known, and why: the marker that may stand in place of a policy, a statement or
/// any value in one.
pub fn unknown<'a>(why: impl Into<Cow<'a, str>>, span: Span) -> Node<'a> {
    object(vec![member("kmsim:unknown", text(why, span))], span)
}

/// Whether a value or anything in it is unknown.
pub fn holds_unknown(node: &Node<'_>) -> bool {
    match &node.value {
        Value::Array(items) => items.iter().any(holds_unknown),
        Value::Object(members) => {
            node.unknown().is_some() || members.iter().any(|member| holds_unknown(&member.value))
        }
        _ => false,
    }
}

/// A value that owns its texts.
pub fn owned(node: &Node<'_>) -> Node<'static> {
    let value = match &node.value {
        Value::Null => Value::Null,
        Value::Bool(value) => Value::Bool(*value),
        Value::Number(text) => Value::Number(text.clone().into_owned().into()),
        Value::String(text) => Value::String(text.clone().into_owned().into()),
        Value::Array(nodes) => Value::Array(nodes.iter().map(owned).collect()),
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|member| Member {
                    key: member.key.clone().into_owned().into(),
                    key_span: member.key_span,
                    value: owned(&member.value),
                })
                .collect(),
        ),
    };
    Node {
        value,
        span: node.span,
    }
}

/// Takes a member out of an object.
pub fn take<'a>(node: &mut Node<'a>, key: &str) -> Option<Node<'a>> {
    let Value::Object(members) = &mut node.value else {
        return None;
    };
    let at = members.iter().position(|member| member.key == key)?;
    let found = members.swap_remove(at).value;
    (found.value != Value::Null).then_some(found)
}

/// Takes a member that is a string out of an object.
pub fn take_string<'a>(node: &mut Node<'a>, key: &str) -> Option<(Cow<'a, str>, Span)> {
    let found = take(node, key)?;
    match found.value {
        Value::String(text) => Some((text, found.span)),
        _ => None,
    }
}

/// The elements of a list; nothing of any other value.
pub fn elements(node: Option<Node<'_>>) -> Vec<Node<'_>> {
    match node.map(|node| node.value) {
        Some(Value::Array(elements)) => elements,
        _ => Vec::new(),
    }
}

/// The text of a string member.
pub fn string<'n>(node: &'n Node<'_>, key: &str) -> Option<&'n str> {
    node.member(key).and_then(Node::as_str)
}

/// Whether a text is a policy document, plain or URL-encoded, rather than a name.
pub fn is_document(text: &str) -> bool {
    let start = text.trim_start();
    let encoded = |start: &str| start.eq_ignore_ascii_case("%7B");
    start.starts_with('{') || start.get(..3).is_some_and(encoded)
}

/// Whether two values are the same, wherever they stand. A policy is the same as an object, as a
/// JSON string and URL-encoded.
pub fn same(one: &Node<'_>, other: &Node<'_>) -> bool {
    match (&one.value, &other.value) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let equal = |member: &Member<'_>| {
                let mut others = other.iter();
                others.any(|other| other.key == member.key && same(&other.value, &member.value))
            };
            one.len() == other.len() && one.iter().all(equal)
        }
        (Value::String(text), Value::Object(_)) => same_document(text, other),
        (Value::Object(_), Value::String(text)) => same_document(text, one),
        (Value::String(one_text), Value::String(other_text)) => {
            one_text == other_text
                || is_document(one_text) && is_document(other_text) && {
                    let decoded = kmsim_authz::reader::decoded(other_text);
                    let read = decoded.as_deref().and_then(document);
                    read.is_some_and(|read| same_document(one_text, &read))
                }
        }
        (one, other) => one == other,
    }
}

fn same_document(text: &str, other: &Node<'_>) -> bool {
    let decoded = kmsim_authz::reader::decoded(text);
    let read = decoded.as_deref().and_then(document);
    read.is_some_and(|read| same(&read, other))
}

fn document(text: &str) -> Option<Node<'_>> {
    json::parse(text, SourceId::default(), &mut Vec::new())
}
