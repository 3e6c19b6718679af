//! The narrowest exception from a statement that denies. The statement itself always stays.

use kmsim_authz::principal::Principal;
use kmsim_authz::trace::Layer;
use kmsim_policy::operator::Test;
use kmsim_policy::syntax::{ActionPattern, Condition, Statement};
use serde_json::{Map, Value, json};

use super::document;
use super::patch::{At, Step};
use super::propose::{Proposal, Stage};
use super::statement::{For, principal};
use super::view::EditKind;
use super::widen;

/// The condition key that tells the caller, and the operator that excepts by it.
struct Mark {
    operator: &'static str,
    key: &'static str,
    value: String,
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

/// A statement that denies no more than before, with an exception.
#[derive(Clone)]
struct Part {
    statement: Value,
    /// The element that says the exception.
    element: &'static str,
    spares: String,
}

/// Exceptions from a statement: for the caller, for the resource, or for the caller on the
/// resource; where the statement lists its action beside others, for that action alone.
pub(super) fn proposals<'w>(stage: &Stage<'_, 'w>, (id, at): At) -> Vec<Proposal<'w>> {
    let Some(open) = stage.open(id) else {
        return Vec::new();
    };
    let Some(statement) = open.policy.policy.statements.get(at) else {
        return Vec::new();
    };
    let Some(value) = document::statements(&open.value).get(at) else {
        return Vec::new();
    };
    let mark = mark(&stage.request().principal);
    let (rest, part) = match split(stage, value, statement) {
        Some((rest, part)) => (Some(rest), part),
        None => (None, value.clone()),
    };
    let of_caller = mark.as_ref().and_then(|mark| {
        let excepted = excepted(&part, statement, mark)?;
        Some(Part {
            statement: excepted,
            element: "Condition",
            spares: mark.value.clone(),
        })
    });
    // In a key policy every resource is the key.
    let key = stage
        .request()
        .resource
        .arn()
        .filter(|_| id.layer != Layer::Resource);
    let of_resource = key.and_then(|key| {
        Some(Part {
            statement: spared(&part, key.as_str())?,
            element: "Resource",
            spares: key.to_string(),
        })
    });
    let is_own = matches!(
        id.layer,
        Layer::Identity | Layer::Session | Layer::PermissionsBoundary
    ) && stage.is_own(open.policy);
    // What is attached to the caller alone is about nobody else.
    let mut ways: Vec<Vec<Part>> = Vec::new();
    match (of_caller, of_resource) {
        (_, Some(of_resource)) if is_own => ways.push(vec![of_resource]),
        (Some(of_caller), Some(of_resource)) => {
            ways.push(vec![of_caller.clone()]);
            ways.push(vec![of_caller, of_resource]);
        }
        (Some(of_caller), None) => ways.push(vec![of_caller]),
        (None, Some(of_resource)) if is_own => ways.push(vec![of_resource]),
        (None, _) => {}
    }
    let name = widen::name(statement, at);
    let action = stage.request().action.name();
    let way = |parts: Vec<Part>| {
        let mut after = open.value.clone();
        let mut steps = Vec::new();
        if let Some(rest) = &rest {
            after = document::with_replaced(&after, at, rest.clone())?;
        }
        for (number, mut part) in parts.into_iter().enumerate() {
            let first = number == 0 && rest.is_none();
            let place = if first {
                at
            } else {
                document::statements(&after).len()
            };
            after = if first {
                document::with_replaced(&after, at, part.statement)?
            } else {
                renumber(&mut part.statement, document::statements(&after));
                document::with_statement(&after, part.statement)
            };
            let spares = part.spares;
            steps.push(Step {
                kind: EditKind::ExceptDeny,
                summary: match (number, rest.is_some()) {
                    (0, false) => format!("except {spares} from {name}, which denies"),
                    (0, true) => format!(
                        "move {action} from {name}, which denies, to a statement that excepts {spares}"
                    ),
                    _ => format!("deny the same to everyone for all but {spares}"),
                },
                element: Some(part.element),
                statement: place,
                whom: For::Caller,
                checks: vec![stage.at],
            });
        }
        stage.change(&open, after, steps)
    };
    ways.into_iter().filter_map(way).collect()
}

/// A Sid for a part of a statement, which others do not have.
fn renumber(part: &mut Value, taken: &[Value]) {
    let Some(sid) = part.get_mut("Sid") else {
        return;
    };
    let Some(own) = sid.as_str().map(str::to_owned) else {
        return;
    };
    let is_taken = |sid: &Value| {
        taken
            .iter()
            .any(|statement| statement.get("Sid") == Some(sid))
    };
    let numbered = (2..).map(|number| Value::from(format!("{own}{number}")));
    if let Some(free) = numbered.into_iter().find(|sid| !is_taken(sid)) {
        *sid = free;
    }
}

/// The statement without the action, and the same for the action alone, if it lists the action
/// beside others.
fn split(stage: &Stage<'_, '_>, value: &Value, statement: &Statement) -> Option<(Value, Value)> {
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
    let mut part = value.clone();
    *part.get_mut("Action")? = action.into();
    Some((rest, part))
}

fn covers(stage: &Stage<'_, '_>, pattern: &ActionPattern) -> bool {
    let folded = stage.request().action.name().to_ascii_lowercase();
    let parts = folded.split_once(':');
    parts.is_some_and(|(service, name)| pattern.matches(service, name))
}

/// The statement for all resources but one. `None` where its elements cannot say that.
fn spared(value: &Value, key: &str) -> Option<Value> {
    let mut after = value.clone();
    if let Some(listed) = after.get_mut("NotResource") {
        widen::append(listed, key)?;
        return Some(after);
    }
    let resource = value.get("Resource")?;
    if *resource == json!("*") || *resource == json!(["*"]) {
        let members = value.as_object()?.iter();
        let renamed = members.map(|(name, member)| match name.as_str() {
            "Resource" => ("NotResource".to_owned(), Value::from(key)),
            _ => (name.clone(), member.clone()),
        });
        return Some(Value::Object(renamed.collect()));
    }
    let others: Vec<Value> = resource
        .as_array()?
        .iter()
        .filter(|item| item.as_str() != Some(key))
        .cloned()
        .collect();
    let is_smaller = !others.is_empty() && others.len() < resource.as_array()?.len();
    *after.get_mut("Resource")? = Value::Array(others);
    is_smaller.then_some(after)
}

/// The statement with the caller excepted: one more value where callers are excepted already, else
/// one more condition.
fn excepted(value: &Value, statement: &Statement, mark: &Mark) -> Option<Value> {
    let mut after = value.clone();
    let is_mark = |condition: &&Condition| {
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
