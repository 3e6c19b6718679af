//! What AWS's words mean by themselves (IAM User Guide, "Troubleshoot access denied error messages";
//! KMS Developer Guide, "Troubleshooting key access").

use kmsim_import::message::{Hidden, MessageKind, PolicyType};
use kmsim_import::report::{Blame, Caller, Outcome, Reported, Via};

use crate::words;

/// What AWS's words mean.
pub(crate) fn of(reported: &Reported) -> Vec<String> {
    let mut lines = Vec::new();
    if let Outcome::Denied(blame) = &reported.outcome {
        lines.extend(why(blame, is_across(reported)).map(str::to_owned));
        if blame.hidden == Some(Hidden::Ciphertext) && reported.key.is_none() {
            lines.push(
                "The call named no key: KMS found it by the ciphertext, and does not say which it is."
                    .to_owned(),
            );
        }
        if blame.policy_arn.is_some() {
            lines.push(
                "AWS names the policy, which it does within one account or organization only."
                    .to_owned(),
            );
        }
    }
    if let Via::Service(service) = &reported.via {
        lines.push(format!(
            "{} made the call with the caller's own permissions (forward access session): his policies decide, and the key policy sees kms:ViaService.",
            service.text
        ));
    }
    if matches!(reported.caller, Caller::Id { .. }) {
        lines.push(
            "The event is of the key owner's trail: of a caller of another account it has the id alone. The event in the caller's account, with the same sharedEventID, names the caller."
                .to_owned(),
        );
    }
    lines
}

/// Whether the key is known to be of another account than the caller.
fn is_across(reported: &Reported) -> bool {
    let owner = reported
        .found_key()
        .or(reported.key.as_ref())
        .and_then(|key| {
            let [.., account, _] = kmsim_types::arn::split(&key.text)?;
            kmsim_types::AccountId::new(account).ok()
        });
    owner.is_some()
        && reported
            .caller_account()
            .is_some_and(|own| Some(own) != owner)
}

fn why(blame: &Blame, across: bool) -> Option<&'static str> {
    let explicit = blame.kind == MessageKind::Explicit;
    Some(match blame.policy_type? {
        PolicyType::Identity if explicit => {
            "A Deny in one of the caller's own policies matches; no Allow anywhere helps against it."
        }
        PolicyType::Identity if across => {
            "The owner of the key lets the caller's account in, and that account has to allow it too: none of the caller's own policies does."
        }
        PolicyType::Identity => {
            "The key policy leaves the decision to IAM policies, and none of the caller's allows the action on this key."
        }
        PolicyType::Resource if explicit => {
            "A Deny in the key policy matches; no Allow anywhere helps against it."
        }
        PolicyType::Resource => {
            "The key policy neither names the caller nor lets the account decide by IAM policies for this action, so that IAM policies do not count. For a key that AWS manages (alias/aws/…) it also means that the call did not come through the key's service."
        }
        PolicyType::Session if explicit => {
            "A Deny in the policy that was passed when the session was made matches."
        }
        PolicyType::Session => {
            "The policy that was passed when the session was made does not allow the action. It limits what the role may do; nothing in IAM shows it."
        }
        PolicyType::VpcEndpoint => {
            "The call came through a VPC endpoint, whose policy must allow it too. The same call from elsewhere may be allowed."
        }
        PolicyType::PermissionsBoundary => {
            "The permissions boundary is the most that the caller's own policies can give."
        }
        PolicyType::ServiceControl => {
            "Service control policies bind everybody in a member account, the root user too. Every level from the root of the organization to the account must allow, and none may deny; AWS says \"explicit deny\" for both."
        }
        PolicyType::ResourceControl => {
            "Resource control policies of the key owner's organization bind everybody who calls on the key."
        }
        PolicyType::RoleTrust => "The trust policy of the role denies.",
        PolicyType::ResourceOrMissing => {
            "KMS says this to callers of other accounts, and to everybody about a key that it does not find. It hides which of three it is: no such key in the Region that was called, a key policy that does not allow the caller's account, or one that denies."
        }
        PolicyType::Unknown => "The service that called KMS hides the reason that KMS gave.",
    })
}

/// What to look at, where no world answers.
pub(crate) fn advice(reported: &Reported) -> Vec<String> {
    let mut lines = Vec::new();
    match &reported.outcome {
        Outcome::Denied(blame) => lines.push(look_at(reported, blame)),
        Outcome::Failed { code, .. } => {
            lines.extend(crate::failure::advice(code).map(str::to_owned));
        }
        Outcome::Allowed => {}
    }
    lines.push(
        "For the statement that decides and the change that helps, give the policies around the key: --world FILE, or exports of AWS by --from PATH."
            .to_owned(),
    );
    lines
}

fn look_at(reported: &Reported, blame: &Blame) -> String {
    let who = words::who(reported);
    let what = words::what(reported);
    let key = reported.found_key().or(reported.key.as_ref());
    let key = key.map_or_else(|| "the key".to_owned(), |key| key.text.to_string());
    let account = reported.caller_account().map_or_else(
        || "the caller's account".to_owned(),
        |account| format!("account {account}"),
    );
    let Some(policy_type) = blame.policy_type else {
        return format!(
            "Look at the key policy of {key}, the identity-based policies of {who}, and the policies that bind {account}."
        );
    };
    match policy_type {
        PolicyType::Identity => {
            format!("Look at the identity-based policies of {who}: {what} on {key}.")
        }
        PolicyType::Resource => format!(
            "Look at the key policy of {key}: a statement for {who}, or one for the root of its account, so that IAM policies count."
        ),
        PolicyType::ResourceOrMissing => format!(
            "Look at the Region and the identifier of the key first (of another account's key only its ARN finds it), then at the key policy of {key}: a statement for {who} or for {account}."
        ),
        PolicyType::Session => {
            format!("Look at the Policy parameter with which the session of {who} was made.")
        }
        PolicyType::VpcEndpoint => {
            format!("Look at the policy of the VPC endpoint of KMS in {account}: {what} on {key}.")
        }
        PolicyType::PermissionsBoundary => {
            format!("Look at the permissions boundary of {who}: {what} on {key}.")
        }
        PolicyType::ServiceControl => match &blame.policy_arn {
            Some(arn) => format!("Look at {arn}."),
            None => format!(
                "Look at the service control policies on {account} and on every unit above it."
            ),
        },
        PolicyType::ResourceControl => {
            "Look at the resource control policies on the key's account and on every unit above it."
                .to_owned()
        }
        PolicyType::RoleTrust => "Look at the trust policy of the role.".to_owned(),
        PolicyType::Unknown => format!(
            "Look at the event of KMS itself in CloudTrail, whose errorMessage has the reason: eventSource kms.amazonaws.com, {what}, in {account}."
        ),
    }
}
