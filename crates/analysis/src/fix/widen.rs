//! One more value in an element of a statement that nearly matches.

use kmsim_authz::context::{ContextValue, Presence};
use kmsim_authz::trace::{Layer, PolicyId, PrincipalMatch, StatementRecord};
use kmsim_authz::truth::Truth;
use kmsim_policy::operator::{SetOperator, Test};
use kmsim_policy::syntax::{Condition, Effect, PrincipalName, Statement};
use kmsim_types::{AccessLevel, KmsAction};
use serde_json::{Value, json};

use super::document;
use super::patch::Step;
use super::propose::{Open, Proposal, Stage};
use super::statement::{self, For};
use super::view::EditKind;

/// Condition keys of AWS whose values say by which way a request comes. Others are what a guard
/// rail stands on (organization, second factor), or say who the caller is.
const WAYS: [&str; 7] = [
    "aws:SourceVpce",
    "aws:SourceVpc",
    "aws:SourceIp",
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:RequestedRegion",
    "aws:PrincipalArn",
];

/// What a statement lacks.
enum Lack<'s> {
    Principal,
    Action,
    Resource,
    Value(&'s Condition),
}

/// The Allow statements of a document that lack one value each.
pub(super) fn proposals<'w>(
    stage: &Stage<'_, 'w>,
    id: PolicyId,
    open: &Open<'_, 'w>,
    whom: For,
) -> Vec<Proposal<'w>> {
    let records = stage.trace.statements.iter();
    let records = records.filter(|record| record.policy == id && record.effect == Effect::Allow);
    let widened = |record: &StatementRecord| {
        let at = record.statement as usize;
        let statement = open.policy.policy.statements.get(at)?;
        let lack = lack(stage, record, statement, whom)?;
        let value = document::statements(&open.value).get(at)?;
        let (value, element, what) = widen(stage, value, &lack, whom)?;
        let name = name(statement, at);
        let summary = format!("add {what} to the {element} of {name}");
        let after = document::with_replaced(&open.value, at, value)?;
        let step = Step {
            kind: EditKind::WidenElement,
            summary,
            element: Some(element),
            statement: at,
            whom,
            checks: vec![stage.at],
        };
        stage.change(open, after, vec![step])
    };
    records.filter_map(widened).collect()
}

/// A statement as people call it.
pub(super) fn name(statement: &Statement, at: usize) -> String {
    match &statement.sid {
        Some(sid) => format!("statement `{}`", sid.value),
        None => format!("statement {}", at + 1),
    }
}

/// The one thing that a statement lacks to be what is sought; `None` if it lacks more, or if it
/// must not be widened.
fn lack<'s>(
    stage: &Stage<'_, '_>,
    record: &StatementRecord,
    statement: &'s Statement,
    whom: For,
) -> Option<Lack<'s>> {
    let has_principal = stage
        .layers
        .policy(record.policy)
        .is_some_and(|attached| attached.policy.kind.has_principal());
    // A statement for everyone is no place for more.
    let names_everyone = has_principal
        && statement.principal.as_ref().is_none_or(|scope| {
            let mut items = scope.items.iter();
            scope.negated || items.any(|item| item.value.names == PrincipalName::Everyone)
        });
    if names_everyone {
        return None;
    }
    let names_as_sought = match whom {
        For::Account => record.principal == PrincipalMatch::Account,
        _ => !matches!(
            record.principal,
            PrincipalMatch::No | PrincipalMatch::Account
        ),
    };
    // At an endpoint the account is one way among others to name the caller.
    let names_as_sought = names_as_sought
        || record.policy.layer == Layer::VpcEndpoint && record.principal != PrincipalMatch::No;
    let first = record.first_condition as usize;
    let conditions = stage.trace.conditions.iter().skip(first);
    let conditions: Vec<_> = statement.conditions.iter().zip(conditions).collect();
    // A statement of which something is not known is nobody's to widen.
    let unknown = statement.open.is_some()
        || record.resource == Truth::Unknown
        || conditions
            .iter()
            .any(|(_, record)| record.holds == Truth::Unknown);
    if unknown {
        return None;
    }
    let mut lacks = Vec::new();
    if !names_as_sought {
        lacks.push(Lack::Principal);
    }
    if record.action.is_no() {
        lacks.push(Lack::Action);
    }
    if record.resource.is_no() {
        lacks.push(Lack::Resource);
    }
    let failing = conditions.iter().filter(|(_, record)| record.holds.is_no());
    lacks.extend(failing.map(|(condition, _)| Lack::Value(condition)));
    let lack = lacks.pop().filter(|_| lacks.is_empty())?;
    let fits = match lack {
        Lack::Principal => whom == For::Caller && gives_no_control(stage, statement),
        Lack::Resource => gives_no_control(stage, statement),
        // What somebody may do with other services is another matter.
        Lack::Action if matches!(record.policy.layer, Layer::Identity | Layer::Session) => {
            let is_kms = stage.request().action.name().starts_with("kms:");
            !is_kms || !statement.kms_actions.is_empty()
        }
        Lack::Action | Lack::Value(_) => true,
    };
    fits.then_some(lack)
}

