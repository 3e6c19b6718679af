//! What all rules share about one policy, prepared once.

use std::cell::OnceCell;
use std::ops::Deref;

use kmsim_authz::layers::AttachedPolicy;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::operand::Operand;
use kmsim_policy::operator::{SetOperator, Test};
use kmsim_policy::source::{Span, Spanned};
use kmsim_policy::syntax::{
    ActionPattern, Condition, Effect, Policy, PolicyKind, PrincipalName, PrincipalPattern,
    ResourcePattern, Scope, Statement,
};
use kmsim_types::{AccountId, Arn, KeyManager, KmsAction, KmsActionSet, arn};

use crate::ask::Governors;
use crate::subject::{Key, Subject};

/// A policy, ready for the rules.
pub(crate) struct Check<'s> {
    pub(crate) subject: &'s Subject<'s>,
    pub(crate) attached: &'s AttachedPolicy,
    pub(crate) policy: &'s Policy,
    pub(crate) kind: PolicyKind,
    pub(crate) key: &'s Key,
    pub(crate) statements: Vec<Stated<'s>>,
    owner: OnceCell<Option<AccountId>>,
    key_arn: OnceCell<Option<Arn>>,
    pub(crate) governors: OnceCell<Governors>,
}

impl<'s> Check<'s> {
    pub(crate) fn new(subject: &'s Subject<'s>, attached: &'s AttachedPolicy) -> Self {
        let policy = &attached.policy;
        let statements = policy.statements.iter().enumerate();
        let stated = |(index, statement)| Stated { index, statement };
        Self {
            subject,
            attached,
            policy,
            kind: subject.kind,
            key: &subject.key,
            statements: statements.map(stated).collect(),
            owner: OnceCell::new(),
            key_arn: OnceCell::new(),
            governors: OnceCell::new(),
        }
    }

    pub(crate) fn is_key_policy(&self) -> bool {
        self.kind == PolicyKind::KeyPolicy
    }

    /// The statements that allow something of KMS.
    pub(crate) fn allows(&self) -> impl Iterator<Item = &Stated<'s>> {
        self.statements.iter().filter(|stated| stated.allows())
    }

    /// Everything of KMS that some statement allows somebody.
    pub(crate) fn kms_of_allows(&self) -> KmsActionSet {
        let sets = self.allows().map(|stated| stated.kms_actions);
        sets.fold(KmsActionSet::EMPTY, KmsActionSet::union)
    }

    /// The statements that deny something of KMS.
    pub(crate) fn denies(&self) -> impl Iterator<Item = &Stated<'s>> {
        self.statements.iter().filter(|stated| stated.denies())
    }

    /// All conditions with their statements.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = (&Stated<'s>, &'s Condition)> {
        self.each(|statement| &statement.conditions)
    }

    /// All elements of `Action` and `NotAction`, with their statements.
    pub(crate) fn action_items(
        &self,
    ) -> impl Iterator<Item = (&Stated<'s>, &'s Spanned<ActionPattern>)> {
        self.each(|statement| items(statement.action.as_ref()))
            .filter(|(_, item)| !item.value.is_unknown())
    }

    /// All elements of `Principal` and `NotPrincipal`, with their statements.
    pub(crate) fn principal_items(
        &self,
    ) -> impl Iterator<Item = (&Stated<'s>, &'s Spanned<PrincipalPattern>)> {
        self.each(|statement| items(statement.principal.as_ref()))
            .filter(|(_, item)| !item.value.is_unknown())
    }

    /// All elements of `Resource` and `NotResource`, with their statements.
    pub(crate) fn resource_items(
        &self,
    ) -> impl Iterator<Item = (&Stated<'s>, &'s Spanned<ResourcePattern>)> {
        self.each(|statement| items(statement.resource.as_ref()))
            .filter(|(_, item)| !item.value.is_unknown())
    }

    fn each<T: 's>(
        &self,
        pick: fn(&'s Statement) -> &'s [T],
    ) -> impl Iterator<Item = (&Stated<'s>, &'s T)> {
        let of = move |stated| {
            let &Stated { statement, .. } = stated;
            pick(statement).iter().map(move |item| (stated, item))
        };
        self.statements.iter().flat_map(of)
    }

    /// The account that owns the key, or that the policy belongs to. Where nobody says, a key policy
    /// tells by whom it lets manage the key (the first account as a whole, if there are several), or by
    /// naming one account only.
    pub(crate) fn owner(&self) -> Option<AccountId> {
        let guess = || {
            let manages =
                |stated: &&Stated<'_>| stated.kms_actions.contains(KmsAction::PutKeyPolicy);
            let governing = || self.allows().filter(manages);
            let whole = |stated: &Stated<'_>| match stated.principals() {
                [one] if stated.names_accounts_only() => account(&one.value),
                _ => None,
            };
            let first = || governing().find_map(whole);
            let named = || self.statements.iter().flat_map(Stated::accounts);
            only(governing().flat_map(Stated::accounts))
                .or_else(first)
                .or_else(|| only(named()))
        };
        let is_key_policy = self.is_key_policy();
        *(self.owner).get_or_init(|| {
            self.key
                .owner()
                .or_else(|| guess().filter(|_| is_key_policy))
        })
    }

    /// The key's ARN: the one that is known, or one that a key of the owner might have.
    pub(crate) fn key_arn(&self) -> Option<&Arn> {
        let make = || {
            if let Some(arn) = &self.key.arn {
                return Some(arn.clone());
            }
            // Without an owner any account will do: then nobody is of the same one.
            let owner = self
                .owner()
                .or_else(|| AccountId::new("111122223333").ok())?;
            let own = |text: &&str| {
                let parts = arn::split(text);
                parts.is_some_and(|[_, _, service, _, account, resource]| {
                    service == "kms"
                        && *account == *owner.as_str()
                        && resource.starts_with("key/")
                        && !text.contains(['*', '?', '$'])
                })
            };
            let mut named = self.resource_items().map(|(_, item)| &*item.value.text);
            let named = named.find(own).and_then(|text| Arn::parse(text).ok());
            named.or_else(|| {
                let region = self.key.home().unwrap_or("us-east-1");
                let partition = kmsim_types::Partition::of_region(region);
                let text = format!(
                    "arn:{partition}:kms:{region}:{owner}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
                );
                Arn::parse(&text).ok()
            })
        };
        self.key_arn.get_or_init(make).as_ref()
    }

    /// Whether something of the policy is not known, or a name is broken and will mean something once it
    /// is mended: then it proves nothing that something is missing.
    pub(crate) fn is_open(&self) -> bool {
        let broken = |found: &Diagnostic| {
            found.code.ends_with("-blank")
                || found.code.starts_with("principal")
                || matches!(
                    found.code,
                    "unknown-action" | "action-name" | "action-without-service"
                )
        };
        self.statements.iter().any(|stated| stated.open.is_some())
            || self.subject.diagnostics.iter().any(broken)
    }

    /// Whether this is a part of a policy: what is missing from it is not missing from the whole.
    pub(crate) fn is_excerpt(&self) -> bool {
        self.subject.excerpt
    }

    /// Whether the policy is that of an AWS managed key, which nobody can change: told, or by the id
    /// that AWS gives such policies (`auto-ebs-2`).
    pub(crate) fn is_aws_managed(&self) -> bool {
        let by_id = || {
            let id = self.policy.id.as_ref();
            id.is_some_and(|id| id.value.starts_with("auto-"))
        };
        match self.key.manager {
            Some(manager) => manager == KeyManager::Aws,
            None => self.is_key_policy() && by_id(),
        }
    }
}

