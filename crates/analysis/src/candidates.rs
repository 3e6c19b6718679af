//! Who is asked about a key: the principals of the world that might be allowed, and whoever else its
//! policies and grants let in.

use std::collections::{BTreeMap, BTreeSet};

use kmsim_authz::call::is_infrastructure;
use kmsim_authz::principal::{Principal, RoleSession};
use kmsim_authz::world::{Identity, Key, World};
use kmsim_policy::syntax::{PrincipalName, PrincipalPattern};
use kmsim_types::{AccountId, KmsActionSet};

use crate::index::{Doors, Index, across_accounts};
use crate::subject::{self, Subject};

/// A subject with the actions that might be allowed to it.
pub(crate) type Candidate = (Subject, KmsActionSet);

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Those whom something might allow.
    Possible,
    /// Every principal of the world. Slow, and gives the same answers.
    Everyone,
}

/// A principal that a policy or grant of a key names and that its account does not have: it was
/// deleted, or its name is misspelt.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dangling {
    /// The text that names it.
    pub principal: Box<str>,
}

/// The principals that stand for a user or role: a role's sessions have no name.
pub(crate) fn principal_of(identity: &Identity) -> Principal {
    if !identity.is_role {
        return Principal::User(identity.arn.clone());
    }
    Principal::RoleSession(RoleSession {
        account: identity.account,
        partition: identity.arn.partition().into(),
        name: (&*identity.name).into(),
        role: Some(identity.arn.clone()),
        session: None,
    })
}

/// The accounts of a world.
pub(crate) fn accounts(world: &World) -> BTreeSet<AccountId> {
    let contents = world.contents();
    let listed = contents.accounts.iter().map(|account| account.id);
    let of_identities = contents.identities.iter().map(|identity| identity.account);
    let of_keys = contents.keys.iter().map(|key| key.account);
    listed.chain(of_identities).chain(of_keys).collect()
}

/// The subjects of one key.
#[derive(Debug)]
pub(crate) struct Candidates<'i, 'w> {
    pub(crate) world: &'w World,
    pub(crate) index: &'i Index<'w>,
    pub(crate) accounts: &'i BTreeSet<AccountId>,
    pub(crate) wanted: KmsActionSet,
}

