//! Policies back into JSON, in one canonical form.
//!
//! Two blanks for each level; Version, Id, Statement; Sid, Effect, Principal, Action, Resource,
//! Condition; one item as a plain string, several as a list. What a policy means survives:
//! parsing the printed text gives the same tree but for its spans.

use std::borrow::Cow;

use crate::json::{Member, Node, Value, is_number};
use crate::source::{Span, Spanned};
use crate::syntax::{
    Condition, Policy, PrincipalName, PrincipalPattern, PrincipalType, Scope, Statement,
};
use crate::unknown::{MARKER, OpenCondition};

mod yaml;

pub use yaml::node_to_yaml;

/// Prints a policy, with a line break at its end.
pub fn to_json(policy: &Policy) -> String {
    if let Some(why) = policy.why_unknown() {
        return node_to_json(&unknown(why));
    }
    let version = policy.version.map(|version| text(version.name()));
    let statements = policy.statements.iter().map(statement).collect();
    let document = object([
        ("Version", version),
        ("Id", policy.id.as_ref().map(|id| text(&id.value))),
        ("Statement", Some(node(Value::Array(statements)))),
    ]);
    node_to_json(&document)
}

/// Prints any tree of nodes in the same layout, members in their own order.
pub fn node_to_json(node: &Node<'_>) -> String {
    let mut out = String::new();
    write_node(&mut out, node, 0);
    out.push('\n');
    out
}

/// A string as JSON writes it, quotes included.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn statement(statement: &Statement) -> Node<'_> {
    let open = statement.open.as_deref();
    if let Some(why) = open.and_then(|open| open.statement.as_deref()) {
        return unknown(why);
    }
    let effect = match open.and_then(|open| open.effect.as_ref()) {
        Some(why) => unknown(&why.value),
        None => text(statement.effect.name()),
    };
    let open_conditions = open.map_or(&[][..], |open| &open.conditions);
    let conditions = &statement.conditions;
    let any = !conditions.is_empty() || !open_conditions.is_empty();
    object([
        ("Sid", statement.sid.as_ref().map(|sid| text(&sid.value))),
        ("Effect", Some(effect)),
        scope(
            "Principal",
            "NotPrincipal",
            statement.principal.as_ref(),
            principals,
        ),
        scope("Action", "NotAction", statement.action.as_ref(), |items| {
            list(items.iter().map(|item| {
                let action = &item.value;
                written(action.text(), action.is_unknown())
            }))
        }),
        scope(
            "Resource",
            "NotResource",
            statement.resource.as_ref(),
            |items| {
                list(items.iter().map(|item| {
                    let resource = &item.value;
                    written(&resource.text, resource.is_unknown())
                }))
            },
        ),
        (
            "Condition",
            any.then(|| condition(conditions, open_conditions)),
        ),
    ])
}

fn scope<'p, T>(
    name: &'static str,
    negated: &'static str,
    scope: Option<&'p Scope<T>>,
    items: fn(&'p [Spanned<T>]) -> Node<'p>,
) -> (&'static str, Option<Node<'p>>) {
    let is_negated = scope.is_some_and(|scope| scope.negated);
    let name = if is_negated { negated } else { name };
    (name, scope.map(|scope| items(&scope.items)))
}

/// The type that a principal stands under. One without a type can only be meant as `AWS`.
fn principal_type(principal: &PrincipalPattern) -> &'static str {
    match principal.names {
        PrincipalName::Service => "Service",
        PrincipalName::Federated => "Federated",
        PrincipalName::CanonicalUser => "CanonicalUser",
        PrincipalName::Everyone
        | PrincipalName::Account(_)
        | PrincipalName::User
        | PrincipalName::Role { .. }
        | PrincipalName::RoleSession
        | PrincipalName::FederatedUser
        | PrincipalName::UniqueId
        | PrincipalName::Nobody => "AWS",
        PrincipalName::Unknown(of_type) => of_type.map_or("AWS", PrincipalType::name),
    }
}

fn principals(items: &[Spanned<PrincipalPattern>]) -> Node<'_> {
    if let [only] = items
        && only.value.names == PrincipalName::Everyone
    {
        return text("*");
    }
    if let [only] = items
        && only.value.names == PrincipalName::Unknown(None)
    {
        return unknown(&only.value.text);
    }
    let names = items.iter().map(|item| {
        let name = written(&item.value.text, item.value.is_unknown());
        (principal_type(&item.value), name)
    });
    grouped(names, |names| list(names.into_iter()))
}

