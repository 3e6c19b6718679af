//! What a principal can do: the transpose of who can.

use kmsim_authz::call::{Unresolved, is_infrastructure};
use kmsim_authz::principal::Principal;
use kmsim_authz::world::{Key, World};
use kmsim_types::KmsActionSet;

use crate::answer::Answer;
use crate::ask::Ask;
use crate::candidates::Extent;
use crate::subject::Subject;
use crate::who_can::Analysis;

impl<'w> Analysis<'w> {
    /// The subject that a principal is. One of an account whose users and roles the world does not have
    /// is taken to have the identity-based policies that it needs.
    pub fn subject(&self, principal: Principal) -> Subject {
        let may_be_other = principal
            .account()
            .is_some_and(|account| self.index.may_have_others(account))
            && !matches!(principal, Principal::Root(_))
            && !is_infrastructure(&principal)
            && !self.index.lists(&principal);
        if may_be_other {
            Subject::Named(principal)
        } else {
            Subject::Known(principal)
        }
    }

    /// What a subject can do on which keys, and without a key. Fails if the world does not have the
    /// principal, or what the circumstances name.
    pub fn can(
        &self,
        subject: &Subject,
        asks: &[Ask],
        keys: &[&'w Key],
        extent: Extent,
    ) -> Result<Vec<(Option<&'w Key>, Answer)>, Unresolved> {
        let principal = subject.principal();
        let (on_key, without): (Vec<&Ask>, Vec<&Ask>) =
            asks.iter().partition(|ask| ask.action.info().on_key);
        let states_id = asks.iter().any(Ask::states_user_id);
        let mut found = Vec::new();
        for key in keys {
            let actions = match extent {
                Extent::Everyone => KmsActionSet::ALL,
                Extent::Possible => {
                    let doors = self.index.doors(key, states_id);
                    self.index.actions_of(&principal, key, &doors)
                }
            };
            for ask in on_key.iter().filter(|ask| actions.contains(ask.action)) {
                let answer = self.planner.answer(subject, ask, Some(key))?;
                found.extend(answer.map(|answer| (Some(*key), answer)));
            }
        }
        for ask in without {
            let answer = self.planner.answer(subject, ask, None)?;
            found.extend(answer.map(|answer| (None, answer)));
        }
        Ok(found)
    }
}

/// The keys of a world by ARN.
pub fn keys(world: &World) -> Vec<&Key> {
    let mut keys: Vec<&Key> = world.contents().keys.iter().collect();
    keys.sort_by(|one, other| one.arn.cmp(&other.arn));
    keys
}
