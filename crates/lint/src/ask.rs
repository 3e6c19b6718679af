//! Questions to the authorizer about one policy.
//!
//! The policy stands in the place of the key's policy, whatever its kind: then the trace has a record
//! for each statement, which says of principal, action, resource and conditions whether they apply.
//! Callers have an identity-based policy that allows everything, so that what a key policy delegates
//! to the account counts as given.

use std::sync::{Arc, LazyLock};

use kmsim_authz::context::RequestContext;
use kmsim_authz::decide::decide_traced;
use kmsim_authz::decision::Decision;
use kmsim_authz::layers::{AttachedPolicy, Layers, Origin};
use kmsim_authz::principal::Principal;
use kmsim_authz::request::{Request, Resource};
use kmsim_authz::trace::{ConditionRecord, Found, StatementRecord, Trace};
use kmsim_policy::operator::Test;
use kmsim_policy::parse::parse;
use kmsim_policy::source::{SourceId, Spanned};
use kmsim_policy::syntax::{Condition, Effect, PolicyKind, PrincipalName};
use kmsim_types::{AccountId, KmsAction};

use crate::check::{Check, Stated};

/// Keys that only requests have which a service makes or forwards.
pub(crate) const OF_SERVICES: [&str; 9] = [
    "kms:ViaService",
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceOwner",
];

/// An answer with what was recorded on the way.
pub(crate) struct Asked {
    pub(crate) decision: Decision,
    trace: Trace,
}

impl Asked {
    /// What became of a statement.
    pub(crate) fn statement(&self, index: usize) -> Option<&StatementRecord> {
        let is_meant = |record: &&StatementRecord| record.statement as usize == index;
        // The caller's own policy is recorded too, behind the one that is asked about.
        self.trace.statements.iter().find(is_meant)
    }

    /// What became of the conditions of a statement.
    pub(crate) fn conditions(&self, record: &StatementRecord, count: usize) -> &[ConditionRecord] {
        let first = record.first_condition as usize;
        self.trace
            .conditions
            .get(first..first + count)
            .unwrap_or(&[])
    }
}

/// Who can still change the key policy.
#[derive(Debug)]
pub(crate) struct Governors {
    /// The principals that an `Allow` names for it, as texts.
    pub(crate) named: Vec<String>,
    /// Whether the account as a whole (or everyone) is among them.
    pub(crate) account: bool,
}

/// Allows everything.
static EVERYTHING: LazyLock<Vec<Arc<AttachedPolicy>>> = LazyLock::new(|| {
    const TEXT: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    let policy = parse(
        TEXT,
        SourceId(u32::MAX),
        PolicyKind::Identity,
        &mut Vec::new(),
    );
    let attached = |policy| {
        Arc::new(AttachedPolicy {
            name: None,
            policy,
            origin: Origin::Inline,
        })
    };
    policy.map(attached).into_iter().collect()
});

/// The context of a call that a person or program makes directly: nothing is known but that no
/// service makes or forwards it.
pub(crate) fn direct() -> RequestContext {
    let mut context = RequestContext::new();
    context.set_rest_unknown();
    for key in OF_SERVICES {
        context.set_absent(key);
    }
    context
}

/// The root user of an account.
pub(crate) fn root(account: AccountId) -> Option<Principal> {
    Principal::parse(&format!("arn:aws:iam::{account}:root")).ok()
}

/// Somebody of an account that no policy names.
pub(crate) fn somebody(account: AccountId) -> Option<Principal> {
    Principal::parse(&format!("arn:aws:iam::{account}:role/kmsim-somebody")).ok()
}

/// A direct call of somebody of whom only the account is known.
pub(crate) fn direct_of_somebody() -> RequestContext {
    let mut context = direct();
    for key in [
        "aws:PrincipalArn",
        "aws:userid",
        "aws:PrincipalType",
        "aws:username",
    ] {
        context.set_unknown(key);
    }
    context
}

