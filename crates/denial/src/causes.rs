//! What could explain that we find something else than AWS reported, the likeliest first.

use kmsim_authz::principal::Principal;
use kmsim_authz::world::World;
use kmsim_import::message::{MessageKind, PolicyType};
use kmsim_import::report::{Blame, Form, Outcome, Reported};
use kmsim_types::KeyState;

use crate::compare::{Agreement, blamed_layers};
use crate::trial::Trial;
use crate::view::Cause;
use crate::words;

/// What could explain the difference.
pub(crate) fn of(world: &World, reported: &Reported, trial: &Trial) -> Vec<Cause> {
    let mut causes = Causes(Vec::new());
    let agreement = trial.comparison.agreement;
    if let Outcome::Denied(blame) = &reported.outcome {
        blamed(world, reported, trial, blame, &mut causes);
    }
    if agreement == Agreement::Open {
        return causes.0;
    }
    if reported.outcome == Outcome::Allowed {
        allowed_by_more(world, trial, &mut causes);
    }
    key_state(world, trial, &mut causes);
    if reported.form == Form::Message {
        causes.add(
            "circumstances",
            "a message tells neither encryption context nor endpoint, service or address of the call: give them by --encryption-context, --vpc-endpoint, --via, --source-ip, or explain the event instead",
        );
    }
    if !world.contents().gaps.is_empty() {
        causes.add("gaps", "what the world lacks: see its gaps");
    }
    causes.add(
        "other-time",
        "the world is of another time than the call: policies, grants, tags or the key were changed in between",
    );
    causes.add(
        "eventual-consistency",
        "changes of policies, grants, aliases and tags take effect after some seconds, up to five minutes: a call in that time is decided by what was before",
    );
    causes.0
}

struct Causes(Vec<Cause>);

impl Causes {
    fn add(&mut self, code: &'static str, text: impl Into<String>) {
        self.0.push(Cause {
            code,
            text: text.into(),
        });
    }
}

/// The layer that AWS blames, and the world does not have or has otherwise.
fn blamed(world: &World, reported: &Reported, trial: &Trial, blame: &Blame, causes: &mut Causes) {
    let Some(policy_type) = blame.policy_type else {
        return;
    };
    let check = trial.explained.checks.get(trial.comparison.check);
    let Some(explanation) = check.map(|check| &check.explanation) else {
        return;
    };
    let layers: Vec<_> = blamed_layers(policy_type, explanation)
        .filter(|layer| layer.verdict != "notApplicable")
        .collect();
    let is_session = matches!(
        trial.call.call.caller,
        Principal::RoleSession(_) | Principal::FederatedUser { .. }
    );
    match policy_type {
        PolicyType::Session if layers.is_empty() && is_session => causes.add(
            "session-policy",
            "AWS blames a session policy, which neither CloudTrail nor IAM shows: ask who makes the session (AssumeRole with Policy or PolicyArns, a permission set, a credential process)",
        ),
        PolicyType::VpcEndpoint if layers.is_empty() => causes.add(
            "vpc-endpoint",
            match &reported.vpc_endpoint {
                Some(endpoint) => format!(
                    "AWS blames the policy of a VPC endpoint, and the world does not have {}: add it",
                    endpoint.text
                ),
                None => "AWS blames the policy of a VPC endpoint, and the world has none of KMS: add it"
                    .to_owned(),
            },
        ),
        PolicyType::ServiceControl | PolicyType::ResourceControl if layers.is_empty() => causes.add(
            "organization",
            format!(
                "AWS blames a {}, and the world has none for this account: add the organization with its policies",
                if policy_type == PolicyType::ServiceControl { "service control policy" } else { "resource control policy" }
            ),
        ),
        PolicyType::PermissionsBoundary if layers.is_empty() => causes.add(
            "permissions-boundary",
            "AWS blames a permissions boundary, and the caller has none in the world: it was removed since, or the export lacks it",
        ),
        PolicyType::ResourceOrMissing if trial.comparison.agreement != Agreement::Open => {
            not_there(world, reported, trial, causes);
        }
        PolicyType::Unknown => {}
        _ => {
            let denies = blame.kind == MessageKind::Explicit;
            let does = if denies { "denies nothing of it" } else { "allows it" };
            if let Some(layer) = layers.iter().find(|layer| layer.verdict == "allow") {
                causes.add(
                    "other-policy",
                    format!(
                        "AWS says that {}; what the world has there ({}) {does}: compare it with what is in AWS now",
                        words::blame(blame),
                        words::policy(layer, &words::caller(&trial.call.call.caller))
                    ),
                );
            }
        }
    }
    if let Some(arn) = &blame.policy_arn {
        let name = arn.rsplit('/').next().unwrap_or(arn);
        let has = layers
            .iter()
            .flat_map(|layer| &layer.statements)
            .any(|statement| statement.reference.contains(&format!(":{name}#")));
        if !has {
            causes.add(
                "named-policy",
                format!("AWS names {arn}; no policy of the world goes by that name"),
            );
        }
    }
}

/// AWS hides whether the key is there; the world has it, with a policy that allows.
fn not_there(world: &World, reported: &Reported, trial: &Trial, causes: &mut Causes) {
    let Some(key) = key_of(world, trial) else {
        return;
    };
    if let Some(called) = &reported.region
        && *called.text != *key.region.as_str()
    {
        causes.add(
            "region",
            format!(
                "the call went to {}, the key is in {}",
                called.text, key.region
            ),
        );
    }
    causes.add(
        "key-gone",
        format!(
            "{} did not exist when the call was made, or was deleted since",
            key.arn
        ),
    );
    if reported.key.is_none() {
        causes.add(
            "other-key",
            "the ciphertext is of another key than the one that was taken: name it by --key",
        );
    }
}

/// What allowed a call that the world does not allow.
fn allowed_by_more(world: &World, trial: &Trial, causes: &mut Causes) {
    let call = &trial.call.call;
    let account = call.caller.account();
    if account.is_some_and(|account| world.account(account).is_none()) {
        causes.add(
            "caller-account",
            "the world does not have the caller's account, so that the caller has no policies here",
        );
    }
    if let Some(key) = key_of(world, trial) {
        if key.grants.iter().any(|grant| grant.pending) {
            causes.add(
                "grant-token",
                "the call brought the token of a grant that is not visible yet",
            );
        }
        if key.grants.is_empty() {
            causes.add(
                "grants",
                format!(
                    "a grant on {} that the world does not have: add the answer of ListGrants",
                    key.arn
                ),
            );
        }
    }
    if call.via.is_empty() {
        return;
    }
    causes.add(
        "grant-of-service",
        "services use grants that they made earlier: add the answer of ListGrants",
    );
}

/// A state does not deny.
fn key_state(world: &World, trial: &Trial, causes: &mut Causes) {
    let Some(key) = key_of(world, trial) else {
        return;
    };
    if key.state != KeyState::Enabled {
        causes.add(
            "key-state",
            format!(
                "the key is {} in the world. That is not it: KMS checks permissions first and then answers with another exception than AccessDeniedException",
                key.state
            ),
        );
    }
}

/// The key that the check is on.
fn key_of<'w>(world: &'w World, trial: &Trial) -> Option<&'w kmsim_authz::world::Key> {
    let check = trial.explained.checks.get(trial.comparison.check)?;
    world.key(&check.explanation.request.resource)
}
