//! What a decision depends on, and what the request lacks.

use kmsim_policy::syntax::Effect;

use super::{ConditionView, LayerView, Residual, StatementView, unknowns};
use crate::decision::Verdict;

/// Keys that the request lacks: an Allow would apply but for a condition on a key that is absent.
/// The answer to "what would this request have to carry?".
pub(super) fn missing(layers: &[LayerView], verdict: Verdict) -> Vec<String> {
    if verdict != Verdict::ImplicitDeny {
        return Vec::new();
    }
    let mut keys = Vec::new();
    for statement in layers.iter().flat_map(|layer| &layer.statements) {
        if statement.effect != "Allow" || !matches_but_for_conditions(statement) {
            continue;
        }
        let failed: Vec<_> = statement
            .conditions
            .iter()
            .filter(|condition| condition.holds == "no")
            .collect();
        if failed.is_empty() || !failed.iter().all(|condition| condition.found == "absent") {
            continue;
        }
        for condition in failed {
            if !keys.contains(&condition.key) {
                keys.push(condition.key.clone());
            }
        }
    }
    keys
}

/// The statements that would settle a decision, with the conditions that are open.
pub(super) fn residual(layers: &[LayerView], verdict: Verdict) -> Vec<Residual> {
    if verdict != Verdict::Depends {
        return Vec::new();
    }
    let layers = layers
        .iter()
        .filter(|layer| layer.verdict != "notApplicable");
    let statements = layers.clone().flat_map(|layer| &layer.statements);
    let open = statements
        .filter(|statement| is_open(statement))
        .map(|statement| {
            let conditions: Vec<ConditionView> = statement
                .conditions
                .iter()
                .filter(|condition| condition.holds == "unknown")
                .cloned()
                .collect();
            let text = in_words(statement, &conditions);
            Residual {
                reference: statement.reference.clone(),
                effect: statement.effect,
                conditions,
                unknown: statement.unknown.clone(),
                text,
            }
        });
    let grants = layers
        .flat_map(|layer| &layer.grants)
        .filter(|grant| grant.covers == "unknown");
    let grants = grants.map(|grant| Residual {
        reference: grant.reference.clone(),
        effect: "Allow",
        conditions: Vec::new(),
        unknown: grant.unknown.clone(),
        text: format!("{} {}", grant.reference, grant.note),
    });
    open.chain(grants).collect()
}

/// Whether it is open what the statement says of the request.
fn is_open(statement: &StatementView) -> bool {
    let effect_is_open = statement.effect == Effect::Unknown.name() && statement.applies == "yes";
    statement.applies == "unknown" || effect_is_open
}

/// One condition as people say it: "`StringEquals` kms:ViaService a or b".
pub(super) fn phrase(condition: &ConditionView) -> String {
    let known = condition.expected.iter().map(|value| format!("`{value}`"));
    let unknown = condition.unknown.iter();
    let unknown = unknown.map(|why| format!("a value that is not known ({why})"));
    let values: Vec<String> = known.chain(unknown).collect();
    let joiner = if condition.operator.contains("Not") {
        " and "
    } else {
        " or "
    };
    format!(
        "{} {} {}",
        condition.key,
        condition.operator,
        values.join(joiner)
    )
}

fn matches_but_for_conditions(statement: &StatementView) -> bool {
    statement.action && statement.resource == "yes" && statement.principal != Some("no")
}

fn in_words(statement: &StatementView, conditions: &[ConditionView]) -> String {
    let reference = &statement.reference;
    // A condition with a value that is not known is among what is not known.
    let settled = conditions.iter().filter(|own| own.unknown.is_empty());
    let phrases: Vec<String> = settled.map(phrase).collect();
    if !statement.unknown.is_empty() {
        let unknown: Vec<&str> = statement.unknown.iter().map(|own| &*own.text).collect();
        let (may, unknown) = (unknowns::may(statement.effect), unknown.join(", and "));
        return if phrases.is_empty() {
            format!("{reference} {may}: {unknown}")
        } else {
            let phrases = phrases.join(", and ");
            format!("{reference} {may}: {unknown}; and only if {phrases}")
        };
    }
    let verb = if statement.effect == "Deny" {
        "denies"
    } else {
        "allows"
    };
    if conditions.is_empty() {
        return format!("{reference} {verb} it if the policy variables in its Resource are so");
    }
    format!("{reference} {verb} it if {}", phrases.join(", and "))
}