/// The only value of several equal ones.
fn only(mut values: impl Iterator<Item = AccountId>) -> Option<AccountId> {
    let first = values.next()?;
    values.all(|other| other == first).then_some(first)
}

/// The items of an element that may be missing.
pub(crate) fn items<T>(scope: Option<&Scope<T>>) -> &[Spanned<T>] {
    scope.map_or(&[], |scope| &scope.items)
}

/// A statement with its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stated<'p> {
    pub(crate) index: usize,
    pub(crate) statement: &'p Statement,
}

impl Deref for Stated<'_> {
    type Target = Statement;

    fn deref(&self) -> &Statement {
        self.statement
    }
}

impl<'p> Stated<'p> {
    /// Whether the statement allows something of KMS.
    pub(crate) fn allows(&self) -> bool {
        self.effect == Effect::Allow && !self.kms_actions.is_empty()
    }

    /// Whether the statement denies something of KMS.
    pub(crate) fn denies(&self) -> bool {
        self.effect == Effect::Deny && !self.kms_actions.is_empty()
    }

    /// The elements of `Action`; none for `NotAction`.
    pub(crate) fn actions(&self) -> &'p [Spanned<ActionPattern>] {
        listed(self.statement.action.as_ref())
    }

    /// The elements of `Principal`; none for `NotPrincipal`.
    pub(crate) fn principals(&self) -> &'p [Spanned<PrincipalPattern>] {
        listed(self.statement.principal.as_ref())
    }

    /// The elements of `Resource`; none for `NotResource`.
    pub(crate) fn resources(&self) -> &'p [Spanned<ResourcePattern>] {
        listed(self.statement.resource.as_ref())
    }

    /// Where `Principal` names everyone.
    pub(crate) fn everyone(&self) -> Option<Span> {
        let everyone =
            |item: &&Spanned<PrincipalPattern>| item.value.names == PrincipalName::Everyone;
        self.principals()
            .iter()
            .find(everyone)
            .map(|item| item.span)
    }

    /// The accounts of the principals that the statement names.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = AccountId> + use<'p> {
        self.principals()
            .iter()
            .filter_map(|item| account(&item.value))
    }

    /// Whether `Principal` names nobody but accounts as a whole.
    pub(crate) fn names_accounts_only(&self) -> bool {
        let whole = |item: &Spanned<PrincipalPattern>| {
            matches!(item.value.names, PrincipalName::Account(_))
        };
        !self.principals().is_empty() && self.principals().iter().all(whole)
    }

    /// The conditions on a key, by the name as AWS spells it. Of a family, the placeholder stands for
    /// all: `kms:EncryptionContext:${EncryptionContextKey}`.
    pub(crate) fn on(&self, name: &'static str) -> impl Iterator<Item = &'p Condition> + use<'p> {
        let all: &'p [Condition] = &self.statement.conditions;
        all.iter().filter(move |condition| key(condition) == name)
    }

    /// Whether a condition asks for a key that AWS does not have: then the statement never applies,
    /// which is said about the key.
    pub(crate) fn is_void(&self) -> bool {
        let void = |condition: &Condition| {
            let key = &condition.key.value;
            let prefix = key.text().trim_start();
            let of_aws = ["kms", "aws"].iter().any(|own| {
                prefix
                    .get(..3)
                    .is_some_and(|start| start.eq_ignore_ascii_case(own))
            });
            key.info().is_none() && of_aws && is_positive(condition)
        };
        self.conditions.iter().any(void)
    }

    /// Whether there are conditions of which something is not known: they may limit the statement.
    pub(crate) fn has_open_conditions(&self) -> bool {
        let unknown = |condition: &Condition| {
            condition
                .operands
                .iter()
                .any(|operand| operand.value.is_unknown())
        };
        let open = self
            .open
            .as_ref()
            .is_some_and(|open| !open.conditions.is_empty());
        open || self.conditions.iter().any(unknown)
    }

    /// Whether there is a condition on one of some keys.
    pub(crate) fn tests_any(&self, names: &[&str]) -> bool {
        self.conditions
            .iter()
            .any(|condition| names.contains(&key(condition)))
    }

    /// What `Action` is written as, for messages: the first element that covers the action.
    pub(crate) fn written(&self, action: KmsAction) -> Option<&'p Spanned<ActionPattern>> {
        let covers = |item: &&Spanned<ActionPattern>| item.value.kms_actions().contains(action);
        self.actions().iter().find(covers)
    }

    /// Where the actions stand.
    pub(crate) fn action_span(&self) -> Span {
        self.action.as_ref().map_or(self.span, |scope| scope.span)
    }
}

