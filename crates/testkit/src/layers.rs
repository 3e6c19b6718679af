//! Which layer of policies applies to whom (section 4), and what it says.

use serde_json::Value;

use crate::case::{Case, Request};
use crate::kms;
use crate::principal::{Kind, Match};
use crate::statement;

/// The kinds of policies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Layer {
    Boundary,
    Identity,
    Rcp,
    Resource,
    Scp,
    Session,
    VpcEndpoint,
}

impl Case {
    /// Whether any applicable layer has a matching Deny (section 2, step 1).
    pub(crate) fn has_explicit_deny(&self) -> bool {
        let scps: Vec<Value> = self.scps.concat();
        let rcps: Vec<Value> = self.rcps.concat();
        self.scps_apply() && self.says("Deny", Layer::Scp, &scps)
            || self.rcps_apply() && self.says("Deny", Layer::Rcp, &rcps)
            || self.vpc_endpoint_applies()
                && self.says("Deny", Layer::VpcEndpoint, &self.vpc_endpoint)
            || self.resource_policy_applies() && self.says("Deny", Layer::Resource, &self.resource)
            || self.identity_applies() && self.says("Deny", Layer::Identity, &self.identity)
            || self.boundary_applies() && self.says("Deny", Layer::Boundary, &self.boundary)
            || self.session_applies() && self.says("Deny", Layer::Session, &self.session)
    }

    /// Steps 2 and 4: the ceilings that need an Allow whatever else allows the call. (RCPs can't
    /// fail step 3: `RCPFullAWSAccess` is always attached.)
    pub(crate) fn ceilings_allow(&self) -> bool {
        let scps = !self.scps_apply()
            || self
                .scps
                .iter()
                .all(|level| self.says("Allow", Layer::Scp, level));
        let endpoint = !self.vpc_endpoint_applies()
            || self.says("Allow", Layer::VpcEndpoint, &self.vpc_endpoint);
        scps && endpoint
    }

    /// The matches of Allow statements in the key policy or other resource policy.
    pub(crate) fn resource_policy_allows(&self) -> Vec<Match> {
        let policies = self.resource.iter();
        policies
            .flat_map(|p| statement::matches(p, "Allow", Layer::Resource, &self.request))
            .collect()
    }

    /// `identity_side` of section 2: what the caller's own policies give it.
    pub(crate) fn identity_side_allows(&self) -> bool {
        if self.request.principal.kind == Kind::Root {
            return true;
        }
        self.identity_applies()
            && self.says("Allow", Layer::Identity, &self.identity)
            && self.boundary_and_session_allow()
    }

    /// Whether neither boundary nor session policy is in the way with an implicit deny.
    pub(crate) fn boundary_and_session_allow(&self) -> bool {
        let boundary =
            !self.boundary_applies() || self.says("Allow", Layer::Boundary, &self.boundary);
        let session = !self.session_applies() || self.says("Allow", Layer::Session, &self.session);
        // A GetFederationToken session without session policy has nothing of its own (reading 9).
        let federated_without =
            self.request.principal.kind == Kind::FederatedUser && self.session.is_empty();
        boundary && session && !federated_without
    }

    fn says(&self, effect: &str, layer: Layer, policies: &[Value]) -> bool {
        policies
            .iter()
            .any(|p| !statement::matches(p, effect, layer, &self.request).is_empty())
    }

    /// SCPs: principals of member accounts; not service principals, not service-linked roles.
    fn scps_apply(&self) -> bool {
        let principal = &self.request.principal;
        !matches!(
            principal.kind,
            Kind::Federated | Kind::Service | Kind::Anonymous
        ) && !principal.is_service_linked_role()
    }

    /// RCPs: whoever calls, but service-linked roles; not kms:RetireGrant, not actions without a
    /// resource type.
    fn rcps_apply(&self) -> bool {
        let action = &self.request.action;
        !self.request.principal.is_service_linked_role()
            && !is_retire_grant(action)
            && !kms::has_no_resource(action)
    }

    /// A VPC endpoint policy: requests through the endpoint; services don't come through it.
    fn vpc_endpoint_applies(&self) -> bool {
        self.request.principal.kind != Kind::Service && !self.vpc_endpoint.is_empty()
    }

    /// A key policy belongs to a key. Aliases and actions without resource have none (reading 10).
    fn resource_policy_applies(&self) -> bool {
        let Request {
            action, resource, ..
        } = &self.request;
        !kms::is_kms(action) || kms::is_key_check(action, resource)
    }

    fn identity_applies(&self) -> bool {
        !matches!(
            self.request.principal.kind,
            Kind::Federated | Kind::Root | Kind::Service | Kind::Anonymous
        )
    }

    /// A federated user has the boundary of its user (section 3).
    pub(crate) fn boundary_applies(&self) -> bool {
        let principal = &self.request.principal;
        self.identity_applies() && !principal.is_service_linked_role() && !self.boundary.is_empty()
    }

    fn session_applies(&self) -> bool {
        self.identity_applies() && !self.session.is_empty()
    }
}

/// Whether the action is kms:RetireGrant, which grants decide (section 6.4).
pub(crate) fn is_retire_grant(action: &str) -> bool {
    action.eq_ignore_ascii_case("kms:RetireGrant")
}
