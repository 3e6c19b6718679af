//! What the evaluator tells about its work.
//!
//! There is one evaluator, generic over a [`Recorder`]: plain decisions use [`Silent`], which
//! compiles to nothing, explanations use [`Trace`], which keeps ids and small values. So an
//! explanation cannot contradict a decision.

use kmsim_policy::syntax::Effect;

use crate::decide::Sides;
use crate::truth::Truth;

/// A kind of policy in a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Service control policies of the caller's organization.
    ServiceControl,
    /// Resource control policies of the resource's organization.
    ResourceControl,
    /// Policy of the VPC endpoint that the request went through.
    VpcEndpoint,
    /// Key policy, or the policy of another resource.
    Resource,
    /// The second key policy that AWS RAM manages.
    ResourceShare,
    /// Grants on the key.
    Grants,
    /// Identity-based policies of the caller.
    Identity,
    /// Permissions boundary of the caller.
    PermissionsBoundary,
    /// Session policies of the caller.
    Session,
}

impl Layer {
    /// All layers, in the order in which explanations show them.
    pub const ALL: [Self; 9] = [
        Self::ServiceControl,
        Self::ResourceControl,
        Self::VpcEndpoint,
        Self::Resource,
        Self::ResourceShare,
        Self::Grants,
        Self::Identity,
        Self::PermissionsBoundary,
        Self::Session,
    ];
}

/// Which policy of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyId {
    /// The layer.
    pub layer: Layer,
    /// The level in the organization, for SCPs and RCPs, from the root.
    pub level: u32,
    /// The policy's place in its layer or level.
    pub policy: u32,
}

/// How strongly a statement's principal element names the caller. The order is that of what
/// the caller needs besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrincipalMatch {
    /// It does not.
    No,
    /// By the account: the statement delegates to the account's identity-based policies.
    Account,
    /// By the role of which the caller is a session, or by the user whose federated session the
    /// caller is: boundary and session policy limit what the statement gives.
    Base,
    /// Itself.
    Direct,
    /// With everyone.
    Everyone,
}

/// What became of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementRecord {
    /// The policy.
    pub policy: PolicyId,
    /// The statement's place in the policy.
    pub statement: u32,
    /// Its effect.
    pub effect: Effect,
    /// How its principal element names the caller for certain; [`PrincipalMatch::Everyone`] where
    /// the kind of policy has none.
    pub principal: PrincipalMatch,
    /// Whether it may name the caller in a stronger way than that, because not all of the element
    /// is known.
    pub may_name: bool,
    /// Whether its action element covers the action.
    pub action: Truth,
    /// Whether its resource element covers the resource.
    pub resource: Truth,
    /// Whether its conditions hold.
    pub conditions: Truth,
    /// Where the records of its conditions begin in [`Trace::conditions`]; there is one for each
    /// condition.
    pub first_condition: u32,
}

impl StatementRecord {
    /// Whether the statement applies to the request, to whatever effect.
    pub fn applies(&self) -> Truth {
        self.names_caller() & self.action & self.resource & self.conditions
    }

    /// Whether its principal element names the caller.
    pub fn names_caller(&self) -> Truth {
        match (self.principal, self.may_name) {
            (PrincipalMatch::No, false) => Truth::No,
            (PrincipalMatch::No, true) => Truth::Unknown,
            _ => Truth::Yes,
        }
    }

    /// Whether it certainly applies with this effect.
    pub fn certainly(&self, effect: Effect) -> bool {
        self.effect == effect && self.applies().is_yes()
    }
}

/// Why a condition holds or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConditionRecord {
    /// Whether it holds.
    pub holds: Truth,
    /// What was found in the request.
    pub found: Found,
}

/// What a condition found in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The key, with a value that was compared.
    Value,
    /// No such key.
    Absent,
    /// It is not known.
    Unknown,
    /// Several values under an operator for one.
    SeveralValues,
    /// The key, in a key policy, which KMS does not let see it.
    Hidden,
}

/// How a layer as a whole came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerRecord {
    /// The layer.
    pub layer: Layer,
    /// Whether it has a say in this request, and why not.
    pub say: Say,
    /// Whether it allows what it is asked to allow. For a key policy: at all, in whatever way.
    pub allows: Truth,
    /// Whether it denies explicitly.
    pub denies: Truth,
}

