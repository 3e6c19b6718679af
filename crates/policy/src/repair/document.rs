//! The document around the statements.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Mender, statement};
use crate::blanks;
use crate::json::{Member, Node, Value};
use crate::source::Span;

const ELEMENTS: [&str; 3] = ["Version", "Id", "Statement"];
const CURRENT: &str = "2012-10-17";
const OLD: &str = "2008-10-17";

/// What a policy is pasted together from.
enum Part<'a> {
    Document(Vec<Member<'a>>, Span),
    Statement(Node<'a>),
}

/// Makes one mended document of what was read. `excerpt` tells that the text begins
/// in the middle of something, so that its Version may be missing by accident.
pub(super) fn assemble<'a>(
    mender: &mut Mender,
    nodes: Vec<Node<'a>>,
    excerpt: bool,
) -> Option<Node<'a>> {
    let parts = parts(mender, nodes)?;
    let mut document = match <[Part<'a>; 1]>::try_from(parts) {
        Ok([Part::Document(members, span)]) if !excerpt => Node {
            value: Value::Object(members),
            span,
        },
        Ok([part]) => join(mender, vec![part]),
        Err(parts) => join(mender, parts),
    };
    if let Value::Object(members) = &mut document.value {
        mend_elements(mender, members);
    }
    Some(document)
}

fn parts<'a>(mender: &mut Mender, nodes: Vec<Node<'a>>) -> Option<Vec<Part<'a>>> {
    let mut parts = Vec::new();
    for node in nodes {
        match node.value {
            Value::Array(elements) => {
                for element in elements {
                    match part(mender, element)? {
                        // A list of whole documents is several policies, not one.
                        Part::Document(..) => return None,
                        statement @ Part::Statement(_) => parts.push(statement),
                    }
                }
            }
            _ => parts.push(part(mender, node)?),
        }
    }
    (!parts.is_empty()).then_some(parts)
}

fn part<'a>(mender: &mut Mender, node: Node<'a>) -> Option<Part<'a>> {
    let span = node.span;
    let Value::Object(mut members) = node.value else {
        return None;
    };
    let is_one_of = |member: &Member<'_>, names: &[&str]| {
        let name = blanks::without(&member.key);
        names.iter().any(|own| own.eq_ignore_ascii_case(&name))
    };
    if members
        .iter()
        .any(|member| is_one_of(member, &["Statement"]))
    {
        rename(mender, &mut members, &ELEMENTS);
        return Some(Part::Document(members, span));
    }
    let value = Value::Object(members);
    let node = Node { value, span };
    let members = node.as_object().unwrap_or_default();
    let evident = members
        .iter()
        .any(|member| is_one_of(member, &statement::TELLING));
    evident.then_some(Part::Statement(node))
}

/// One document with the statements of all parts.
fn join<'a>(mender: &mut Mender, parts: Vec<Part<'a>>) -> Node<'a> {
    let span = Span::default();
    let several = parts.len() > 1;
    let version = common_version(&parts);
    let mut others: Vec<Member<'a>> = Vec::new();
    let mut statements = Vec::new();
    for (position, part) in parts.into_iter().enumerate() {
        tell(mender, &part, position == 0, version);
        match part {
            Part::Statement(node) => statements.push(node),
            Part::Document(members, _) => take(members, &mut statements, &mut others),
        }
    }
    if several {
        number_sids(mender, &mut statements);
    }
    let member = |key: &'static str, value: Value<'a>| Member {
        key: key.into(),
        key_span: span,
        value: Node { value, span },
    };
    let mut members = vec![member("Version", Value::String(version.into()))];
    members.extend(others);
    members.push(member("Statement", Value::Array(statements)));
    Node {
        value: Value::Object(members),
        span,
    }
}

