//! The sentences.

use kmsim_policy::diagnostic::excerpt;
use kmsim_policy::syntax::{PolicyKind, Statement};

use super::{GrantView, StatementView, unknowns};
use crate::decision::{Decision, Reason, Verdict};
use crate::layers::Layers;
use crate::principal::Principal;
use crate::request::Request;
use crate::trace::{Exemption, Found, Layer, PrincipalMatch, Say, StatementRecord};
use crate::truth::Truth;

/// `yes`, `no` or `unknown`
pub(super) fn truth(truth: Truth) -> &'static str {
    match truth {
        Truth::Yes => "yes",
        Truth::No => "no",
        Truth::Unknown => "unknown",
    }
}

pub(super) fn found(found: Found) -> &'static str {
    match found {
        Found::Value => "value",
        Found::Absent => "absent",
        Found::Unknown => "unknown",
        Found::SeveralValues => "severalValues",
        Found::Hidden => "hidden",
    }
}

pub(super) fn principal_match(record: &StatementRecord) -> &'static str {
    match record.principal {
        PrincipalMatch::No if record.may_name => "unknown",
        PrincipalMatch::No => "no",
        PrincipalMatch::Account => "account",
        PrincipalMatch::Base => "base",
        PrincipalMatch::Direct => "direct",
        PrincipalMatch::Everyone => "everyone",
    }
}

fn resource_kind(layers: &Layers<'_>) -> PolicyKind {
    layers
        .resource
        .map_or(PolicyKind::KeyPolicy, |attached| attached.policy.kind)
}