fn listed<T>(scope: Option<&Scope<T>>) -> &[Spanned<T>] {
    let listed = scope.filter(|scope| !scope.negated);
    listed.map_or(&[], |scope| &scope.items)
}

/// The account that a principal is or belongs to.
pub(crate) fn account(principal: &PrincipalPattern) -> Option<AccountId> {
    match &principal.names {
        PrincipalName::Account(account) | PrincipalName::Role { account, .. } => Some(*account),
        PrincipalName::User | PrincipalName::RoleSession | PrincipalName::FederatedUser => {
            let [.., account, _] = arn::split(&principal.text)?;
            AccountId::new(account).ok()
        }
        _ => None,
    }
}

/// The name of a condition's key as AWS spells it, or as it was written if AWS has no such key.
pub(crate) fn key(condition: &Condition) -> &str {
    let key = &condition.key.value;
    key.info().map_or(key.text(), |info| info.name)
}

/// Whether a condition asks for a value, as opposed to excluding some or asking for presence.
pub(crate) fn is_positive(condition: &Condition) -> bool {
    let operator = condition.operator.value;
    !operator.negated && operator.test != Test::Null
}

/// Whether a condition fails for requests without the key.
pub(crate) fn needs_key(condition: &Condition) -> bool {
    let operator = condition.operator.value;
    if operator.test == Test::Null {
        // `Null: false` asks for the key.
        let mut operands = condition.operands.iter();
        return operands.all(|operand| operand.value.text().eq_ignore_ascii_case("false"));
    }
    match operator.set {
        _ if operator.if_exists => false,
        Some(SetOperator::ForAllValues) => false,
        Some(SetOperator::ForAnyValue) => true,
        None => !operator.negated,
    }
}

/// The values of a condition with their places, but those that are not known.
pub(crate) fn values(condition: &Condition) -> impl Iterator<Item = (&str, Span)> {
    let known = |operand: &&Spanned<Operand>| !operand.value.is_unknown();
    let operands = condition.operands.iter().filter(known);
    operands.map(|operand| (operand.value.text(), operand.span))
}

/// The actions for which a test holds.
pub(crate) fn actions(test: impl Fn(KmsAction) -> bool) -> KmsActionSet {
    KmsAction::ALL
        .into_iter()
        .filter(|action| test(*action))
        .collect()
}

/// Names for a message: all of a few, else the first ones and how many more.
pub(crate) fn names(set: KmsActionSet) -> String {
    const SHOWN: usize = 4;
    let shown: Vec<String> = set
        .iter()
        .take(SHOWN)
        .map(|action| format!("`{action}`"))
        .collect();
    let more = set.len().saturating_sub(SHOWN);
    match (shown.as_slice(), more) {
        (shown, 1..) => format!("{} and {more} more", shown.join(", ")),
        ([first @ .., last], _) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        (shown, _) => shown.concat(),
    }
}
