//! The call of a report as a document (docs/world.md, "Calls"). Every field stands where the report
//! has it.

use kmsim_authz::call::{Text, parameters_of};
use kmsim_policy::json::{Member, Node, Value};
use kmsim_policy::source::Span;
use kmsim_types::Operation;

use super::{Caller, Reported, Via};
use crate::node;

/// What is taken for the case, beyond what a report says.
#[derive(Clone, Debug, Default)]
pub struct Supposed {
    /// The caller, for a report that does not name one.
    pub caller: Option<Text>,
    /// The key that is meant, in place of the one that the report names.
    pub key: Option<Text>,
    /// The VPC endpoint through which the call came.
    pub vpc_endpoint: Option<Text>,
    /// Fields of the call that are stated, and replace what the report says.
    pub fields: Vec<Member<'static>>,
}

/// Fields that tell of the caller that a report names.
const OF_CALLER: [&str; 4] = ["role", "federatedBy", "mfa", "sourceIdentity"];

impl Reported {
    /// The call as a document. Fails if the report does not tell who called, or what for.
    pub fn document(&self, supposed: &Supposed) -> Result<Node<'static>, &'static str> {
        let mut draft = Draft {
            members: Vec::new(),
            span: self.span.before(),
        };
        let stated = |name: &str| supposed.fields.iter().any(|field| field.key == name);
        let named = match (&supposed.caller, &self.caller) {
            (Some(name), _) | (None, Caller::Principal(name)) => Some(name),
            (None, _) => None,
        };
        match named {
            Some(name) => draft.text("caller", name),
            None if stated("caller") => {}
            None => return Err("who called"),
        }
        if !stated("action") && !stated("operation") {
            self.asked_for(&mut draft)?;
        }
        self.key_named(supposed, &mut draft);
        if let Some(region) = &self.region {
            draft.text("region", region);
        }
        let other_caller = supposed.caller.is_some() || stated("caller");
        for field in &self.fields {
            if !(other_caller && OF_CALLER.contains(&&*field.key)) {
                draft.members.push(field.clone());
            }
        }
        if let Via::Service(service) = &self.via {
            draft.text("via", service);
        }
        let endpoint = supposed
            .vpc_endpoint
            .as_ref()
            .or(self.vpc_endpoint.as_ref());
        if let Some(endpoint) = endpoint {
            draft.text("vpcEndpoint", endpoint);
        }
        if let Some(address) = &self.source_ip {
            draft.text("sourceIp", address);
        }
        if let Some(time) = &self.time {
            draft.text("now", time);
        }
        let context = self.context.iter().filter(|key| {
            !(other_caller && ["aws:userid", "aws:TokenIssueTime"].contains(&&*key.key))
        });
        draft.object("context", context.cloned().collect());
        for field in &supposed.fields {
            draft.state(field);
        }
        Ok(node::object(draft.members, self.span))
    }

    fn asked_for(&self, draft: &mut Draft) -> Result<(), &'static str> {
        if let Some(operation) = self.asked.operation {
            draft.put("operation", operation.name());
            return Ok(());
        }
        let Some(action) = &self.asked.action else {
            return Err("what was asked for");
        };
        draft.text("action", action);
        if self.asked.kms_action().is_none() {
            let named = self
                .message
                .as_ref()
                .and_then(|message| message.resource.as_deref());
            draft.put("resource", named.ok_or("what it was asked for on")?);
        }
        Ok(())
    }

    fn key_named(&self, supposed: &Supposed, draft: &mut Draft) {
        let takes = self.takes_key();
        if let Some(key) = supposed.key.as_ref().filter(|_| takes) {
            draft.text("key", key);
        } else if let Some(key) = &self.key {
            draft.text("keyId", key);
        } else if let Some(key) = self.found_key().filter(|_| takes) {
            draft.text("key", key);
        }
    }

    /// Whether what was asked for takes a key that no other field names.
    pub fn takes_key(&self) -> bool {
        let given = |name: &str| self.fields.iter().any(|field| field.key == name);
        match (self.asked.operation, self.asked.kms_action()) {
            (Some(operation), _) => {
                let names = parameters_of(operation);
                let takes = |name: &str| names.contains(&name) && !given(name);
                let by_grant = operation == Operation::RetireGrant && given("GrantToken");
                !by_grant && ["KeyId", "SourceKeyId", "TargetKeyId"].into_iter().any(takes)
                    // These work without a key, too.
                    && !matches!(operation, Operation::ListAliases)
            }
            (None, Some(action)) => action.info().on_key,
            (None, None) => false,
        }
    }

    /// The key as the report names it: as it was sent, or as AWS found it.
    pub fn named_key(&self) -> Option<&str> {
        let sent = self.key.as_ref().map(|key| &*key.text);
        let field = ["SourceKeyId", "TargetKeyId"].into_iter().find_map(|name| {
            let mut fields = self.fields.iter();
            fields.find(|field| field.key == name)?.value.as_str()
        });
        sent.or(field)
            .or_else(|| self.found_key().map(|key| &*key.text))
    }

    /// The ARN of the key that AWS found.
    pub fn found_key(&self) -> Option<&Text> {
        let destination = self
            .fields
            .iter()
            .find(|field| field.key == "DestinationKeyId");
        let destination = destination.and_then(|field| field.value.as_str());
        let mut keys = self
            .resources
            .iter()
            .filter(|resource| resource.text.contains(":key/"));
        // The source of ReEncrypt is the other one of two.
        let source = keys
            .clone()
            .find(|key| destination.is_some_and(|other| *key.text != *other));
        source.or_else(|| keys.next())
    }
}

struct Draft {
    members: Vec<Member<'static>>,
    span: Span,
}

impl Draft {
    fn text(&mut self, name: &'static str, text: &Text) {
        let value = node::text(String::from(text.text.clone()), text.span);
        self.members.push(node::member(name, value));
    }

    fn put(&mut self, name: &'static str, text: &str) {
        let value = node::text(text.to_owned(), self.span);
        self.members.push(node::member(name, value));
    }

    fn object(&mut self, name: &'static str, members: Vec<Member<'static>>) {
        if !members.is_empty() {
            let value = node::object(members, self.span);
            self.members.push(node::member(name, value));
        }
    }

    /// A field that replaces what the report says; of the context, key by key.
    fn state(&mut self, field: &Member<'static>) {
        const SAME: [&[&str]; 3] = [
            &["key", "keyId"],
            &["action", "operation"],
            &["encryptionContext", "EncryptionContext"],
        ];
        if field.key == "context"
            && let Some(members) = field.value.as_object()
            && let Some(own) = self.members.iter_mut().find(|own| own.key == "context")
            && let Value::Object(own) = &mut own.value.value
        {
            for member in members {
                own.retain(|own| !own.key.eq_ignore_ascii_case(&member.key));
                own.push(member.clone());
            }
            return;
        }
        if field.key == "unknown" {
            self.unknown(&field.value);
        }
        let same = SAME.iter().find(|names| names.contains(&&*field.key));
        self.members.retain(|own| {
            own.key != field.key && !same.is_some_and(|names| names.contains(&&*own.key))
        });
        self.members.push(field.clone());
    }

    /// What is stated to be unknown is so whatever the report says.
    fn unknown(&mut self, names: &Node<'_>) {
        let context = self.members.iter_mut().find(|own| own.key == "context");
        if let Some(Value::Object(keys)) = context.map(|context| &mut context.value.value) {
            keys.retain(|key| {
                let mut names = names.as_list().iter().filter_map(Node::as_str);
                !names.any(|name| name.eq_ignore_ascii_case(&key.key))
            });
        }
    }
}
