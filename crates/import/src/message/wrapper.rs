//! What SDKs and command lines write around a message: exception, operation, request.

use std::ops::Range;

use super::{Message, MessageKind};

/// What stands around a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wrapper {
    /// The exception's name: `AccessDeniedException`; `AccessDenied` through other services.
    pub code: Option<Box<str>>,
    /// The operation that was called, such as `Decrypt`.
    pub operation: Option<Box<str>>,
    /// The service that was called, as the SDK names it: `KMS`, `S3`.
    pub service: Option<Box<str>>,
    /// The request's id.
    pub request_id: Option<Box<str>>,
}

/// Gives each message what stands around it: between the message before and the one behind it.
pub(super) fn attach(text: &str, messages: &mut [Message]) {
    let ranges: Vec<Range<usize>> = messages.iter().map(|one| one.range.clone()).collect();
    let mut start = 0;
    for (index, message) in messages.iter_mut().enumerate() {
        let end = ranges.get(index + 1).map_or(text.len(), |next| next.start);
        let before = text.get(start..message.range.start).unwrap_or("");
        let behind = text.get(message.range.end..end).unwrap_or("");
        // What introduces the next message does not belong to this one.
        let behind = behind
            .split_once(['\n', '{'])
            .map_or(behind, |(line, _)| line);
        message.wrapper = wrapper(before, behind);
        start = message.range.end + behind.len();
    }
}

/// A text without any message that names an exception all the same.
pub(super) fn bare(text: &str) -> Option<Message> {
    let mut found = wrapper(text, "");
    let code = found.code.take()?;
    let is_denial = is_access_denied(&code);
    let mut message = Message::new(if is_denial {
        MessageKind::Unknown
    } else {
        MessageKind::NotAuthorization
    });
    found.code = Some(code);
    message.wrapper = found;
    message.range = 0..text.len();
    Some(message)
}

/// Whether a code stands for a denial: KMS has `AccessDeniedException`; `CloudTrail` and services in
/// between say `AccessDenied`.
pub fn is_access_denied(code: &str) -> bool {
    let code = code.rsplit('.').next().unwrap_or(code);
    matches!(
        code,
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "VpceAccessDenied"
    )
}

fn wrapper(before: &str, behind: &str) -> Wrapper {
    let mut texts = vec![before.to_owned(), behind.to_owned()];
    // Terminals break lines between words and within them.
    if before.contains('\n') {
        texts.push(before.replace('\n', " "));
        texts.push(before.replace('\n', ""));
    }
    let first = |find: fn(&str) -> Option<&str>| {
        let found = texts.iter().find_map(|text| find(text));
        found.map(Box::<str>::from)
    };
    Wrapper {
        code: first(code),
        operation: first(operation),
        service: first(service),
        request_id: first(request_id),
    }
}

/// `An error occurred (CODE) when`, `api error CODE:`, `Error Code: CODE;`, `CODE:`
fn code(text: &str) -> Option<&str> {
    let cli = between(text, "An error occurred (", ")");
    let go = between(text, "api error ", ":");
    let java = between(text, "Error Code: ", ";").or_else(|| between(text, "Error Code: ", ","));
    let xml = between(text, "<Code>", "<");
    let named = || {
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_')));
        words.rev().find(|word| {
            let long = word.len() > "Exception".len() && word.ends_with("Exception");
            long || matches!(
                *word,
                "AccessDenied" | "UnauthorizedOperation" | "VpceAccessDenied"
            )
        })
    };
    let found = cli.or(go).or(java).or(xml).filter(|code| is_name(code));
    let code = found.or_else(named)?;
    // `com.amazonaws.kms#Code`, `types.Code`, `ClientError.Code`
    Some(code.rsplit(['#', '.']).next().unwrap_or(code))
}

/// `when calling the OP operation`, `operation error KMS: OP,`
fn operation(text: &str) -> Option<&str> {
    let cli = between(text, "when calling the ", " operation");
    let go = behind_last(text, "operation error ").and_then(|rest| {
        let (_, rest) = rest.split_once(": ")?;
        rest.split([',', ' ', ':']).next()
    });
    cli.or(go).filter(|name| is_name(name))
}

/// `operation error KMS: …`, `(Service: AWSKMS;`
fn service(text: &str) -> Option<&str> {
    let go = between(text, "operation error ", ":");
    let java = behind_last(text, "Service: ").and_then(|rest| rest.split([';', ',', ')']).next());
    go.or(java).filter(|name| is_name(name))
}

fn request_id(text: &str) -> Option<&str> {
    let names = [
        "RequestID: ",
        "Request ID: ",
        "request id: ",
        "RequestId: ",
        "<RequestId>",
    ];
    let rest = names.iter().find_map(|name| behind_last(text, name))?;
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let id = end.map_or(Some(rest), |end| rest.get(..end))?;
    (!id.is_empty()).then_some(id)
}

fn behind_last<'t>(text: &'t str, mark: &str) -> Option<&'t str> {
    text.rsplit_once(mark).map(|(_, rest)| rest)
}

/// The text between two marks, the last time they stand there.
fn between<'t>(text: &'t str, before: &str, behind: &str) -> Option<&'t str> {
    let rest = behind_last(text, before)?;
    let (found, _) = rest.split_once(behind)?;
    Some(found.trim())
}

fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '#' | '_' | ' ');
    !text.is_empty() && text.len() <= 80 && text.chars().all(allowed)
}
