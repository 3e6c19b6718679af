//! Cases: one decision over explicit layers (the format of `kmsim check` and `kmsim test`).

use std::sync::Arc;

use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::fields::{Fields, wrong_type};
use kmsim_policy::json::Node;
use kmsim_policy::source::Span;
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::Arn;

use crate::context::RequestContext;
use crate::decision::Verdict;
use crate::grant::Grant;
use crate::layers::{AttachedPolicy, Layers, Level};
use crate::principal::Principal;
use crate::reader::Reader;
use crate::request::{Action, Request, Resource};

/// A check with its own layers.
#[derive(Clone, Debug)]
pub struct Case {
    /// The case's name.
    pub name: Option<Box<str>>,
    /// The check.
    pub request: Request,
    /// The policies and grants around it.
    pub layers: OwnLayers,
    /// What should come out.
    pub expectation: Option<Expectation>,
    /// Where the case stands.
    pub span: Span,
}

/// Layers that are kept together with their case.
#[derive(Clone, Debug, Default)]
pub struct OwnLayers {
    /// Identity-based policies.
    pub identity: Vec<Arc<AttachedPolicy>>,
    /// Permissions boundary.
    pub permissions_boundary: Option<Vec<Arc<AttachedPolicy>>>,
    /// Session policies.
    pub session: Option<Vec<Arc<AttachedPolicy>>>,
    /// Key policy, or another resource's policy.
    pub resource: Option<Arc<AttachedPolicy>>,
    /// The key policy that AWS RAM manages.
    pub resource_share: Option<Arc<AttachedPolicy>>,
    /// VPC endpoint policy.
    pub vpc_endpoint: Option<Vec<Arc<AttachedPolicy>>>,
    /// SCPs by level.
    pub service_control: Vec<Level>,
    /// RCPs by level.
    pub resource_control: Vec<Level>,
    /// Grants.
    pub grants: Vec<Grant>,
}

impl OwnLayers {
    /// The layers as the evaluator takes them.
    pub fn borrow(&self) -> Layers<'_> {
        Layers {
            identity: &self.identity,
            permissions_boundary: self.permissions_boundary.as_deref(),
            session: self.session.as_deref(),
            resource: self.resource.as_deref(),
            resource_share: self.resource_share.as_deref(),
            vpc_endpoint: self.vpc_endpoint.as_deref(),
            service_control: &self.service_control,
            resource_control: &self.resource_control,
            grants: &self.grants,
            aws_managed_key: false,
        }
    }
}

/// What a test expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The outcome.
    pub outcome: Outcome,
    /// Names of statements that must be among those that decided.
    pub because: Vec<Box<str>>,
    /// Where the outcome stands.
    pub span: Span,
    /// Where the names stand, if there are any.
    pub because_span: Option<Span>,
}

/// An outcome as tests name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Exactly this verdict.
    Verdict(Verdict),
    /// Denied in either way.
    Denied,
    /// Denied whatever else the request brings along.
    Never,
    /// Allowed whatever else the request brings along.
    Always,
}

impl Outcome {
    /// The names of all outcomes.
    pub const NAMES: [&'static str; 7] = [
        "allowed",
        "implicitDeny",
        "explicitDeny",
        "denied",
        "depends",
        "never",
        "always",
    ];

    /// Reads an outcome.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "allowed" => Self::Verdict(Verdict::Allowed),
            "implicitDeny" => Self::Verdict(Verdict::ImplicitDeny),
            "explicitDeny" => Self::Verdict(Verdict::ExplicitDeny),
            "depends" => Self::Verdict(Verdict::Depends),
            "denied" => Self::Denied,
            "never" => Self::Never,
            "always" => Self::Always,
            _ => return None,
        })
    }

    /// The outcome's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Verdict(verdict) => verdict.name(),
            Self::Denied => "denied",
            Self::Never => "never",
            Self::Always => "always",
        }
    }

    /// Whether a verdict is as expected.
    pub fn is_met_by(self, verdict: Verdict) -> bool {
        match self {
            Self::Verdict(expected) => expected == verdict,
            Self::Always => verdict == Verdict::Allowed,
            Self::Denied | Self::Never => {
                matches!(verdict, Verdict::ImplicitDeny | Verdict::ExplicitDeny)
            }
        }
    }

    /// Whether it is about every request that fits what is stated: what is not stated is unknown then,
    /// as for `kmsim who-can`.
    pub fn is_of_every_request(self) -> bool {
        matches!(self, Self::Never | Self::Always)
    }
}

