//! The elements of a statement: their names, their places, and what they hold.

use std::borrow::Cow;

use super::document::rename;
use super::{Mender, names};
use crate::blanks;
use crate::diagnostic::excerpt;
use crate::json::{Member, Node, Value};
use crate::operator::Operator;
use crate::parse::{PRINCIPAL_TYPES, principal_type};
use crate::source::Span;

/// Elements by which an object can be told to be a statement.
pub(super) const TELLING: [&str; 8] = [
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];
const PRINCIPALS: [&str; 2] = ["Principal", "NotPrincipal"];
/// Elements that a misplaced brace puts into the principal.
const MISPLACED: [&str; 7] = [
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

pub(super) fn mend(mender: &mut Mender, node: &mut Node<'_>) {
    let Value::Object(members) = &mut node.value else {
        return;
    };
    rename(mender, members, &TELLING);
    rename(mender, members, &["Sid"]);
    move_out_of_principal(mender, members);
    for member in members {
        let value = &mut member.value;
        match &*member.key {
            "Effect" => effect(mender, value),
            "Principal" | "NotPrincipal" => principal(mender, value),
            "Action" | "NotAction" => each_text(value, |text, at| names::action(mender, text, at)),
            "Resource" | "NotResource" => {
                each_text(value, |text, at| names::resource(mender, text, at));
            }
            "Condition" => condition(mender, value),
            _ => {}
        }
    }
}

/// Replaces each string of a string or list of strings, where `mend` has something better.
pub(super) fn each_text(node: &mut Node<'_>, mut mend: impl FnMut(&str, Span) -> Option<String>) {
    let nodes = match &mut node.value {
        Value::Array(elements) => elements.as_mut_slice(),
        _ => std::slice::from_mut(node),
    };
    for node in nodes {
        if let Value::String(text) = &mut node.value
            && let Some(mended) = mend(text, node.span)
        {
            *text = Cow::Owned(mended);
        }
    }
}

/// Puts the elements that stand inside a principal beside it, where they are missing.
fn move_out_of_principal(mender: &mut Mender, members: &mut Vec<Member<'_>>) {
    let mut index = 0;
    while let Some(member) = members.get_mut(index) {
        index += 1;
        let is_principal = PRINCIPALS.contains(&&*member.key);
        let Value::Object(types) = &mut member.value.value else {
            continue;
        };
        if !is_principal {
            continue;
        }
        rename(mender, types, &MISPLACED);
        let mut inner = std::mem::take(types);
        let missing = |name: &str| members.iter().all(|member| member.key != name);
        let (moved, kept): (Vec<_>, Vec<_>) = inner
            .drain(..)
            .partition(|part| MISPLACED.contains(&&*part.key) && missing(&part.key));
        if let Some(Value::Object(types)) = members.get_mut(index - 1).map(|m| &mut m.value.value) {
            *types = kept;
        }
        for part in moved {
            let sentence = format!("moved `{}` out of the principal", part.key);
            mender.change(part.key_span, sentence);
            members.insert(index, part);
            index += 1;
        }
    }
}

fn effect(mender: &mut Mender, node: &mut Node<'_>) {
    each_text(node, |text, at| {
        let plain = blanks::without(text);
        let effects = ["Allow", "Deny"];
        let effect = effects
            .into_iter()
            .find(|effect| effect.eq_ignore_ascii_case(&plain))
            .filter(|effect| *effect != text)?;
        mender.change(at, format!("wrote `{effect}` for `{}`", excerpt(text)));
        Some(effect.to_owned())
    });
}

fn principal(mender: &mut Mender, node: &mut Node<'_>) {
    if let Value::Object(types) = &mut node.value {
        rename(mender, types, &PRINCIPAL_TYPES);
        for part in types {
            let is_aws = part.key == "AWS";
            each_text(&mut part.value, |text, at| {
                let plain = blanks::in_name(text)?;
                let mend = !is_aws || principal_type(&plain) == Some("AWS");
                mend.then(|| names::plain(mender, "principal", text, at, plain))
            });
        }
        return;
    }
    if node.as_str().is_some_and(|text| text.trim() == "*") {
        each_text(node, |text, at| {
            let plain = blanks::in_name(text)?;
            Some(names::plain(mender, "principal", text, at, plain))
        });
        return;
    }
    let types: Vec<_> = node
        .as_list()
        .iter()
        .map(|item| principal_type(&blanks::without(item.as_str()?)))
        .collect();
    let Some(Some(own)) = types.first().copied() else {
        return;
    };
    if types.iter().any(|other| *other != Some(own)) {
        return;
    }
    each_text(node, |text, at| {
        let plain = blanks::in_name(text)?;
        Some(names::plain(mender, "principal", text, at, plain))
    });
    mender.change(node.span, format!("put the principal under `{own}`"));
    let span = node.span;
    let value = std::mem::replace(&mut node.value, Value::Null);
    let part = Member {
        key: Cow::Borrowed(own),
        key_span: span,
        value: Node { value, span },
    };
    node.value = Value::Object(vec![part]);
}

fn condition(mender: &mut Mender, node: &mut Node<'_>) {
    let Value::Object(operators) = &mut node.value else {
        return;
    };
    rename_each(mender, operators, "condition operator", |text| {
        let plain = blanks::without(text);
        Operator::closest(&plain).filter(|name| name.eq_ignore_ascii_case(&plain))
    });
    for operator in operators {
        let Value::Object(keys) = &mut operator.value.value else {
            continue;
        };
        rename_each(mender, keys, "condition key", blanks::in_condition_key);
        for key in keys {
            let name = &key.key;
            each_text(&mut key.value, |text, at| {
                names::condition_value(mender, name, text, at)
            });
        }
    }
}

/// Gives members better names, unless another member has them.
fn rename_each(
    mender: &mut Mender,
    members: &mut [Member<'_>],
    what: &str,
    better: impl Fn(&str) -> Option<String>,
) {
    for index in 0..members.len() {
        let name = members.get(index).and_then(|member| better(&member.key));
        let Some(name) = name.filter(|name| members.iter().all(|other| other.key != **name)) else {
            continue;
        };
        if let Some(member) = members.get_mut(index) {
            let found = excerpt(&member.key);
            let sentence = format!("wrote the {what} `{}` for `{found}`", excerpt(&name));
            mender.change(member.key_span, sentence);
            member.key = Cow::Owned(name);
        }
    }
}
