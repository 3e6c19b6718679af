//! How a request comes in, and what the caller's session brings.

use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::fields::Fields;
use kmsim_policy::json::Node;
use kmsim_policy::source::Span;
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::{nearest, service};

use super::super::{Call, Text};
use crate::principal::Principal;
use crate::reader::Reader;

impl Reader<'_, '_, '_> {
    /// How the request comes in, and what the caller's session brings.
    pub(super) fn circumstances(
        &mut self,
        fields: &Fields<'_, '_>,
        caller: Option<&Principal>,
        call: &mut Call,
    ) {
        if let Some(node) = fields.get("via") {
            call.via = self.via(node, caller);
        }
        let text = |found: Option<(&str, Span)>| found.map(|(text, _)| Box::from(text));
        let endpoint = fields.string("vpcEndpoint", &mut self.diagnostics);
        call.vpc_endpoint = endpoint.map(|(text, span)| Text {
            text: text.into(),
            span,
        });
        call.source_ip = self.source_ip(fields);
        call.source_arn = self.source_arn(fields, caller);
        let account = fields.string("sourceAccount", &mut self.diagnostics);
        call.source_account = account.and_then(|(text, span)| self.account(text, span));
        call.source_identity = text(fields.string("sourceIdentity", &mut self.diagnostics));
        call.mfa = fields.boolean("mfa", &mut self.diagnostics);
        if let Some(node) = fields.get("sessionPolicies") {
            self.check_session(caller, node.span, "sessionPolicies");
            let policies = self.policies(node, PolicyKind::Session);
            call.session_policies = Some(policies).filter(|policies| !policies.is_empty());
        }
        if let Some(node) = fields.get("sessionTags") {
            self.check_session(caller, node.span, "sessionTags");
            call.session_tags = self.tags(node);
        }
        if let Some(node) = fields.get("context") {
            call.context = self.context(node);
        }
        if let Some(node) = fields.get("unknown") {
            self.unknown_keys(node, &mut call.context);
        }
        call.now = self.moment(fields.get("now"), "now");
    }

    fn check_session(&mut self, caller: Option<&Principal>, span: Span, what: &str) {
        let session = caller.is_none_or(|caller| {
            matches!(
                caller,
                Principal::RoleSession(_) | Principal::FederatedUser { .. }
            )
        });
        if !session {
            let message = format!("`{what}` belong to sessions of roles and federated users only");
            self.error("not-a-session", span, message);
        }
    }

    /// The services on the way, by their short names or as AWS writes them.
    fn via(&mut self, node: &Node<'_>, caller: Option<&Principal>) -> Vec<Text> {
        if let Some(Principal::Service(_)) = caller {
            let message = "a service that calls for itself calls through no other";
            self.diagnostics.push(
                Diagnostic::error("via", node.span, message)
                    .help("name the user or role as `caller` whose request the service passes on"),
            );
        }
        let mut via = Vec::new();
        let items = node.as_list();
        for (index, item) in items.iter().enumerate() {
            let Some(text) = item.as_str() else {
                self.diagnostics.push(kmsim_policy::fields::wrong_type(
                    item,
                    "via",
                    "names of services",
                ));
                continue;
            };
            let last = index + 1 == items.len();
            if last && super::super::derive::via_service(text, "us-east-1").is_none() {
                let message = format!("`{}` is not a service that calls KMS", excerpt(text));
                let error = Diagnostic::error("via", item.span, message);
                let names = service::VIA_SERVICE_NAMES.iter().copied();
                self.diagnostics.push(match nearest(text, names) {
                    Some(nearest) => error.help(format!("did you mean `{nearest}`?")),
                    None => {
                        error.help("write it as kms:ViaService does: ec2.us-east-1.amazonaws.com")
                    }
                });
            }
            via.push(Text {
                text: text.into(),
                span: item.span,
            });
        }
        via
    }

    fn source_ip(&mut self, fields: &Fields<'_, '_>) -> Option<Box<str>> {
        let (text, span) = fields.string("sourceIp", &mut self.diagnostics)?;
        if text.parse::<std::net::IpAddr>().is_err() {
            let message = format!("`{}` is not an IP address", excerpt(text));
            self.error("ip-address", span, message);
        }
        Some(text.into())
    }

    fn source_arn(
        &mut self,
        fields: &Fields<'_, '_>,
        caller: Option<&Principal>,
    ) -> Option<Box<str>> {
        let (text, span) = fields.string("sourceArn", &mut self.diagnostics)?;
        self.arn(text, span)?;
        let by_service = caller.is_none_or(|caller| {
            matches!(caller, Principal::Service(_))
                || super::super::caller::is_infrastructure(caller)
        });
        if !by_service {
            self.diagnostics.push(
                Diagnostic::error(
                    "source-arn",
                    span,
                    "only calls that a service makes for itself carry aws:SourceArn",
                )
                .help("state the key in `context` if this call carries it all the same"),
            );
        }
        Some(text.into())
    }
}
