//! Who can be concerned at all: a quick look that leaves out only those whom nothing can allow.
//!
//! The index is built once for a world. It answers "which actions might be allowed to this principal
//! on this key" by names, accounts and bits of actions alone, without conditions, denies and ceilings,
//! so that it says yes too often and never no too often. The evaluator decides on who is left.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

use kmsim_authz::layers::AttachedPolicy;
use kmsim_authz::principal::Principal;
use kmsim_authz::world::{Identity, Key, World};
use kmsim_policy::condition_key::ConditionKey;
use kmsim_policy::syntax::{
    Effect, PrincipalName, PrincipalPattern, ResourcePattern, ResourceShape, Scope, Statement,
};
use kmsim_policy::variable::{Lookup, Variables};
use kmsim_policy::wildcard::Match;
use kmsim_types::{AccountId, GrantOperation, KmsAction, KmsActionSet};

/// What is known of a world by looking at it once.
#[derive(Debug)]
pub(crate) struct Index<'w> {
    world: &'w World,
    /// The users and roles by ARN.
    pub(crate) identities: Vec<Row<'w>>,
    /// Where the identities of each account are in `identities`.
    accounts: HashMap<AccountId, Vec<u32>>,
    by_arn: HashMap<&'w str, u32>,
    /// Unique ids; nothing stops a world from giving one twice.
    by_id: HashMap<&'w str, Vec<u32>>,
    /// Policies that are attached to users and roles, each once.
    policies: Vec<&'w AttachedPolicy>,
}

/// A user or role.
#[derive(Debug)]
pub(crate) struct Row<'w> {
    pub(crate) identity: &'w Identity,
    /// Where its policies are in [`Index::policies`], those only that allow something of KMS.
    policies: Vec<u32>,
}

/// Which principals the policies and grants of a key let in, and to what.
#[derive(Debug, Default)]
pub(crate) struct Doors {
    /// Everyone.
    pub(crate) everyone: KmsActionSet,
    /// Accounts, whose identity-based policies must allow too.
    pub(crate) accounts: BTreeMap<AccountId, KmsActionSet>,
    /// Users and roles of the world.
    named: HashMap<u32, KmsActionSet>,
    /// Principals that the world does not have: by the patterns that name them.
    pub(crate) others: Vec<(PrincipalPattern, KmsActionSet)>,
    states_id: bool,
}

/// What the policies of identities can allow on one key, looked at when it is needed.
#[derive(Debug)]
pub(crate) struct Reachable<'i, 'w> {
    index: &'i Index<'w>,
    key: Option<&'w Key>,
    by_policy: Vec<Option<KmsActionSet>>,
}