/// Whether a layer has a say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Say {
    /// It has.
    Applies,
    /// There is none.
    None,
    /// It exists and does not apply to this caller or resource.
    Exempt(Exemption),
}

/// Why a layer that exists has no say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exemption {
    /// The caller is an AWS service that acts for itself.
    ServicePrincipal,
    /// The caller is a session of a service-linked role.
    ServiceLinkedRole,
    /// The caller is the root user, to whom identity-based policies do not apply.
    RootUser,
    /// The request is not signed.
    Anonymous,
    /// The caller is no session.
    NotASession,
    /// RCPs do not affect `kms:RetireGrant`.
    RetireGrant,
    /// RCPs affect actions on resources only.
    NoResource,
    /// RCPs do not affect AWS managed keys.
    AwsManagedKey,
    /// A key policy has no say on aliases and on actions without a resource.
    NotOnAKey,
}

/// Receives what the evaluator does.
pub trait Recorder {
    /// Whether everything is recorded. If not, the evaluator may stop at what decides.
    const ACTIVE: bool;

    /// A condition was compared. Comes before the record of its statement.
    fn condition(&mut self, record: ConditionRecord);
    /// A statement was matched.
    fn statement(&mut self, record: StatementRecord);
    /// How many conditions were recorded so far.
    fn conditions_so_far(&self) -> u32;
    /// A layer came out.
    fn layer(&mut self, record: LayerRecord);
    /// All layers came out.
    fn sides(&mut self, sides: Sides);
    /// A grant was looked at.
    fn grant(&mut self, index: u32, outcome: GrantOutcome);
}

/// What became of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantOutcome {
    /// It covers the request.
    Covers,
    /// It covers the request if a context key is so.
    Depends,
    /// It is on another key.
    OtherKey,
    /// It is for another grantee.
    OtherGrantee,
    /// It does not list the operation.
    OtherOperation,
    /// It is not visible yet, and the request brings no token of it.
    NotYetVisible,
    /// The encryption context is not as it demands.
    EncryptionContext,
    /// The request is not made for the resource that it demands.
    SourceArn,
    /// The grant to be made is wider than it allows.
    ChildTooWide,
    /// It covers the request, and a boundary or session policy does not allow the action.
    Limited,
    /// It is for the account, whose policies do not allow the action.
    NotDelegated,
    /// The caller may not retire it.
    NotRetirable,
}

/// Records nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Recorder for Silent {
    const ACTIVE: bool = false;

    #[inline]
    fn condition(&mut self, _: ConditionRecord) {}
    #[inline]
    fn statement(&mut self, _: StatementRecord) {}
    #[inline]
    fn conditions_so_far(&self) -> u32 {
        0
    }
    #[inline]
    fn layer(&mut self, _: LayerRecord) {}
    #[inline]
    fn sides(&mut self, _: Sides) {}
    #[inline]
    fn grant(&mut self, _: u32, _: GrantOutcome) {}
}

/// Records everything.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// The layers, in the order of evaluation.
    pub layers: Vec<LayerRecord>,
    /// The statements, in the order of evaluation.
    pub statements: Vec<StatementRecord>,
    /// The conditions of the statements.
    pub conditions: Vec<ConditionRecord>,
    /// What the layers say together.
    pub sides: Option<Sides>,
    /// The grants by their place, with what became of them.
    pub grants: Vec<(u32, GrantOutcome)>,
}

impl Recorder for Trace {
    const ACTIVE: bool = true;

    fn condition(&mut self, record: ConditionRecord) {
        self.conditions.push(record);
    }

    fn statement(&mut self, record: StatementRecord) {
        self.statements.push(record);
    }

    fn conditions_so_far(&self) -> u32 {
        u32::try_from(self.conditions.len()).unwrap_or(u32::MAX)
    }

    fn layer(&mut self, record: LayerRecord) {
        self.layers.push(record);
    }

    fn sides(&mut self, sides: Sides) {
        self.sides = Some(sides);
    }

    fn grant(&mut self, index: u32, outcome: GrantOutcome) {
        self.grants.push((index, outcome));
    }
}
