//! Whether what AWS reported is what we find.

use kmsim_authz::call::{CallExplanation, CheckExplanation};
use kmsim_authz::decision::Verdict;
use kmsim_authz::explain::{Explanation, LayerView};
use kmsim_import::message::{MessageKind, PolicyType};
use kmsim_import::report::{Blame, Outcome, Reported};
use serde::Serialize;

use crate::words;

/// Whether our decision is AWS's, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Agreement {
    /// It is, and for the same reason.
    Same,
    /// It depends on what the report does not tell.
    Open,
    /// There was nothing to compare: no world, or an error that no world explains.
    NotCompared,
    /// Both deny, for different reasons.
    OtherLayer,
    /// One allows and the other denies.
    Differs,
}

impl Agreement {
    /// Whether the world does not tell the same story as AWS.
    pub const fn is_difference(self) -> bool {
        matches!(self, Self::OtherLayer | Self::Differs)
    }
}

/// The layer that AWS blamed, and what we find there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BlameView {
    /// What AWS blames, in words.
    pub aws: String,
    /// What that layer says here, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub here: Option<String>,
    /// What blocks here, by the names of docs/json.md.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blocked_by: Vec<&'static str>,
}

/// The outcome of a comparison.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    pub(crate) agreement: Agreement,
    pub(crate) blame: Option<BlameView>,
    /// The place of the check that AWS speaks of.
    pub(crate) check: usize,
}

/// Compares what AWS reported with a decision.
pub(crate) fn compare(reported: &Reported, explained: &CallExplanation) -> Comparison {
    let check = spoken_of(reported, explained);
    let none = |agreement| Comparison {
        agreement,
        blame: None,
        check,
    };
    match &reported.outcome {
        Outcome::Allowed => none(match explained.verdict {
            Verdict::Allowed => Agreement::Same,
            Verdict::Depends => Agreement::Open,
            Verdict::ImplicitDeny | Verdict::ExplicitDeny => Agreement::Differs,
        }),
        Outcome::Failed { .. } => none(Agreement::NotCompared),
        Outcome::Denied(blame) => {
            let explanation = explained.checks.get(check).map(|check| &check.explanation);
            let agreement = match explained.verdict {
                Verdict::Allowed => Agreement::Differs,
                Verdict::Depends => {
                    let possible = explanation.is_none_or(|found| is_possible(blame, found));
                    if possible {
                        Agreement::Open
                    } else {
                        Agreement::OtherLayer
                    }
                }
                Verdict::ImplicitDeny | Verdict::ExplicitDeny => {
                    explanation.map_or(Agreement::OtherLayer, |found| of_denial(blame, found))
                }
            };
            Comparison {
                agreement,
                blame: explanation.map(|explanation| view(blame, explanation)),
                check,
            }
        }
    }
}

/// The check that AWS's message names; else the one that decided.
fn spoken_of(reported: &Reported, explained: &CallExplanation) -> usize {
    let action = reported
        .message
        .as_ref()
        .and_then(|message| message.action.as_deref());
    let named = |check: &CheckExplanation| {
        action.is_some_and(|action| {
            check
                .explanation
                .request
                .action
                .eq_ignore_ascii_case(action)
        })
    };
    let decided = |check: &CheckExplanation| check.explanation.decision == explained.decision;
    let checks = &explained.checks;
    let both = checks
        .iter()
        .position(|check| named(check) && decided(check));
    let either = || checks.iter().position(named);
    both.or_else(either)
        .or_else(|| checks.iter().position(decided))
        .unwrap_or(0)
}

/// Whether a denial here is for the reason that AWS names; where what is not known decides about the
/// layer that AWS blames, that is open.
fn of_denial(blame: &Blame, explanation: &Explanation) -> Agreement {
    let open = blame.policy_type.is_some_and(|policy_type| {
        let mut layers = blamed_layers(policy_type, explanation).peekable();
        layers.peek().is_some() && layers.all(|layer| layer.verdict == "depends")
    });
    match (fits(blame, explanation), open) {
        (_, true) if is_possible(blame, explanation) => Agreement::Open,
        (true, _) => Agreement::Same,
        (false, _) => Agreement::OtherLayer,
    }
}

