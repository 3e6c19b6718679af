//! The procedure: from the layers around a check to its decision.
//!
//! Sources: IAM User Guide, "Policy evaluation logic" and "Cross-account policy evaluation
//! logic"; KMS Developer Guide, "Key policies", "Troubleshooting key access", "Allowing users in
//! other accounts to use a KMS key"; Organizations User Guide, "SCP evaluation" and "RCPs".
//!
//! 1. An explicit deny in any layer that has a say denies.
//! 2. Every ceiling (SCPs level by level, VPC endpoint policy) must allow.
//! 3. Then one source must allow: the key policy itself, the key policy by delegation together
//!    with the identity side, or a grant; from another account both sides.

use kmsim_policy::syntax::Effect;
use kmsim_types::KmsAction;

use crate::decision::{Decision, Reason, Verdict};
use crate::grant::{self, Limits};
use crate::layers::{AttachedPolicy, Layers, Level};
use crate::principal::Principal;
use crate::request::Request;
use crate::statement::{self, Check};
use crate::trace::{
    Exemption, Layer, LayerRecord, PolicyId, PrincipalMatch, Recorder, Say, Silent, Trace,
};
use crate::truth::Truth;

mod blockers;
mod combine;

pub use blockers::blockers;

/// Decides a check.
pub fn decide(layers: &Layers<'_>, request: &Request) -> Decision {
    decide_with(layers, request, &mut Silent)
}

/// Decides a check and records how.
pub fn decide_traced(layers: &Layers<'_>, request: &Request) -> (Decision, Trace) {
    let mut trace = Trace::default();
    let decision = decide_with(layers, request, &mut trace);
    (decision, trace)
}

/// Decides a check, telling `recorder` how.
pub fn decide_with<R: Recorder>(
    layers: &Layers<'_>,
    request: &Request,
    recorder: &mut R,
) -> Decision {
    let boundary_binds = boundary_exemption(request).is_none();
    let check = Check::new(
        request,
        layers.permissions_boundary.is_some() && boundary_binds,
    );
    let mut evaluator = Evaluator {
        check,
        layers,
        recorder,
        denied: Truth::No,
        denied_by: None,
    };
    let outcome = evaluator.layers();
    let decided = outcome.map(|sides| {
        evaluator.recorder.sides(sides);
        let grants = evaluator.grants(&sides);
        combine::combine(request, layers, &sides, grants, evaluator.denied)
    });
    match (evaluator.denied_by, decided) {
        (Some(layer), _) => Decision {
            verdict: Verdict::ExplicitDeny,
            reason: Reason::Denied(layer),
        },
        (None, Some(decision)) => decision,
        // Unreachable: without a deny every layer was evaluated. Denying is the safe answer.
        (None, None) => Decision {
            verdict: Verdict::ImplicitDeny,
            reason: Reason::NotAllowed(Layer::Identity),
        },
    }
}

/// What the layers say, before they are combined. Kept in a [`Trace`] for [`blockers`].
#[derive(Clone, Copy, Debug)]
pub struct Sides {
    /// Every SCP level allows.
    service_control: Truth,
    /// The VPC endpoint policy allows.
    vpc_endpoint: Truth,
    /// How the resource's policies allow.
    resource: ResourceSide,
    /// The identity-based policies allow.
    identity: Truth,
    /// The permissions boundary allows, or there is none.
    permissions_boundary: Truth,
    /// The session policies allow, or none are needed.
    session: Truth,
}

impl Sides {
    /// Boundary and session policy allow.
    fn within(&self) -> Truth {
        self.permissions_boundary & self.session
    }

    /// The caller's own side allows: everything for a root user, else identity-based policies
    /// within boundary and session policy.
    fn identity_side(&self, request: &Request) -> Truth {
        match request.principal {
            Principal::Root(_) => Truth::Yes,
            Principal::Service(_) | Principal::Federated(_) | Principal::Anonymous => Truth::No,
            Principal::User(_) | Principal::RoleSession(_) | Principal::FederatedUser { .. } => {
                self.identity & self.within()
            }
        }
    }
}

/// How the policies of a resource allow, by how they name the caller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResourceSide {
    everyone: Truth,
    direct: Truth,
    base: Truth,
    account: Truth,
}

impl ResourceSide {
    const NOTHING: Self = Self {
        everyone: Truth::No,
        direct: Truth::No,
        base: Truth::No,
        account: Truth::No,
    };

    fn in_any_way(&self) -> Truth {
        self.everyone | self.direct | self.base | self.account
    }
}

/// What one layer says.
#[derive(Clone, Copy, Debug)]
struct Says {
    allows: Truth,
    denies: Truth,
}

impl Says {
    const NOTHING: Self = Self {
        allows: Truth::No,
        denies: Truth::No,
    };
}

struct Evaluator<'e, 'w, R> {
    check: Check<'e>,
    layers: &'e Layers<'w>,
    recorder: &'e mut R,
    denied: Truth,
    denied_by: Option<Layer>,
}