fn condition<'p>(conditions: &'p [Condition], open: &'p [OpenCondition]) -> Node<'p> {
    if let [
        OpenCondition {
            operator: None,
            why,
        },
        ..,
    ] = open
    {
        return unknown(&why.value);
    }
    let known = conditions
        .iter()
        .map(|condition| (condition.operator.value.to_string(), condition));
    let mut operators = grouped(known, |conditions| {
        let keys = conditions.into_iter().map(|condition| {
            let values = condition.operands.iter().map(|operand| {
                let operand = &operand.value;
                written(operand.text(), operand.is_unknown())
            });
            member(condition.key.value.text().into(), list(values))
        });
        node(Value::Object(keys.collect()))
    });
    if let Value::Object(members) = &mut operators.value {
        members.extend(open.iter().filter_map(|condition| {
            let operator = condition.operator.as_ref()?.value.to_string();
            Some(member(operator.into(), unknown(&condition.why.value)))
        }));
    }
    operators
}

/// An object of what stands under each name, names in the order of their first appearance.
fn grouped<'p, K: Into<Cow<'p, str>>, T>(
    items: impl Iterator<Item = (K, T)>,
    value: impl Fn(Vec<T>) -> Node<'p>,
) -> Node<'p> {
    let mut groups: Vec<(Cow<'p, str>, Vec<T>)> = Vec::new();
    for (name, item) in items {
        let name = name.into();
        match groups.iter_mut().find(|(own, _)| *own == name) {
            Some((_, group)) => group.push(item),
            None => groups.push((name, vec![item])),
        }
    }
    let members = groups
        .into_iter()
        .map(|(name, group)| member(name, value(group)));
    node(Value::Object(members.collect()))
}

/// One value as it is, several as a list.
fn list<'p>(values: impl Iterator<Item = Node<'p>>) -> Node<'p> {
    let mut nodes: Vec<Node<'p>> = values.collect();
    match nodes.pop() {
        Some(only) if nodes.is_empty() => only,
        last => {
            nodes.extend(last);
            node(Value::Array(nodes))
        }
    }
}

fn object<'p, const N: usize>(members: [(&'p str, Option<Node<'p>>); N]) -> Node<'p> {
    let present = members
        .into_iter()
        .filter_map(|(name, value)| Some(member(name.into(), value?)));
    node(Value::Object(present.collect()))
}

fn member<'p>(key: Cow<'p, str>, value: Node<'p>) -> Member<'p> {
    Member {
        key,
        key_span: Span::default(),
        value,
    }
}

fn text(text: &str) -> Node<'_> {
    node(Value::String(text.into()))
}

/// A text, or the marker with that text as its reason.
fn written(own: &str, is_unknown: bool) -> Node<'_> {
    if is_unknown { unknown(own) } else { text(own) }
}

fn unknown(why: &str) -> Node<'_> {
    object([(MARKER, Some(text(why)))])
}

fn node(value: Value<'_>) -> Node<'_> {
    Node {
        value,
        span: Span::default(),
    }
}

/// Recursion is as deep as the tree, which no reader makes deeper than
/// [`MAX_DEPTH`](crate::json::MAX_DEPTH).
fn write_node(out: &mut String, node: &Node<'_>, level: usize) {
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        // YAML has numbers that JSON has not.
        Value::Number(text) if is_number(text) => out.push_str(text),
        Value::Number(text) | Value::String(text) => out.push_str(&quoted(text)),
        Value::Array(elements) => write_items(out, ['[', ']'], elements, level, write_node),
        Value::Object(members) => {
            write_items(out, ['{', '}'], members, level, |out, member, level| {
                out.push_str(&quoted(&member.key));
                out.push_str(": ");
                write_node(out, &member.value, level);
            });
        }
    }
}

fn write_items<T>(
    out: &mut String,
    [open, close]: [char; 2],
    items: &[T],
    level: usize,
    write: impl Fn(&mut String, &T, usize),
) {
    let line = |out: &mut String, level: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", level));
    };
    out.push(open);
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        line(out, level + 1);
        write(out, item, level + 1);
    }
    if !items.is_empty() {
        line(out, level);
    }
    out.push(close);
}

#[cfg(test)]
mod tests;