fn tell(mender: &mut Mender, part: &Part<'_>, is_first: bool, version: &str) {
    let has_version = |members: &[Member<'_>]| members.iter().any(|member| member.key == "Version");
    match part {
        Part::Statement(node) if is_first => {
            mender.change(node.span, "put the statement into a document");
        }
        Part::Statement(node) => {
            mender.change(node.span, "joined this statement to those before");
        }
        Part::Document(members, span) if is_first => {
            if !has_version(members) {
                mender.change(*span, format!("added the Version {version}"));
            }
        }
        Part::Document(_, span) => {
            mender.change(*span, "joined this document's statements to those before");
        }
    }
}

/// Takes a document apart: its statements, and what else of it the first documents lack.
fn take<'a>(
    members: Vec<Member<'a>>,
    statements: &mut Vec<Node<'a>>,
    others: &mut Vec<Member<'a>>,
) {
    for member in members {
        let Member {
            key,
            value: Node { value, span },
            ..
        } = member;
        match (&*key, value) {
            ("Statement", Value::Array(list)) => statements.extend(list),
            ("Statement", value) => statements.push(Node { value, span }),
            ("Version", _) => {}
            (_, value) if others.iter().all(|other| other.key != key) => others.push(Member {
                key,
                key_span: member.key_span,
                value: Node { value, span },
            }),
            _ => {}
        }
    }
}

/// The Version that all parts have. A piece without one is taken to have lost the current one.
fn common_version(parts: &[Part<'_>]) -> &'static str {
    let old = parts.iter().all(|part| match part {
        Part::Statement(_) => false,
        Part::Document(members, _) => members
            .iter()
            .any(|member| member.key == "Version" && member.value.as_str() == Some(OLD)),
    });
    if old { OLD } else { CURRENT }
}

/// Sids that were unique in their own documents may not be so in the joined one.
fn number_sids(mender: &mut Mender, statements: &mut [Node<'_>]) {
    let mut seen = HashSet::new();
    for statement in statements {
        let Value::Object(members) = &mut statement.value else {
            continue;
        };
        let Some(sid) = members.iter_mut().find(|member| member.key == "Sid") else {
            continue;
        };
        let span = sid.value.span;
        let Value::String(text) = &mut sid.value.value else {
            continue;
        };
        let own = text.to_string();
        let mut number = 2;
        while !seen.insert(text.to_string()) {
            *text = format!("{own}{number}").into();
            number += 1;
        }
        if **text != own {
            mender.change(
                span,
                format!("numbered the Sid, which stood twice: `{text}`"),
            );
        }
    }
}

fn mend_elements(mender: &mut Mender, members: &mut [Member<'_>]) {
    for member in members {
        let node = &mut member.value;
        match (&*member.key, &mut node.value) {
            ("Version", Value::String(text)) => {
                let plain = blanks::in_name(text);
                if let Some(plain) = plain.filter(|plain| [CURRENT, OLD].contains(&plain.as_str()))
                {
                    mender.change(node.span, "removed the blanks from the Version");
                    *text = plain.into();
                }
            }
            ("Statement", Value::Array(statements)) => {
                for node in statements {
                    statement::mend(mender, node);
                }
            }
            ("Statement", Value::Object(_)) => statement::mend(mender, node),
            _ => {}
        }
    }
}

/// Gives members the names they have in another case or with blanks.
pub(super) fn rename(mender: &mut Mender, members: &mut [Member<'_>], names: &[&'static str]) {
    for index in 0..members.len() {
        let Some(member) = members
            .get(index)
            .filter(|member| !names.contains(&&*member.key))
        else {
            continue;
        };
        let plain = blanks::without(&member.key);
        let Some(name) = names.iter().find(|name| name.eq_ignore_ascii_case(&plain)) else {
            continue;
        };
        if members.iter().any(|other| other.key == *name) {
            continue;
        }
        if let Some(member) = members.get_mut(index) {
            let found = crate::diagnostic::excerpt(&member.key);
            mender.change(member.key_span, format!("wrote `{name}` for `{found}`"));
            member.key = Cow::Borrowed(name);
        }
    }
}
