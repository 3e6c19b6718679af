//! YAML: spans that can be shown, and what is JSON as well means the same.

use kmsim_policy::json::{self, Node, Value};
use kmsim_policy::source::Sources;
use kmsim_policy::yaml::parse;

use super::shown::{assert_findings_show, assert_nodes_show};

/// Any YAML.
pub fn yaml(text: &str) {
    let mut sources = Sources::new();
    let source = sources.add("document", text);
    let mut diagnostics = Vec::new();
    let node = parse(text, source, &mut diagnostics);
    assert!(
        node.is_some() || !diagnostics.is_empty(),
        "refused without a reason"
    );
    assert_findings_show(&diagnostics, &sources);
    let Some(node) = node else { return };
    assert_nodes_show(&node, text);
    if let Some(json) = json::parse(text, source, &mut Vec::new()) {
        assert!(same(&json, &node), "{json:?}\n{node:?}");
    }
}

/// Equality without regard to spans.
fn same(one: &Node<'_>, other: &Node<'_>) -> bool {
    match (&one.value, &other.value) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let members = || one.iter().zip(other);
            one.len() == other.len()
                && members()
                    .all(|(one, other)| one.key == other.key && same(&one.value, &other.value))
        }
        (one, other) => one == other,
    }
}