impl<R: Recorder> Evaluator<'_, '_, R> {
    /// Evaluates all layers; `None` once an explicit deny makes the rest pointless.
    fn layers(&mut self) -> Option<Sides> {
        let service_control = self.service_control()?;
        self.resource_control()?;
        let vpc_endpoint = self.vpc_endpoint()?;
        let resource = self.resource()?;
        let identity = self.identity()?;
        let permissions_boundary = self.permissions_boundary()?;
        let session = self.session()?;
        Some(Sides {
            service_control,
            vpc_endpoint,
            resource,
            identity,
            permissions_boundary,
            session,
        })
    }

    fn service_control(&mut self) -> Option<Truth> {
        let levels = self.layers.service_control;
        let exemption = match &self.check.request.principal {
            Principal::Service(_) | Principal::Federated(_) => Some(Exemption::ServicePrincipal),
            Principal::Anonymous => Some(Exemption::Anonymous),
            principal if principal.is_service_linked_role() => Some(Exemption::ServiceLinkedRole),
            _ => None,
        };
        if let Some(allows) = self.without_say(Layer::ServiceControl, !levels.is_empty(), exemption)
        {
            return Some(allows);
        }
        let mut allows = Truth::Yes;
        let mut denies = Truth::No;
        for (index, level) in levels.iter().enumerate() {
            let says = self.level(Layer::ServiceControl, index, level);
            allows = allows & says.allows;
            denies = denies | says.denies;
        }
        self.conclude(Layer::ServiceControl, Says { allows, denies })
    }

    fn resource_control(&mut self) -> Option<Truth> {
        let levels = self.layers.resource_control;
        let exemption = self.resource_control_exemption();
        if let Some(allows) =
            self.without_say(Layer::ResourceControl, !levels.is_empty(), exemption)
        {
            return Some(allows);
        }
        let mut denies = Truth::No;
        for (index, level) in levels.iter().enumerate() {
            denies = denies | self.level(Layer::ResourceControl, index, level).denies;
        }
        // RCPFullAWSAccess is attached everywhere and cannot be detached.
        self.conclude(
            Layer::ResourceControl,
            Says {
                allows: Truth::Yes,
                denies,
            },
        )
    }

    fn resource_control_exemption(&self) -> Option<Exemption> {
        let request = self.check.request;
        let kms = request.action.kms();
        if request.principal.is_service_linked_role() {
            return Some(Exemption::ServiceLinkedRole);
        }
        if self.layers.aws_managed_key {
            return Some(Exemption::AwsManagedKey);
        }
        match kms {
            Some(KmsAction::RetireGrant) => Some(Exemption::RetireGrant),
            Some(action) if !action.info().on_key && !action.info().on_alias => {
                Some(Exemption::NoResource)
            }
            _ => None,
        }
    }

    fn vpc_endpoint(&mut self) -> Option<Truth> {
        let policies = self.layers.vpc_endpoint;
        let service = matches!(self.check.request.principal, Principal::Service(_));
        let exemption = service.then_some(Exemption::ServicePrincipal);
        if let Some(allows) = self.without_say(Layer::VpcEndpoint, policies.is_some(), exemption) {
            return Some(allows);
        }
        let says = self.policies(Layer::VpcEndpoint, policies.unwrap_or_default());
        self.conclude(Layer::VpcEndpoint, says)
    }

    fn resource(&mut self) -> Option<ResourceSide> {
        let mut side = ResourceSide::NOTHING;
        let layers = [
            (Layer::Resource, self.layers.resource),
            (Layer::ResourceShare, self.layers.resource_share),
        ];
        let on_a_key = self.check.request.is_on_a_key_or_other_service();
        for (layer, policy) in layers {
            let Some(policy) = policy.filter(|_| on_a_key) else {
                self.without_say(layer, policy.is_some(), Some(Exemption::NotOnAKey));
                continue;
            };
            let mut denies = Truth::No;
            let mut own = ResourceSide::NOTHING;
            let id = PolicyId {
                layer,
                level: 0,
                policy: 0,
            };
            statement::each(
                &self.check,
                &policy.policy,
                id,
                self.recorder,
                |effect, principal, applies| match effect {
                    Effect::Deny => denies = denies | applies,
                    Effect::Allow => {
                        let way = match principal {
                            PrincipalMatch::Everyone => &mut own.everyone,
                            PrincipalMatch::Direct => &mut own.direct,
                            PrincipalMatch::Base => &mut own.base,
                            PrincipalMatch::Account => &mut own.account,
                            PrincipalMatch::No => return,
                        };
                        *way = *way | applies;
                    }
                },
            );
            self.conclude(
                layer,
                Says {
                    allows: own.in_any_way(),
                    denies,
                },
            )?;
            side = ResourceSide {
                everyone: side.everyone | own.everyone,
                direct: side.direct | own.direct,
                base: side.base | own.base,
                account: side.account | own.account,
            };
        }
        Some(side)
    }

