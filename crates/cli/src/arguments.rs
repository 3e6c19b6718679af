//! A request, or parts of one, on the command line.
//!
//! The arguments are put into the document's own tree, as if they stood there: so they are read
//! and checked by the same code as files, and a finding in one points at the argument.

use clap::Args;
use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::instant::Instant;
use kmsim_policy::json::{self, Member, Node, Value};
use kmsim_policy::source::{Sources, Span};
use kmsim_types::service;

/// Arguments that describe a request. With a case they replace what stands in it.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "The request")]
pub(crate) struct RequestArguments {
    /// Who calls: an ARN, a service principal, or `anonymous`
    #[arg(long, value_name = "ARN")]
    caller: Option<String>,
    /// The action, such as kms:Decrypt
    #[arg(long, value_name = "ACTION", conflicts_with = "operation")]
    action: Option<String>,
    /// The API operation, such as Decrypt
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// The key: an ARN; against a world also an id, an alias or an alias ARN
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// The resource of an action of another service
    #[arg(long, value_name = "ARN", conflicts_with = "key")]
    resource: Option<String>,
    /// The Region that is called
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// A pair of the encryption context; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    encryption_context: Vec<String>,
    /// The AWS service that calls KMS for the caller: ebs, or ec2.us-east-1.amazonaws.com
    #[arg(long, value_name = "SERVICE")]
    via: Option<String>,
    /// Against a world, a parameter of the operation; may be repeated. Lists and objects as JSON
    #[arg(long, value_name = "NAME=VALUE")]
    parameter: Vec<String>,
    /// A grant token; may be repeated
    #[arg(long, value_name = "TOKEN")]
    grant_token: Vec<String>,
    /// The VPC endpoint that the call goes through
    #[arg(long, value_name = "ID")]
    vpc_endpoint: Option<String>,
    /// The address that the call comes from
    #[arg(long, value_name = "ADDRESS")]
    source_ip: Option<String>,
    /// A condition key; may be repeated. Several values: the same key again, or a JSON list
    #[arg(long, value_name = "KEY=VALUE")]
    context: Vec<String>,
    /// A condition key whose value is not known, or `all` that are not stated; may be repeated
    #[arg(long, value_name = "KEY")]
    unknown: Vec<String>,
    /// The time of the call, such as 2026-11-21T12:00:00Z
    #[arg(long, value_name = "TIME")]
    now: Option<String>,
}

/// Puts arguments into trees; each argument is a source of its own.
struct Builder<'b, 'a> {
    sources: &'b mut Sources<'a>,
    diagnostics: &'b mut Vec<Diagnostic>,
}

