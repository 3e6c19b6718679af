//! What of the policies is not known, in words.

use kmsim_policy::source::Sources;
use kmsim_policy::syntax::{Effect, Policy, Statement};
use kmsim_policy::unknown::{Part, Unknown};

use super::{Residual, UnknownView, location};
use crate::trace::{StatementRecord, Trace};
use crate::truth::Truth;

/// What of a statement is not known and leaves open whether it applies, or to which effect.
pub(super) fn of(
    record: &StatementRecord,
    policy: &Policy,
    statement: &Statement,
    trace: &Trace,
    sources: &Sources<'_>,
) -> Vec<UnknownView> {
    let views = mattering(record, policy, statement, trace)
        .into_iter()
        .map(|(part, unknown)| UnknownView {
            element: part.element(),
            why: unknown.why.to_owned(),
            text: format!("{part} is not known ({})", unknown.why),
            location: location(sources, unknown.span),
        });
    views.collect()
}

/// The same as texts alone.
pub(super) fn texts(
    record: &StatementRecord,
    policy: &Policy,
    statement: &Statement,
    trace: &Trace,
) -> Vec<String> {
    let unknowns = mattering(record, policy, statement, trace).into_iter();
    let texts = unknowns.map(|(part, unknown)| format!("{part} ({})", unknown.why));
    texts.collect()
}

fn mattering<'p>(
    record: &StatementRecord,
    policy: &'p Policy,
    statement: &'p Statement,
    trace: &Trace,
) -> Vec<(Part<'p>, Unknown<'p>)> {
    if record.applies().is_no() {
        return Vec::new();
    }
    let matters = |unknown: &Unknown<'_>| match unknown.part {
        Part::Policy | Part::Statement | Part::Effect => true,
        Part::Principal { .. } => record.may_name,
        Part::Action { .. } => record.action == Truth::Unknown,
        Part::Resource { .. } => record.resource == Truth::Unknown,
        Part::Condition | Part::Operator(_) => true,
        Part::Value(condition) => {
            let first = record.first_condition as usize;
            let records = trace.conditions.iter().skip(first);
            let mut pairs = statement.conditions.iter().zip(records);
            let own = pairs.find(|(own, _)| std::ptr::eq(*own, condition));
            own.is_some_and(|(_, record)| record.holds == Truth::Unknown)
        }
    };
    let unknowns = statement.unknowns().into_iter().filter(matters);
    let with_part = |unknown: Unknown<'p>| match unknown.part {
        Part::Statement if policy.why_unknown().is_some() => (Part::Policy, unknown),
        part => (part, unknown),
    };
    unknowns.map(with_part).collect()
}

/// What a decision depends on, in a few words.
pub(super) fn told(residual: &[Residual]) -> &'static str {
    let values = residual.iter().any(|open| !open.unknown.is_empty());
    let keys = residual.iter().any(|open| {
        let mut conditions = open.conditions.iter();
        open.unknown.is_empty() || conditions.any(|condition| condition.found == "unknown")
    });
    phrase(keys, values)
}

/// The same by whether condition keys and whether values of policies are open.
pub(super) fn phrase(keys: bool, values: bool) -> &'static str {
    match (keys, values) {
        (true, true) => "condition keys and values of policies that are not known",
        (false, true) => "values of policies that are not known",
        (_, false) => "condition keys that are not known",
    }
}

/// What a statement may do: "may allow it".
pub(super) fn may(effect: &str) -> &'static str {
    if effect == Effect::Allow.name() {
        "may allow it"
    } else if effect == Effect::Deny.name() {
        "may deny it"
    } else {
        "may allow or deny it"
    }
}
