//! A request, or parts of one, on the command line.
//!
//! The arguments are put into the document's own tree, as if they stood there: so they are read
//! and checked by the same code as files, and a finding in one points at the argument.

use clap::Args;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json::{Node, Value};
use kmsim_policy::source::{Sources, Span};

mod tree;

use tree::{Builder, entry, remove, set};

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
    /// A pair of the encryption context; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    encryption_context: Vec<String>,
    /// Against a world, a parameter of the operation; may be repeated. Lists and objects as JSON
    #[arg(long, value_name = "NAME=VALUE")]
    parameter: Vec<String>,
    /// A grant token; may be repeated
    #[arg(long, value_name = "TOKEN")]
    grant_token: Vec<String>,
    #[command(flatten)]
    how: Circumstances,
}

/// How a request comes in.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "The request")]
pub(crate) struct Circumstances {
    /// The Region that is called
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// The AWS service that calls KMS for the caller: ebs, or ec2.us-east-1.amazonaws.com
    #[arg(long, value_name = "SERVICE")]
    via: Option<String>,
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

/// What is stated of requests, whoever makes them.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "The requests")]
pub(crate) struct Stated {
    /// A pair of the encryption context; may be repeated. What is stated is all there is
    #[arg(long, value_name = "KEY=VALUE")]
    encryption_context: Vec<String>,
    /// A parameter of the operation; may be repeated. Lists and objects as JSON
    #[arg(long, value_name = "NAME=VALUE")]
    parameter: Vec<String>,
    /// A grant token; may be repeated
    #[arg(long, value_name = "TOKEN")]
    grant_token: Vec<String>,
    #[command(flatten)]
    how: Circumstances,
}

impl Stated {
    /// The Region that is called.
    pub(crate) fn region(&self) -> Option<&str> {
        self.how.region.as_deref()
    }

    /// The arguments of a request, by somebody who is yet to be put in.
    pub(crate) fn request(&self) -> RequestArguments {
        RequestArguments {
            encryption_context: self.encryption_context.clone(),
            parameter: self.parameter.clone(),
            grant_token: self.grant_token.clone(),
            how: self.how.clone(),
            ..RequestArguments::default()
        }
    }
}

impl RequestArguments {
    /// The arguments of a call of an operation by itself, whose parameters stand elsewhere.
    pub(crate) fn of_operation(caller: &str, operation: &str, how: &Circumstances) -> Self {
        Self {
            caller: Some(caller.to_owned()),
            operation: Some(operation.to_owned()),
            how: how.clone(),
            ..Self::default()
        }
    }

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
        builder.unknown(request, &self.how.unknown);
        let region = self.how.region.clone().or_else(|| region_of(request));
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
        if let Some(region) = &self.how.region {
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
        if let Some(via) = &self.how.via {
            let node = builder.via(via, region);
            set(context, "kms:ViaService", node);
        }
        if let Some(endpoint) = &self.how.vpc_endpoint {
            set(
                context,
                "aws:SourceVpce",
                builder.text("--vpc-endpoint", endpoint),
            );
        }
        if let Some(address) = &self.how.source_ip {
            set(
                context,
                "aws:SourceIp",
                builder.text("--source-ip", address),
            );
        }
        if let Some(now) = &self.how.now {
            builder.now(context, now);
        }
        builder.context(context, &self.how.context);
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
            ("region", "--region", &self.how.region),
            ("via", "--via", &self.how.via),
            ("vpcEndpoint", "--vpc-endpoint", &self.how.vpc_endpoint),
            ("sourceIp", "--source-ip", &self.how.source_ip),
            ("now", "--now", &self.how.now),
        ];
        for (field, name, text) in texts {
            if let Some(text) = text {
                set(call, field, builder.text(name, text));
            }
        }
        builder.list(call, "grantTokens", "--grant-token", &self.grant_token);
        builder.unknown(call, &self.how.unknown);
        for text in &self.encryption_context {
            let pairs = entry(call, "encryptionContext", span);
            if let (Some(pairs), Some((key, value))) =
                (pairs, builder.pair("--encryption-context", text))
            {
                set(pairs, key, value);
            }
        }
        if let Some(context) = entry(call, "context", span) {
            builder.context(context, &self.how.context);
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
            &self.how.region,
            &self.how.via,
            &self.how.vpc_endpoint,
            &self.how.source_ip,
            &self.how.now,
        ];
        let repeated = [
            &self.encryption_context,
            &self.parameter,
            &self.grant_token,
            &self.how.context,
            &self.how.unknown,
        ];
        single.iter().all(|value| value.is_none()) && repeated.iter().all(|list| list.is_empty())
    }
}

/// The Region in the ARN of a request's resource.
fn region_of(request: &Node<'_>) -> Option<String> {
    let resource = request.member("resource")?.as_str()?;
    let region = resource.split(':').nth(3)?;
    (!region.is_empty()).then(|| region.to_owned())
}
