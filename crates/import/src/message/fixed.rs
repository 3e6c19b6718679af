//! Messages that always read the same: the older and the hidden wordings of denials, and errors that
//! are taken for denials.
//!
//! Source of the texts of exceptions: KMS Developer Guide, "Key states of AWS KMS keys"; KMS API
//! reference; the others as users report them.

use nom::branch::alt;
use nom::error::{Error, ErrorKind};
use nom::{IResult, Parser as _};

use super::scan::{
    blanks, is_whole_arn, name, name_before, one_of, phrase, quotes, whole_name, without_stop,
};
use super::{Hidden, Message, MessageKind, PolicyType};

/// What a key is, and the exception that says so.
const STATES: &[(&str, &str)] = &[
    ("is disabled", "DisabledException"),
    ("is pending", "KMSInvalidStateException"),
    ("is not pending", "KMSInvalidStateException"),
    ("is unavailable", "KMSInvalidStateException"),
    ("is creating", "KMSInvalidStateException"),
    ("is updating", "KMSInvalidStateException"),
    ("origin is", "UnsupportedOperationException"),
    ("key usage is", "InvalidKeyUsageException"),
    ("does not exist", "NotFoundException"),
    ("is not found", "NotFoundException"),
];

/// What is not about permissions, without a name in it.
const ERRORS: &[(&str, &str)] = &[
    (
        "The key ID in the request does not identify a CMK that can perform this operation",
        "IncorrectKeyException",
    ),
    (
        "You have exceeded the rate at which you may call KMS",
        "ThrottlingException",
    ),
    (
        "The security token included in the request is expired",
        "ExpiredTokenException",
    ),
    (
        "The security token included in the request is invalid",
        "UnrecognizedClientException",
    ),
];

/// Why KMS does not save a key policy.
const REJECTED: &[&str] = &[
    "The new key policy will not allow you to update the key policy in the future",
    "Policy contains a statement with one or more invalid principals",
];

/// A message that always reads the same.
pub(super) fn any(text: &str) -> IResult<&str, Message> {
    alt((older, secrets_manager, rejected, error, not_found, state)).parse(text)
}

/// What KMS said before 2021, and still says through some services.
fn older(text: &str) -> IResult<&str, Message> {
    let (rest, ()) = alt((
        phrase("The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access"),
        phrase("The ciphertext refers to a KMS key that does not exist, does not exist in this region, or you are not allowed to access"),
    ))
    .parse(text)?;
    let mut message = Message::new(MessageKind::Ambiguous);
    message.policy_type = Some(PolicyType::ResourceOrMissing);
    message.hidden = Some(Hidden::Ciphertext);
    Ok((rest, message))
}

/// Secrets Manager keeps the reason to itself.
fn secrets_manager(text: &str) -> IResult<&str, Message> {
    let (rest, ()) = phrase("Access to KMS is not allowed")(text)?;
    let mut message = Message::new(MessageKind::Ambiguous);
    message.policy_type = Some(PolicyType::Unknown);
    Ok((rest, message))
}

fn rejected(text: &str) -> IResult<&str, Message> {
    let table: Vec<(&'static str, ())> = REJECTED.iter().map(|words| (*words, ())).collect();
    let (rest, ()) = one_of(text, &table)?;
    let mut message = Message::new(MessageKind::PolicyRejected);
    message.exception = Some("MalformedPolicyDocumentException");
    Ok((rest, message))
}

fn error(text: &str) -> IResult<&str, Message> {
    let (rest, exception) = one_of(text, ERRORS)?;
    Ok((rest, not_authorization(exception, None)))
}

/// `Key 'arn:…' does not exist`, `Alias arn:… is not found.`
fn not_found(text: &str) -> IResult<&str, Message> {
    let (rest, ()) = alt((phrase("Invalid keyId "), phrase("Invalid arn ")))
        .parse(text)
        .or_else(|_: nom::Err<Error<&str>>| alt((phrase("Key "), phrase("Alias "))).parse(text))?;
    let invalid = phrase("Invalid")(text).is_ok();
    let rest = quotes(blanks(rest));
    if invalid {
        let (rest, subject) = whole_name(rest, |_| true)?;
        return Ok((rest, not_authorization("NotFoundException", Some(subject))));
    }
    let missing = |text| alt((phrase("does not exist"), phrase("is not found"))).parse(text);
    let (rest, (subject, ())) = name_before(rest, missing)?;
    Ok((rest, not_authorization("NotFoundException", Some(subject))))
}

/// `arn:… is disabled.`
fn state(text: &str) -> IResult<&str, Message> {
    let (_, first) = name(text)?;
    if !first.starts_with("arn:") {
        return Err(nom::Err::Error(Error::new(text, ErrorKind::Tag)));
    }
    let (rest, (subject, exception)) = name_before(text, |text| one_of(text, STATES))?;
    if !is_whole_arn(without_stop(&subject)) {
        return Err(nom::Err::Error(Error::new(text, ErrorKind::Verify)));
    }
    Ok((rest, not_authorization(exception, Some(subject))))
}

fn not_authorization(exception: &'static str, subject: Option<String>) -> Message {
    let mut message = Message::new(MessageKind::NotAuthorization);
    message.exception = Some(exception);
    message.subject = subject.map(Into::into);
    message
}