impl Reader<'_, '_, '_> {
    /// Reads a case. `None` if something in it has no meaning; then there is a diagnostic.
    pub fn case(&mut self, node: &Node<'_>) -> Option<Case> {
        let fields = Fields::of(node, "a case", &mut self.diagnostics)?;
        fields.get("description");
        let name = fields
            .string("name", &mut self.diagnostics)
            .map(|(name, _)| name.into());
        let unknown = fields.get("unknown");
        let request = fields
            .require("request", &mut self.diagnostics)
            .and_then(|node| self.request(node, unknown));
        let kind = request
            .as_ref()
            .map_or(PolicyKind::KeyPolicy, resource_policy_kind);
        let mut layers = fields
            .get("policies")
            .map_or_else(OwnLayers::default, |node| self.layers(node, kind));
        layers.grants = fields
            .list("grants", &mut self.diagnostics)
            .iter()
            .filter_map(|node| self.grant(node))
            .collect();
        let expectation = self.expectation(&fields);
        if let Some(expected) = expectation
            .as_ref()
            .filter(|expected| expected.outcome.is_of_every_request())
        {
            // What derives from the principal is known or not, depending on a world.
            let name = expected.outcome.name();
            let message = format!("`{name}` is about calls against a world");
            let help =
                "a case with layers of its own says `unknown: all` and expects `depends` or not";
            self.diagnostics
                .push(Diagnostic::error("outcome", expected.span, message).help(help));
        }
        fields.finish(&mut self.diagnostics);
        Some(Case {
            name,
            request: request?,
            layers,
            expectation,
            span: node.span,
        })
    }

    /// Reads the `expect` and `because` of a case or row.
    pub fn expectation(&mut self, fields: &Fields<'_, '_>) -> Option<Expectation> {
        let because_span = fields.get("because").map(|node| node.span);
        let because = fields.strings("because", &mut self.diagnostics);
        let because = because.into_iter().map(|(text, _)| text.into()).collect();
        let expect = fields.string("expect", &mut self.diagnostics);
        if let (None, Some(span)) = (fields.get("expect"), because_span) {
            let message = "`because` needs an `expect` beside it";
            self.error("missing-field", span, message);
        }
        let (text, span) = expect?;
        if let Some(outcome) = Outcome::from_name(text) {
            return Some(Expectation {
                outcome,
                because,
                span,
                because_span,
            });
        }
        let message = format!("`{}` is not an outcome", excerpt(text));
        let help = match kmsim_types::nearest(text, Outcome::NAMES) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("expected one of {}", Outcome::NAMES.join(", ")),
        };
        self.diagnostics
            .push(Diagnostic::error("outcome", span, message).help(help));
        None
    }

    /// Reads the request; `unknown` are keys that the case declares unknown beside it.
    fn request(&mut self, node: &Node<'_>, unknown: Option<&Node<'_>>) -> Option<Request> {
        let fields = Fields::of(node, "a request", &mut self.diagnostics)?;
        let principal = self.principal(&fields, "principal");
        let action = fields
            .require_string("action", &mut self.diagnostics)
            .and_then(|(text, span)| self.action(text, span));
        let resource = fields
            .require_string("resource", &mut self.diagnostics)
            .and_then(|(text, span)| self.resource(text, span));
        let account = fields.string("resourceAccount", &mut self.diagnostics);
        let account = account.and_then(|(text, span)| self.account(text, span));
        let mut context = fields
            .get("context")
            .map_or_else(RequestContext::new, |node| self.context(node));
        for node in fields.get("unknown").into_iter().chain(unknown) {
            self.unknown_keys(node, &mut context);
        }
        let tokens = fields.strings("grantTokens", &mut self.diagnostics);
        fields.finish(&mut self.diagnostics);
        let mut request = Request::new(principal?, action?, resource?, account, context);
        request.grant_tokens = tokens.into_iter().map(|(token, _)| token.into()).collect();
        Some(request)
    }

    /// A caller: `name` is the field with its ARN; `role` and `federatedBy` may stand beside.
    pub(crate) fn principal(
        &mut self,
        fields: &Fields<'_, '_>,
        name: &'static str,
    ) -> Option<Principal> {
        let role = fields.string("role", &mut self.diagnostics);
        let issuer = fields.string("federatedBy", &mut self.diagnostics);
        let (text, span) = fields.require_string(name, &mut self.diagnostics)?;
        let mut principal = match Principal::parse(text) {
            Ok(principal) => principal,
            Err(why) => {
                self.diagnostics
                    .push(Diagnostic::error("principal", span, why.to_string()).help(why.hint));
                return None;
            }
        };
        if let Some((role, span)) = role {
            match principal.clone().with_role(role) {
                Ok(with_role) => principal = with_role,
                Err(why) => {
                    let message =
                        format!("`{}` is not the role of `{}`", excerpt(role), excerpt(text));
                    self.diagnostics
                        .push(Diagnostic::error("principal", span, message).help(why.hint));
                }
            }
        }
        if let Some((user, span)) = issuer {
            match (&mut principal, Principal::parse(user)) {
                (Principal::FederatedUser { issued_by, .. }, Ok(Principal::User(arn))) => {
                    *issued_by = Some(arn);
                }
                _ => self.error(
                    "principal",
                    span,
                    "`federatedBy` names the IAM user behind a federated-user session",
                ),
            }
        }
        Some(principal)
    }

    /// An action.
    pub fn action(&mut self, text: &str, span: Span) -> Option<Action> {
        let action = Action::parse(text);
        if action.is_none() {
            let message = format!("`{}` is not an action", excerpt(text));
            let mut error = Diagnostic::error("action", span, message)
                .help("expected one action such as kms:Decrypt");
            if let Some(nearest) =
                kmsim_types::KmsAction::closest(text).filter(|_| !text.contains('*'))
            {
                error = error.help(format!("did you mean `{}`?", nearest.name()));
            }
            self.diagnostics.push(error);
        } else if let Some(why) = unlisted(text) {
            self.diagnostics
                .push(Diagnostic::warning("unknown-action", span, why));
        }
        action
    }

    /// A resource: an ARN or `*`.
    pub(crate) fn resource(&mut self, text: &str, span: Span) -> Option<Resource> {
        if text == "*" {
            return Some(Resource::Any);
        }
        let arn = match Arn::parse(text) {
            Ok(arn) => arn,
            Err(why) => {
                self.diagnostics.push(
                    Diagnostic::error("arn", span, why.to_string())
                        .help("a resource is an ARN or `*`"),
                );
                return None;
            }
        };
        let account = arn.account();
        if arn.account_id().is_none() && !account.is_empty() && account != "aws" {
            self.error(
                "account-id",
                span,
                format!(
                    "`{}` in the resource's ARN is not an account id: it takes 12 digits",
                    excerpt(account)
                ),
            );
            return None;
        }
        Some(Resource::Arn(arn))
    }

    fn layers(&mut self, node: &Node<'_>, kind: PolicyKind) -> OwnLayers {
        let mut layers = OwnLayers::default();
        let Some(fields) = Fields::of(node, "the policies of a case", &mut self.diagnostics) else {
            return layers;
        };
        // An empty list is none attached: only SCP levels can be empty and count.
        let mut list = |name, kind| {
            let policies = fields
                .get(name)
                .map(|node: &Node<'_>| self.policies(node, kind));
            policies.filter(|policies| !policies.is_empty())
        };
        layers.identity = list("identity", PolicyKind::Identity).unwrap_or_default();
        layers.permissions_boundary = list("permissionsBoundary", PolicyKind::PermissionsBoundary);
        layers.session = list("session", PolicyKind::Session);
        layers.vpc_endpoint = list("vpcEndpoint", PolicyKind::VpcEndpoint);
        layers.resource = fields
            .get("resource")
            .and_then(|node| self.policy(node, kind));
        layers.resource_share = fields
            .get("ramResource")
            .and_then(|node| self.policy(node, kind));
        layers.service_control =
            self.levels(fields.get("scps"), "scps", PolicyKind::ServiceControl);
        layers.resource_control =
            self.levels(fields.get("rcps"), "rcps", PolicyKind::ResourceControl);
        fields.finish(&mut self.diagnostics);
        layers
    }

    fn levels(&mut self, node: Option<&Node<'_>>, name: &str, kind: PolicyKind) -> Vec<Level> {
        let Some(node) = node else { return Vec::new() };
        let kmsim_policy::json::Value::Array(nodes) = &node.value else {
            self.diagnostics.push(wrong_type(
                node,
                name,
                "a list of levels, from the root to the account",
            ));
            return Vec::new();
        };
        nodes
            .iter()
            .filter_map(|node| self.level(node, kind))
            .collect()
    }

    fn level(&mut self, node: &Node<'_>, kind: PolicyKind) -> Option<Level> {
        let fields = Fields::of(node, "a level of the organization", &mut self.diagnostics)?;
        let name = fields
            .string("level", &mut self.diagnostics)
            .map_or("", |(name, _)| name)
            .into();
        let policies = fields
            .require("policies", &mut self.diagnostics)
            .map(|node| self.policies(node, kind));
        fields.finish(&mut self.diagnostics);
        Some(Level {
            name,
            policies: policies?,
        })
    }
}

/// What kind of policy the request's resource has.
pub fn resource_policy_kind(request: &Request) -> PolicyKind {
    let (service, name) = request.action.folded();
    let of = |wanted: &str| {
        request
            .resource
            .arn()
            .is_some_and(|arn| arn.service() == wanted)
    };
    match service {
        "kms" => PolicyKind::KeyPolicy,
        "sts" if name.starts_with("assumerole") || of("iam") => PolicyKind::RoleTrust,
        _ if of("kms") => PolicyKind::KeyPolicy,
        _ => PolicyKind::Resource,
    }
}

fn unlisted(action: &str) -> Option<String> {
    let (service, _) = action.split_once(':')?;
    let known = kmsim_types::KmsAction::from_name(action).is_some();
    if !service.eq_ignore_ascii_case("kms") || known {
        return None;
    }
    let nearest = kmsim_types::KmsAction::closest(action);
    let hint = nearest.map_or_else(String::new, |nearest| {
        format!("; did you mean `{}`?", nearest.name())
    });
    Some(format!(
        "`{}` is not a KMS action that we know{hint}",
        excerpt(action)
    ))
}
