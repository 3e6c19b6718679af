//! The narrowest exception from a statement that denies. The statement itself always stays.

use kmsim_authz::principal::Principal;
use kmsim_policy::operator::Test;
use kmsim_policy::syntax::Statement;
use serde_json::{Map, Value, json};

use super::document;
use super::patch::{At, Step};
use super::propose::{Open, Proposal, Stage};
use super::statement::principal;
use super::view::EditKind;
use super::widen;

/// The condition key that tells the caller, and the operator that excepts by it.
struct Mark {
    operator: &'static str,
    key: &'static str,
    value: String,
}

/// Exceptions for the caller: from the statement, or, where the statement lists its action beside
/// others, for that action alone.
pub(super) fn proposals<'w>(stage: &Stage<'_, 'w>, (id, at): At) -> Vec<Proposal<'w>> {
    let Some(open) = stage.open(id) else {
        return Vec::new();
    };
    let Some(statement) = open.policy.policy.statements.get(at) else {
        return Vec::new();
    };
    let Some(mark) = mark(&stage.request().principal) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    found.extend(for_action(stage, &open, statement, at, &mark));
    if found.is_empty() {
        found.extend(for_caller(stage, &open, statement, at, &mark));
    }
    found
}

/// The key that names the caller: negated operators hold for requests without it.
fn mark(caller: &Principal) -> Option<Mark> {
    match caller {
        Principal::Service(name) => Some(Mark {
            operator: "StringNotEquals",
            key: "aws:PrincipalServiceName",
            value: name.to_string(),
        }),
        Principal::Federated(_) | Principal::Anonymous => None,
        caller => Some(Mark {
            operator: "ArnNotEquals",
            key: "aws:PrincipalArn",
            value: caller.principal_arn()?,
        }),
    }
}

/// The statement does not apply to the caller.
fn for_caller<'w>(
    stage: &Stage<'_, 'w>,
    open: &Open<'_, 'w>,
    statement: &Statement,
    at: usize,
    mark: &Mark,
) -> Option<Proposal<'w>> {
    let value = document::statements(&open.value).get(at)?;
    let after = document::with_replaced(&open.value, at, excepted(value, statement, mark)?)?;
    let name = widen::name(statement, at);
    let step = Step {
        kind: EditKind::ExceptDeny,
        summary: format!("except {} from {name}, which denies", mark.value),
        element: Some("Condition"),
        statement: at,
    };
    stage.change(open, after, step)
}

/// The action goes into a statement of its own, which does not apply to the caller.
fn for_action<'w>(
    stage: &Stage<'_, 'w>,
    open: &Open<'_, 'w>,
    statement: &Statement,
    at: usize,
    mark: &Mark,
) -> Option<Proposal<'w>> {
    let value = document::statements(&open.value).get(at)?;
    let listed = value.get("Action")?.as_array()?;
    let action = stage.request().action.name();
    let is_it = |item: &Value| {
        item.as_str()
            .is_some_and(|text| text.eq_ignore_ascii_case(action))
    };
    let others: Vec<Value> = listed.iter().filter(|item| !is_it(item)).cloned().collect();
    let scope = statement.action.as_ref()?;
    let covered = |text: &Value| {
        let mut items = scope.items.iter();
        items.any(|item| Some(item.value.text()) == text.as_str() && covers(stage, &item.value))
    };
    if others.is_empty() || others.len() == listed.len() || others.iter().any(covered) {
        return None;
    }
    let mut rest = value.clone();
    *rest.get_mut("Action")? = Value::Array(others);
    let mut own = excepted(value, statement, mark)?;
    *own.get_mut("Action")? = action.into();
    if let Some(sid) = own
        .get("Sid")
        .and_then(Value::as_str)
        .map(|sid| format!("{sid}But"))
    {
        own.as_object_mut()?.insert("Sid".to_owned(), sid.into());
    }
    let after = document::with_replaced(&open.value, at, rest)?;
    let place = document::statements(&after).len();
    let after = document::with_statement(&after, own);
    let name = widen::name(statement, at);
    let step = Step {
        kind: EditKind::ExceptDeny,
        summary: format!(
            "give {action} of {name}, which denies, a statement of its own that excepts {}",
            mark.value
        ),
        element: Some("Action"),
        statement: place,
    };
    stage.change(open, after, step)
}

fn covers(stage: &Stage<'_, '_>, pattern: &kmsim_policy::syntax::ActionPattern) -> bool {
    let folded = stage.request().action.name().to_ascii_lowercase();
    let parts = folded.split_once(':');
    parts.is_some_and(|(service, name)| pattern.matches(service, name))
}

/// The statement with the caller excepted: one more value where callers are excepted already, else
/// one more condition.
fn excepted(value: &Value, statement: &Statement, mark: &Mark) -> Option<Value> {
    let mut after = value.clone();
    let is_mark = |condition: &&kmsim_policy::syntax::Condition| {
        let operator = condition.operator.value;
        let compares = matches!(
            operator.test,
            Test::ArnEquals | Test::ArnLike | Test::StringEquals | Test::StringLike
        );
        compares
            && operator.negated
            && operator.set.is_none()
            && condition.key.value.text().eq_ignore_ascii_case(mark.key)
    };
    if let Some(condition) = statement.conditions.iter().find(is_mark) {
        let operator = condition.operator.value.to_string();
        let block = after.get_mut("Condition")?.get_mut(&operator)?;
        widen::append(block.get_mut(condition.key.value.text())?, &mark.value)?;
        return Some(after);
    }
    let members = after.as_object_mut()?;
    let conditions = members
        .entry("Condition")
        .or_insert_with(|| Value::Object(Map::new()));
    let block = conditions
        .as_object_mut()?
        .entry(mark.operator)
        .or_insert_with(|| json!({}));
    block
        .as_object_mut()?
        .insert(mark.key.to_owned(), mark.value.as_str().into());
    Some(after)
}

/// Whether a caller can be excepted at all.
pub(super) fn can_be_excepted(caller: &Principal) -> bool {
    principal(caller).is_some() && mark(caller).is_some()
}
