//! Changed documents, laid over the layers of a check. Nothing of the world is copied but the
//! lists of policies in which something changes.

use std::sync::Arc;

use kmsim_authz::grant::Grant;
use kmsim_authz::layers::{AttachedPolicy, Layers, Level};
use kmsim_authz::trace::{Layer, PolicyId};
use serde_json::Value;

use super::document::is_same;
use super::statement::For;
use super::view::EditKind;

/// Changes of documents, and grants.
#[derive(Clone, Debug, Default)]
pub(super) struct Patch<'w> {
    pub(super) documents: Vec<Changed<'w>>,
    pub(super) grants: Vec<NewGrant>,
}

/// A document that changes or is made.
#[derive(Clone, Debug)]
pub(super) struct Changed<'w> {
    pub(super) slot: Slot<'w>,
    pub(super) before: Value,
    pub(super) after: Value,
    pub(super) policy: Arc<AttachedPolicy>,
    pub(super) steps: Vec<Step>,
}

/// Where a changed document belongs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot<'w> {
    pub(super) layer: Layer,
    pub(super) level: usize,
    /// The document as it was; none if it is made.
    pub(super) original: Option<&'w AttachedPolicy>,
}

/// One step of a change.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) kind: EditKind,
    pub(super) summary: String,
    pub(super) element: Option<&'static str>,
    /// The place of the statement in the document.
    pub(super) statement: usize,
    /// Whom it is for.
    pub(super) whom: For,
    /// The places of the checks for whose sake it is made.
    pub(super) checks: Vec<usize>,
}

/// A grant to be made.
#[derive(Clone, Debug)]
pub(super) struct NewGrant {
    pub(super) grant: Grant,
    pub(super) parameters: Value,
    pub(super) summary: String,
    /// The place of the check for whose sake it is made.
    pub(super) check: usize,
}

/// Which of the new documents concern a request: the caller's own and those of the resource do not
/// concern every control.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    pub(super) caller: bool,
    pub(super) resource: bool,
}

impl Scope {
    pub(super) const WHOLE: Self = Self {
        caller: true,
        resource: true,
    };
}

