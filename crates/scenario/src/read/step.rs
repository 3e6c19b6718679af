//! Reading a step.

use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::fields::{Fields, wrong_type};
use kmsim_policy::json::{Member, Node, Value};

use super::{NAMES, Reading};
use crate::scenario::{Action, Advance, Step};
use crate::template::is_name;

/// Fields that tell how a request comes in, and what the caller's session brings: those of calls.
pub(super) const CIRCUMSTANCES: [&str; 14] = [
    "region",
    "via",
    "vpcEndpoint",
    "sourceIp",
    "sourceArn",
    "sourceAccount",
    "sessionPolicies",
    "sessionTags",
    "sourceIdentity",
    "mfa",
    "role",
    "federatedBy",
    "context",
    "unknown",
];

/// Fields that say what a step does.
const ACTIONS: [&str; 9] = [
    "operation",
    "action",
    "wrap",
    "encryptLocally",
    "verifyLocally",
    "envelopeEncrypt",
    "envelopeDecrypt",
    "expectEvents",
    "expectCost",
];

/// Most repetitions: enough for every quota.
const MOST: u64 = 200_000;

impl<'n> Reading<'_, '_, '_, '_, 'n> {
    pub(super) fn step(&mut self, node: &'n Node<'n>) -> Option<Step> {
        let fields = Fields::of(node, "a step", &mut self.reader.diagnostics)?;
        fields.get("description");
        let name = fields.string("name", &mut self.reader.diagnostics);
        let advance = fields.get("advance").and_then(|node| self.advance(node));
        let repeat = fields.get("repeat").and_then(|node| self.repeat(node));
        // Fields that belong to actions are known even where no action has them.
        let has_action = self.has_action(&fields);
        let action = has_action.and_then(|name| self.action(&fields, name));
        let expected = self.expected(&fields);
        let save = self.save(&fields);
        if has_action.is_none() && !fields.has("advance") {
            let message = "this step does nothing";
            let error = Diagnostic::error("empty-step", node.span, message);
            self.error(error.help(format!(
                "it needs one of {} or `advance`",
                ACTIONS.map(|name| format!("`{name}`")).join(", ")
            )));
        }
        fields.finish(&mut self.reader.diagnostics);
        if has_action.is_some() && action.is_none() {
            return None;
        }
        Some(Step {
            name: name.map(|(name, _)| name.into()),
            advance,
            action,
            save,
            expected: expected?,
            repeat: repeat.unwrap_or(1),
            span: node.span,
        })
    }

    /// The field that says what the step does.
    fn has_action(&mut self, fields: &Fields<'_, '_>) -> Option<&'static str> {
        let named: Vec<&'static str> = ACTIONS
            .into_iter()
            .filter(|name| fields.has(name))
            .collect();
        if let [first, second, ..] = named[..] {
            let message = format!("a step does one thing: it has `{first}` and `{second}`");
            self.error(Diagnostic::error("several-actions", fields.span, message));
        }
        named.first().copied()
    }

    fn action(&mut self, fields: &Fields<'n, 'n>, name: &'static str) -> Option<Action> {
        let node = fields.get(name)?;
        match name {
            "operation" => {
                let call = self.call_step(fields)?;
                Some(Action::Call(Box::new(call)))
            }
            "action" => self.asked(fields).map(Action::Ask),
            "wrap" | "encryptLocally" | "verifyLocally" => {
                self.local(name, node).map(Action::Local)
            }
            "envelopeEncrypt" | "envelopeDecrypt" => {
                let envelope = self.envelope(fields, name == "envelopeEncrypt", node)?;
                Some(Action::Envelope(Box::new(envelope)))
            }
            "expectEvents" => self.events(node).map(Action::Events),
            _ => Some(Action::Cost(self.expectation(node))),
        }
    }

    fn advance(&mut self, node: &Node<'_>) -> Option<Advance> {
        if node.as_object().is_none() {
            return self.duration(node, "advance").map(Advance::By);
        }
        let fields = Fields::of(node, "an advance", &mut self.reader.diagnostics)?;
        let to = fields.require("to", &mut self.reader.diagnostics);
        fields.finish(&mut self.reader.diagnostics);
        to.and_then(|node| self.instant(node, "to"))
            .map(Advance::To)
    }

    fn repeat(&mut self, node: &Node<'_>) -> Option<u32> {
        let count = self.number(node, "repeat")?;
        if count == 0 || count > MOST {
            let message = format!("`repeat` takes a number from 1 to {MOST}");
            self.error(Diagnostic::error("repeat", node.span, message));
        }
        u32::try_from(count).ok()
    }

    /// The name under which later steps find the result.
    fn save(&mut self, fields: &Fields<'_, '_>) -> Option<Box<str>> {
        let (name, span) = fields.string("save", &mut self.reader.diagnostics)?;
        if !is_name(name) {
            let message = format!("`{}` is no name for a result", excerpt(name));
            self.error(Diagnostic::error("name", span, message).help(NAMES));
            return None;
        }
        if self.names.iter().any(|known| &**known == name) {
            let message = format!("a result is called `{name}` already");
            self.error(Diagnostic::error("duplicate-name", span, message));
        }
        self.names.push(name.into());
        Some(name.into())
    }

    /// Caller and circumstances of a step as fields of a call: its own, and those that belong to
    /// the short name of the caller.
    pub(super) fn circumstances(&mut self, fields: &Fields<'n, 'n>) -> Option<Vec<Member<'n>>> {
        let named = fields.get("as").or_else(|| fields.get("caller"));
        let Some(named) = named else {
            fields.require("as", &mut self.reader.diagnostics);
            return None;
        };
        let text = named.as_str();
        let Some(text) = text else {
            let expected = "a short name of `callers`, or a principal";
            self.error(wrong_type(named, "as", expected));
            return None;
        };
        let own = CIRCUMSTANCES.map(|name| (name, fields.get(name)));
        let known = self.callers.iter().find(|(name, _)| *name == text);
        let known = known.map(|(_, node)| *node);
        if known.is_none() && is_name(text) && text != "anonymous" {
            let known: Vec<&str> = self.callers.iter().map(|(name, _)| *name).collect();
            let message = format!("`callers` has no `{text}`");
            self.unknown_name(named.span, message, text, &known);
            return None;
        }
        let principal = known.map_or(named, |node| node.member("caller").unwrap_or(node));
        let mut members = vec![member("caller", principal)];
        for (name, own) in own {
            let of_caller = known.and_then(|node| node.member(name));
            let general = self.region.filter(|_| name == "region");
            if let Some(value) = own.or(of_caller).or(general) {
                members.push(member(name, value));
            }
        }
        Some(members)
    }
}

/// A member of an object that is put together.
pub(super) fn member<'n>(name: &'static str, value: &Node<'n>) -> Member<'n> {
    Member {
        key: name.into(),
        key_span: value.span,
        value: value.clone(),
    }
}

/// A text that stands nowhere, at the place of `at`.
pub(super) fn text_at<'n>(text: &'static str, at: &Node<'_>) -> Node<'n> {
    Node {
        value: Value::String(text.into()),
        span: at.span,
    }
}
