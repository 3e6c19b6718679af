//! The policy language as a tree: parsed, typed and ready to be evaluated.
//!
//! There is one tree. Every element knows where it stands in its source, patterns are classified,
//! operands are typed, and the KMS actions that a statement names are expanded into a set of
//! bits. Printing ([`crate::print`]), evaluation and linting read the same tree.

use std::sync::LazyLock;

use kmsim_types::{AccountId, KmsAction, KmsActionSet};

use crate::condition_key::ConditionKey;
use crate::operand::Operand;
use crate::operator::Operator;
use crate::source::{Span, Spanned};
use crate::unknown::Open;
use crate::wildcard::Wildcard;

/// Where a policy is attached, which decides what may stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyKind {
    /// Identity-based policy of a user, group or role, inline or managed.
    Identity,
    /// Key policy of a KMS key.
    KeyPolicy,
    /// Another resource-based policy: of a bucket, a queue, a secret.
    Resource,
    /// Permissions boundary of a user or role.
    PermissionsBoundary,
    /// Session policy, passed when a session is made.
    Session,
    /// Service control policy of an organization.
    ServiceControl,
    /// Resource control policy of an organization.
    ResourceControl,
    /// Policy of a VPC endpoint.
    VpcEndpoint,
    /// Trust policy of a role: who may assume it.
    RoleTrust,
}

impl PolicyKind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Identity,
        Self::KeyPolicy,
        Self::Resource,
        Self::PermissionsBoundary,
        Self::Session,
        Self::ServiceControl,
        Self::ResourceControl,
        Self::VpcEndpoint,
        Self::RoleTrust,
    ];

    /// The short name used on the command line and in files: `key-policy`, `scp`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::KeyPolicy => "key-policy",
            Self::Resource => "resource",
            Self::PermissionsBoundary => "permissions-boundary",
            Self::Session => "session",
            Self::ServiceControl => "scp",
            Self::ResourceControl => "rcp",
            Self::VpcEndpoint => "vpc-endpoint",
            Self::RoleTrust => "trust",
        }
    }

    /// The kind with this short name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind as AWS's texts call it, with its article.
    pub fn title(self) -> &'static str {
        match self {
            Self::Identity => "an identity-based policy",
            Self::KeyPolicy => "a key policy",
            Self::Resource => "a resource-based policy",
            Self::PermissionsBoundary => "a permissions boundary",
            Self::Session => "a session policy",
            Self::ServiceControl => "a service control policy",
            Self::ResourceControl => "a resource control policy",
            Self::VpcEndpoint => "a VPC endpoint policy",
            Self::RoleTrust => "a role trust policy",
        }
    }

    /// Whether statements of this kind have a `Principal`.
    pub fn has_principal(self) -> bool {
        matches!(
            self,
            Self::KeyPolicy
                | Self::Resource
                | Self::ResourceControl
                | Self::VpcEndpoint
                | Self::RoleTrust
        )
    }
}

/// Version of the policy language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Version {
    /// `2008-10-17`, also meant where there is no Version: no policy variables.
    #[default]
    V2008,
    /// `2012-10-17`
    V2012,
}

impl Version {
    /// The version as policies write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::V2008 => "2008-10-17",
            Self::V2012 => "2012-10-17",
        }
    }
}

/// `Allow` or `Deny`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// `Allow`
    Allow,
    /// `Deny`
    Deny,
    /// One of the two, and not known which.
    Unknown,
}

impl Effect {
    /// The effect as policies write it; `unknown` if that is not known.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
            Self::Unknown => "unknown",
        }
    }
}

/// A policy document.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Where the policy is attached.
    pub kind: PolicyKind,
    /// The Version that stands in the document, if one does.
    pub version: Option<Version>,
    /// The document's `Id`.
    pub id: Option<Spanned<Box<str>>>,
    /// The statements, in the order of the text.
    pub statements: Vec<Statement>,
    /// The whole document.
    pub span: Span,
}

