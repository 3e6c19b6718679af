//! The layers one by one: who is exempt, and what each says.

use kmsim_types::KmsAction;

use super::{ResourceSide, Sides};
use crate::grant::{self, Limits};
use crate::layers::{AttachedPolicy, Layers, Level};
use crate::principal::Principal;
use crate::request::Request;
use crate::statement::{self, Check, Says};
use crate::trace::{Exemption, Layer, LayerRecord, PolicyId, Recorder, Say};
use crate::truth::Truth;

/// What one layer says.
#[derive(Clone, Copy, Debug)]
struct Both {
    allows: Truth,
    denies: Truth,
}

impl Both {
    const NOTHING: Self = Self {
        allows: Truth::No,
        denies: Truth::No,
    };
}

/// Goes through the layers of one check.
pub(super) struct Evaluator<'e, 'w, R> {
    check: Check<'e>,
    layers: &'e Layers<'w>,
    recorder: &'e mut R,
    /// Whether any layer denies explicitly.
    pub(super) denied: Truth,
    /// The first layer that certainly does.
    pub(super) denied_by: Option<Layer>,
}

impl<'e, 'w, R: Recorder> Evaluator<'e, 'w, R> {
    pub(super) fn new(layers: &'e Layers<'w>, request: &'e Request, recorder: &'e mut R) -> Self {
        let has_boundary = layers.permissions_boundary.is_some();
        let has_boundary = has_boundary && boundary_exemption(request).is_none();
        Self {
            check: Check::new(request, has_boundary),
            layers,
            recorder,
            denied: Truth::No,
            denied_by: None,
        }
    }

    /// Evaluates all layers; `None` once an explicit deny makes the rest pointless.
    pub(super) fn layers(&mut self) -> Option<Sides> {
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
        self.conclude(Layer::ServiceControl, Both { allows, denies })
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
            Both {
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
                |says, applies| match says {
                    Says::Deny => denies = denies | applies,
                    Says::Allow(named) => own.add(named, applies),
                },
            );
            self.conclude(
                layer,
                Both {
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

    /// Evaluates the grants, for which the other layers must be known.
    pub(super) fn grants(&mut self, sides: &Sides) -> Truth {
        self.recorder.sides(*sides);
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
    fn conclude(&mut self, layer: Layer, says: Both) -> Option<Truth> {
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

    fn level(&mut self, layer: Layer, index: usize, level: &Level) -> Both {
        self.union(layer, index, level.policies.iter().map(|policy| &**policy))
    }

    fn policies(&mut self, layer: Layer, policies: &[std::sync::Arc<AttachedPolicy>]) -> Both {
        self.union(layer, 0, policies.iter().map(|policy| &**policy))
    }

    /// Policies of one layer and level: any may allow, any may deny.
    fn union<'p>(
        &mut self,
        layer: Layer,
        level: usize,
        policies: impl Iterator<Item = &'p AttachedPolicy>,
    ) -> Both {
        let mut both = Both::NOTHING;
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
                |statement, applies| match statement {
                    Says::Allow(_) => both.allows = both.allows | applies,
                    Says::Deny => both.denies = both.denies | applies,
                },
            );
        }
        both
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
