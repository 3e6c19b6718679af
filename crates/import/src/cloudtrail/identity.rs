//! `userIdentity`: who called, and what the session brings (`CloudTrail` User Guide, "CloudTrail
//! userIdentity element").

use std::borrow::Cow;

use kmsim_authz::call::Text;
use kmsim_authz::principal::Principal;
use kmsim_policy::json::{Node, Value};
use kmsim_types::{AccountId, service};

use super::{text, value};
use crate::node;
use crate::report::{Caller, Reported, Via};

/// Reads who called into a report.
pub(super) fn read(identity: &Node<'_>, reported: &mut Reported) {
    let session = value(identity, "sessionContext");
    let session = session.as_deref();
    let issuer = session.and_then(|session| value(session, "sessionIssuer"));
    reported.caller = caller(identity, reported.recipient);
    let infrastructure = is_infrastructure(reported);
    if let Some(issuer) = issuer.as_deref()
        && !infrastructure
    {
        base(issuer, reported);
    }
    if let Some(session) = session {
        attributes(session, reported);
    }
    let by_service =
        matches!(&reported.caller, Caller::Principal(name) if !name.text.starts_with("arn:"));
    // A service that uses a role of its own calls for itself.
    let for_itself = by_service || infrastructure || is_service_linked(reported);
    if let Some(by) = text(identity, "invokedBy")
        && !for_itself
    {
        reported.via = if is_known_service(&by.text) {
            Via::Service(by)
        } else {
            Via::Unknown
        };
    }
    if let Some(id) = text(identity, "principalId")
        && matches!(&reported.caller, Caller::Principal(name) if has_user_id(&name.text))
    {
        super::parameters::state(&mut reported.context, "aws:userid", &id);
    }
}

/// Whether AWS tells `aws:userid` of the principal by its unique id.
fn has_user_id(name: &str) -> bool {
    matches!(
        Principal::parse(name),
        Ok(Principal::User(_) | Principal::RoleSession(_))
    )
}

fn caller(identity: &Node<'_>, recipient: Option<AccountId>) -> Caller {
    let account = text(identity, "accountId").and_then(|id| AccountId::new(&id.text).ok());
    let kind = text(identity, "type");
    let kind = kind.as_ref().map_or("", |kind| &*kind.text);
    if let Some(arn) = text(identity, "arn")
        && Principal::parse(&arn.text).is_ok()
    {
        return Caller::Principal(arn);
    }
    if let Some(by) = text(identity, "invokedBy").filter(|_| kind == "AWSService")
        && service::is_service_principal(&by.text)
    {
        return Caller::Principal(by);
    }
    if let (Some(name), Some(account)) = (text(identity, "userName"), account)
        && kind == "IAMUser"
    {
        return Caller::Principal(Text {
            text: format!("arn:aws:iam::{account}:user/{}", name.text).into(),
            span: name.span,
        });
    }
    match (text(identity, "principalId"), account) {
        (Some(id), Some(account)) if kind != "AWSService" => Caller::Id { account, id },
        _ => Caller::Unknown(account.or(recipient).filter(|_| kind != "AWSService")),
    }
}

/// The role behind a session, with its path, or the user behind a federated session.
fn base(issuer: &Node<'_>, reported: &mut Reported) {
    let (Some(arn), Caller::Principal(name)) = (text(issuer, "arn"), &reported.caller) else {
        return;
    };
    let field = match (Principal::parse(&name.text), Principal::parse(&arn.text)) {
        (Ok(session @ Principal::RoleSession(_)), _)
            if session.clone().with_role(&arn.text).is_ok() =>
        {
            "role"
        }
        (Ok(Principal::FederatedUser { .. }), Ok(Principal::User(_))) => "federatedBy",
        _ => return,
    };
    let value = node::text(String::from(arn.text), arn.span);
    reported.fields.push(node::member(field, value));
}

fn attributes(session: &Node<'_>, reported: &mut Reported) {
    let attributes = value(session, "attributes").unwrap_or(Cow::Borrowed(session));
    if let Some(made) = text(&attributes, "creationDate") {
        super::parameters::state(&mut reported.context, "aws:TokenIssueTime", &made);
    }
    if let Some(mfa) = text(&attributes, "mfaAuthenticated") {
        let value = Node {
            value: Value::Bool(&*mfa.text == "true"),
            span: mfa.span,
        };
        reported.fields.push(node::member("mfa", value));
    }
    if let Some(identity) = text(session, "sourceIdentity") {
        let value = node::text(String::from(identity.text), identity.span);
        reported.fields.push(node::member("sourceIdentity", value));
    }
}

/// Roles that services have for themselves: `aws:ec2-infrastructure`.
fn is_infrastructure(reported: &Reported) -> bool {
    let Caller::Principal(name) = &reported.caller else {
        return false;
    };
    matches!(Principal::parse(&name.text), Ok(Principal::RoleSession(session)) if session.name.starts_with("aws:"))
}

/// Whether the session is one of a service-linked role, which the role's path tells.
fn is_service_linked(reported: &Reported) -> bool {
    let role = reported.fields.iter().find(|field| field.key == "role");
    let arn = role.and_then(|role| role.value.as_str());
    arn.is_some_and(|arn| arn.contains(":role/aws-service-role/"))
}

/// Whether `kms:ViaService` of a service is known.
fn is_known_service(name: &str) -> bool {
    let short = name.strip_suffix(".amazonaws.com").unwrap_or(name);
    service::via_service(short, "us-east-1").is_some()
}
