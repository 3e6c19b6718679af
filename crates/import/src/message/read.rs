//! The messages of IAM, with all that may stand in them (IAM User Guide, "Troubleshoot access denied
//! error messages"):
//!
//! `User: P is not authorized to perform: A [on resource: R] REASON`, where REASON is `because no T
//! allows the A action`, `with an explicit deny [in a T[: policy ARN]]`, or the three causes that KMS
//! does not tell apart.

use nom::branch::alt;
use nom::combinator::{map, opt, value};
use nom::error::{Error, ErrorKind};
use nom::{IResult, Parser as _};

use super::scan::{
    blanks, colon, is_whole_arn, name, name_before, one_of, phrase, policy_arn, quotes, whole_name,
    without_stop,
};
use super::{Hidden, Message, MessageKind, PolicyType};

/// Kinds of policies as messages call them.
const POLICY_TYPES: &[(&str, PolicyType)] = &[
    ("identity-based policy", PolicyType::Identity),
    ("resource-based policy", PolicyType::Resource),
    ("session policy", PolicyType::Session),
    ("sessions policy", PolicyType::Session),
    ("VPC endpoint policy", PolicyType::VpcEndpoint),
    (
        "permissions boundary policy",
        PolicyType::PermissionsBoundary,
    ),
    ("permissions boundary", PolicyType::PermissionsBoundary),
    ("service control policy", PolicyType::ServiceControl),
    ("resource control policy", PolicyType::ResourceControl),
    ("role trust policy", PolicyType::RoleTrust),
];

/// Why.
#[derive(Clone, Debug)]
struct Reason {
    kind: MessageKind,
    policy_type: Option<PolicyType>,
    policy_arn: Option<String>,
}

/// `User: arn:… is not authorized to perform: …`
pub(super) fn user(text: &str) -> IResult<&str, Message> {
    let (rest, ()) = phrase("User")(text)?;
    let rest = colon(rest);
    if blanks(rest).len() == rest.len() {
        return Err(nom::Err::Error(Error::new(rest, ErrorKind::Space)));
    }
    denial(quotes(blanks(rest)))
}

/// The same without `User`, and what services print in their own name.
pub(super) fn named(text: &str) -> IResult<&str, Message> {
    if let Ok((rest, ())) = phrase("Service or caller")(text) {
        let (rest, reason) = for_the_key(blanks(rest))?;
        return Ok((rest, of_key(None, &reason)));
    }
    let (_, first) = name(text)?;
    if first.starts_with("arn:") {
        return denial(text);
    }
    if !first.ends_with(".amazonaws.com") {
        return Err(nom::Err::Error(Error::new(text, ErrorKind::Tag)));
    }
    map(
        |text| name_before(text, for_the_key),
        |(principal, reason)| of_key(Some(principal), &reason),
    )
    .parse(text)
}

fn of_key(principal: Option<String>, reason: &Reason) -> Message {
    Message {
        principal: principal.map(Into::into),
        policy_type: reason.policy_type,
        hidden: Some(Hidden::ThisResource),
        ..Message::new(reason.kind)
    }
}

/// `is not authorized to access the key because …`
fn for_the_key(text: &str) -> IResult<&str, Reason> {
    let (rest, ()) = alt((
        phrase("is not authorized to use the provided AWS KMS key"),
        phrase("is not authorized to use the provided KMS key"),
        phrase("is not authorized to access the key"),
    ))
    .parse(text)?;
    reason(rest.strip_prefix(',').unwrap_or(rest))
}

/// `P is not authorized to perform: …`
fn denial(text: &str) -> IResult<&str, Message> {
    let (rest, (principal, ())) = name_before(text, phrase("is not authorized to perform"))?;
    let rest = colon(rest);
    let (rest, action) = action(quotes(blanks(rest)))?;
    let (rest, on) = opt(|text| on_resource(blanks(text))).parse(quotes(rest))?;
    let (rest, reason) = opt(reason).parse(rest)?;
    let mut message = Message::new(MessageKind::Unknown);
    message.principal = Some(principal.into());
    message.action = Some(action.into());
    match on {
        Some(On::Resource(resource)) => message.resource = Some(resource.into()),
        Some(On::Hidden(hidden)) => message.hidden = Some(hidden),
        None => {}
    }
    if let Some(reason) = reason {
        message.kind = reason.kind;
        message.policy_type = reason.policy_type;
        message.policy_arn = reason.policy_arn.map(Into::into);
    }
    Ok((rest, message))
}

