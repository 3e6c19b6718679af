//! Who can do something on a key.

use std::collections::BTreeSet;

use kmsim_authz::call::Unresolved;
use kmsim_authz::world::{Key, World};
use kmsim_types::{AccountId, KmsActionSet};

use crate::answer::Answer;
use crate::ask::{Ask, Planner};
use crate::candidates::{Candidate, Candidates, Dangling, Extent, accounts};
use crate::index::{Doors, Index};

/// Answers questions about one world.
#[derive(Debug)]
pub struct Analysis<'w> {
    pub(crate) world: &'w World,
    pub(crate) planner: Planner<'w>,
    pub(crate) index: Index<'w>,
    pub(crate) accounts: BTreeSet<AccountId>,
}

/// Who can do what on a key.
#[derive(Clone, Debug, Default)]
pub struct WhoCan {
    /// Who can, and who can under conditions, in a fixed order.
    pub answers: Vec<Answer>,
    /// Whom the key's policies and grants name and the world does not have.
    pub dangling: Vec<Dangling>,
}

impl<'w> Analysis<'w> {
    /// Looks at a world once.
    pub fn new(world: &'w World) -> Self {
        Self {
            world,
            planner: Planner::new(world),
            index: Index::new(world),
            accounts: accounts(world),
        }
    }

    /// Who can do what is asked on a key, or without one for actions that have none. Fails if the
    /// circumstances name something that the world does not have.
    pub fn who_can(
        &self,
        asks: &[Ask],
        key: Option<&'w Key>,
        extent: Extent,
    ) -> Result<WhoCan, Unresolved> {
        let mut dangling = BTreeSet::new();
        let candidates = self.candidates(key, asks, extent, &mut dangling);
        let mut answers = Vec::new();
        for (subject, actions) in &candidates {
            for ask in asks.iter().filter(|ask| actions.contains(ask.action)) {
                answers.extend(self.planner.answer(subject, ask, key)?);
            }
        }
        Ok(WhoCan {
            answers,
            dangling: dangling.into_iter().collect(),
        })
    }

    /// Everybody to whom one of some actions might be allowed on a key, in the order of answers.
    pub(crate) fn candidates(
        &self,
        key: Option<&'w Key>,
        asks: &[Ask],
        extent: Extent,
        dangling: &mut BTreeSet<Dangling>,
    ) -> Vec<Candidate> {
        let wanted: KmsActionSet = asks.iter().map(|ask| ask.action).collect();
        let states_id = asks.iter().any(Ask::states_user_id);
        let asked = Candidates {
            world: self.world,
            index: &self.index,
            accounts: &self.accounts,
            wanted,
        };
        let Some(key) = key else {
            let mut found = asked.identities_without_key(extent);
            found.extend(asked.roots(None, &Doors::default(), extent));
            found.extend(asked.others_without_key());
            found.sort_by_cached_key(|(subject, _)| subject.order());
            return found;
        };
        let doors = self.index.doors(key, states_id);
        let mut found = asked.identities(key, &doors, extent);
        found.extend(asked.roots(Some(key), &doors, extent));
        found.extend(asked.others(key, &doors, dangling));
        found.sort_by_cached_key(|(subject, _)| subject.order());
        found
    }
}
