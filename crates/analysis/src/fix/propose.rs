//! Single changes that may clear what stands in the way.

use std::sync::Arc;

use kmsim_authz::call::PlannedCheck;
use kmsim_authz::case::resource_policy_kind;
use kmsim_authz::explain::caller;
use kmsim_authz::layers::{AttachedPolicy, Layers, Origin};
use kmsim_authz::principal::Principal;
use kmsim_authz::request::Request;
use kmsim_authz::trace::{Layer, PolicyId, Trace};
use kmsim_authz::world::World;
use kmsim_policy::source::Sources;
use kmsim_policy::syntax::{PolicyKind, Statement};
use serde_json::{Value, json};

use super::document;
use super::need::Need;
use super::patch::{Changed, NewGrant, Patch, Slot, Step};
use super::statement::{self, For};
use super::view::EditKind;
use super::{except, grant, widen};

/// The state of the search for which changes are sought.
#[derive(Clone, Copy)]
pub(super) struct Stage<'a, 'w> {
    pub(super) world: Option<&'w World>,
    pub(super) sources: &'a Sources<'a>,
    pub(super) check: &'a PlannedCheck<'w>,
    /// The check's place.
    pub(super) at: usize,
    pub(super) patch: &'a Patch<'w>,
    /// The layers with the changes so far.
    pub(super) layers: &'a Layers<'a>,
    pub(super) trace: &'a Trace,
}

/// A document as it is now, changed already or not.
pub(super) struct Open<'a, 'w> {
    /// Its place in the patch.
    pub(super) at: Option<usize>,
    pub(super) slot: Slot<'w>,
    pub(super) policy: &'a AttachedPolicy,
    pub(super) value: Value,
}

/// A change to be tried.
pub(super) enum Proposal<'w> {
    /// Of a document.
    Document(Box<Changed<'w>>, Option<usize>),
    /// A grant.
    Grant(Box<NewGrant>),
}

/// The changes of one kind that are worth trying.
pub(super) fn proposals<'w>(stage: &Stage<'_, 'w>, need: Need) -> Vec<Proposal<'w>> {
    match need {
        Need::Except(at) => except::proposals(stage, at),
        Need::Allow(layer, level) => stage.allow(layer, level),
        Need::Name => stage.in_resource_policy(For::Caller),
        Need::Delegate => stage.in_resource_policy(For::Account),
        Need::Grant => grant::proposal(stage).into_iter().collect(),
    }
}

