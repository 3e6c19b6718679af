//! YAML: spans that can be shown, and what is JSON as well means the same.
#![no_main]

use kmsim_policy::json::{self, Node, Value};
use kmsim_policy::source::{SourceId, Span};
use kmsim_policy::yaml;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut diagnostics = Vec::new();
    let node = yaml::parse(text, SourceId::default(), &mut diagnostics);
    assert!(node.is_some() || !diagnostics.is_empty(), "refused without a reason");
    for found in &diagnostics {
        assert_shows(found.span, text);
    }
    let Some(node) = node else { return };
    assert_nodes_show(&node, text);
    if let Some(json) = json::parse(text, SourceId::default(), &mut Vec::new()) {
        assert!(same(&json, &node), "{json:?}\n{node:?}");
    }
});

fn assert_nodes_show(node: &Node<'_>, text: &str) {
    assert_shows(node.span, text);
    match &node.value {
        Value::Array(items) => items.iter().for_each(|item| assert_nodes_show(item, text)),
        Value::Object(members) => members.iter().for_each(|member| {
            assert_shows(member.key_span, text);
            assert_nodes_show(&member.value, text);
        }),
        _ => {}
    }
}

fn assert_shows(span: Span, text: &str) {
    assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?}");
}

/// Equality without regard to spans.
fn same(one: &Node<'_>, other: &Node<'_>) -> bool {
    match (&one.value, &other.value) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| one.key == other.key && same(&one.value, &other.value))
        }
        (one, other) => one == other,
    }
}
