//! The documentation of rules for programs.

use serde::Serialize;

use super::{Example, Rule};
use crate::report::VERSION;

/// The documentation of some rules: what `kmsim rule --format json` prints (docs/json.md).
#[derive(Debug, Serialize)]
pub struct RulesView {
    version: u32,
    rules: Vec<RuleView>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleView {
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

#[derive(Debug, Serialize)]
struct ExampleView {
    kind: &'static str,
    /// What is known of the key, as batches write it.
    #[serde(skip_serializing_if = "str::is_empty")]
    key: &'static str,
    /// A policy, or a world.
    #[serde(rename = "is")]
    what: &'static str,
    text: String,
}

impl RulesView {
    /// Documents rules.
    pub fn of<'r>(rules: impl IntoIterator<Item = &'r Rule>) -> Self {
        Self {
            version: VERSION,
            rules: rules.into_iter().map(RuleView::from).collect(),
        }
    }
}

impl From<&Rule> for RuleView {
    fn from(rule: &Rule) -> Self {
        Self {
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
            what: if example.is_world { "world" } else { "policy" },
            text: example.policy(),
        }
    }
}
