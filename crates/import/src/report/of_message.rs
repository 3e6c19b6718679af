//! What a message reports.

use kmsim_authz::call::Text;
use kmsim_policy::source::{SourceId, Span};
use kmsim_types::{Operation, arn};

use super::{Asked, Blame, Caller, Form, Outcome, Reported, Via};
use crate::message::{Message, MessageKind, is_access_denied};

/// The call of which a message speaks.
pub(super) fn reported(message: Message, source: SourceId) -> Reported {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let span = Span {
        source,
        start: offset(message.range.start),
        end: offset(message.range.end),
    };
    let text = |text: &str| Text {
        text: text.into(),
        span,
    };
    let caller = match message.principal.as_deref() {
        Some(name) => Caller::Principal(text(name)),
        None => Caller::Unknown(None),
    };
    let resource = message.resource.as_deref().or(message.subject.as_deref());
    let resources: Vec<Text> = resource
        .filter(|resource| resource.starts_with("arn:"))
        .map(text)
        .into_iter()
        .collect();
    let region = resources.iter().find_map(|resource| {
        let [_, _, _, region, ..] = arn::split(&resource.text)?;
        (!region.is_empty()).then(|| text(region))
    });
    Reported {
        form: Form::Message,
        span,
        id: None,
        shared_id: None,
        time: None,
        recipient: None,
        caller,
        asked: asked(&message, text),
        key: None,
        resources,
        region,
        fields: Vec::new(),
        context: Vec::new(),
        via: Via::Unknown,
        vpc_endpoint: None,
        source_ip: None,
        outcome: outcome(&message),
        message: Some(message),
    }
}

fn asked(message: &Message, text: impl Fn(&str) -> Text) -> Asked {
    let of_action = message.kms_action().map(|action| action.info().operation);
    let of_wrapper = message.wrapper.operation.as_deref();
    let operation = of_action.flatten().or_else(|| {
        let is_kms = message.action.is_none();
        of_wrapper.filter(|_| is_kms).and_then(Operation::from_name)
    });
    let action = message.action.as_deref().map(&text).or_else(|| {
        let [action] = operation?.actions() else {
            return None;
        };
        Some(text(action.name()))
    });
    Asked {
        operation,
        action,
        event: of_wrapper.map(text),
    }
}

fn outcome(message: &Message) -> Outcome {
    let wrapped = message.wrapper.code.as_deref();
    if message.is_denial() {
        return Outcome::Denied(Blame::of(Some(message)));
    }
    let code = match (message.exception, wrapped) {
        // The text of a state fits several exceptions; the one beside it is what AWS said.
        (_, Some(code))
            if !is_access_denied(code) && message.kind != MessageKind::PolicyRejected =>
        {
            code
        }
        (Some(exception), _) => exception,
        (None, code) => code.unwrap_or("an error"),
    };
    Outcome::Failed {
        code: code.into(),
        text: None,
    }
}
