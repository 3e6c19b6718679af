//! Events of `CloudTrail`: one, `Records`, rows of `CloudTrail` Lake, the answers of `lookup-events` and
//! of `CloudWatch` Logs, the `detail` of `EventBridge`, one event a line.
//!
//! Source: `CloudTrail` User Guide, "Record contents" and "userIdentity element"; KMS Developer Guide,
//! "Logging AWS KMS API calls with AWS CloudTrail". An event has no plaintexts, no ciphertexts and no
//! grant tokens, and where `CloudTrail` prints structures into one column, the names are in lower case.

use std::borrow::Cow;

use kmsim_authz::call::Text;
use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::json::{self, Node, Value};
use kmsim_policy::source::{Sources, Span};
use kmsim_types::{AccountId, Operation};

use crate::message::{Message, is_access_denied, messages};
use crate::report::{Asked, Blame, Caller, Form, Outcome, Reported, Via};

mod identity;
mod parameters;
mod rows;

/// How deep events may lie in each other's wrapping.
const DEEPEST: usize = 8;

/// The events in a document, in its order; none if it holds none.
pub fn events(
    node: &Node<'_>,
    sources: &mut Sources<'_>,
    found: &mut Vec<Diagnostic>,
) -> Vec<Reported> {
    let mut reading = Reading {
        sources,
        found,
        events: Vec::new(),
    };
    reading.unwrap(node, 0);
    let mut events = reading.events;
    name_callers(&mut events);
    events
}

/// The owner's event of a call across accounts does not name the caller; the caller's event has the
/// same `sharedEventID`.
fn name_callers(events: &mut [Reported]) {
    let named: Vec<(Box<str>, Caller)> = events
        .iter()
        .filter(|event| matches!(event.caller, Caller::Principal(_)))
        .filter_map(|event| Some((event.shared_id.clone()?, event.caller.clone())))
        .collect();
    for event in events {
        let is_named = matches!(event.caller, Caller::Principal(_));
        let shared = event.shared_id.as_ref().filter(|_| !is_named);
        let known = shared.and_then(|shared| named.iter().find(|(id, _)| id == shared));
        if let Some((_, caller)) = known {
            event.caller = caller.clone();
        }
    }
}

struct Reading<'s, 'a, 'd> {
    sources: &'s mut Sources<'a>,
    found: &'d mut Vec<Diagnostic>,
    events: Vec<Reported>,
}

impl Reading<'_, '_, '_> {
    /// Finds the events in whatever wraps them.
    fn unwrap(&mut self, node: &Node<'_>, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        if is_event(node) {
            self.event(node);
            return;
        }
        match &node.value {
            Value::Array(nodes) => {
                if let Some(row) = rows::row(nodes) {
                    self.unwrap(&row, depth + 1);
                    return;
                }
                for node in nodes {
                    self.unwrap(node, depth + 1);
                }
            }
            Value::Object(_) => {
                for name in WRAPPERS {
                    if let Some(inner) = member(node, name) {
                        self.unwrap(inner, depth + 1);
                    }
                }
            }
            Value::String(text) => self.string(text, node.span, depth),
            _ => {}
        }
    }

    /// An event that stands in a string.
    fn string(&mut self, text: &str, span: Span, depth: usize) {
        if !text.trim_start().starts_with('{') {
            return;
        }
        let id = self.sources.add_within(text.to_owned(), span);
        if let Some(node) = json::parse(text, id, self.found) {
            self.unwrap(&node, depth + 1);
        }
    }

    fn event(&mut self, node: &Node<'_>) {
        let span = node.span;
        let Some(name) = text(node, "eventName") else {
            let message = "an event needs the field `eventName`";
            let error = Diagnostic::error("missing-field", span, message);
            self.found.push(error);
            return;
        };
        let service = text(node, "eventSource").map_or("kms".into(), |source| {
            let service = source.text.split('.').next().unwrap_or("");
            Box::<str>::from(service)
        });
        let message =
            text(node, "errorMessage").and_then(|text| messages(&text.text).into_iter().next());
        let outcome = outcome(node, message.as_ref());
        let mut reported = Reported {
            form: Form::Event,
            span,
            id: text(node, "eventID"),
            shared_id: text(node, "sharedEventID").map(|id| id.text),
            time: self.time(node),
            recipient: text(node, "recipientAccountId")
                .and_then(|id| AccountId::new(&id.text).ok()),
            caller: Caller::Unknown(None),
            asked: asked(name, &service, message.as_ref()),
            key: None,
            resources: Vec::new(),
            region: text(node, "awsRegion"),
            fields: Vec::new(),
            context: Vec::new(),
            via: Via::Direct,
            vpc_endpoint: text(node, "vpcEndpointId"),
            source_ip: text(node, "sourceIPAddress")
                .filter(|address| address.text.parse::<std::net::IpAddr>().is_ok()),
            outcome,
            message,
        };
        if let Some(identity) = value(node, "userIdentity") {
            identity::read(&identity, &mut reported);
        }
        // KMS denied a call that another service passed on, and this is the event of that service.
        if &*service != "kms" && reported.asked.operation.is_some() && reported.via == Via::Direct {
            reported.via = text(node, "eventSource").map_or(Via::Unknown, Via::Service);
        }
        name_by_message(&mut reported, span);
        parameters::read(node, &service, &mut reported);
        if let Some(agent) = text(node, "userAgent").filter(|_| reported.via == Via::Direct) {
            parameters::state(&mut reported.context, "aws:UserAgent", &agent);
        }
        self.events.push(reported);
    }

    /// The time of a call, if it is one: rows of Lake write it in other ways, too.
    fn time(&mut self, node: &Node<'_>) -> Option<Text> {
        let mut time = text(node, "eventTime")?;
        // `2026-11-21 12:00:00.000`
        let iso = match time.text.split_once(' ') {
            Some((day, clock)) => {
                let clock = clock.split('.').next().unwrap_or(clock);
                format!("{day}T{clock}Z")
            }
            None => time.text.to_string(),
        };
        if kmsim_policy::instant::Instant::parse(&iso).is_none() {
            let message = format!("`{}` is not a point in time", excerpt(&time.text));
            let error = Diagnostic::error("time", time.span, message);
            self.found
                .push(error.help("an event has its eventTime as 2026-11-21T12:00:00Z"));
            return None;
        }
        time.text = iso.into();
        Some(time)
    }
}