impl<'w> Candidates<'_, 'w> {
    /// Users and roles, in the order of their ARNs.
    pub(crate) fn identities(&self, key: &'w Key, doors: &Doors, extent: Extent) -> Vec<Candidate> {
        let mut reachable = self.index.reachable(Some(key));
        let mut found = Vec::new();
        for (row, at) in self.index.identities.iter().zip(0..) {
            let actions = match extent {
                Extent::Possible => reachable.actions(at, doors).intersection(self.wanted),
                Extent::Everyone => self.wanted,
            };
            if !actions.is_empty() {
                found.push((Subject::Known(principal_of(row.identity)), actions));
            }
        }
        found
    }

    /// Users and roles that their own policies might allow an action without key.
    pub(crate) fn identities_without_key(&self, extent: Extent) -> Vec<Candidate> {
        let mut reachable = self.index.reachable(None);
        let mut found = Vec::new();
        for (row, at) in self.index.identities.iter().zip(0..) {
            let actions = match extent {
                Extent::Possible => reachable.by_policies(at).intersection(self.wanted),
                Extent::Everyone => self.wanted,
            };
            if !actions.is_empty() {
                found.push((Subject::Known(principal_of(row.identity)), actions));
            }
        }
        found
    }

    /// Users and roles that accounts of the world have besides the listed ones.
    pub(crate) fn others_without_key(&self) -> Vec<Candidate> {
        let partition = partition(self.world, None);
        let accounts = self.accounts.iter();
        let accounts = accounts.filter(|account| self.world.other_principals(**account).is_some());
        accounts
            .map(|account| (self.any_of(*account, &partition), self.wanted))
            .collect()
    }

    /// The root users of the world's accounts.
    pub(crate) fn roots(&self, key: Option<&Key>, doors: &Doors, extent: Extent) -> Vec<Candidate> {
        let partition = partition(self.world, key);
        let mut found = Vec::new();
        for account in self.accounts {
            let open = doors.everyone.union(doors.account(*account));
            let actions = match (extent, key) {
                (Extent::Everyone, _) | (_, None) => self.wanted,
                (Extent::Possible, Some(_)) => open.intersection(self.wanted),
            };
            if let Some(root) = subject::root(*account, &partition)
                && !actions.is_empty()
            {
                found.push((Subject::Known(root), actions));
            }
        }
        found
    }

    /// Principals that the world does not have, by name and by kind.
    pub(crate) fn others(
        &self,
        key: &Key,
        doors: &Doors,
        dangling: &mut BTreeSet<Dangling>,
    ) -> Vec<Candidate> {
        let mut found: BTreeMap<(u8, String), Candidate> = BTreeMap::new();
        let mut add = |subject: Subject, actions: KmsActionSet| {
            let actions = actions.intersection(self.wanted);
            if actions.is_empty() {
                return;
            }
            let (_, own) = found
                .entry(subject.order())
                .or_insert((subject, KmsActionSet::EMPTY));
            *own = own.union(actions);
        };
        for (pattern, _) in &doors.others {
            match self.named(pattern) {
                Some(Ok(subject)) => {
                    let actions = self.index.actions_of(&subject.principal(), key, doors);
                    add(subject, actions);
                }
                Some(Err(unknown)) => {
                    dangling.insert(unknown);
                }
                None => {}
            }
        }
        let partition = partition(self.world, Some(key));
        let any_of = |account: AccountId| self.any_of(account, &partition);
        for (account, actions) in &doors.accounts {
            if self.index.may_have_others(*account) {
                add(any_of(*account), *actions);
            }
        }
        if !doors.everyone.is_empty() {
            if self.index.may_have_others(key.account) {
                add(any_of(key.account), doors.everyone);
            }
            add(Subject::AnyService, doors.everyone);
            if let Some(stand_in) = self.stand_in(key) {
                let anyone = Subject::Anyone {
                    stand_in,
                    partition: partition.clone(),
                };
                add(anyone, doors.everyone.intersection(across_accounts()));
            }
        }
        found.into_values().collect()
    }

    fn any_of(&self, account: AccountId, partition: &str) -> Subject {
        Subject::AnyOf {
            account,
            besides: self.index.has_identities(account),
            partition: partition.into(),
        }
    }

    /// Whom a pattern names, which no user or role of the world is.
    fn named(&self, pattern: &PrincipalPattern) -> Option<Result<Subject, Dangling>> {
        let dangling = || {
            Err(Dangling {
                principal: pattern.text.clone(),
            })
        };
        match &pattern.names {
            PrincipalName::User
            | PrincipalName::Role { .. }
            | PrincipalName::RoleSession
            | PrincipalName::FederatedUser => {
                let Ok(principal) = Principal::parse(&pattern.text) else {
                    return Some(dangling());
                };
                let account = principal.account()?;
                Some(
                    if self.index.lists(&principal) || is_infrastructure(&principal) {
                        Ok(Subject::Known(principal))
                    } else if self.index.may_have_others(account) {
                        Ok(Subject::Named(principal))
                    } else if exists(&principal) {
                        Ok(Subject::Known(principal))
                    } else {
                        dangling()
                    },
                )
            }
            PrincipalName::Service => {
                Some(Ok(Subject::Known(Principal::Service(pattern.text.clone()))))
            }
            PrincipalName::UniqueId => Some(dangling()),
            PrincipalName::Everyone
            | PrincipalName::Unknown(_)
            | PrincipalName::Account(_)
            | PrincipalName::Federated
            | PrincipalName::CanonicalUser
            | PrincipalName::Nobody => None,
        }
    }

    /// An account that neither world nor key names.
    fn stand_in(&self, key: &Key) -> Option<AccountId> {
        let policies = [Some(&key.policy), key.ram_policy.as_ref()];
        let statements = policies
            .into_iter()
            .flatten()
            .flat_map(|policy| &policy.policy.statements);
        let principals = statements.filter_map(|statement| statement.principal.as_ref());
        let named: BTreeSet<AccountId> = principals
            .flat_map(|scope| &scope.items)
            .filter_map(|item| match item.value.names {
                PrincipalName::Account(account) | PrincipalName::Role { account, .. } => {
                    Some(account)
                }
                _ => None,
            })
            .collect();
        let is_free = |account: &AccountId| {
            !named.contains(account)
                && !self.accounts.contains(account)
                && self.world.placement(*account).is_none()
        };
        let candidates =
            (0_u64..).map_while(|number| AccountId::new(&format!("{number:012}")).ok());
        candidates.into_iter().find(is_free)
    }
}

/// Whether a principal that the world does not list exists in an account whose users and roles it
/// has: what AWS makes by itself, and sessions that get their name when they are made.
fn exists(principal: &Principal) -> bool {
    match principal {
        Principal::RoleSession(_) => principal.is_service_linked_role(),
        Principal::FederatedUser { .. } => true,
        _ => false,
    }
}

fn partition(world: &World, key: Option<&Key>) -> Box<str> {
    let key = key.or(world.contents().keys.first());
    key.map_or("aws", |key| key.arn.partition()).into()
}
