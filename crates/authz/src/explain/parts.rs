//! The statements and grants that take part in a decision, as they stand in their policies.

use kmsim_policy::source::Span;
use kmsim_policy::syntax::{Condition, Effect};

use super::{covers, grants, reference, unknowns};
use crate::layers::Layers;
use crate::trace::{Layer, LayerRecord, PolicyId, PrincipalMatch, Say, Trace};
use crate::truth::Truth;

/// A statement or grant that applies to a request, or may apply.
#[derive(Clone, Debug)]
pub struct Part<'l> {
    /// The layer.
    pub layer: Layer,
    /// The statement's policy; none for a grant.
    pub policy: Option<PolicyId>,
    /// The place in the policy, or among the grants.
    pub index: u32,
    /// How tests name it: `identity:orders-kms#UseOrdersKey`.
    pub reference: String,
    /// The effect; grants allow.
    pub effect: Effect,
    /// How it names the caller for certain.
    pub principal: PrincipalMatch,
    /// Whether it may name the caller in a stronger way, since not all of it is known.
    pub may_name: bool,
    /// Whether it applies: `Yes` or `Unknown`.
    pub applies: Truth,
    /// The conditions that are not known to hold.
    pub open: Vec<&'l Condition>,
    /// What of the statement itself is not known, in words.
    pub unknown: Vec<String>,
    /// Where it stands.
    pub span: Span,
}

/// The statements and grants that apply to a request, or may apply, in the layers that have a say,
/// in the order of evaluation.
pub fn parts<'l>(layers: &'l Layers<'_>, trace: &Trace) -> Vec<Part<'l>> {
    let has_say = |layer| {
        let applies = |record: &LayerRecord| record.layer == layer && record.say == Say::Applies;
        trace.layers.iter().any(applies)
    };
    let statements = trace.statements.iter().filter_map(|record| {
        let applies = record.applies();
        if applies.is_no() || !has_say(record.policy.layer) {
            return None;
        }
        let attached = layers.policy(record.policy)?;
        let statement = attached.policy.statements.get(record.statement as usize)?;
        let records = trace
            .conditions
            .iter()
            .skip(record.first_condition as usize);
        let open = statement.conditions.iter().zip(records);
        let open = open.filter(|(_, record)| record.holds == Truth::Unknown);
        Some(Part {
            layer: record.policy.layer,
            policy: Some(record.policy),
            index: record.statement,
            reference: reference(layers, record, attached, statement),
            effect: statement.effect,
            principal: record.principal,
            may_name: record.may_name,
            applies,
            open: open.map(|(condition, _)| condition).collect(),
            unknown: unknowns::texts(record, &attached.policy, statement, trace),
            span: statement.span,
        })
    });
    let grants = trace.grants.iter().filter_map(|(index, outcome)| {
        let applies = covers(*outcome);
        let grant = layers.grants.get(*index as usize)?;
        (!applies.is_no()).then(|| Part {
            layer: Layer::Grants,
            policy: None,
            index: *index,
            reference: grants::reference(grant, *index),
            effect: Effect::Allow,
            principal: PrincipalMatch::Direct,
            may_name: false,
            applies,
            open: Vec::new(),
            unknown: Vec::new(),
            span: grant.span,
        })
    });
    statements.chain(grants).collect()
}
