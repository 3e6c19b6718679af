//! The encryption context of a call, as far as AWS's answer tells it.
//!
//! A message names no encryption context, and a key policy may ask for one. AWS looks at the key policy
//! before it looks at the caller's own policies ("Policy evaluation logic", IAM User Guide), so where it
//! blames one of those the key policy has let the call through. The pairs that the key policy asks for
//! are taken for the call's then, and the report says so.

use kmsim_authz::explain::{ConditionView, LayerView, StatementView};
use kmsim_authz::world::World;
use kmsim_import::message::PolicyType;
use kmsim_import::node;
use kmsim_import::report::{Outcome, Reported, Supposed};
use kmsim_policy::source::{Sources, Span};

use crate::compare::Agreement;
use crate::trial::{Trial, once};
use crate::view::SupposedView;

const CONTEXT: &str = "kms:EncryptionContext:";

/// Makes the call with the encryption context that the key policy asks for, where AWS's answer tells that
/// the key policy let it through and the report does not say with what.
pub(crate) fn settle(
    world: &World,
    reported: &Reported,
    supposed: &Supposed,
    trial: Trial,
    sources: &mut Sources<'_>,
) -> Trial {
    let stated = |name: &str| supposed.fields.iter().any(|field| field.key == name);
    let is_open = trial.supposed.is_none() && trial.comparison.agreement == Agreement::Same;
    if !is_open || !blames_the_caller(reported) || stated("encryptionContext") {
        return trial;
    }
    let Some(layer) = key_policy(&trial).filter(|layer| layer.verdict == "depends") else {
        return trial;
    };
    let offers: Vec<_> = layer.statements.iter().filter_map(pairs).collect();
    for pairs in offers {
        let mut more = supposed.clone();
        more.fields.push(as_field(&pairs));
        let Ok(mut again) = once(world, reported, &more, sources) else {
            continue;
        };
        let lets_through = key_policy(&again).is_some_and(|layer| layer.verdict == "allow");
        if lets_through && again.is_denied() && again.comparison.agreement == Agreement::Same {
            again.supposed = Some(SupposedView {
                what: "encryptionContext",
                taken: in_words(&pairs),
                fitting: Vec::new(),
                of: 0,
            });
            return again;
        }
    }
    trial
}

/// Whether AWS names a policy at which it looks when the key policy has let the call through.
fn blames_the_caller(reported: &Reported) -> bool {
    matches!(&reported.outcome, Outcome::Denied(blame) if matches!(
        blame.policy_type,
        Some(PolicyType::Identity | PolicyType::PermissionsBoundary | PolicyType::Session)
    ))
}

fn key_policy(trial: &Trial) -> Option<&LayerView> {
    let check = trial.explained.checks.get(trial.comparison.check)?;
    let mut layers = check.explanation.layers.iter();
    layers.find(|layer| layer.layer == "key-policy")
}

/// The pairs with which an Allow applies; nothing if it takes more than that.
fn pairs(statement: &StatementView) -> Option<Vec<(String, String)>> {
    let is_allow = statement.effect == "Allow" && statement.applies == "unknown";
    if !is_allow || !statement.unknown.is_empty() {
        return None;
    }
    let mut open = statement.conditions.iter();
    let pairs: Option<Vec<_>> = open
        .by_ref()
        .filter(|own| own.holds != "yes")
        .map(pair)
        .collect();
    pairs.filter(|pairs| !pairs.is_empty())
}

/// The pair with which a condition holds.
fn pair(condition: &ConditionView) -> Option<(String, String)> {
    let name = condition.key.get(..CONTEXT.len());
    let is_context = name.is_some_and(|start| start.eq_ignore_ascii_case(CONTEXT));
    let operator = condition.operator.rsplit(':').next().unwrap_or_default();
    let is_equal = ["StringEquals", "StringLike", "StringEqualsIgnoreCase"]
        .iter()
        .any(|own| {
            operator
                .trim_end_matches("IfExists")
                .eq_ignore_ascii_case(own)
        });
    if !is_context || !is_equal || condition.holds != "unknown" {
        return None;
    }
    let value = condition.expected.first()?;
    let is_plain = !value.contains(['*', '?', '$']);
    let key = condition.key.get(CONTEXT.len()..)?;
    is_plain.then(|| (key.to_owned(), value.clone()))
}

fn as_field(pairs: &[(String, String)]) -> kmsim_policy::json::Member<'static> {
    let nowhere = Span::default();
    let pairs = pairs
        .iter()
        .map(|(key, value)| node::member(key.clone(), node::text(value.clone(), nowhere)));
    node::member("encryptionContext", node::object(pairs.collect(), nowhere))
}

fn in_words(pairs: &[(String, String)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    pairs.join(", ")
}