impl<'w> Index<'w> {
    pub(crate) fn new(world: &'w World) -> Self {
        let mut policies: Vec<&'w AttachedPolicy> = Vec::new();
        let mut known: HashMap<*const AttachedPolicy, Option<u32>> = HashMap::new();
        let mut place = |policy: &'w Arc<AttachedPolicy>| {
            *known.entry(Arc::as_ptr(policy)).or_insert_with(|| {
                let allows = |statement: &Statement| {
                    statement.effect != Effect::Deny && !possible(statement).is_empty()
                };
                let allows = policy.policy.statements.iter().any(allows);
                allows.then(|| {
                    policies.push(policy);
                    number(policies.len() - 1)
                })
            })
        };
        let mut identities: Vec<Row<'w>> = world
            .contents()
            .identities
            .iter()
            .map(|identity| Row {
                identity,
                policies: identity.policies.iter().filter_map(&mut place).collect(),
            })
            .collect();
        identities.sort_by(|one, other| one.identity.arn.cmp(&other.identity.arn));
        identities.dedup_by(|one, other| one.identity.arn == other.identity.arn);
        let mut accounts: HashMap<AccountId, Vec<u32>> = HashMap::new();
        let mut by_arn = HashMap::with_capacity(identities.len());
        let mut by_id: HashMap<&'w str, Vec<u32>> = HashMap::new();
        for (at, row) in identities.iter().enumerate() {
            let (at, identity) = (number(at), row.identity);
            accounts.entry(identity.account).or_default().push(at);
            by_arn.insert(identity.arn.as_str(), at);
            if let Some(id) = &identity.id {
                by_id.entry(&**id).or_default().push(at);
            }
        }
        Self {
            world,
            identities,
            accounts,
            by_arn,
            by_id,
            policies,
        }
    }

    /// Whether the world has users or roles of the account.
    pub(crate) fn has_identities(&self, account: AccountId) -> bool {
        self.accounts.contains_key(&account)
    }

    /// Whether the account may have users and roles that the world does not list.
    pub(crate) fn may_have_others(&self, account: AccountId) -> bool {
        !self.has_identities(account) || self.world.other_principals(account).is_some()
    }

    /// Whether the world lists a principal, or the role or user whose session it is.
    pub(crate) fn lists(&self, principal: &Principal) -> bool {
        match principal {
            Principal::User(arn)
            | Principal::FederatedUser {
                issued_by: Some(arn),
                ..
            } => self.world.identity(arn.as_str()).is_some(),
            Principal::RoleSession(session) => match &session.role {
                Some(role) => self.world.identity(role.as_str()).is_some(),
                None => self.world.role(session.account, &session.name).is_some(),
            },
            _ => false,
        }
    }

    /// The place of a user or role.
    pub(crate) fn place(&self, arn: &str) -> Option<u32> {
        self.by_arn.get(arn).copied()
    }

    /// Whom the key's policies and grants let in. If `states_id`, requests state the id of the caller,
    /// and a policy that names an id may mean anyone.
    pub(crate) fn doors(&self, key: &Key, states_id: bool) -> Doors {
        let mut doors = Doors {
            states_id,
            ..Doors::default()
        };
        let policies = [Some(&key.policy), key.ram_policy.as_ref()];
        let statements = policies
            .into_iter()
            .flatten()
            .flat_map(|policy| &policy.policy.statements);
        for statement in statements.filter(|statement| statement.effect != Effect::Deny) {
            let Some(scope) = &statement.principal else {
                continue;
            };
            let actions = possible(statement);
            if scope.negated {
                doors.everyone.extend(actions.iter());
                continue;
            }
            for pattern in &scope.items {
                self.open(&mut doors, &pattern.value, actions);
            }
        }
        let mut retirable = KmsActionSet::EMPTY;
        retirable.insert(KmsAction::RetireGrant);
        for grant in &key.grants {
            let actions = covered(grant.operations.iter());
            self.open(&mut doors, &grant.grantee, actions);
            if let Some(retiring) = &grant.retiring {
                self.open(&mut doors, retiring, retirable);
            }
            // The accounts of a grant may retire it, their principals if IAM lets them.
            for account in [Some(key.account), grant.issuing_account]
                .into_iter()
                .flatten()
            {
                doors.open_account(account, retirable);
            }
        }
        doors
    }

    fn open(&self, doors: &mut Doors, pattern: &PrincipalPattern, actions: KmsActionSet) {
        if actions.is_empty() {
            return;
        }
        let found = match &pattern.names {
            PrincipalName::UniqueId if doors.states_id => {
                doors.everyone = doors.everyone.union(actions);
                return;
            }
            // What is not known may name anyone.
            PrincipalName::Everyone | PrincipalName::Unknown(_) => {
                doors.everyone = doors.everyone.union(actions);
                return;
            }
            PrincipalName::Account(account) => {
                doors.open_account(*account, actions);
                return;
            }
            PrincipalName::User | PrincipalName::Role { .. } => {
                self.by_arn.get(&*pattern.text).map(std::slice::from_ref)
            }
            PrincipalName::UniqueId => self.by_id.get(&*pattern.text).map(Vec::as_slice),
            PrincipalName::RoleSession
            | PrincipalName::FederatedUser
            | PrincipalName::Service
            | PrincipalName::Federated
            | PrincipalName::CanonicalUser
            | PrincipalName::Nobody => None,
        };
        match found {
            Some(found) => {
                for at in found {
                    let own = doors.named.entry(*at).or_default();
                    *own = own.union(actions);
                }
            }
            None => doors.others.push((pattern.clone(), actions)),
        }
    }

    /// The actions that might be allowed on a key to one principal, or to a session of one.
    pub(crate) fn actions_of(
        &self,
        principal: &Principal,
        key: &Key,
        doors: &Doors,
    ) -> KmsActionSet {
        let base = match principal {
            Principal::RoleSession(session) => session.role_arn(),
            principal => principal.to_string(),
        };
        let at = self.place(&base);
        let text = principal.to_string();
        let others = doors.others.iter().filter(|(pattern, _)| {
            let named = &*pattern.text;
            *named == *text || *named == *base
        });
        let mut by_name = at.map_or(KmsActionSet::EMPTY, |at| doors.named(at));
        by_name.extend(others.flat_map(|(_, actions)| actions.iter()));
        let by_account = principal
            .account()
            .map_or(KmsActionSet::EMPTY, |account| doors.account(account));
        by_name
            .union(by_account)
            .union(doors.everyone)
            .intersection(
                if principal
                    .account()
                    .is_some_and(|account| account != key.account)
                {
                    across_accounts()
                } else {
                    KmsActionSet::ALL
                },
            )
    }

    /// What the policies of identities can allow on a key, or without one.
    pub(crate) fn reachable(&self, key: Option<&'w Key>) -> Reachable<'_, 'w> {
        Reachable {
            index: self,
            key,
            by_policy: vec![None; self.policies.len()],
        }
    }
}

impl Doors {
    fn open_account(&mut self, account: AccountId, actions: KmsActionSet) {
        let own = self.accounts.entry(account).or_default();
        *own = own.union(actions);
    }

