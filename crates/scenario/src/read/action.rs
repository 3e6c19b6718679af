//! Reading calls, and looks at the audit log.

use kmsim_authz::call::{Asks, Call, parameters_of};
use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::fields::{Fields, wrong_type};
use kmsim_policy::json::{Node, Value};
use kmsim_types::{Operation, nearest};

use super::Reading;
use super::step::{member, text_at};
use crate::path::Path;
use crate::scenario::{Cache, CallStep, Envelope, EventExpectation};
use crate::template::Template;

impl<'n> Reading<'_, '_, '_, '_, 'n> {
    /// A call of the service: caller, operation, circumstances and parameters.
    pub(super) fn call_step(&mut self, fields: &Fields<'n, 'n>) -> Option<CallStep> {
        let operation = fields.get("operation")?;
        let parameters = fields.get("parameters");
        let call = self.call_of(fields, operation)?;
        let template = match (&call.asks, parameters) {
            (Asks::Operation(operation), Some(node)) => self.parameters(*operation, node),
            (_, None) => Template::empty(operation.span),
            (_, Some(_)) => return None,
        };
        Some(CallStep {
            caller: caller_name(fields),
            call,
            parameters: template,
        })
    }

    /// Reads caller, operation and circumstances in the way in which calls against worlds are
    /// read.
    fn call_of(&mut self, fields: &Fields<'n, 'n>, operation: &Node<'n>) -> Option<Call> {
        let mut members = self.circumstances(fields)?;
        members.push(member("operation", operation));
        let node = Node {
            value: Value::Object(members),
            span: fields.span,
        };
        let mut call = self.reader.call(&node)?;
        call.region = call.region.or_else(|| self.region_of_world.clone());
        if call.region.is_none() {
            let message = "it is not said which Region is called";
            let error = Diagnostic::error("region", fields.span, message);
            self.error(error.help("give the scenario, the caller or the step a `region`"));
        }
        Some(call)
    }

    /// An action of another service on a resource.
    pub(super) fn asked(&mut self, fields: &Fields<'n, 'n>) -> Option<Box<Call>> {
        let action = fields.get("action")?;
        let resource = fields.require("resource", &mut self.reader.diagnostics);
        let mut members = self.circumstances(fields)?;
        members.push(member("action", action));
        members.push(member("resource", resource?));
        if let Some(account) = fields.get("resourceAccount") {
            members.push(member("resourceAccount", account));
        }
        let node = Node {
            value: Value::Object(members),
            span: fields.span,
        };
        let call = self.reader.call(&node)?;
        if !matches!(call.asks, Asks::Other(_)) {
            let message = "an action of KMS is called as an `operation`";
            self.error(Diagnostic::error("action", action.span, message));
            return None;
        }
        Some(Box::new(call))
    }

    /// The parameters of an operation, which must be its own.
    fn parameters(&mut self, operation: Operation, node: &Node<'_>) -> Template {
        let known = parameters_of(operation);
        let Some(members) = node.as_object() else {
            self.error(wrong_type(node, "parameters", "an object of parameters"));
            return Template::empty(node.span);
        };
        for member in members {
            if known.contains(&&*member.key) {
                continue;
            }
            let name = excerpt(&member.key);
            let message = format!("{} has no parameter `{name}`", operation.name());
            let error = Diagnostic::error("parameter", member.key_span, message);
            self.error(match nearest(&member.key, known.iter().copied()) {
                Some(nearest) => error.help(format!("did you mean `{nearest}`?")),
                None => error.help(format!("its parameters are {}", known.join(", "))),
            });
        }
        self.value(node)
    }