impl<'a, 'w> Stage<'a, 'w> {
    pub(super) fn request(&self) -> &'a Request {
        &self.check.request
    }

    /// A document by its id, if it can be changed by those who own it.
    pub(super) fn open(&self, id: PolicyId) -> Option<Open<'a, 'w>> {
        let policy = self.layers.policy(id)?;
        let original = self.check.layers.policy(id);
        if !self.is_editable(id.layer, policy) {
            return None;
        }
        let known = self.patch.documents.iter().position(|changed| {
            let before = changed.slot.original;
            std::ptr::eq(&raw const *changed.policy, policy)
                || before
                    .zip(original)
                    .is_some_and(|(before, original)| document::is_same(before, original))
        });
        if let Some((at, changed)) = known.and_then(|at| Some((at, self.patch.documents.get(at)?)))
        {
            return Some(Open {
                at: Some(at),
                slot: changed.slot,
                policy,
                value: changed.after.clone(),
            });
        }
        Some(Open {
            at: None,
            slot: Slot {
                layer: id.layer,
                level: id.level as usize,
                original: Some(original?),
            },
            policy,
            value: document::value(policy, self.sources),
        })
    }

    /// Policies of AWS, of AWS RAM and of AWS managed keys cannot be changed.
    fn is_editable(&self, layer: Layer, policy: &AttachedPolicy) -> bool {
        let of_aws =
            matches!(&policy.origin, Origin::Managed(arn) if arn.split(':').nth(4) == Some("aws"));
        let managed_key = layer == Layer::Resource && self.layers.aws_managed_key;
        !of_aws && !managed_key && layer != Layer::ResourceShare
    }

    /// Whether a policy of the caller is its own alone.
    pub(super) fn is_own(&self, policy: &AttachedPolicy) -> bool {
        !matches!(policy.origin, Origin::Group(_))
            && holders(self.world, policy).take(2).count() < 2
    }

    /// Whom a statement is for, in words.
    fn to(&self, whom: For) -> String {
        let principal = &self.request().principal;
        match (whom, principal.account()) {
            (For::Holder, _) => String::new(),
            (For::Account, Some(account)) => {
                format!(" to those whom the IAM policies of account {account} allow it")
            }
            (For::Account | For::Caller | For::CallerByCondition, _) => {
                format!(" to {}", caller(principal))
            }
        }
    }

    /// A statement more in an existing document.
    pub(super) fn added(
        &self,
        open: &Open<'_, 'w>,
        whom: For,
        kind: EditKind,
    ) -> Option<Proposal<'w>> {
        let sid = statement::sid(self.request(), document::statements(&open.value));
        let statement = statement::allow(self.request(), open.policy.policy.kind, whom, sid)?;
        let summary = format!(
            "add a statement that allows {}{}",
            self.request().action.name(),
            self.to(whom)
        );
        let after = document::with_statement(&open.value, statement);
        let place = document::statements(&open.value).len();
        self.change(
            open,
            after,
            vec![Step {
                kind,
                summary,
                element: None,
                statement: place,
                whom,
                checks: vec![self.at],
            }],
        )
    }

    /// A document with another text.
    pub(super) fn change(
        &self,
        open: &Open<'_, 'w>,
        after: Value,
        steps: Vec<Step>,
    ) -> Option<Proposal<'w>> {
        let kind = open
            .slot
            .original
            .map_or(open.policy.policy.kind, |original| original.policy.kind);
        let name = open.policy.name.as_deref();
        let policy = document::compile(&after, kind, name, &open.policy.origin)?;
        let known = open.at.and_then(|at| self.patch.documents.get(at));
        let mut all = known.map_or_else(Vec::new, |changed| changed.steps.clone());
        for step in steps {
            // Another change of a statement that was added here is part of adding it.
            let earlier = all.iter_mut().find(|earlier| {
                earlier.statement == step.statement && earlier.kind == EditKind::AddStatement
            });
            match earlier {
                Some(earlier) => earlier.checks.extend(step.checks),
                None => all.push(step),
            }
        }
        let before = known.map_or_else(|| open.value.clone(), |changed| changed.before.clone());
        let changed = Changed {
            slot: open.slot,
            before,
            after,
            policy,
            steps: all,
        };
        Some(Proposal::Document(Box::new(changed), open.at))
    }

    /// A document that does not exist yet.
    fn made(
        &self,
        layer: Layer,
        level: usize,
        kind: PolicyKind,
        whom: For,
    ) -> Option<Proposal<'w>> {
        let request = self.request();
        let sid = statement::sid(request, &[]);
        let statement = statement::allow(request, kind, whom, sid)?;
        let after = json!({"Version": "2012-10-17", "Statement": [statement]});
        let what = request.action.name().rsplit(':').next().unwrap_or("");
        let name = (layer != Layer::Resource).then(|| format!("Allow{what}"));
        let policy = document::compile(&after, kind, name.as_deref(), &Origin::Inline)?;
        let step = Step {
            kind: EditKind::AddStatement,
            summary: format!(
                "make a policy that allows {}{}",
                request.action.name(),
                self.to(whom)
            ),
            element: None,
            statement: 0,
            whom,
            checks: vec![self.at],
        };
        let slot = Slot {
            layer,
            level,
            original: None,
        };
        let changed = Changed {
            slot,
            before: Value::Null,
            after,
            policy,
            steps: vec![step],
        };
        Some(Proposal::Document(Box::new(changed), None))
    }

    /// An Allow in a layer that limits, or in the caller's own policies.
    fn allow(&self, layer: Layer, level: usize) -> Vec<Proposal<'w>> {
        let policies = self.layers.policies(layer, level);
        let ids = (0..policies.len()).map(|at| PolicyId {
            layer,
            level: u32::try_from(level).unwrap_or(u32::MAX),
            policy: u32::try_from(at).unwrap_or(u32::MAX),
        });
        let mut found = Vec::new();
        let mut open = Vec::new();
        for id in ids {
            let Some(document) = self.open(id) else {
                continue;
            };
            found.extend(widen::proposals(self, id, &document, For::Holder));
            // What others have too is no place for a statement for one of them.
            if layer != Layer::Identity || self.is_own(document.policy) {
                open.push(document);
            }
        }
        // The document that is about KMS already, or else the first.
        let about = |document: &&Open<'_, '_>| {
            let statements = &document.policy.policy.statements;
            statements.iter().any(is_about_kms)
        };
        let best = open.iter().find(about).or(open.first());
        let whom = match layer {
            Layer::VpcEndpoint => For::Caller,
            Layer::ServiceControl => For::CallerByCondition,
            Layer::PermissionsBoundary if best.is_some_and(|open| !self.is_own(open.policy)) => {
                For::CallerByCondition
            }
            _ => For::Holder,
        };
        let (kind, can_be_made) = match layer {
            Layer::Identity => (PolicyKind::Identity, true),
            Layer::Session => (PolicyKind::Session, self.layers.session.is_none()),
            Layer::ServiceControl => (PolicyKind::ServiceControl, true),
            _ => (PolicyKind::VpcEndpoint, false),
        };
        match best {
            Some(open) => found.extend(self.added(open, whom, EditKind::AddStatement)),
            None if can_be_made => found.extend(self.made(layer, level, kind, whom)),
            None => {}
        }
        found
    }

    /// The resource's policy names the caller or its account.
    fn in_resource_policy(&self, whom: For) -> Vec<Proposal<'w>> {
        // The root user goes by its account, which is the other alternative.
        let is_root = matches!(self.request().principal, Principal::Root(_));
        if is_root && whom == For::Account {
            return Vec::new();
        }
        let id = PolicyId {
            layer: Layer::Resource,
            level: 0,
            policy: 0,
        };
        if self.layers.resource.is_none() {
            let kind = resource_policy_kind(self.request());
            return self
                .made(Layer::Resource, 0, kind, whom)
                .into_iter()
                .collect();
        }
        let Some(open) = self.open(id) else {
            return Vec::new();
        };
        let mut found = widen::proposals(self, id, &open, whom);
        found.extend(self.added(&open, whom, EditKind::AddStatement));
        found
    }
}

fn is_about_kms(statement: &Statement) -> bool {
    let actions = statement.action.as_ref();
    actions.is_some_and(|scope| {
        let mut items = scope.items.iter();
        items.any(|item| item.value.text().to_ascii_lowercase().starts_with("kms:"))
    })
}

/// The principals of the world that a policy is attached to, in whatever way.
pub(super) fn holders<'w>(
    world: Option<&'w World>,
    policy: &AttachedPolicy,
) -> impl Iterator<Item = &'w kmsim_authz::world::Identity> {
    let identities = world.map_or(&[][..], |world| &world.contents().identities);
    identities.iter().filter(move |identity| {
        let own = |policies: &[Arc<AttachedPolicy>]| {
            policies.iter().any(|own| document::is_same(own, policy))
        };
        own(&identity.policies) || identity.permissions_boundary.as_deref().is_some_and(own)
    })
}
