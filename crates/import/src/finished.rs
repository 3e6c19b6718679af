//! What is done with a finished world: policies in strings become objects for people, and policies
//! that cannot be read become unknown for those who want the rest.

use kmsim_authz::reader::decoded;
use kmsim_policy::diagnostic::{Diagnostic, Severity};
use kmsim_policy::json::{self, Node, Value};
use kmsim_policy::source::{SourceId, Sources, Span};

use crate::node::{is_document, list, member, object, text, unknown};

/// Fields whose value is a policy.
const POLICY: [&str; 4] = ["policy", "trustPolicy", "permissionsBoundary", "ramPolicy"];

/// Fields whose names are data and whose values are policies.
const POLICIES: &str = "policies";

/// Calls `change` for every policy of a world document.
fn each_policy<'a>(node: &mut Node<'a>, change: &mut dyn FnMut(&mut Node<'a>)) {
    match &mut node.value {
        Value::Array(items) => {
            for item in items {
                each_policy(item, change);
            }
        }
        Value::Object(members) => {
            for own in members {
                match &*own.key {
                    name if POLICY.contains(&name) => change(&mut own.value),
                    POLICIES => {
                        if let Value::Object(named) = &mut own.value.value {
                            for own in named {
                                change(&mut own.value);
                            }
                        }
                    }
                    // Their names are data.
                    "tags" | "grants" => {}
                    _ => each_policy(&mut own.value, change),
                }
            }
        }
        _ => {}
    }
}

/// Writes policies that stand in strings, as AWS hands them over, as what is in the strings. The
/// tree loses the places of these policies; it is one to be printed.
pub fn readable(mut world: Node<'_>) -> Node<'static> {
    let mut world = owned(&mut world);
    each_policy(&mut world, &mut |policy| {
        let Some(text) = policy.as_str().filter(|text| is_document(text)) else {
            return;
        };
        let mut found = Vec::new();
        let decoded = decoded(text);
        let read = decoded
            .as_deref()
            .and_then(|text| json::parse(text, SourceId::default(), &mut found));
        if let Some(mut read) = read.filter(|_| found.is_empty()) {
            *policy = owned(&mut read);
        }
    });
    world
}

/// A tree that borrows from no text.
fn owned(node: &mut Node<'_>) -> Node<'static> {
    let span = node.span;
    let value = match &mut node.value {
        Value::Null => Value::Null,
        Value::Bool(value) => Value::Bool(*value),
        Value::Number(text) => Value::Number(std::mem::take(text).into_owned().into()),
        Value::String(text) => Value::String(std::mem::take(text).into_owned().into()),
        Value::Array(items) => Value::Array(items.iter_mut().map(owned).collect()),
        Value::Object(members) => Value::Object(
            members
                .iter_mut()
                .map(|own| json::Member {
                    key: std::mem::take(&mut own.key).into_owned().into(),
                    key_span: own.key_span,
                    value: owned(&mut own.value),
                })
                .collect(),
        ),
    };
    Node { value, span }
}

/// Makes the policies unknown in which there is an error, and adds a gap for each. Tells how many
/// there were.
pub fn without_broken(world: &mut Node<'_>, found: &[Diagnostic], sources: &Sources<'_>) -> usize {
    let errors: Vec<Span> = found
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .map(|found| outermost(found.span, sources))
        .collect();
    let mut broken = Vec::new();
    each_policy(world, &mut |policy| {
        let own = policy.span;
        let hit = |error: &Span| {
            error.source == own.source && error.start >= own.start && error.end <= own.end
        };
        if own.end > own.start && errors.iter().any(hit) {
            let place = sources.locate(own);
            let why = format!("the policy at {place} cannot be read");
            *policy = unknown(why.clone(), own);
            broken.push(format!("{why}: what depends on it is unknown"));
        }
    });
    let count = broken.len();
    for message in broken {
        add_gap(world, "broken-policy", message);
    }
    count
}

/// Where in a file a place is that may be in a string of it.
fn outermost(mut span: Span, sources: &Sources<'_>) -> Span {
    while let Some(outer) = sources.get(span.source).and_then(|source| source.within) {
        span = outer;
    }
    span
}

fn add_gap(world: &mut Node<'_>, code: &'static str, message: String) {
    let nowhere = Span::default();
    let gap = object(
        vec![
            member("code", text(code, nowhere)),
            member("message", text(message, nowhere)),
        ],
        nowhere,
    );
    let Value::Object(members) = &mut world.value else {
        return;
    };
    let known = members.iter_mut().find(|own| own.key == "gaps");
    match known.map(|own| &mut own.value.value) {
        Some(Value::Array(gaps)) => gaps.push(gap),
        _ => members.insert(0, member("gaps", list(vec![gap], nowhere))),
    }
}