impl RequestArguments {
    /// Puts the arguments into a case: they replace what its request says.
    pub(crate) fn put_into_case<'a>(
        &'a self,
        case: &mut Node<'a>,
        sources: &mut Sources<'a>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        if self.is_empty() {
            return;
        }
        let mut builder = Builder {
            sources,
            diagnostics,
        };
        let span = case.span;
        let Some(request) = entry(case, "request", span) else {
            return;
        };
        if let Some(caller) = &self.caller {
            // They tell about the principal that stood there.
            remove(request, &["role", "federatedBy"]);
            set(request, "principal", builder.text("--caller", caller));
        }
        if let Some(action) = &self.action {
            set(request, "action", builder.text("--action", action));
        }
        if let Some(operation) = &self.operation {
            let mut node = builder.text("--operation", operation);
            node.value = Value::String(format!("kms:{operation}").into());
            set(request, "action", node);
        }
        for (name, resource) in [("--key", &self.key), ("--resource", &self.resource)] {
            if let Some(resource) = resource {
                remove(request, &["resourceAccount"]);
                set(request, "resource", builder.text(name, resource));
            }
        }
        for parameter in &self.parameter {
            let span = builder.text("--parameter", parameter).span;
            let message = "a case has no parameters of operations";
            let error = Diagnostic::error("argument", span, message);
            builder
                .diagnostics
                .push(error.help("state the condition keys that follow from them with --context"));
        }
        builder.list(request, "grantTokens", "--grant-token", &self.grant_token);
        builder.unknown(request, &self.unknown);
        let region = self.region.clone().or_else(|| region_of(request));
        let Some(context) = entry(request, "context", span) else {
            return;
        };
        self.put_into_context(&mut builder, context, region);
    }

    fn put_into_context<'a>(
        &'a self,
        builder: &mut Builder<'_, 'a>,
        context: &mut Node<'a>,
        region: Option<String>,
    ) {
        if let Some(region) = &self.region {
            set(
                context,
                "aws:RequestedRegion",
                builder.text("--region", region),
            );
        }
        for text in &self.encryption_context {
            if let Some((key, value)) = builder.pair("--encryption-context", text) {
                set(context, &format!("kms:EncryptionContext:{key}"), value);
            }
        }
        if let Some(via) = &self.via {
            let node = builder.via(via, region);
            set(context, "kms:ViaService", node);
        }
        if let Some(endpoint) = &self.vpc_endpoint {
            set(
                context,
                "aws:SourceVpce",
                builder.text("--vpc-endpoint", endpoint),
            );
        }
        if let Some(address) = &self.source_ip {
            set(
                context,
                "aws:SourceIp",
                builder.text("--source-ip", address),
            );
        }
        if let Some(now) = &self.now {
            builder.now(context, now);
        }
        builder.context(context, &self.context);
    }

    /// Whether the arguments say who calls and what for.
    pub(crate) fn make_a_call(&self) -> bool {
        self.caller.is_some() && (self.action.is_some() || self.operation.is_some())
    }

    /// The arguments as a call against a world.
    pub(crate) fn to_call<'a>(
        &'a self,
        sources: &mut Sources<'a>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Node<'a> {
        let source = sources.add("the arguments", "");
        let span = Span {
            source,
            ..Span::default()
        };
        let value = Value::Object(Vec::new());
        let mut call = Node { value, span };
        self.put_into_call(&mut call, sources, diagnostics);
        call
    }

    /// Puts the arguments into a case that asks a world: they replace what its request says.
    pub(crate) fn put_into_world_case<'a>(
        &'a self,
        case: &mut Node<'a>,
        sources: &mut Sources<'a>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let span = case.span;
        if !self.is_empty()
            && let Some(call) = entry(case, "request", span)
        {
            self.put_into_call(call, sources, diagnostics);
        }
    }

    fn put_into_call<'a>(
        &'a self,
        call: &mut Node<'a>,
        sources: &mut Sources<'a>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let mut builder = Builder {
            sources,
            diagnostics,
        };
        let span = call.span;
        if self.caller.is_some() {
            remove(call, &["role", "federatedBy"]);
        }
        if self.action.is_some() || self.operation.is_some() {
            remove(call, &["action", "operation"]);
        }
        if self.key.is_some() {
            remove(call, &["keyId", "KeyId"]);
        }
        let texts = [
            ("caller", "--caller", &self.caller),
            ("action", "--action", &self.action),
            ("operation", "--operation", &self.operation),
            ("key", "--key", &self.key),
            ("resource", "--resource", &self.resource),
            ("region", "--region", &self.region),
            ("via", "--via", &self.via),
            ("vpcEndpoint", "--vpc-endpoint", &self.vpc_endpoint),
            ("sourceIp", "--source-ip", &self.source_ip),
            ("now", "--now", &self.now),
        ];
        for (field, name, text) in texts {
            if let Some(text) = text {
                set(call, field, builder.text(name, text));
            }
        }
        builder.list(call, "grantTokens", "--grant-token", &self.grant_token);
        builder.unknown(call, &self.unknown);
        for text in &self.encryption_context {
            let pairs = entry(call, "encryptionContext", span);
            if let (Some(pairs), Some((key, value))) =
                (pairs, builder.pair("--encryption-context", text))
            {
                set(pairs, key, value);
            }
        }
        if let Some(context) = entry(call, "context", span) {
            builder.context(context, &self.context);
        }
        for text in &self.parameter {
            if let Some((name, value)) = builder.pair("--parameter", text) {
                set(call, name, Builder::json_or_text(value));
            }
        }
    }

    /// Whether nothing is said.
    pub(crate) fn is_empty(&self) -> bool {
        let single = [
            &self.caller,
            &self.action,
            &self.operation,
            &self.key,
            &self.resource,
            &self.region,
            &self.via,
            &self.vpc_endpoint,
            &self.source_ip,
            &self.now,
        ];
        let repeated = [
            &self.encryption_context,
            &self.parameter,
            &self.grant_token,
            &self.context,
            &self.unknown,
        ];
        single.iter().all(|value| value.is_none()) && repeated.iter().all(|list| list.is_empty())
    }
}

impl<'a> Builder<'_, 'a> {
    /// An argument as a string of a document.
    fn text(&mut self, name: &str, text: &'a str) -> Node<'a> {
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
    fn pair(&mut self, name: &str, text: &'a str) -> Option<(&'a str, Node<'a>)> {
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

    fn list(&mut self, request: &mut Node<'a>, field: &'a str, name: &str, texts: &'a [String]) {
        let nodes: Vec<Node<'a>> = texts.iter().map(|text| self.text(name, text)).collect();
        if let Some(span) = nodes.first().map(|node| node.span) {
            let value = Value::Array(nodes);
            set(request, field, Node { value, span });
        }
    }

    /// Names of keys that are not known, or `all`.
    fn unknown(&mut self, request: &mut Node<'a>, keys: &'a [String]) {
        match keys {
            [all] if all == "all" => set(request, "unknown", self.text("--unknown", all)),
            keys => self.list(request, "unknown", "--unknown", keys),
        }
    }

    /// Condition keys. The same key again gives a list.
    fn context(&mut self, context: &mut Node<'a>, texts: &'a [String]) {
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
    fn json_or_text(node: Node<'a>) -> Node<'a> {
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
    fn via(&mut self, via: &'a str, region: Option<String>) -> Node<'a> {
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
    fn now(&mut self, context: &mut Node<'a>, now: &'a str) {
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

/// The Region in the ARN of a request's resource.
fn region_of(request: &Node<'_>) -> Option<String> {
    let resource = request.member("resource")?.as_str()?;
    let region = resource.split(':').nth(3)?;
    (!region.is_empty()).then(|| region.to_owned())
}

/// A member of an object, which is made if it is not there. `None` if `node` is no object.
fn entry<'n, 'a>(node: &'n mut Node<'a>, name: &'a str, span: Span) -> Option<&'n mut Node<'a>> {
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
fn set<'a>(node: &mut Node<'a>, name: &str, value: Node<'a>) {
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

fn remove(node: &mut Node<'_>, names: &[&str]) {
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
