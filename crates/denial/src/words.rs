//! The sentences.

use kmsim_authz::decision::Verdict;
use kmsim_authz::explain::LayerView;
use kmsim_authz::principal::Principal;
use kmsim_import::message::{MessageKind, PolicyType};
use kmsim_import::report::{Blame, Caller, Outcome, Reported};

use crate::compare::Agreement;
use crate::trial::Trial;

/// How many of the statements on which a call depends the first sentence tells.
const MOST_RESIDUALS: usize = 2;

/// Whether a layer is the policy of the resource.
pub(crate) fn is_resource(layer: &str) -> bool {
    !matches!(
        layer,
        "scp" | "rcp" | "vpc-endpoint" | "grant" | "identity" | "permissions-boundary" | "session"
    )
}

/// The caller as people speak of it.
pub(crate) fn caller(principal: &Principal) -> String {
    let last = |text: &str| text.rsplit('/').next().unwrap_or("").to_owned();
    match principal {
        Principal::Root(arn) => format!("the root user of account {}", arn.account()),
        Principal::User(arn) => format!("user {}", last(arn.resource())),
        Principal::RoleSession(session) => format!("role {}", session.name),
        Principal::FederatedUser { arn, .. } => format!("federated user {}", last(arn.resource())),
        Principal::Service(name) => format!("the service {name}"),
        Principal::Federated(name) => format!("the identity provider {name}"),
        Principal::Anonymous => "an anonymous caller".to_owned(),
    }
}

/// Who called, as the report names it.
pub(crate) fn who(reported: &Reported) -> String {
    match &reported.caller {
        Caller::Principal(name) => match Principal::parse(&name.text) {
            Ok(principal) => {
                let account = principal.account();
                let account = account.map_or_else(String::new, |id| format!(" of account {id}"));
                let in_words = caller(&principal);
                if in_words.contains("account") {
                    in_words
                } else {
                    in_words + &account
                }
            }
            Err(_) => name.text.to_string(),
        },
        Caller::Id { account, id } => format!("somebody of account {account} ({})", id.text),
        Caller::Unknown(Some(account)) => format!("somebody of account {account}"),
        Caller::Unknown(None) => "the caller".to_owned(),
    }
}

/// What was asked for.
pub(crate) fn what(reported: &Reported) -> String {
    let action = reported.asked.action.as_ref().map(|action| &*action.text);
    action
        .or_else(|| reported.asked.name())
        .unwrap_or("the call")
        .to_owned()
}

/// A layer's policies, and whose they are.
pub(crate) fn policy(layer: &LayerView, caller: &str) -> String {
    match layer.layer {
        "identity" => format!("identity-based policies of {caller}"),
        "permissions-boundary" => format!("permissions boundary of {caller}"),
        "session" => format!("session policy of {caller}"),
        "scp" => "service control policies".to_owned(),
        "rcp" => "resource control policies".to_owned(),
        "vpc-endpoint" => "VPC endpoint policy".to_owned(),
        "grant" => "grants".to_owned(),
        _ => {
            let mut letters = layer.title.chars();
            let first = letters.next().map(char::to_lowercase);
            first.into_iter().flatten().chain(letters).collect()
        }
    }
}

/// A kind of policy, singular.
fn kind(policy_type: PolicyType) -> &'static str {
    match policy_type {
        PolicyType::Identity => "identity-based policy",
        PolicyType::Resource | PolicyType::ResourceOrMissing => "resource-based policy",
        PolicyType::Session => "session policy",
        PolicyType::VpcEndpoint => "VPC endpoint policy",
        PolicyType::PermissionsBoundary => "permissions boundary",
        PolicyType::ServiceControl => "service control policy",
        PolicyType::ResourceControl => "resource control policy",
        PolicyType::RoleTrust => "role trust policy",
        PolicyType::Unknown => "policy of a kind that kmsim does not know",
    }
}

/// That there is none of a kind of policy.
pub(crate) fn none_of(policy_type: PolicyType) -> String {
    format!("no {}", kind(policy_type))
}