impl Patch<'_> {
    /// The change that made a document in a layer which had none.
    pub(super) fn new_in(&self, layer: Layer, level: usize) -> Option<usize> {
        self.documents.iter().position(|changed| {
            let slot = &changed.slot;
            slot.original.is_none() && slot.layer == layer && slot.level == level
        })
    }

    /// Whether one way of giving the permission was taken for a check: by the resource's policy or
    /// by a grant.
    pub(super) fn gives(&self, check: usize) -> bool {
        let named = self.documents.iter().any(|changed| {
            let mut steps = changed.steps.iter();
            changed.slot.layer == Layer::Resource
                && steps
                    .any(|step| step.kind != EditKind::ExceptDeny && step.checks.contains(&check))
        });
        named || self.grants.iter().any(|grant| grant.check == check)
    }

    /// Whether another set of changes does the same in the same documents, if in another form.
    pub(super) fn is_way_of(&self, other: &Self) -> bool {
        let way = |patch: &Self| {
            let mut way: Vec<_> = patch
                .documents
                .iter()
                .map(|changed| {
                    let slot = &changed.slot;
                    let place = slot.original.map(|policy| policy.policy.span);
                    let steps = changed.steps.iter();
                    let mut kinds: Vec<_> = steps.map(|step| (step.kind, step.whom)).collect();
                    kinds.sort_unstable();
                    kinds.dedup();
                    (slot.layer, slot.level, place, kinds)
                })
                .collect();
            way.sort_unstable();
            (way, patch.grants.len())
        };
        way(self) == way(other)
    }

    /// How many documents and grants change.
    pub(super) fn len(&self) -> usize {
        self.documents.len() + self.grants.len()
    }

    /// The same without one of its documents or grants.
    pub(super) fn without(&self, at: usize) -> Self {
        let mut rest = self.clone();
        if at < rest.documents.len() {
            rest.documents.remove(at);
        } else if at < self.len() {
            rest.grants.remove(at - self.documents.len());
        }
        rest
    }

    /// Lays the changes over the layers of a check.
    pub(super) fn over<'l>(&self, base: &Layers<'l>, scope: Scope) -> Patched<'l> {
        let made = |layer| scope.caller.then(|| self.new_in(layer, 0)).flatten();
        let resource = base.resource.map(|policy| self.changed(policy));
        let resource = match resource {
            Some(changed) => changed,
            None if scope.resource => self.new_in(Layer::Resource, 0).and_then(|at| self.at(at)),
            None => None,
        };
        Patched {
            base: *base,
            identity: self.list(base.identity, made(Layer::Identity)),
            boundary: base
                .permissions_boundary
                .and_then(|policies| self.list(policies, None)),
            session: self.list(base.session.unwrap_or_default(), made(Layer::Session)),
            vpc_endpoint: base
                .vpc_endpoint
                .and_then(|policies| self.list(policies, None)),
            resource,
            service_control: self.levels(base.service_control, Layer::ServiceControl),
            resource_control: self.levels(base.resource_control, Layer::ResourceControl),
            grants: (!self.grants.is_empty()).then(|| {
                let new = self.grants.iter().map(|new| new.grant.clone());
                base.grants.iter().cloned().chain(new).collect()
            }),
        }
    }

    fn at(&self, at: usize) -> Option<Arc<AttachedPolicy>> {
        let changed = self.documents.get(at)?;
        Some(changed.policy.clone())
    }

    /// What a policy becomes, if it changes.
    fn changed(&self, policy: &AttachedPolicy) -> Option<Arc<AttachedPolicy>> {
        let changed = self.documents.iter().find(|changed| {
            let original = changed.slot.original;
            original.is_some_and(|original| is_same(original, policy))
        })?;
        if changed.policy.policy.kind == policy.policy.kind {
            return Some(changed.policy.clone());
        }
        // A managed policy may be attached and be a boundary as well.
        let mut other = AttachedPolicy::clone(&changed.policy);
        other.policy.kind = policy.policy.kind;
        Some(Arc::new(other))
    }

    fn list(
        &self,
        policies: &[Arc<AttachedPolicy>],
        made: Option<usize>,
    ) -> Option<Vec<Arc<AttachedPolicy>>> {
        let made = made.and_then(|at| self.at(at));
        let any = policies.iter().any(|policy| self.changed(policy).is_some());
        (any || made.is_some()).then(|| {
            let policies = policies.iter();
            let changed =
                policies.map(|policy| self.changed(policy).unwrap_or_else(|| policy.clone()));
            changed.chain(made).collect()
        })
    }

    fn levels(&self, levels: &[Level], layer: Layer) -> Option<Vec<Level>> {
        let mut changed = None;
        for (at, level) in levels.iter().enumerate() {
            let Some(policies) = self.list(&level.policies, self.new_in(layer, at)) else {
                continue;
            };
            let all = changed.get_or_insert_with(|| levels.to_vec());
            if let Some(level) = all.get_mut(at) {
                level.policies = policies;
            }
        }
        changed
    }
}

/// Layers with changes in them.
#[derive(Debug)]
pub(super) struct Patched<'l> {
    base: Layers<'l>,
    identity: Option<Vec<Arc<AttachedPolicy>>>,
    boundary: Option<Vec<Arc<AttachedPolicy>>>,
    session: Option<Vec<Arc<AttachedPolicy>>>,
    vpc_endpoint: Option<Vec<Arc<AttachedPolicy>>>,
    resource: Option<Arc<AttachedPolicy>>,
    service_control: Option<Vec<Level>>,
    resource_control: Option<Vec<Level>>,
    grants: Option<Vec<Grant>>,
}

impl Patched<'_> {
    /// The layers as the evaluator takes them.
    pub(super) fn layers(&self) -> Layers<'_> {
        let base = &self.base;
        Layers {
            identity: self.identity.as_deref().unwrap_or(base.identity),
            permissions_boundary: self.boundary.as_deref().or(base.permissions_boundary),
            session: self.session.as_deref().or(base.session),
            resource: self.resource.as_deref().or(base.resource),
            resource_share: base.resource_share,
            vpc_endpoint: self.vpc_endpoint.as_deref().or(base.vpc_endpoint),
            service_control: self
                .service_control
                .as_deref()
                .unwrap_or(base.service_control),
            resource_control: self
                .resource_control
                .as_deref()
                .unwrap_or(base.resource_control),
            grants: self.grants.as_deref().unwrap_or(base.grants),
            aws_managed_key: base.aws_managed_key,
        }
    }
}

/// The name of the level at which a policy is attached.
pub(super) fn level_name<'l>(layers: &Layers<'l>, layer: Layer, level: usize) -> Option<&'l str> {
    let levels = match layer {
        Layer::ServiceControl => layers.service_control,
        Layer::ResourceControl => layers.resource_control,
        _ => return None,
    };
    levels.get(level).map(|level| &*level.name)
}

/// The id of a statement's policy and the statement's place.
pub(super) type At = (PolicyId, usize);