/// `kms:Decrypt`. One that is broken over lines is put together if KMS knows the whole.
fn action(text: &str) -> IResult<&str, String> {
    let is_action = |action: &str| {
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '*');
        action.split_once(':').is_some_and(|(service, name)| {
            let is_name = |text: &str| !text.is_empty() && text.chars().all(is_of_name);
            is_name(service) && is_name(name)
        })
    };
    let is_known = |action: &str| {
        is_action(action)
            && (!action.starts_with("kms:") || kmsim_types::KmsAction::from_name(action).is_some())
    };
    let (rest, action) = whole_name(text, is_known)?;
    if is_action(&action) {
        Ok((rest, action))
    } else {
        Err(nom::Err::Error(Error::new(text, ErrorKind::Verify)))
    }
}

/// What the denial is on.
enum On {
    Resource(String),
    Hidden(Hidden),
}

fn on_resource(text: &str) -> IResult<&str, On> {
    let hidden = alt((
        value(
            Hidden::Ciphertext,
            phrase("on the resource associated with this ciphertext"),
        ),
        value(Hidden::ThisResource, phrase("on this resource")),
    ));
    let resource = |text| {
        let (rest, ()) = phrase("on resource")(text)?;
        let rest = colon(rest);
        let (rest, resource) = whole_name(quotes(blanks(rest)), is_whole_arn)?;
        Ok((quotes(rest), On::Resource(resource)))
    };
    alt((map(hidden, On::Hidden), resource)).parse(text)
}

fn reason(text: &str) -> IResult<&str, Reason> {
    alt((ambiguous, implicit, explicit)).parse(blanks(text))
}

/// KMS tells no caller of another account whether the key is not there, its policy does not allow,
/// or denies.
fn ambiguous(text: &str) -> IResult<&str, Reason> {
    let (rest, ()) =
        phrase("because the resource does not exist in this Region, no resource-based")(text)?;
    let (rest, _) = opt(phrase(
        " policies allow access, or a resource-based policy explicitly denies access",
    ))
    .parse(rest)?;
    Ok((
        rest,
        Reason {
            kind: MessageKind::Ambiguous,
            policy_type: Some(PolicyType::ResourceOrMissing),
            policy_arn: None,
        },
    ))
}

/// `because no identity-based policy allows the kms:Decrypt action`
fn implicit(text: &str) -> IResult<&str, Reason> {
    let (rest, ()) = phrase("because no ")(text)?;
    let (rest, policy_type) = policy_type(rest)?;
    let (rest, ()) = phrase(" allows the ")(rest)?;
    let (rest, _) = whole_name(rest, |_| true)?;
    let (rest, _) = opt(phrase(" action")).parse(rest)?;
    let (rest, policy_arn) = opt(policy_arn).parse(rest)?;
    Ok((
        rest,
        Reason {
            kind: MessageKind::Implicit,
            policy_type: Some(policy_type),
            policy_arn,
        },
    ))
}

/// `with an explicit deny in a service control policy: arn:…`
fn explicit(text: &str) -> IResult<&str, Reason> {
    let (rest, ()) = phrase("with an explicit deny")(text)?;
    let (rest, policy_type) = opt(|text| {
        let (rest, ()) =
            alt((phrase(" in an "), phrase(" in a "), phrase(" in the "))).parse(text)?;
        policy_type(rest)
    })
    .parse(rest)?;
    let (rest, policy_arn) = opt(policy_arn).parse(rest)?;
    let (rest, _) = opt(phrase(" transitively through a service control policy")).parse(rest)?;
    Ok((
        rest,
        Reason {
            kind: MessageKind::Explicit,
            policy_type,
            policy_arn,
        },
    ))
}

/// A kind of policy; one that we do not know is some words that end in `policy`.
fn policy_type(text: &str) -> IResult<&str, PolicyType> {
    if let Ok(found) = one_of(text, POLICY_TYPES) {
        return Ok(found);
    }
    let mut rest = text;
    for _ in 0..4 {
        let (after, word) = name(blanks(rest))?;
        rest = after;
        if without_stop(word).eq_ignore_ascii_case("policy") {
            return Ok((rest, PolicyType::Unknown));
        }
    }
    Err(nom::Err::Error(Error::new(text, ErrorKind::Alt)))
}