/// Whether a denial is for the reason that AWS names. AWS names one layer where several deny, so it is
/// enough that the layer is among those that stand in the way (IAM User Guide, "Troubleshoot access
/// denied error messages").
fn fits(blame: &Blame, explanation: &Explanation) -> bool {
    let Some(policy_type) = blame.policy_type else {
        let denies = || {
            explanation
                .layers
                .iter()
                .any(|layer| layer.verdict == "explicitDeny")
        };
        return blame.kind != MessageKind::Explicit || denies();
    };
    if policy_type == PolicyType::Unknown {
        return true;
    }
    let blamed = || blamed_layers(policy_type, explanation);
    let blocks = blamed().any(|layer| explanation.blocked_by.contains(&layer.layer));
    let denies = blamed().any(|layer| layer.verdict == "explicitDeny");
    let silent = blamed().any(|layer| layer.verdict == "implicitDeny");
    match (blame.kind, policy_type) {
        // An SCP without an Allow is told as one that denies.
        (MessageKind::Explicit, PolicyType::ServiceControl) => denies || blocks,
        (MessageKind::Explicit, _) => denies,
        // Whether the key is not there or its policy does not allow, AWS says the same.
        (_, PolicyType::ResourceOrMissing) => denies || silent || blocks,
        _ => blocks || silent && explanation.blocked_by.is_empty(),
    }
}

/// Whether the reason that AWS names can come of a decision that depends.
fn is_possible(blame: &Blame, explanation: &Explanation) -> bool {
    let Some(policy_type) = blame
        .policy_type
        .filter(|policy| *policy != PolicyType::Unknown)
    else {
        return true;
    };
    let explicit = blame.kind == MessageKind::Explicit && policy_type != PolicyType::ServiceControl;
    let may_deny = |layer: &LayerView| {
        let mut statements = layer.statements.iter();
        statements.any(|statement| statement.effect == "Deny" && statement.applies != "no")
    };
    blamed_layers(policy_type, explanation).any(|layer| match layer.verdict {
        "explicitDeny" => true,
        "depends" | "implicitDeny" => !explicit || may_deny(layer),
        _ => may_deny(layer),
    })
}

/// The layers that a kind of policy stands for.
pub(crate) fn blamed_layers(
    policy_type: PolicyType,
    explanation: &Explanation,
) -> impl Iterator<Item = &LayerView> {
    explanation
        .layers
        .iter()
        .filter(move |layer| is_of(policy_type, layer.layer))
}

fn is_of(policy_type: PolicyType, layer: &str) -> bool {
    match policy_type {
        PolicyType::Identity => layer == "identity",
        PolicyType::Session => layer == "session",
        PolicyType::VpcEndpoint => layer == "vpc-endpoint",
        PolicyType::PermissionsBoundary => layer == "permissions-boundary",
        PolicyType::ServiceControl => layer == "scp",
        PolicyType::ResourceControl => layer == "rcp",
        PolicyType::Resource | PolicyType::ResourceOrMissing | PolicyType::RoleTrust => {
            words::is_resource(layer)
        }
        PolicyType::Unknown => false,
    }
}

fn view(blame: &Blame, explanation: &Explanation) -> BlameView {
    let policy_type = blame
        .policy_type
        .filter(|policy| *policy != PolicyType::Unknown);
    let here = policy_type.map(|policy_type| {
        let layer = blamed_layers(policy_type, explanation)
            .max_by_key(|layer| layer.verdict == "explicitDeny");
        match layer {
            Some(layer) => format!("{}: {}", layer.title, layer.note),
            None => format!(
                "the world has {} for this call",
                words::none_of(policy_type)
            ),
        }
    });
    BlameView {
        aws: words::blame(blame),
        here,
        blocked_by: explanation.blocked_by.clone(),
    }
}