/// What AWS blames.
pub(crate) fn blame(blame: &Blame) -> String {
    let article = |kind: &str| if kind.starts_with('i') { "an" } else { "a" };
    let named = blame
        .policy_arn
        .as_deref()
        .map_or_else(String::new, |arn| format!(": {arn}"));
    match (blame.kind, blame.policy_type) {
        (_, Some(PolicyType::ResourceOrMissing)) => {
            "the key does not exist in the Region that was called, or its key policy does not allow it, or denies it"
                .to_owned()
        }
        (MessageKind::Implicit, Some(policy_type)) => {
            format!("no {} allows it{named}", kind(policy_type))
        }
        (MessageKind::Explicit, Some(policy_type)) => {
            let kind = kind(policy_type);
            format!("{} {kind} denies it explicitly{named}", article(kind))
        }
        (MessageKind::Explicit, None) => "a policy denies it explicitly".to_owned(),
        _ => "AWS does not say why".to_owned(),
    }
}

/// The answer without a world.
pub(crate) fn alone(reported: &Reported) -> String {
    let (who, what) = (who(reported), what(reported));
    match &reported.outcome {
        Outcome::Allowed => format!("AWS allowed {what} to {who}."),
        Outcome::Denied(found) => format!("AWS denied {what} to {who}: {}.", blame(found)),
        Outcome::Failed { code, .. } => {
            format!("{code} is no denial: {}.", crate::failure::meaning(code))
        }
    }
}

/// The answer against a world, for a call that was allowed or denied.
pub(crate) fn verdict(reported: &Reported, trial: &Trial) -> String {
    let what = what(reported);
    let who = caller(&trial.call.call.caller);
    let summary = summary(trial);
    match (&reported.outcome, trial.comparison.agreement) {
        (Outcome::Denied(found), agreement) => {
            let aws = blame(found);
            match agreement {
                Agreement::Same => format!("Reproduced: {what} is denied to {who}. {summary}"),
                Agreement::Open if trial.is_denied() => format!(
                    "Denied here too: whether for the reason that AWS gives ({aws}) turns on what is not known. {summary}"
                ),
                Agreement::Open => format!(
                    "It depends: AWS denied {what} to {who} ({aws}), and here that turns on what is not known. {summary}"
                ),
                Agreement::OtherLayer if trial.explained.verdict == Verdict::Depends => format!(
                    "Not reproduced: AWS denied {what} to {who} for a reason that this world does not have ({aws}). Here it depends. {summary}"
                ),
                Agreement::OtherLayer => format!(
                    "Denied here too, but for another reason than AWS gives ({aws}). {summary}"
                ),
                Agreement::Differs | Agreement::NotCompared => format!(
                    "Not reproduced: AWS denied {what} to {who} ({aws}), and this world allows it. {summary}"
                ),
            }
        }
        (_, Agreement::Same) => format!("Reproduced: {what} is allowed to {who}. {summary}"),
        (_, Agreement::Open) => format!(
            "It depends: AWS allowed {what} to {who}, and here that turns on what is not known. {summary}"
        ),
        (_, _) => format!(
            "Not reproduced: AWS allowed {what} to {who}, and this world denies it. {summary}"
        ),
    }
}

/// What decided, in one sentence; of a call that depends, on what.
pub(crate) fn summary(trial: &Trial) -> String {
    let checks = &trial.explained.checks;
    let spoken_of = checks.get(trial.comparison.check);
    let same = spoken_of.filter(|check| check.explanation.decision == trial.explained.decision);
    let Some(check) = same.or_else(|| trial.explained.deciding()) else {
        return String::new();
    };
    let residual = &check.explanation.residual;
    if residual.is_empty() {
        return check.explanation.summary.clone();
    }
    let mut texts: Vec<&str> = residual.iter().map(|open| open.text.as_str()).collect();
    texts.dedup();
    let more = texts.len().saturating_sub(MOST_RESIDUALS);
    texts.truncate(MOST_RESIDUALS);
    let more = match more {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!("{}{more}.", texts.join("; "))
}
