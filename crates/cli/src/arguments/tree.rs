//! Arguments as nodes of a document.

use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::instant::Instant;
use kmsim_policy::json::{self, Member, Node, Value};
use kmsim_policy::source::{Sources, Span};
use kmsim_types::service;

/// Puts arguments into trees; each argument is a source of its own.
pub(super) struct Builder<'b, 'a> {
    pub(super) sources: &'b mut Sources<'a>,
    pub(super) diagnostics: &'b mut Vec<Diagnostic>,
}

impl<'a> Builder<'_, 'a> {
    /// An argument as a string of a document.
    pub(super) fn text(&mut self, name: &str, text: &'a str) -> Node<'a> {
        let source = self.sources.add(name, text);
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        Node {
            value: Value::String(text.into()),
            span: Span {
                source,
                start: 0,
                end,
            },
        }
    }

    /// `key=value`.
    pub(super) fn pair(&mut self, name: &str, text: &'a str) -> Option<(&'a str, Node<'a>)> {
        let mut node = self.text(name, text);
        let Some((key, value)) = text.split_once('=').filter(|(key, _)| !key.is_empty()) else {
            let message = format!("expected KEY=VALUE, found `{}`", excerpt(text));
            let error = Diagnostic::error("argument", node.span, message);
            self.diagnostics
                .push(error.help(format!("write `{name} KEY=VALUE`")));
            return None;
        };
        node.value = Value::String(value.into());
        Some((key, node))
    }

    pub(super) fn list(
        &mut self,
        request: &mut Node<'a>,
        field: &'a str,
        name: &str,
        texts: &'a [String],
    ) {
        let nodes: Vec<Node<'a>> = texts.iter().map(|text| self.text(name, text)).collect();
        if let Some(span) = nodes.first().map(|node| node.span) {
            let value = Value::Array(nodes);
            set(request, field, Node { value, span });
        }
    }

    /// Names of keys that are not known, or `all`.
    pub(super) fn unknown(&mut self, request: &mut Node<'a>, keys: &'a [String]) {
        match keys {
            [all] if all == "all" => set(request, "unknown", self.text("--unknown", all)),
            keys => self.list(request, "unknown", "--unknown", keys),
        }
    }

    /// Condition keys. The same key again gives a list.
    pub(super) fn context(&mut self, context: &mut Node<'a>, texts: &'a [String]) {
        let mut given: Vec<(&'a str, Vec<Node<'a>>)> = Vec::new();
        for text in texts {
            let Some((key, node)) = self.pair("--context", text) else {
                continue;
            };
            match given
                .iter_mut()
                .find(|(own, _)| own.eq_ignore_ascii_case(key))
            {
                Some((_, values)) => values.push(node),
                None => given.push((key, vec![node])),
            }
        }
        for (key, mut values) in given {
            let span = values.first().map_or(context.span, |node| node.span);
            let node = match values.pop() {
                Some(node) if values.is_empty() => Self::json_or_text(node),
                Some(node) => {
                    values.push(node);
                    let value = Value::Array(values);
                    Node { value, span }
                }
                None => continue,
            };
            set(context, key, node);
        }
    }

    /// A value in brackets is JSON, which makes a list of one possible.
    pub(super) fn json_or_text(node: Node<'a>) -> Node<'a> {
        let Value::String(text) = &node.value else {
            return node;
        };
        if text.starts_with(['[', '{'])
            && let Some(value) = json::parse(text, node.span.source, &mut Vec::new())
        {
            return owned(value, node.span);
        }
        node
    }

    /// The value of `kms:ViaService`: a short name needs a Region.
    pub(super) fn via(&mut self, via: &'a str, region: Option<String>) -> Node<'a> {
        let mut node = self.text("--via", via);
        let region = region.unwrap_or_default();
        if let Some(value) = service::via_service(via, &region) {
            node.value = Value::String(value.into());
            return node;
        }
        let error = if region.is_empty() {
            Diagnostic::error(
                "argument",
                node.span,
                "the Region of the service is not known",
            )
            .help("add --region, or write for example ec2.us-east-1.amazonaws.com")
        } else {
            let message = format!("`{}` is not a service that calls KMS", excerpt(via));
            let error = Diagnostic::error("argument", node.span, message);
            let names = service::VIA_SERVICE_NAMES.iter().copied();
            match kmsim_types::nearest(via, names) {
                Some(nearest) => error.help(format!("did you mean `{nearest}`?")),
                None => error.help("a service that is not listed can be written whole: name.us-east-1.amazonaws.com"),
            }
        };
        self.diagnostics.push(error);
        node
    }

    /// The keys that tell the time.
    pub(super) fn now(&mut self, context: &mut Node<'a>, now: &'a str) {
        let node = self.text("--now", now);
        let Some(instant) = Instant::parse(now) else {
            let message = format!("`{}` is not a point in time", excerpt(now));
            let error = Diagnostic::error("time", node.span, message);
            self.diagnostics
                .push(error.help("write for example 2026-11-21T12:00:00Z"));
            return;
        };
        let span = node.span;
        let value = Value::Number(instant.epoch_seconds().to_string().into());
        set(context, "aws:CurrentTime", node);
        set(context, "aws:EpochTime", Node { value, span });
    }
}

/// A member of an object, which is made if it is not there. `None` if `node` is no object.
pub(super) fn entry<'n, 'a>(
    node: &'n mut Node<'a>,
    name: &'a str,
    span: Span,
) -> Option<&'n mut Node<'a>> {
    let Value::Object(members) = &mut node.value else {
        return None;
    };
    let at = members.iter().position(|member| member.key == name);
    let at = at.unwrap_or_else(|| {
        let value = Node {
            value: Value::Object(Vec::new()),
            span,
        };
        members.push(Member {
            key: name.into(),
            key_span: span,
            value,
        });
        members.len() - 1
    });
    members.get_mut(at).map(|member| &mut member.value)
}

/// Sets a member of an object, whose names are taken in any case, as condition keys are.
pub(super) fn set<'a>(node: &mut Node<'a>, name: &str, value: Node<'a>) {
    let Value::Object(members) = &mut node.value else {
        return;
    };
    members.retain(|member| !member.key.eq_ignore_ascii_case(name));
    members.push(Member {
        key: name.to_owned().into(),
        key_span: value.span,
        value,
    });
}

pub(super) fn remove(node: &mut Node<'_>, names: &[&str]) {
    if let Value::Object(members) = &mut node.value {
        members.retain(|member| !names.contains(&&*member.key));
    }
}

/// A node that borrows from nothing and stands, with all that is in it, at `span`.
fn owned<'a>(node: Node<'_>, span: Span) -> Node<'a> {
    let value = match node.value {
        Value::Null => Value::Null,
        Value::Bool(value) => Value::Bool(value),
        Value::Number(text) => Value::Number(text.into_owned().into()),
        Value::String(text) => Value::String(text.into_owned().into()),
        Value::Array(nodes) => {
            Value::Array(nodes.into_iter().map(|node| owned(node, span)).collect())
        }
        Value::Object(members) => {
            let members = members.into_iter().map(|member| Member {
                key: member.key.into_owned().into(),
                key_span: span,
                value: owned(member.value, span),
            });
            Value::Object(members.collect())
        }
    };
    Node { value, span }
}