/// A layer's short name, as references and JSON use it.
pub fn slug(layer: Layer, layers: &Layers<'_>) -> &'static str {
    match layer {
        Layer::ServiceControl => "scp",
        Layer::ResourceControl => "rcp",
        Layer::VpcEndpoint => "vpc-endpoint",
        Layer::Resource => resource_kind(layers).name(),
        Layer::ResourceShare => "ram-key-policy",
        Layer::Grants => "grant",
        Layer::Identity => "identity",
        Layer::PermissionsBoundary => "permissions-boundary",
        Layer::Session => "session",
    }
}

/// A layer's name for people.
pub(super) fn title(layer: Layer, layers: &Layers<'_>) -> &'static str {
    match layer {
        Layer::ServiceControl => "Service control policies",
        Layer::ResourceControl => "Resource control policies",
        Layer::VpcEndpoint => "VPC endpoint policy",
        Layer::Resource => match resource_kind(layers) {
            PolicyKind::KeyPolicy => "Key policy",
            PolicyKind::RoleTrust => "Role trust policy",
            _ => "Resource-based policy",
        },
        Layer::ResourceShare => "Key policy managed by AWS RAM",
        Layer::Grants => "Grants",
        Layer::Identity => "Identity-based policies",
        Layer::PermissionsBoundary => "Permissions boundary",
        Layer::Session => "Session policies",
    }
}

/// What decided, in one sentence.
pub(super) fn summary(layers: &Layers<'_>, request: &Request, decision: Decision) -> String {
    let action = request.action.name();
    let caller = caller(&request.principal);
    let policy = resource_policy(layers);
    let own = account(request.principal.account());
    let owner = account(request.resource_account);
    let across = !request.is_same_account() && request.principal.account().is_some();
    match decision.reason {
        Reason::ResourcePolicyAllows => format!("The {policy} itself allows {caller} to {action}."),
        Reason::DelegatedToIdentity => format!(
            "The {policy} lets account {owner} decide by IAM policies, and the identity-based policies of {caller} allow {action}."
        ),
        Reason::BothAccountsAllow => format!(
            "Both sides allow {action}: the {policy} in account {owner}, and the identity-based policies of {caller} in account {own}."
        ),
        Reason::IdentityAllows => {
            format!("The identity-based policies of {caller} allow {action}.")
        }
        Reason::GrantAllows => format!("A grant on the key allows {caller} to {action}."),
        Reason::MayRetire => format!("{} may retire the grant.", capitalized(&caller)),
        Reason::Denied(layer) => format!(
            "A statement in {} denies {action} explicitly; an explicit deny always wins.",
            a_layer(layer, layers)
        ),
        Reason::NotAllowed(Layer::ServiceControl) => format!(
            "No service control policy allows {action} at some level of the organization of account {own}: every level from the root to the account must."
        ),
        Reason::NotAllowed(Layer::VpcEndpoint) => format!(
            "The policy of the VPC endpoint that the request goes through does not allow {action}."
        ),
        Reason::NotAllowed(Layer::Identity) if across => format!(
            "No identity-based policy of {caller} in account {own} allows {action} on this resource of account {owner}: across accounts both sides must allow it."
        ),
        Reason::NotAllowed(Layer::Identity) => {
            format!("No identity-based policy of {caller} allows {action} on this resource.")
        }
        Reason::NotAllowed(Layer::PermissionsBoundary) => format!(
            "The permissions boundary of {caller} does not allow {action}, so what other policies allow does not count."
        ),
        Reason::NotAllowed(Layer::Session) => match &request.principal {
            Principal::FederatedUser { .. } if layers.session.is_none() => format!(
                "The session of {caller} was made without a session policy, so the policies of its user give it nothing."
            ),
            _ => format!(
                "The session policy of {caller} does not allow {action}, so what other policies allow does not count."
            ),
        },
        Reason::NotAllowed(_) if across => format!(
            "The {policy} in account {owner} does not allow {action} to {caller} or to its account {own}."
        ),
        Reason::NotAllowed(_) => format!(
            "The {policy} does not allow {action} to {caller}, neither by name nor through its account."
        ),
        Reason::NotDelegated => format!(
            "The identity-based policies of {caller} allow {action}, but the {policy} neither names {caller} nor lets account {owner} decide by IAM policies: they have no effect on this resource."
        ),
        Reason::NotAcrossAccounts => format!(
            "{action} never works on a key of another account, whatever the policies say: {caller} is of account {own}, the key of account {owner}."
        ),
        Reason::NotOnAliases => format!(
            "{action} acts on keys. An alias as resource gives no use of the key behind it: policies must name the key's ARN."
        ),
        Reason::ReservedAlias => {
            "Aliases that begin with alias/aws/ belong to AWS managed keys and cannot be changed."
                .to_owned()
        }
        Reason::NotRetirable => format!(
            "{} may not retire the grant: only its retiring principal, a grantee whose grant lists RetireGrant, or the accounts concerned may. A policy that allows kms:RetireGrant is not enough.",
            capitalized(&caller)
        ),
        Reason::Unsigned => "AWS KMS takes no unsigned requests.".to_owned(),
        Reason::Unknown => "It depends on what is not known.".to_owned(),
    }
}

/// What AWS tells the caller (IAM User Guide, "Troubleshoot access denied error messages"). For
/// a key of another account KMS does not say which of several causes it was.
pub(super) fn aws_message(request: &Request, reason: Reason) -> Option<String> {
    let action = request.action.name();
    let user = format!(
        "User: {} is not authorized to perform: {action}",
        request.principal
    );
    let is_kms = action.starts_with("kms:");
    let resource_side = matches!(
        reason,
        Reason::NotAllowed(Layer::Resource | Layer::ResourceShare)
            | Reason::Denied(Layer::Resource | Layer::ResourceShare)
    );
    if is_kms && resource_side && !request.is_same_account() {
        return Some(format!(
            "{user} on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access"
        ));
    }
    let user = format!("{user} on resource: {}", request.resource.text());
    match reason {
        Reason::Denied(layer) => Some(format!(
            "{user} with an explicit deny in {}",
            aws_policy_type(layer)?.0
        )),
        Reason::NotAllowed(layer) => Some(format!(
            "{user} because no {} allows the {action} action",
            aws_policy_type(layer)?.1
        )),
        Reason::NotDelegated => Some(format!(
            "{user} because no resource-based policy allows the {action} action"
        )),
        _ => None,
    }
}

fn aws_policy_type(layer: Layer) -> Option<(&'static str, &'static str)> {
    Some(match layer {
        Layer::ServiceControl => ("a service control policy", "service control policy"),
        Layer::ResourceControl => ("a resource control policy", "resource control policy"),
        Layer::VpcEndpoint => ("a VPC endpoint policy", "VPC endpoint policy"),
        Layer::Resource | Layer::ResourceShare => {
            ("a resource-based policy", "resource-based policy")
        }
        Layer::Identity => ("an identity-based policy", "identity-based policy"),
        Layer::PermissionsBoundary => ("a permissions boundary", "permissions boundary"),
        Layer::Session => ("a session policy", "session policy"),
        Layer::Grants => return None,
    })
}

/// What a layer's verdict means.
pub(super) fn layer_note(
    layer: Layer,
    say: Say,
    verdict: &str,
    statements: &[StatementView],
    grants: &[GrantView],
    request: &Request,
) -> String {
    match say {
        Say::Exempt(exemption) => return exemption_note(exemption).to_owned(),
        Say::None if layer == Layer::Identity => return "none are attached".to_owned(),
        Say::None if layer == Layer::Session => return "none was passed".to_owned(),
        Say::None => return "there is none".to_owned(),
        Say::Applies => {}
    }
    if layer == Layer::Identity && statements.is_empty() {
        return "none are attached".to_owned();
    }
    if layer == Layer::Grants {
        let covering = grants.iter().filter(|grant| grant.covers == "yes").count();
        return if covering > 0 {
            "a grant covers the request".to_owned()
        } else {
            "no grant covers the request".to_owned()
        };
    }
    match verdict {
        "explicitDeny" => "a statement denies explicitly".to_owned(),
        "depends" => {
            let mut open = statements.iter().filter(|own| own.applies != "no");
            let values = open.clone().any(|own| !own.unknown.is_empty());
            let keys = open.any(|own| own.conditions.iter().any(|own| own.found == "unknown"));
            format!("depends on {}", unknowns::phrase(keys, values))
        }
        "allow" if matches!(layer, Layer::Resource | Layer::ResourceShare) => {
            resource_note(statements, request)
        }
        "allow" if layer == Layer::ResourceControl => "nothing is denied".to_owned(),
        "allow" => "allowed".to_owned(),
        _ => "no statement allows this".to_owned(),
    }
}

fn resource_note(statements: &[StatementView], request: &Request) -> String {
    let allows = statements
        .iter()
        .filter(|statement| statement.effect == "Allow" && statement.applies == "yes");
    let ways: Vec<&str> = allows.filter_map(|statement| statement.principal).collect();
    let owner = account(request.resource_account);
    if ways.contains(&"direct") {
        "names the caller".to_owned()
    } else if ways.contains(&"everyone") {
        "allows everyone".to_owned()
    } else if ways.contains(&"base") {
        "names the caller's role or user".to_owned()
    } else if request.is_same_account() {
        format!("lets account {owner} decide by IAM policies")
    } else {
        format!(
            "names account {}, whose IAM policies must allow it too",
            account(request.principal.account())
        )
    }
}

fn exemption_note(exemption: Exemption) -> &'static str {
    match exemption {
        Exemption::ServicePrincipal => "does not apply to an AWS service that acts for itself",
        Exemption::ServiceLinkedRole => "does not apply to a service-linked role",
        Exemption::RootUser => "does not apply to the root user",
        Exemption::Anonymous => "does not apply to an unsigned request",
        Exemption::NotASession => "does not apply: the caller is no session",
        Exemption::RetireGrant => "RCPs do not affect kms:RetireGrant",
        Exemption::NoResource => "RCPs affect actions on resources only",
        Exemption::AwsManagedKey => "RCPs do not affect AWS managed keys",
        Exemption::NotOnAKey => "has no say: the action is not on a key",
    }
}

pub(super) fn principal_mismatch(statement: &Statement, request: &Request) -> String {
    let caller = caller(&request.principal);
    match &statement.principal {
        None => "the statement has no Principal, so it names nobody".to_owned(),
        Some(scope) if scope.negated => format!("NotPrincipal excepts {caller}"),
        Some(scope) => format!(
            "Principal is {}, not {caller}",
            texts(scope.items.iter().map(|item| {
                let unknown = item.value.is_unknown();
                (&*item.value.text, unknown)
            }))
        ),
    }
}

pub(super) fn action_mismatch(statement: &Statement, request: &Request) -> String {
    let action = request.action.name();
    match &statement.action {
        None => "the statement has no Action".to_owned(),
        Some(scope) if scope.negated => format!("NotAction excepts {action}"),
        Some(scope) => format!(
            "Action is {}, not {action}",
            texts(scope.items.iter().map(|item| (item.value.text(), false)))
        ),
    }
}

pub(super) fn resource_mismatch(statement: &Statement, request: &Request) -> String {
    match &statement.resource {
        None => "the statement has no Resource".to_owned(),
        Some(scope) if scope.negated => "NotResource excepts the resource".to_owned(),
        Some(scope) => format!(
            "Resource is {}, not {}",
            texts(scope.items.iter().map(|item| (&*item.value.text, false))),
            request.resource.text()
        ),
    }
}

/// Texts of items, of which some are why the item is not known.
fn texts<'t>(mut items: impl Iterator<Item = (&'t str, bool)>) -> String {
    let shown = items.by_ref().take(3).map(|(text, unknown)| {
        if unknown {
            format!("one that is not known ({text})")
        } else {
            excerpt_long(text)
        }
    });
    let shown: Vec<String> = shown.collect();
    let more = items.count();
    match (shown.is_empty(), more) {
        (true, _) => "empty".to_owned(),
        (false, 0) => shown.join(", "),
        (false, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// ARNs are longer than the excerpts of diagnostics; cut only what no ARN is.
fn excerpt_long(text: &str) -> String {
    if text.len() <= 160 {
        text.to_owned()
    } else {
        excerpt(text)
    }
}

/// The caller as people speak of it.
pub fn caller(principal: &Principal) -> String {
    match principal {
        Principal::Root(arn) => format!("the root user of account {}", arn.account()),
        Principal::User(arn) => format!("user {}", arn.resource().rsplit('/').next().unwrap_or("")),
        Principal::RoleSession(session) => format!("role {}", session.name),
        Principal::FederatedUser { arn, .. } => format!(
            "federated user {}",
            arn.resource().rsplit('/').next().unwrap_or("")
        ),
        Principal::Service(name) => format!("the service {name}"),
        Principal::Federated(name) => format!("the identity provider {name}"),
        Principal::Anonymous => "an anonymous caller".to_owned(),
    }
}

fn resource_policy(layers: &Layers<'_>) -> &'static str {
    match resource_kind(layers) {
        PolicyKind::KeyPolicy => "key policy",
        PolicyKind::RoleTrust => "role trust policy",
        _ => "resource-based policy",
    }
}

fn a_layer(layer: Layer, layers: &Layers<'_>) -> String {
    match layer {
        Layer::ServiceControl => "a service control policy".to_owned(),
        Layer::ResourceControl => "a resource control policy".to_owned(),
        Layer::VpcEndpoint => "the VPC endpoint policy".to_owned(),
        Layer::Resource => format!("the {}", resource_policy(layers)),
        Layer::ResourceShare => "the key policy that AWS RAM manages".to_owned(),
        Layer::Grants => "a grant".to_owned(),
        Layer::Identity => "an identity-based policy".to_owned(),
        Layer::PermissionsBoundary => "the permissions boundary".to_owned(),
        Layer::Session => "a session policy".to_owned(),
    }
}

fn account(account: Option<kmsim_types::AccountId>) -> String {
    account.map_or_else(|| "(unknown)".to_owned(), |account| account.to_string())
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

/// The verdict in the words of people.
pub(super) fn verdict(verdict: &str) -> &'static str {
    match verdict {
        name if name == Verdict::Allowed.name() => "ALLOWED",
        name if name == Verdict::ExplicitDeny.name() => "DENIED by an explicit deny",
        name if name == Verdict::ImplicitDeny.name() => "DENIED because nothing allows it",
        _ => "DEPENDS",
    }
}