/// Whether a statement gives none of the actions by which a key is controlled, the one that is
/// asked for apart: it may be given to somebody else, or for another key.
fn gives_no_control(stage: &Stage<'_, '_>, statement: &Statement) -> bool {
    let own = stage.request().action.kms();
    let negated = statement.action.as_ref().is_none_or(|scope| scope.negated);
    let any = |scope: &kmsim_policy::syntax::Scope<kmsim_policy::syntax::ActionPattern>| {
        scope.items.iter().any(|item| item.value.is_any())
    };
    let mut actions = statement.kms_actions.iter();
    !negated
        && !statement.action.as_ref().is_some_and(any)
        && actions.all(|action| Some(action) == own || !is_control(action))
}

/// Whether an action controls a key rather than uses or shows it.
pub(super) fn is_control(action: KmsAction) -> bool {
    let by_others = [
        KmsAction::ScheduleKeyDeletion,
        KmsAction::DisableKey,
        KmsAction::DeleteImportedKeyMaterial,
        KmsAction::DisableKeyRotation,
        KmsAction::UpdatePrimaryRegion,
        KmsAction::ReplicateKey,
    ];
    action.info().access_level == AccessLevel::PermissionsManagement || by_others.contains(&action)
}

/// The statement with what it lacks, the element's name, and what was added.
fn widen(
    stage: &Stage<'_, '_>,
    statement: &Value,
    lack: &Lack<'_>,
    whom: For,
) -> Option<(Value, &'static str, String)> {
    let request = stage.request();
    let mut after = statement.clone();
    let (element, what) = match lack {
        Lack::Action => {
            let name = request.action.name();
            append(after.get_mut("Action")?, name)?;
            ("Action", name.to_owned())
        }
        Lack::Resource => {
            let arn = request.resource.arn()?.to_string();
            append(after.get_mut("Resource")?, &arn)?;
            ("Resource", arn)
        }
        Lack::Principal => {
            let Value::Object(own) = statement::principal(&request.principal)? else {
                return None;
            };
            let (sort, who) = own.into_iter().next()?;
            let who = who.as_str()?.to_owned();
            let principal = after.get_mut("Principal")?;
            match principal.get_mut(&sort) {
                Some(listed) => append(listed, &who)?,
                None => {
                    principal.as_object_mut()?.insert(sort, json!(who));
                }
            }
            ("Principal", who)
        }
        Lack::Value(condition) => {
            let value = missing_value(stage, condition, whom)?;
            let operator = condition.operator.value.to_string();
            let key = condition.key.value.text();
            let block = after.get_mut("Condition")?.get_mut(&operator)?;
            append(block.get_mut(key)?, &value)?;
            ("Condition", format!("{key} = {value}"))
        }
    };
    Some((after, element, what))
}

/// One more text in a list, or beside a single one.
pub(super) fn append(listed: &mut Value, text: &str) -> Option<()> {
    match listed {
        Value::Array(items) => items.push(text.into()),
        Value::String(_) | Value::Number(_) | Value::Bool(_) => {
            let one = listed.take();
            *listed = json!([one, text]);
        }
        Value::Null | Value::Object(_) => return None,
    }
    Some(())
}

/// The request's value, which a condition does not list.
fn missing_value(stage: &Stage<'_, '_>, condition: &Condition, whom: For) -> Option<String> {
    let operator = condition.operator.value;
    let listed = matches!(
        operator.test,
        Test::StringEquals
            | Test::StringEqualsIgnoreCase
            | Test::StringLike
            | Test::ArnEquals
            | Test::ArnLike
            | Test::IpAddress
    );
    let key = condition.key.value.text();
    let of_kms = key
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("kms:"));
    let is_way = of_kms || WAYS.iter().any(|way| way.eq_ignore_ascii_case(key));
    if !listed || operator.negated || !is_way || whom == For::Account && key.contains("Principal") {
        return None;
    }
    let action = stage.request().action.kms();
    let Presence::Value(found) = stage.request().context.get(&condition.key.value, action) else {
        return None;
    };
    let one = match (found, operator.set) {
        (ContextValue::One(one), _) => one,
        (ContextValue::Many(values), Some(SetOperator::ForAnyValue)) => values.first()?,
        // For all values: the one that is not listed, if there is one only.
        (ContextValue::Many(values), Some(SetOperator::ForAllValues)) => {
            let is_listed = |value: &str| {
                let mut operands = condition.operands.iter();
                operands.any(|operand| operand.value.text() == value)
            };
            let mut missing = values.iter().filter(|value| !is_listed(value));
            missing.next().filter(|_| missing.next().is_none())?
        }
        (ContextValue::Many(_), None) => return None,
    };
    // A value with signs that policies read in another way would let in more than itself.
    let plain = !one.contains(['*', '?', '$']);
    plain.then(|| one.to_string())
}