    /// Envelope encryption or decryption.
    pub(super) fn envelope(
        &mut self,
        step: &Fields<'n, 'n>,
        encrypts: bool,
        node: &'n Node<'n>,
    ) -> Option<Envelope> {
        let operation = if encrypts {
            "GenerateDataKey"
        } else {
            "Decrypt"
        };
        let call = self.call_of(step, &text_at(operation, node))?;
        let fields = Fields::of(node, "envelope encryption", &mut self.reader.diagnostics)?;
        let key = fields.require("keyId", &mut self.reader.diagnostics);
        let key = key.map(|node| self.value(node));
        let data = if encrypts { "plaintext" } else { "message" };
        let data = fields.require(data, &mut self.reader.diagnostics);
        let data = data.map(|node| self.blob(node));
        let context = fields.get("encryptionContext");
        let context = context.map_or_else(Vec::new, |node| self.pairs(node));
        let messages = fields.get("messages").filter(|_| encrypts);
        let messages = messages.and_then(|node| self.number(node, "messages"));
        let signed = fields.boolean("signed", &mut self.reader.diagnostics);
        let cache = fields.get("cache").and_then(|node| self.cache(node));
        fields.finish(&mut self.reader.diagnostics);
        Some(Envelope {
            encrypts,
            call: CallStep {
                caller: caller_name(step),
                call,
                parameters: Template::empty(node.span),
            },
            key: key?,
            data: data?,
            context,
            messages: messages.map_or(1, |count| u32::try_from(count).unwrap_or(u32::MAX)),
            signed: signed.unwrap_or(true),
            cache,
        })
    }

    fn cache(&mut self, node: &Node<'_>) -> Option<Cache> {
        let fields = Fields::of(node, "a data key cache", &mut self.reader.diagnostics)?;
        let name = fields.string("name", &mut self.reader.diagnostics);
        let max_age = fields.require("maxAge", &mut self.reader.diagnostics);
        let max_age = max_age.and_then(|node| self.duration(node, "maxAge"));
        let mut limit = |name: &'static str| {
            let node = fields.get(name)?;
            self.number(node, name)
        };
        let (max_messages, max_bytes) = (limit("maxMessages"), limit("maxBytes"));
        fields.finish(&mut self.reader.diagnostics);
        Some(Cache {
            name: name.map(|(name, _)| name.into()),
            max_age: max_age?,
            max_messages,
            max_bytes,
        })
    }

    /// An encryption context.
    fn pairs(&mut self, node: &Node<'_>) -> Vec<(String, String)> {
        let Some(members) = node.as_object() else {
            let error = wrong_type(node, "encryptionContext", "an object of strings");
            self.error(error);
            return Vec::new();
        };
        let mut pairs = Vec::with_capacity(members.len());
        for member in members {
            match member.value.as_str() {
                Some(text) => pairs.push((member.key.to_string(), text.to_owned())),
                None => self.error(wrong_type(&member.value, &member.key, "a string")),
            }
        }
        pairs
    }

    /// Events that should have been recorded: one description or several.
    pub(super) fn events(&mut self, node: &Node<'_>) -> Option<Vec<EventExpectation>> {
        let expectations = node.as_list().iter().map(|node| self.event(node));
        expectations.collect()
    }

    fn event(&mut self, node: &Node<'_>) -> Option<EventExpectation> {
        let fields = Fields::of(node, "expected events", &mut self.reader.diagnostics)?;
        let matching = fields.require("matching", &mut self.reader.diagnostics);
        let matching = matching.map(|node| self.untyped_expectation(node));
        let count = fields.get("count");
        let count = count.and_then(|node| self.number(node, "count"));
        let present = self.paths(&fields, "present");
        let absent = self.paths(&fields, "absent");
        fields.finish(&mut self.reader.diagnostics);
        Some(EventExpectation {
            matching: matching?,
            count: count.and_then(|count| usize::try_from(count).ok()),
            present,
            absent,
            span: node.span,
        })
    }

    /// Places in a result.
    pub(super) fn paths(&mut self, fields: &Fields<'_, '_>, name: &'static str) -> Vec<Path> {
        let texts = fields.strings(name, &mut self.reader.diagnostics);
        let mut paths = Vec::with_capacity(texts.len());
        for (text, span) in texts {
            if let Some(path) = Path::parse(text) {
                paths.push(path);
                continue;
            }
            let message = format!("`{}` is no part of a response", excerpt(text));
            let error = Diagnostic::error("path", span, message);
            self.error(error.help("write it as KeyMetadata.Arn or Grants[0].GrantId"));
        }
        paths
    }
}

/// How messages name the caller of a step.
fn caller_name(fields: &Fields<'_, '_>) -> Box<str> {
    let named = fields.get("as").or_else(|| fields.get("caller"));
    named.and_then(Node::as_str).unwrap_or_default().into()
}
