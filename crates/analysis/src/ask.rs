//! What is asked of everybody: one action, under the circumstances that are stated.

use std::collections::HashMap;
use std::sync::Arc;

use kmsim_authz::call::{
    Asks, Call, KeyReference, PlannedCheck, Text, Unresolved, checks, checks_of_stranger,
};
use kmsim_authz::layers::{AttachedPolicy, Origin};
use kmsim_authz::world::{Key, World};
use kmsim_policy::parse;
use kmsim_policy::source::SourceId;
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::{AccountId, KmsAction};

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
    /// The policies of those who are in no account of the world, and of those whom a listed account has
    /// besides the listed ones.
    strangers: Strangers,
    others: HashMap<AccountId, Strangers>,
}

/// The identity-based policies of users and roles that are not listed.
#[derive(Debug, Default)]
struct Strangers {
    policies: Vec<Arc<AttachedPolicy>>,
    /// Whether there are policies among them that are not known and are taken to allow everything.
    are_assumed: bool,
}

/// The source of what is assumed. Nothing points there.
pub(crate) const NOWHERE: SourceId = SourceId(u32::MAX);

const FULL_ACCESS: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

impl<'w> Planner<'w> {
    pub(crate) fn new(world: &'w World) -> Self {
        let policy = parse::parse(FULL_ACCESS, NOWHERE, PolicyKind::Identity, &mut Vec::new());
        let full_access = policy.map(|policy| {
            Arc::new(AttachedPolicy {
                name: None,
                origin: Origin::Inline,
                policy,
            })
        });
        let strangers = |stated: Option<&[Arc<AttachedPolicy>]>| match stated {
            Some(policies) => Strangers::of(policies, full_access.as_ref()),
            None => Strangers {
                policies: full_access.iter().cloned().collect(),
                are_assumed: true,
            },
        };
        let contents = world.contents();
        let listed = contents.accounts.iter();
        let others = listed.filter_map(|account| {
            let stated = account.other_principals.as_deref()?;
            Some((account.id, strangers(Some(stated))))
        });
        Self {
            world,
            others: others.collect(),
            strangers: strangers(contents.other_principals.as_deref()),
        }
    }

    /// The policies of a subject that the world does not have; none for one that it has.
    fn strangers(&self, subject: &Subject) -> Option<&Strangers> {
        if !subject.is_stranger() {
            return None;
        }
        let account = subject.principal().account();
        let others = account.and_then(|account| self.others.get(&account));
        Some(others.unwrap_or(&self.strangers))
    }

    /// Whether identity-based policies that are not known are taken to allow.
    pub(crate) fn assumes_iam_allow(&self, subject: &Subject) -> bool {
        let strangers = self.strangers(subject);
        strangers.is_some_and(|strangers| strangers.are_assumed)
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
        if let Some(strangers) = self.strangers(subject) {
            check.layers.identity = &strangers.policies;
        }
        Ok(Some(check))
    }
}

impl Strangers {
    /// What a world states of them. A policy of which nothing is known is taken to allow everything.
    fn of(stated: &[Arc<AttachedPolicy>], full_access: Option<&Arc<AttachedPolicy>>) -> Self {
        let mut found = Self::default();
        for policy in stated {
            let is_unknown = policy.policy.why_unknown().is_some();
            found.are_assumed |= is_unknown;
            let taken = if is_unknown {
                full_access
            } else {
                Some(policy)
            };
            found.policies.extend(taken.cloned());
        }
        found
    }
}
