//! Control requests: what a change should not allow. A change is checked against them all, and what
//! it opens is said.
//!
//! They stand near the request: the same caller with every other action, another key and another
//! encryption context; other principals, whom IAM allows everything, in the caller's account, in
//! the key's account and in a foreign one; and whoever is named beside in a statement that changes
//! or holds a policy that changes.

use std::sync::Arc;

use kmsim_authz::call::PlannedCheck;
use kmsim_authz::decide::decide;
use kmsim_authz::decision::{Reason, Verdict};
use kmsim_authz::layers::{AttachedPolicy, Layers, Origin};
use kmsim_authz::request::Request;
use kmsim_authz::trace::Layer;
use kmsim_authz::world::World;
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::KmsAction;
use serde_json::json;

use super::document;
use super::patch::{Patch, Scope};
use super::view::EditKind;
use super::widen::is_control;

mod caller;
mod others;

pub(super) use caller::others_of;
use caller::{actions, other_key, other_key_policy, ways};
use others::{beside, sharers, stranger_on_other_key, strangers};

/// Account of nobody in particular.
const STRANGERS: [&str; 2] = ["999999999999", "888888888888"];

/// What became allowed.
#[derive(Clone, Debug, Default)]
pub(super) struct Opened {
    /// Texts for people.
    pub(super) texts: Vec<String>,
    /// Whether it gives control over the key.
    pub(super) control: bool,
}

impl Opened {
    /// Whether nothing is opened that another set of changes does not open.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.texts.iter().all(|text| other.texts.contains(text))
    }
}

/// One control request.
struct Control<'c> {
    what: What,
    request: Request,
    layers: Layers<'c>,
    scope: Scope,
}

/// What a control request is.
enum What {
    /// The same caller with another action: told together.
    Action(KmsAction),
    Other(String),
}

/// Policies that let pass whatever is asked.
pub(super) struct Props {
    everything: Vec<Arc<AttachedPolicy>>,
    everyone: Option<Arc<AttachedPolicy>>,
}

impl Props {
    pub(super) fn new() -> Self {
        let document = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "*", "Resource": "*"}]});
        let policy = document::compile(&document, PolicyKind::Identity, None, &Origin::Inline);
        let open = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]});
        Self {
            everything: policy.into_iter().collect(),
            everyone: document::compile(&open, PolicyKind::Resource, None, &Origin::Inline),
        }
    }

    /// Why a request is denied even if every policy lets everything pass; `None` if it is not.
    pub(super) fn hopeless(&self, check: &PlannedCheck<'_>) -> Option<Reason> {
        let layers = Layers {
            identity: &self.everything,
            permissions_boundary: None,
            session: check.layers.session.map(|_| &self.everything[..]),
            resource: self.everyone.as_deref(),
            resource_share: None,
            vpc_endpoint: None,
            service_control: &[],
            resource_control: &[],
            ..check.layers
        };
        let decision = decide(&layers, &check.request);
        (decision.verdict == Verdict::ImplicitDeny).then_some(decision.reason)
    }
}

/// What a change allows beside the request, of all that is tried.
pub(super) fn opened(
    props: &Props,
    check: &PlannedCheck<'_>,
    checks: &[PlannedCheck<'_>],
    world: Option<&World>,
    patch: &Patch<'_>,
) -> Opened {
    let Some(key_policy) = other_key_policy(&check.request) else {
        return Opened::default();
    };
    let mut controls = Vec::new();
    actions(check, checks, &mut controls);
    ways(check, &mut controls);
    other_key(check, &key_policy, &mut controls);
    strangers(props, check, &mut controls);
    stranger_on_other_key(props, check, &key_policy, &mut controls);
    for changed in &patch.documents {
        if let Some(original) = changed.slot.original {
            sharers(check, world, original, &mut controls);
        }
        for step in &changed.steps {
            let statement = changed.policy.policy.statements.get(step.statement);
            if step.kind == EditKind::WidenElement
                && let Some(statement) = statement
            {
                beside(props, check, statement, &key_policy, &mut controls);
            }
        }
    }
    let mut opened = Opened::default();
    let mut names = Vec::new();
    for control in &controls {
        let before = decide(&control.layers, &control.request).verdict;
        if before == Verdict::Allowed {
            continue;
        }
        let patched = patch.over(&control.layers, control.scope);
        let after = decide(&patched.layers(), &control.request).verdict;
        let how = match after {
            Verdict::Allowed => "",
            Verdict::Depends if before != Verdict::Depends => " (if what is not known is so)",
            _ => continue,
        };
        match &control.what {
            What::Action(action) => {
                opened.control |= is_control(*action);
                names.push(format!("{}{how}", action.name()));
            }
            What::Other(what) => {
                let text = format!("{what}{how}");
                if !opened.texts.contains(&text) {
                    opened.texts.push(text);
                }
            }
        }
    }
    if !names.is_empty() {
        let caller = &check.request.principal;
        opened.texts.insert(
            0,
            format!("{} for {caller} on the same resource", names.join(", ")),
        );
    }
    opened
}

/// The layers in which a change reaches others than the caller.
pub(super) fn reach(layer: Layer, levels: usize, level: usize) -> usize {
    match layer {
        Layer::Identity | Layer::Session => 1,
        Layer::Resource | Layer::ResourceShare | Layer::Grants => 2,
        Layer::PermissionsBoundary => 3,
        Layer::VpcEndpoint => 4,
        // The root reaches furthest, the account least.
        Layer::ServiceControl | Layer::ResourceControl => 5 + levels.saturating_sub(level + 1),
    }
}