    fn identity(&mut self) -> Option<Truth> {
        let policies = self.layers.identity;
        let exemption = match self.check.request.principal {
            Principal::Root(_) => Some(Exemption::RootUser),
            Principal::Service(_) | Principal::Federated(_) => Some(Exemption::ServicePrincipal),
            Principal::Anonymous => Some(Exemption::Anonymous),
            _ => None,
        };
        if exemption.is_some() {
            self.without_say(Layer::Identity, !policies.is_empty(), exemption);
            return Some(Truth::No);
        }
        let says = self.policies(Layer::Identity, policies);
        self.conclude(Layer::Identity, says)
    }

    fn permissions_boundary(&mut self) -> Option<Truth> {
        let policies = self.layers.permissions_boundary;
        let exemption = boundary_exemption(self.check.request);
        if let Some(allows) =
            self.without_say(Layer::PermissionsBoundary, policies.is_some(), exemption)
        {
            return Some(allows);
        }
        let says = self.policies(Layer::PermissionsBoundary, policies.unwrap_or_default());
        self.conclude(Layer::PermissionsBoundary, says)
    }

    fn session(&mut self) -> Option<Truth> {
        let policies = self.layers.session;
        let exemption = match self.check.request.principal {
            Principal::Root(_) => Some(Exemption::RootUser),
            Principal::Service(_) | Principal::Federated(_) => Some(Exemption::ServicePrincipal),
            Principal::Anonymous => Some(Exemption::Anonymous),
            _ => None,
        };
        // A session from GetFederationToken without session policy may do nothing by the policies
        // of its user (IAM User Guide, "Session policies").
        let federated = matches!(
            self.check.request.principal,
            Principal::FederatedUser { .. }
        );
        if federated && policies.is_none() {
            self.without_say(Layer::Session, false, None);
            return Some(Truth::No);
        }
        if let Some(allows) = self.without_say(Layer::Session, policies.is_some(), exemption) {
            return Some(allows);
        }
        let says = self.policies(Layer::Session, policies.unwrap_or_default());
        self.conclude(Layer::Session, says)
    }

    fn grants(&mut self, sides: &Sides) -> Truth {
        let grants = self.layers.grants;
        if grants.is_empty() {
            self.without_say(Layer::Grants, false, None);
            return Truth::No;
        }
        let limits = Limits {
            within: sides.within(),
            identity_side: sides.identity_side(self.check.request),
        };
        let allows = grant::evaluate(&self.check, grants, limits, self.recorder);
        self.recorder.layer(LayerRecord {
            layer: Layer::Grants,
            say: Say::Applies,
            allows,
            denies: Truth::No,
        });
        allows
    }

    /// Records a layer that has no say; what it then counts as allowing is everything.
    fn without_say(
        &mut self,
        layer: Layer,
        exists: bool,
        exemption: Option<Exemption>,
    ) -> Option<Truth> {
        let say = match exemption {
            _ if !exists => Say::None,
            Some(exemption) => Say::Exempt(exemption),
            None => return None,
        };
        self.recorder.layer(LayerRecord {
            layer,
            say,
            allows: Truth::Yes,
            denies: Truth::No,
        });
        Some(Truth::Yes)
    }

    /// Takes up what a layer says. `None` if it denies and nothing more needs to be recorded.
    fn conclude(&mut self, layer: Layer, says: Says) -> Option<Truth> {
        self.recorder.layer(LayerRecord {
            layer,
            say: Say::Applies,
            allows: says.allows,
            denies: says.denies,
        });
        self.denied = self.denied | says.denies;
        if says.denies.is_yes() {
            self.denied_by = self.denied_by.or(Some(layer));
            if !R::ACTIVE {
                return None;
            }
        }
        Some(says.allows)
    }

    fn level(&mut self, layer: Layer, index: usize, level: &Level) -> Says {
        self.union(layer, index, level.policies.iter().map(|policy| &**policy))
    }

    fn policies(&mut self, layer: Layer, policies: &[std::sync::Arc<AttachedPolicy>]) -> Says {
        self.union(layer, 0, policies.iter().map(|policy| &**policy))
    }

    /// Policies of one layer and level: any may allow, any may deny.
    fn union<'p>(
        &mut self,
        layer: Layer,
        level: usize,
        policies: impl Iterator<Item = &'p AttachedPolicy>,
    ) -> Says {
        let mut says = Says::NOTHING;
        let level = u32::try_from(level).unwrap_or(u32::MAX);
        for (index, policy) in policies.enumerate() {
            let id = PolicyId {
                layer,
                level,
                policy: u32::try_from(index).unwrap_or(u32::MAX),
            };
            statement::each(
                &self.check,
                &policy.policy,
                id,
                self.recorder,
                |effect, _, applies| match effect {
                    Effect::Allow => says.allows = says.allows | applies,
                    Effect::Deny => says.denies = says.denies | applies,
                },
            );
        }
        says
    }
}

/// Boundaries are attached to users and roles; they do not bind service-linked roles.
fn boundary_exemption(request: &Request) -> Option<Exemption> {
    match &request.principal {
        Principal::Root(_) => Some(Exemption::RootUser),
        Principal::Service(_) | Principal::Federated(_) => Some(Exemption::ServicePrincipal),
        Principal::Anonymous => Some(Exemption::Anonymous),
        principal if principal.is_service_linked_role() => Some(Exemption::ServiceLinkedRole),
        _ => None,
    }
}
