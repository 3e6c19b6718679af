//! What stands in the way of a request first, and the kinds of change that could clear it.
//!
//! This says where to look for changes; whether one helps is for the evaluator to say.

use kmsim_authz::case::resource_policy_kind;
use kmsim_authz::decision::Verdict;
use kmsim_authz::layers::Layers;
use kmsim_authz::principal::Principal;
use kmsim_authz::request::Request;
use kmsim_authz::trace::{GrantOutcome, Layer, PrincipalMatch, Say, StatementRecord, Trace};
use kmsim_policy::syntax::{Effect, PolicyKind};
use kmsim_types::KmsAction;

use super::patch::At;

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// An exception in a statement that denies.
    Except(At),
    /// An Allow in a layer; in SCPs at a level.
    Allow(Layer, usize),
    /// The resource's policy names the caller.
    Name,
    /// The resource's policy lets the caller's account decide by IAM policies.
    Delegate,
    /// A grant.
    Grant,
}

/// The alternatives for clearing what is first in the way. Empty if no policy could.
pub(super) fn needs(
    request: &Request,
    layers: &Layers<'_>,
    verdict: Verdict,
    trace: &Trace,
) -> Vec<Need> {
    if verdict == Verdict::Allowed {
        return Vec::new();
    }
    let view = View {
        request,
        layers,
        trace,
    };
    let mut denies = trace.statements.iter();
    let denies = denies.find(|record| {
        record.effect == Effect::Deny && record.applies().is_yes() && view.has_say(record)
    });
    if let Some(record) = denies {
        return vec![Need::Except((record.policy, record.statement as usize))];
    }
    if let Some(level) = view.level_without_allow() {
        return vec![Need::Allow(Layer::ServiceControl, level)];
    }
    if !view.allows(Layer::VpcEndpoint) {
        return vec![Need::Allow(Layer::VpcEndpoint, 0)];
    }
    view.source()
}

struct View<'v> {
    request: &'v Request,
    layers: &'v Layers<'v>,
    trace: &'v Trace,
}

impl View<'_> {
    fn say(&self, layer: Layer) -> Option<(Say, bool)> {
        let mut records = self.trace.layers.iter();
        let record = records.find(|record| record.layer == layer)?;
        Some((record.say, record.allows.is_yes()))
    }

    fn has_say(&self, record: &StatementRecord) -> bool {
        self.say(record.policy.layer)
            .is_none_or(|(say, _)| say == Say::Applies)
    }

    /// Whether a layer that limits lets the request pass.
    fn allows(&self, layer: Layer) -> bool {
        let none_passed = layer == Layer::Session
            && self.layers.session.is_none()
            && matches!(self.request.principal, Principal::FederatedUser { .. });
        !none_passed
            && self
                .say(layer)
                .is_none_or(|(say, allows)| say != Say::Applies || allows)
    }

    fn level_without_allow(&self) -> Option<usize> {
        if self.allows(Layer::ServiceControl) {
            return None;
        }
        let allows_at = |level: usize| {
            self.trace.statements.iter().any(|record| {
                record.policy.layer == Layer::ServiceControl
                    && record.policy.level as usize == level
                    && record.effect == Effect::Allow
                    && record.applies().is_yes()
            })
        };
        (0..self.layers.service_control.len()).find(|level| !allows_at(*level))
    }

    /// How the resource's policies name the caller where they allow the request.
    fn resource(&self, matched: PrincipalMatch) -> bool {
        self.trace.statements.iter().any(|record| {
            matches!(record.policy.layer, Layer::Resource | Layer::ResourceShare)
                && record.effect == Effect::Allow
                && record.principal == matched
                && record.applies().is_yes()
        })
    }

    fn within(&self) -> Option<Need> {
        [Layer::PermissionsBoundary, Layer::Session]
            .into_iter()
            .find(|layer| !self.allows(*layer))
            .map(|layer| Need::Allow(layer, 0))
    }

    /// What the caller's own side lacks.
    fn own_side(&self) -> Option<Need> {
        let is_root = matches!(self.request.principal, Principal::Root(_));
        let (say, allows) = self.say(Layer::Identity).unwrap_or((Say::None, false));
        let identity = is_root || say == Say::Applies && allows;
        if identity || self.request.principal.account().is_none() {
            return self.within();
        }
        Some(Need::Allow(Layer::Identity, 0))
    }

    /// The changes that could give the permission itself.
    fn source(&self) -> Vec<Need> {
        let limited = |(_, outcome): &(u32, GrantOutcome)| *outcome == GrantOutcome::Limited;
        if self.trace.grants.iter().any(limited) {
            return self.within().into_iter().collect();
        }
        let request = self.request;
        let kms = request.action.kms();
        let is_kms = request.action.name().starts_with("kms:");
        let on_key = kms.is_none_or(|kms| kms.info().on_key) && !request.is_on_alias();
        // A key and a role that is to be assumed are opened by their own policies only.
        let strict = is_kms || resource_policy_kind(request) == PolicyKind::RoleTrust;
        let guarded = if is_kms {
            on_key
        } else {
            strict || self.layers.resource.is_some() || !request.is_same_account()
        };
        // Whoever is of an account that the grant concerns may retire it if IAM allows.
        if !guarded || kms == Some(KmsAction::RetireGrant) {
            return self.own_side().into_iter().collect();
        }
        let in_any_way = [
            PrincipalMatch::Everyone,
            PrincipalMatch::Direct,
            PrincipalMatch::Base,
            PrincipalMatch::Account,
        ]
        .map(|matched| self.resource(matched));
        let grant = (is_kms && kms.is_some()).then_some(Need::Grant);
        if request.principal.account().is_none() {
            return vec![Need::Name];
        }
        let [.., base, account] = in_any_way;
        let mut found = Vec::new();
        if request.is_same_account() {
            if base {
                found.extend(self.within());
            } else if account || !strict {
                found.extend(self.own_side());
                if matches!(found.as_slice(), [Need::Allow(Layer::Identity, _)]) {
                    found.push(Need::Name);
                    found.extend(grant);
                }
            } else {
                found.extend([Need::Name, Need::Delegate]);
                found.extend(grant);
            }
        } else if in_any_way.contains(&true) {
            found.extend(self.own_side());
            if matches!(found.as_slice(), [Need::Allow(Layer::Identity, _)]) {
                found.extend(grant);
            }
        } else {
            found.extend([Need::Name, Need::Delegate]);
            found.extend(grant);
        }
        found
    }
}