/// Members that hold events: of a file in the bucket, of `EventBridge`, of `lookup-events`, of
/// `CloudWatch` Logs and its Insights, of Lake.
const WRAPPERS: [&str; 10] = [
    "Records",
    "detail",
    "CloudTrailEvent",
    "Events",
    "message",
    "results",
    "QueryResultRows",
    "eventJson",
    "eventData",
    "@message",
];

fn is_event(node: &Node<'_>) -> bool {
    let has = |name| member(node, name).is_some();
    has("eventName") && (has("eventSource") || has("userIdentity")) && !has("CloudTrailEvent")
}

fn asked(name: Text, service: &str, message: Option<&Message>) -> Asked {
    let span = name.span;
    let denied = message.and_then(|message| message.action.as_deref());
    let of_kms = (service == "kms")
        .then(|| Operation::from_name(&name.text))
        .flatten();
    let of_message = || message.and_then(Message::kms_action)?.info().operation;
    let operation = of_kms.or_else(of_message);
    let action = denied
        .map(str::to_owned)
        .or_else(|| match (operation, service) {
            (Some(operation), _) => match operation.actions() {
                [action] => Some(action.name().to_owned()),
                _ => None,
            },
            // The names of other services' events are not always those of their actions.
            (None, "kms") => None,
            (None, service) => Some(format!("{service}:{}", name.text)),
        });
    Asked {
        operation,
        action: action.map(|action| Text {
            text: action.into(),
            span,
        }),
        event: Some(name),
    }
}

fn outcome(node: &Node<'_>, message: Option<&Message>) -> Outcome {
    let Some(code) = text(node, "errorCode") else {
        return Outcome::Allowed;
    };
    let code = code.text.rsplit(['.', '#']).next().unwrap_or(&code.text);
    if is_access_denied(code) {
        let mut blame = Blame::of(message);
        if code == "VpceAccessDenied" {
            blame.policy_type = Some(crate::message::PolicyType::VpcEndpoint);
        }
        return Outcome::Denied(blame);
    }
    // The call would have been done, had it not been asked only to try.
    if code == "DryRunOperationException" {
        return Outcome::Allowed;
    }
    Outcome::Failed {
        code: code.into(),
        text: text(node, "errorMessage").map(|message| message.text),
    }
}

/// Events of another account name no caller, but their messages do; and they name the resource.
fn name_by_message(reported: &mut Reported, span: Span) {
    let Some(message) = &reported.message else {
        return;
    };
    let of_message = |text: &str| Text {
        text: text.into(),
        span,
    };
    if let (Some(name), false) = (
        message.principal.as_deref(),
        matches!(reported.caller, Caller::Principal(_)),
    ) {
        reported.caller = Caller::Principal(of_message(name));
    }
    if let Some(resource) = message.resource.as_deref()
        && resource.starts_with("arn:")
    {
        reported.resources.push(of_message(resource));
    }
}

/// A member by its name in any case; `null` is none.
fn member<'n, 'a>(node: &'n Node<'a>, name: &str) -> Option<&'n Node<'a>> {
    let members = node.as_object()?;
    let mut named = members
        .iter()
        .filter(|member| member.key.eq_ignore_ascii_case(name));
    named
        .next()
        .map(|member| &member.value)
        .filter(|value| value.value != Value::Null)
}

/// A member that may be printed into a string.
fn value<'n, 'a>(node: &'n Node<'a>, name: &str) -> Option<Cow<'n, Node<'a>>> {
    let found = member(node, name)?;
    match &found.value {
        Value::String(text) => rows::printed(text, found.span).map(Cow::Owned),
        _ => Some(Cow::Borrowed(found)),
    }
}

/// The text of a string, number or boolean member; nothing if it is empty.
fn text(node: &Node<'_>, name: &str) -> Option<Text> {
    let found = member(node, name)?;
    let text = scalar(found)?;
    (!text.is_empty() && text != "null").then(|| Text {
        text: text.into(),
        span: found.span,
    })
}

fn scalar<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    match &node.value {
        Value::String(text) | Value::Number(text) => Some(text),
        Value::Bool(true) => Some("true"),
        Value::Bool(false) => Some("false"),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests;