/// A statement. An element that is missing is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// `Sid`
    pub sid: Option<Spanned<Box<str>>>,
    /// `Effect`
    pub effect: Effect,
    /// `Principal` or `NotPrincipal`
    pub principal: Option<Scope<PrincipalPattern>>,
    /// `Action` or `NotAction`
    pub action: Option<Scope<ActionPattern>>,
    /// `Resource` or `NotResource`
    pub resource: Option<Scope<ResourcePattern>>,
    /// `Condition`, one element for each operator and key
    pub conditions: Vec<Condition>,
    /// The KMS actions that `action` covers: [`Statement::action`] in executable form.
    pub kms_actions: KmsActionSet,
    /// What of the statement is not known. There if anything is, in whatever element.
    pub open: Option<Box<Open>>,
    /// The statement, braces included.
    pub span: Span,
}

/// `Action` or `NotAction`, `Resource` or `NotResource`, `Principal` or `NotPrincipal`.
#[derive(Clone, Debug, PartialEq)]
pub struct Scope<T> {
    /// Whether everything but the items is meant.
    pub negated: bool,
    /// What is listed.
    pub items: Vec<Spanned<T>>,
    /// The element's value.
    pub span: Span,
}

/// An action name, with or without wildcards. Names are compared without regard to case.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionPattern {
    text: Box<str>,
    /// Service and name in lower case; `None` for `*` alone.
    parts: Option<(Box<str>, Wildcard)>,
    kms_actions: KmsActionSet,
    unknown: bool,
}

impl ActionPattern {
    /// A pattern by its text. Without a colon, or with wildcards in the service, it matches
    /// nothing.
    pub fn new(text: &str) -> Self {
        let parts = (text != "*").then(|| match text.split_once(':') {
            Some((service, name)) if !service.contains(['*', '?']) => (
                service.to_ascii_lowercase().into(),
                Wildcard::new(&name.to_ascii_lowercase()),
            ),
            // No service has an empty name, so nothing matches.
            _ => ("".into(), Wildcard::literal("")),
        });
        Self {
            text: text.into(),
            kms_actions: kms_actions(text, parts.as_ref()),
            parts,
            unknown: false,
        }
    }

    /// A pattern that is not known, with the reason.
    pub fn unknown(why: &str) -> Self {
        Self {
            text: why.into(),
            // No service has an empty name: what is not known covers nothing for certain.
            parts: Some(("".into(), Wildcard::literal(""))),
            kms_actions: KmsActionSet::EMPTY,
            unknown: true,
        }
    }

    /// Whether the pattern is not known.
    pub fn is_unknown(&self) -> bool {
        self.unknown
    }

    /// The pattern as it was written; why it is not known, if it is not.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the pattern is `*`.
    pub fn is_any(&self) -> bool {
        self.parts.is_none()
    }

    /// Whether the pattern has a wildcard.
    pub fn has_wildcard(&self) -> bool {
        self.parts
            .as_ref()
            .is_none_or(|(_, name)| name.has_wildcard())
    }

    /// Whether the pattern matches an action given as service and name, both in lower case.
    pub fn matches(&self, service: &str, name: &str) -> bool {
        use crate::variable::NoVariables;
        use crate::wildcard::Match;
        self.parts.as_ref().is_none_or(|(own, pattern)| {
            **own == *service && pattern.matches(name, &NoVariables) == Match::Yes
        })
    }

    /// The KMS actions that the pattern covers.
    pub fn kms_actions(&self) -> KmsActionSet {
        self.kms_actions
    }
}

/// Compares a pattern with all KMS actions, once, when it is parsed.
fn kms_actions(text: &str, parts: Option<&(Box<str>, Wildcard)>) -> KmsActionSet {
    match parts {
        None => KmsActionSet::ALL,
        Some((service, _)) if &**service != "kms" => KmsActionSet::EMPTY,
        Some((_, name)) if name.is_any() => KmsActionSet::ALL,
        Some((_, name)) if !name.has_wildcard() => KmsAction::from_name(text).into_iter().collect(),
        Some((_, name)) => {
            let actions = KmsAction::ALL.into_iter().zip(LOWER_CASE.iter());
            let matching = actions.filter(|(_, own)| {
                name.matches(own, &crate::variable::NoVariables) == crate::wildcard::Match::Yes
            });
            matching.map(|(action, _)| action).collect()
        }
    }
}

