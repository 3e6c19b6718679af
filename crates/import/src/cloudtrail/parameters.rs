//! `requestParameters`, `resources` and `additionalEventData`: what was asked for.

use kmsim_authz::call::{Text, parameters_of};
use kmsim_policy::instant::Instant;
use kmsim_policy::json::{Member, Node, Value};
use kmsim_types::Operation;

use super::{member, scalar, text, value};
use crate::node;
use crate::report::Reported;

/// Parameters that are objects or lists.
const STRUCTURED: [&str; 7] = [
    "SourceEncryptionContext",
    "DestinationEncryptionContext",
    "EncryptionContext",
    "Tags",
    "TagKeys",
    "Operations",
    "Constraints",
];

/// Reads what was asked for into a report.
pub(super) fn read(event: &Node<'_>, service: &str, reported: &mut Reported) {
    resources(event, reported);
    // What another service was asked for are no parameters of KMS.
    if service != "kms" {
        return;
    }
    let parameters = value(event, "requestParameters");
    if let (Some(parameters), Some(operation)) = (parameters.as_deref(), reported.asked.operation) {
        for parameter in parameters.as_object().unwrap_or_default() {
            one(parameter, operation, reported);
        }
    }
    attestation(event, reported);
}

/// States a condition key.
pub(super) fn state(context: &mut Vec<Member<'static>>, key: &'static str, found: &Text) {
    let value = node::text(String::from(found.text.clone()), found.span);
    context.push(node::member(key, value));
}

/// The keys that KMS found: `resources`, and what a new grant or alias was made on.
fn resources(event: &Node<'_>, reported: &mut Reported) {
    let listed = value(event, "resources");
    for resource in listed.iter().flat_map(|listed| listed.as_list()) {
        let found = text(resource, "ARN").filter(|arn| arn.text.contains(":kms:"));
        reported.resources.extend(found);
    }
    let response = value(event, "responseElements");
    let answered = response.as_deref().and_then(|answer| text(answer, "keyId"));
    let answered = answered.filter(|key| key.text.contains(":key/"));
    let is_new = |arn: &Text| {
        reported
            .resources
            .iter()
            .all(|known| known.text != arn.text)
    };
    if let Some(answered) = answered.filter(is_new) {
        reported.resources.push(answered);
    }
}

/// A parameter, by the name that the API gives it.
fn one(parameter: &Member<'_>, operation: Operation, reported: &mut Reported) {
    let is_it = |name: &&&str| name.eq_ignore_ascii_case(&parameter.key);
    let Some(name) = parameters_of(operation).iter().find(is_it).copied() else {
        return;
    };
    let value = &parameter.value;
    if value.value == Value::Null {
        return;
    }
    if name == "KeyId" {
        reported.key = scalar(value).map(|key| Text {
            text: key.into(),
            span: value.span,
        });
        return;
    }
    if let Some(value) = converted(name, value) {
        reported.fields.push(node::member(name, value));
    }
}

/// The value of a parameter as calls have it.
fn converted(name: &str, value: &Node<'_>) -> Option<Node<'static>> {
    let span = value.span;
    if !STRUCTURED.contains(&name) {
        // CloudTrail prints points in time for people.
        let is_readable = name != "ValidTo" || Instant::parse(scalar(value)?).is_some();
        let text = scalar(value).filter(|_| is_readable)?;
        return Some(node::text(text.to_owned(), span));
    }
    let printed = value
        .as_str()
        .and_then(|text| super::rows::printed(text, span));
    let value = printed.as_ref().unwrap_or(value);
    match name {
        "Tags" => Some(node::list(
            value.as_list().iter().filter_map(tag).collect(),
            span,
        )),
        "Constraints" => Some(node::object(constraints(value), span)),
        "TagKeys" | "Operations" => {
            let texts = value.as_list().iter().filter_map(own_text);
            Some(node::list(texts.collect(), span))
        }
        _ => pairs(value),
    }
}

fn own_text(node: &Node<'_>) -> Option<Node<'static>> {
    Some(node::text(scalar(node)?.to_owned(), node.span))
}

/// An object of texts, whose names stay as they are.
fn pairs(node: &Node<'_>) -> Option<Node<'static>> {
    let pairs = node.as_object()?.iter().filter_map(|pair| {
        let value = own_text(&pair.value)?;
        Some(node::member(pair.key.clone().into_owned(), value))
    });
    Some(node::object(pairs.collect(), node.span))
}

fn tag(node: &Node<'_>) -> Option<Node<'static>> {
    let (key, value) = (text(node, "tagKey")?, text(node, "tagValue"));
    let span = key.span;
    let value = value.map_or_else(String::new, |value| value.text.into());
    let members = vec![
        node::member("TagKey", node::text(String::from(key.text), span)),
        node::member("TagValue", node::text(value, span)),
    ];
    Some(node::object(members, node.span))
}

fn constraints(node: &Node<'_>) -> Vec<Member<'static>> {
    let context = |name: &'static str| {
        let found = value(node, name)?;
        Some(node::member(name, pairs(&found)?))
    };
    let source = text(node, "SourceArn")
        .map(|arn| node::member("SourceArn", node::text(String::from(arn.text), arn.span)));
    let equals = context("EncryptionContextEquals");
    let subset = context("EncryptionContextSubset");
    [equals, subset, source].into_iter().flatten().collect()
}

/// What the attestation document of an enclave said (KMS Developer Guide, "How AWS Nitro Enclaves uses
/// AWS KMS": the event has the digest of the image).
fn attestation(event: &Node<'_>, reported: &mut Reported) {
    let takes = reported
        .asked
        .operation
        .is_some_and(|operation| parameters_of(operation).contains(&"Recipient"));
    let additional = value(event, "additionalEventData");
    let Some(recipient) = additional
        .as_deref()
        .and_then(|data| member(data, "recipient"))
    else {
        return;
    };
    if !takes {
        return;
    }
    let empty = node::object(Vec::new(), recipient.span);
    reported.fields.push(node::member("Recipient", empty));
    if let Some(digest) = text(recipient, "attestationDocumentEnclaveImageDigest") {
        for key in [
            "kms:RecipientAttestation:ImageSha384",
            "kms:RecipientAttestation:PCR0",
        ] {
            state(&mut reported.context, key, &digest);
        }
    }
}
