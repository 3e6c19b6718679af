//! What is asked of everybody: one action, under the circumstances that are stated.

use std::sync::Arc;

use kmsim_authz::call::{
    Asks, Call, KeyReference, PlannedCheck, Text, Unresolved, checks, checks_of_stranger,
};
use kmsim_authz::layers::{AttachedPolicy, Origin};
use kmsim_authz::world::{Key, World};
use kmsim_policy::parse;
use kmsim_policy::source::SourceId;
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::KmsAction;

use crate::subject::Subject;

/// An action, and what is stated of the requests for it. Whatever a request could bring along and is
/// not stated is not known.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The action.
    pub action: KmsAction,
    /// How the request comes in. Caller and key are replaced.
    template: Call,
}

impl Ask {
    /// Asks for `action` as `circumstances` say.
    pub fn new(action: KmsAction, mut circumstances: Call) -> Self {
        circumstances.asks = Asks::Kms(action);
        circumstances.context.set_rest_open();
        Self {
            action,
            template: circumstances,
        }
    }

    /// The call of one subject.
    pub(crate) fn call(&self, subject: &Subject, key: Option<&Key>) -> Call {
        let mut call = self.template.clone();
        call.caller = subject.principal();
        call.key = key.map(|key| {
            KeyReference::Meant(Text {
                text: key.arn.as_str().into(),
                span: key.span,
            })
        });
        for key in subject.unknown_keys() {
            call.context.set_unknown(key);
        }
        call
    }

    /// Whether it is stated what the caller's id is, so that policies that name ids may mean anyone.
    pub(crate) fn states_user_id(&self) -> bool {
        self.template.context.says("aws:userid")
    }
}

/// Plans checks for all sorts of subjects.
#[derive(Debug)]
pub(crate) struct Planner<'w> {
    pub(crate) world: &'w World,
    /// The identity-based policies of those whose policies are taken to allow.
    full_access: Vec<Arc<AttachedPolicy>>,
}

const FULL_ACCESS: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

impl<'w> Planner<'w> {
    pub(crate) fn new(world: &'w World) -> Self {
        // It stands in no source; nothing points there.
        let nowhere = SourceId(u32::MAX);
        let policy = parse::parse(FULL_ACCESS, nowhere, PolicyKind::Identity, &mut Vec::new());
        let attached = policy.map(|policy| {
            Arc::new(AttachedPolicy {
                name: None,
                origin: Origin::Inline,
                policy,
            })
        });
        Self {
            world,
            full_access: attached.into_iter().collect(),
        }
    }

    /// The check of a call that an [`Ask`] made: there is one, since it asks for one action.
    pub(crate) fn check<'c>(
        &'c self,
        subject: &Subject,
        call: &'c Call,
    ) -> Result<Option<PlannedCheck<'c>>, Unresolved> {
        let mut checks = match subject {
            Subject::Known(_) => checks(self.world, call)?,
            _ => checks_of_stranger(self.world, call)?,
        };
        let Some(mut check) = checks.pop() else {
            return Ok(None);
        };
        if subject.assumes_iam_allow() {
            check.layers.identity = &self.full_access;
        }
        Ok(Some(check))
    }
}