    /// What is open to the principals of an account whose policies allow it.
    pub(crate) fn account(&self, account: AccountId) -> KmsActionSet {
        self.accounts.get(&account).copied().unwrap_or_default()
    }

    /// What is open to a user or role by name.
    fn named(&self, at: u32) -> KmsActionSet {
        self.named.get(&at).copied().unwrap_or_default()
    }
}

impl Reachable<'_, '_> {
    /// The actions that might be allowed to an identity on the key.
    pub(crate) fn actions(&mut self, at: u32, doors: &Doors) -> KmsActionSet {
        let Some(row) = self.index.identities.get(at as usize) else {
            return KmsActionSet::EMPTY;
        };
        let account = row.identity.account;
        let is_own = self.key.is_some_and(|key| key.account == account);
        let by_name = doors.named(at);
        let by_account = doors.account(account);
        // In the key's own account, "everyone" needs nothing else.
        let (alone, with_policies) = if is_own {
            (by_name.union(doors.everyone), by_account)
        } else {
            // A grant names somebody of another account without that account's say.
            let across = across_accounts();
            (
                by_name.intersection(across),
                by_account.union(doors.everyone).intersection(across),
            )
        };
        if with_policies.is_subset(alone) {
            return alone;
        }
        alone.union(with_policies.intersection(self.by_policies(at)))
    }

    /// What an identity's own policies might allow on the key.
    pub(crate) fn by_policies(&mut self, at: u32) -> KmsActionSet {
        let row = self.index.identities.get(at as usize);
        let policies = row.map_or(&[][..], |row| &row.policies);
        let mut all = KmsActionSet::EMPTY;
        for policy in policies {
            all = all.union(self.by_policy(*policy));
        }
        all
    }

    fn by_policy(&mut self, policy: u32) -> KmsActionSet {
        let Some(known) = self.by_policy.get_mut(policy as usize) else {
            return KmsActionSet::EMPTY;
        };
        if let Some(known) = known {
            return *known;
        }
        let attached = self.index.policies.get(policy as usize);
        let actions = attached.map_or(KmsActionSet::EMPTY, |attached| {
            may_allow(attached, self.key)
        });
        *known = Some(actions);
        actions
    }
}

/// The actions that a policy might allow on a key.
fn may_allow(attached: &AttachedPolicy, key: Option<&Key>) -> KmsActionSet {
    let statements = attached.policy.statements.iter();
    let allows = statements.filter(|statement| statement.effect != Effect::Deny);
    let mut actions = KmsActionSet::EMPTY;
    for statement in allows {
        let own = possible(statement);
        if own.is_subset(actions) {
            continue;
        }
        let covers = match (&statement.resource, key) {
            (Some(scope), Some(key)) => may_cover(scope, key),
            // An action without resource is one on `*`; the evaluator tells.
            (_, None) => true,
            (None, Some(_)) => false,
        };
        if covers {
            actions = actions.union(own);
        }
    }
    actions
}

/// The actions that a statement covers, or covers if what is not known of it is so.
fn possible(statement: &Statement) -> KmsActionSet {
    let open = statement.open.as_ref().map(|open| open.kms_actions);
    statement.kms_actions.union(open.unwrap_or_default())
}

fn may_cover(scope: &Scope<ResourcePattern>, key: &Key) -> bool {
    let arn = &key.arn;
    let parts = [
        "arn",
        arn.partition(),
        arn.service(),
        arn.region(),
        arn.account(),
        arn.resource(),
    ];
    let covers = |pattern: &ResourcePattern| match &pattern.shape {
        ResourceShape::Any | ResourceShape::Unknown => true,
        ResourceShape::Nothing => false,
        ResourceShape::Arn(patterns) => patterns.iter().zip(parts).rev().all(|(pattern, part)| {
            matches!(
                pattern.matches(part, &Anything),
                Match::Yes | Match::Unknown
            )
        }),
    };
    scope.negated || scope.items.iter().any(|item| covers(&item.value))
}

/// Variables that can have any value.
struct Anything;

impl Variables for Anything {
    fn lookup(&self, _: &ConditionKey) -> Lookup<'_> {
        Lookup::Unknown
    }
}

/// The actions that can have an effect on keys of other accounts.
pub(crate) fn across_accounts() -> KmsActionSet {
    static ACROSS: LazyLock<KmsActionSet> = LazyLock::new(|| {
        let all = KmsAction::ALL.into_iter();
        all.filter(|action| action.info().cross_account).collect()
    });
    *ACROSS
}

/// The actions that grant operations cover.
fn covered(operations: impl Iterator<Item = GrantOperation>) -> KmsActionSet {
    let operations: Vec<GrantOperation> = operations.collect();
    let actions = KmsAction::ALL.into_iter().filter(|action| {
        let operation = action.info().grant_operation;
        operation.is_some_and(|operation| operations.contains(&operation))
    });
    actions.collect()
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