impl Check<'_> {
    /// Asks about a call on the key.
    pub(crate) fn ask(
        &self,
        principal: Principal,
        action: KmsAction,
        context: RequestContext,
    ) -> Option<Asked> {
        let key = self.key_arn()?.clone();
        let owner = key.account_id();
        let request = Request::new(principal, action.into(), Resource::Arn(key), owner, context);
        let layers = Layers {
            resource: Some(self.attached),
            identity: &EVERYTHING,
            ..Layers::default()
        };
        let (decision, trace) = decide_traced(&layers, &request);
        Some(Asked { decision, trace })
    }

    /// Who an `Allow` lets change the key policy in a direct call, denies left aside.
    pub(crate) fn governors(&self) -> &Governors {
        self.governors.get_or_init(|| self.find_governors())
    }

    fn find_governors(&self) -> Governors {
        let mut found = Governors {
            named: Vec::new(),
            account: false,
        };
        for stated in self.allows() {
            if !stated.kms_actions.contains(KmsAction::PutKeyPolicy) {
                continue;
            }
            if stated.principal.as_ref().is_some_and(|scope| scope.negated) {
                found.account |= self.owner().and_then(somebody).is_some_and(|somebody| {
                    self.applies(stated.index, somebody, direct_of_somebody())
                });
            }
            for item in stated.principals() {
                match self.governing(stated.index, &item.value.names, &item.value.text) {
                    Some(true) => found.account = true,
                    Some(false) if !found.named.iter().any(|name| **name == *item.value.text) => {
                        found.named.push(item.value.text.to_string());
                    }
                    _ => {}
                }
            }
        }
        found
    }

    /// Whether a principal element governs the key: as its account (`true`) or by itself.
    fn governing(&self, statement: usize, names: &PrincipalName, text: &str) -> Option<bool> {
        let owner = self.owner()?;
        match names {
            PrincipalName::Everyone => {
                let applies = self.applies(statement, somebody(owner)?, direct_of_somebody());
                applies.then_some(true)
            }
            PrincipalName::Account(account) if *account == owner => {
                let by_root = self.applies(statement, root(owner)?, direct());
                let applies =
                    by_root || self.applies(statement, somebody(owner)?, direct_of_somebody());
                applies.then_some(true)
            }
            PrincipalName::User
            | PrincipalName::Role { .. }
            | PrincipalName::RoleSession
            | PrincipalName::FederatedUser => {
                let principal = Principal::parse(text).ok()?;
                let own = principal.account() == Some(owner);
                (own && self.applies(statement, principal, direct())).then_some(false)
            }
            _ => None,
        }
    }

    /// Whether a statement may apply to a call of `PutKeyPolicy`.
    fn applies(&self, statement: usize, principal: Principal, context: RequestContext) -> bool {
        let asked = self.ask(principal, KmsAction::PutKeyPolicy, context);
        let record = asked.as_ref().and_then(|asked| asked.statement(statement));
        record.is_some_and(|record| record.effect == Effect::Allow && !record.applies().is_no())
    }
}

/// A `Deny` that reaches everybody.
pub(crate) struct Reach {
    /// The keys that the request lacks and whose negated conditions hold for that.
    pub(crate) absent_keys: Vec<Spanned<Box<str>>>,
}

impl Check<'_> {
    /// Whether nobody may change the key policy, denies left aside.
    pub(crate) fn has_no_governor(&self) -> bool {
        let governors = self.governors();
        !governors.account && governors.named.is_empty()
    }

    /// Whether a `Deny` certainly applies to every direct call for an action: of the account's root user,
    /// of somebody of whom nothing is known, and of everybody that the policy lets govern the key.
    pub(crate) fn deny_of_all(&self, stated: &Stated<'_>, action: KmsAction) -> Option<Reach> {
        if !stated.kms_actions.contains(action) {
            return None;
        }
        let owner = self
            .owner()
            .or_else(|| AccountId::new("111122223333").ok())?;
        let named = self.governors().named.iter();
        let named = named.filter_map(|text| Principal::parse(text).ok());
        let callers = [
            (root(owner)?, direct()),
            (somebody(owner)?, direct_of_somebody()),
        ];
        let callers = callers
            .into_iter()
            .chain(named.map(|named| (named, direct())));
        let mut reach = None;
        for (principal, context) in callers {
            let asked = self.ask(principal, action, context)?;
            let record = asked.statement(stated.index)?;
            if !record.applies().is_yes() {
                return None;
            }
            reach.get_or_insert_with(|| Reach {
                absent_keys: absent_keys(stated, &asked, record),
            });
        }
        reach
    }
}

fn absent_keys(
    stated: &Stated<'_>,
    asked: &Asked,
    record: &StatementRecord,
) -> Vec<Spanned<Box<str>>> {
    let conditions = &stated.statement.conditions;
    let records = asked.conditions(record, conditions.len());
    let absent = conditions
        .iter()
        .zip(records)
        .filter(|(condition, record)| {
            // `Null` asks for absence; that no direct call has the key is an oversight all the same.
            let operator = condition.operator.value;
            let of_services = OF_SERVICES.contains(&crate::check::key(condition));
            record.found == Found::Absent && (operator.test != Test::Null || of_services)
        });
    let name = |(condition, _): (&Condition, _)| {
        Spanned::new(condition.key.value.text().into(), condition.key.span)
    };
    absent.map(name).collect()
}