/// The short names of the KMS actions in lower case.
static LOWER_CASE: LazyLock<[Box<str>; KmsAction::ALL.len()]> =
    LazyLock::new(|| KmsAction::ALL.map(|action| action.short().to_ascii_lowercase().into()));

/// A resource, with or without wildcards and policy variables.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourcePattern {
    /// The pattern as it was written; why it is not known, if it is not.
    pub text: Box<str>,
    /// What it matches.
    pub shape: ResourceShape,
}

/// What a resource pattern matches.
#[derive(Clone, Debug, PartialEq)]
pub enum ResourceShape {
    /// `*`
    Any,
    /// An ARN, part by part. `*` in the last part spans slashes and colons.
    Arn(Box<[Wildcard; 6]>),
    /// No ARN.
    Nothing,
    /// That is not known.
    Unknown,
}

impl ResourcePattern {
    /// A pattern that is not known, with the reason.
    pub fn unknown(why: &str) -> Self {
        Self {
            text: why.into(),
            shape: ResourceShape::Unknown,
        }
    }

    /// Whether the pattern is not known.
    pub fn is_unknown(&self) -> bool {
        self.shape == ResourceShape::Unknown
    }
}

/// A principal as a policy names it.
#[derive(Clone, Debug, PartialEq)]
pub struct PrincipalPattern {
    /// The principal as it was written; why it is not known, if it is not.
    pub text: Box<str>,
    /// Whom it names.
    pub names: PrincipalName,
}

impl PrincipalPattern {
    /// A principal that is not known, with the reason: of a type, or of any.
    pub fn unknown(of_type: Option<PrincipalType>, why: &str) -> Self {
        Self {
            text: why.into(),
            names: PrincipalName::Unknown(of_type),
        }
    }

    /// Whether the principal is not known.
    pub fn is_unknown(&self) -> bool {
        matches!(self.names, PrincipalName::Unknown(_))
    }
}

/// The types under which principals stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PrincipalType {
    /// `AWS`
    Aws,
    /// `Service`
    Service,
    /// `Federated`
    Federated,
    /// `CanonicalUser`
    CanonicalUser,
}

impl PrincipalType {
    /// All types.
    pub const ALL: [Self; 4] = [
        Self::Aws,
        Self::Service,
        Self::Federated,
        Self::CanonicalUser,
    ];

    /// The type as policies write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Service => "Service",
            Self::Federated => "Federated",
            Self::CanonicalUser => "CanonicalUser",
        }
    }

    /// The type with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.name() == name)
    }
}

/// Whom a principal element names.
#[derive(Clone, Debug, PartialEq)]
pub enum PrincipalName {
    /// `"*"` or `{"AWS": "*"}`
    Everyone,
    /// An account, by its id or by the ARN of its root: all of its principals by delegation.
    Account(AccountId),
    /// `arn:aws:iam::…:user/…`
    User,
    /// `arn:aws:iam::…:role/…`: every session of the role. Account and name without path stand
    /// beside, since a session's ARN has no path.
    Role {
        /// The role's account.
        account: AccountId,
        /// The role's name without its path.
        name: Box<str>,
    },
    /// `arn:aws:sts::…:assumed-role/…/…`: one session.
    RoleSession,
    /// `arn:aws:sts::…:federated-user/…`: one session.
    FederatedUser,
    /// `AIDA…` or `AROA…`: how AWS keeps a user or role, shown once that is deleted.
    UniqueId,
    /// `{"Service": …}`
    Service,
    /// `{"Federated": …}`
    Federated,
    /// `{"CanonicalUser": …}`
    CanonicalUser,
    /// Something that names nobody.
    Nobody,
    /// Somebody of this type who is not known; of any type, if the element as a whole is not.
    Unknown(Option<PrincipalType>),
}

/// One operator with one key and its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The operator.
    pub operator: Spanned<Operator>,
    /// The key.
    pub key: Spanned<ConditionKey>,
    /// The values, of which one must match (none, if the operator is negated).
    pub operands: Vec<Spanned<Operand>>,
}
