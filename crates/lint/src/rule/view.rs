//! A rule's documentation for programs.

use serde::Serialize;

use super::{Example, Rule};
use crate::report::VERSION;

/// A rule's documentation as JSON (docs/json.md).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleView {
    version: u32,
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    kinds: Vec<&'static str>,
    finds: &'static str,
    why: &'static str,
    fires: ExampleView,
    right: ExampleView,
    source: &'static str,
    access_analyzer: &'static [&'static str],
}

/// A policy in a rule's documentation.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExampleView {
    kind: &'static str,
    /// What is known of the key.
    #[serde(skip_serializing_if = "str::is_empty")]
    key: &'static str,
    text: &'static str,
    is_world: bool,
}

impl From<&Rule> for RuleView {
    fn from(rule: &Rule) -> Self {
        Self {
            version: VERSION,
            code: rule.code,
            name: rule.name,
            severity: rule.severity.name(),
            kinds: rule.kinds.iter().map(|kind| kind.name()).collect(),
            finds: rule.finds,
            why: rule.why,
            fires: ExampleView::from(&rule.fires),
            right: ExampleView::from(&rule.right),
            source: rule.source,
            access_analyzer: rule.access_analyzer,
        }
    }
}

impl From<&Example> for ExampleView {
    fn from(example: &Example) -> Self {
        Self {
            kind: example.kind.name(),
            key: example.key,
            text: example.text,
            is_world: example.is_world,
        }
    }
}
