//! What a file holds: cases, a world, policy tests, or something else.

use kmsim_policy::json::{Node, Value};

/// The kinds of documents that commands take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One case.
    Case,
    /// A list of cases, or an object with `cases`.
    Cases,
    /// A policy test file: cases with a world.
    Tests,
    /// A question with steps.
    Scenario,
    /// Accounts, organization, keys.
    World,
    /// A policy.
    Policy,
    /// None of these.
    Other,
}

/// Fields of a policy test file that a case file does not have.
const OF_TESTS: [&str; 4] = ["schema", "world", "now", "parts"];

/// What a document is, by its fields.
pub fn kind(node: &Node<'_>) -> Kind {
    let has = |name: &str| node.member(name).is_some();
    match &node.value {
        Value::Array(elements) if elements.iter().any(is_case) => Kind::Cases,
        Value::Object(_) if has("cases") && OF_TESTS.iter().any(|name| has(name)) => Kind::Tests,
        Value::Object(_) if has("cases") => Kind::Cases,
        Value::Object(_) if has("steps") => Kind::Scenario,
        Value::Object(_) if is_case(node) => Kind::Case,
        Value::Object(_) if has("accounts") || has("organization") => Kind::World,
        Value::Object(_) if has("Statement") => Kind::Policy,
        _ => Kind::Other,
    }
}

fn is_case(node: &Node<'_>) -> bool {
    ["request", "policies", "expect", "call", "matrix"]
        .iter()
        .any(|name| node.member(name).is_some())
}

/// The cases of a document, each on its own.
pub fn into_cases(node: Node<'_>) -> Vec<Node<'_>> {
    let span = node.span;
    match node.value {
        Value::Array(nodes) => nodes,
        Value::Object(members) if members.iter().any(|member| member.key == "cases") => members
            .into_iter()
            .filter(|member| member.key == "cases")
            .flat_map(|member| into_cases(member.value))
            .collect(),
        value => vec![Node { value, span }],
    }
}

/// Which of several cases is wanted, by its name or its place (from 1).
pub fn position(names: &[&str], wanted: &str) -> Option<usize> {
    let place = || {
        let index: usize = wanted.parse().ok()?;
        index.checked_sub(1).filter(|index| *index < names.len())
    };
    names.iter().position(|name| *name == wanted).or_else(place)
}

/// A case's name; empty if it has none.
pub fn name_of<'n>(case: &'n Node<'_>) -> &'n str {
    case.member("name")
        .and_then(Node::as_str)
        .unwrap_or_default()
}
