//! Rows of `CloudTrail` Lake and of `CloudWatch` Logs Insights, and structures that they print into one
//! column: `{type=AssumedRole, arn=arn:aws:sts::…, sessioncontext={…}}`.

use kmsim_policy::json::{self, Member, Node, Value};
use kmsim_policy::source::{SourceId, Span};

use crate::node;

/// How deep printed structures may lie in each other.
const DEEPEST: usize = 16;

/// A row that is a list of columns: `[{"eventName": "Decrypt"}, {"awsRegion": "us-west-2"}]`, or
/// `[{"field": "@message", "value": "{…}"}]`.
pub(super) fn row(columns: &[Node<'_>]) -> Option<Node<'static>> {
    let mut members = Vec::with_capacity(columns.len());
    for column in columns {
        let (key, value) = if let [only] = column.as_object()? {
            (only.key.clone().into_owned(), &only.value)
        } else {
            let field = column.member("field")?.as_str()?;
            (field.to_owned(), column.member("value")?)
        };
        members.push(node::member(key, node::owned(value)));
    }
    let span = columns.first()?.span.to(columns.last()?.span);
    (columns.len() > 1 || is_whole(&members)).then(|| node::object(members, span))
}

/// One column is a row of its own only if it holds an event.
fn is_whole(members: &[Member<'static>]) -> bool {
    members.iter().any(|member| {
        ["@message", "eventJson", "eventData"]
            .iter()
            .any(|name| member.key.eq_ignore_ascii_case(name))
    })
}

/// A structure that is printed into a string: as JSON, or as Lake prints it. All of it stands where
/// the string does.
pub(super) fn printed(text: &str, span: Span) -> Option<Node<'static>> {
    let text = text.trim();
    if !text.starts_with(['{', '[']) {
        return None;
    }
    if let Some(node) = json::parse(text, SourceId::default(), &mut Vec::new()) {
        return Some(at(node::owned(&node), span));
    }
    let (rest, value) = structure(text, Within::List, span, 0)?;
    rest.trim().is_empty().then_some(value)
}

/// A value with all that is in it at one place.
fn at(mut node: Node<'static>, span: Span) -> Node<'static> {
    node.span = span;
    match &mut node.value {
        Value::Array(nodes) => {
            for inner in nodes {
                *inner = at(std::mem::replace(inner, node::text("", span)), span);
            }
        }
        Value::Object(members) => {
            for member in members {
                member.key_span = span;
                member.value = at(
                    std::mem::replace(&mut member.value, node::text("", span)),
                    span,
                );
            }
        }
        _ => {}
    }
    node
}

/// What a printed value stands in, which says where it ends.
#[derive(Clone, Copy)]
enum Within {
    Object,
    List,
}

/// `{name=value, …}`, `[value, …]`, or a text up to what ends it.
fn structure(
    text: &str,
    within: Within,
    span: Span,
    depth: usize,
) -> Option<(&str, Node<'static>)> {
    if depth > DEEPEST {
        return None;
    }
    if let Some(found) = whole_json(text, span) {
        return Some(found);
    }
    if let Some(mut rest) = text.strip_prefix('{') {
        let mut members = Vec::new();
        loop {
            rest = rest.trim_start_matches([' ', ',']);
            if let Some(rest) = rest.strip_prefix('}') {
                return Some((rest, node::object(members, span)));
            }
            let (name, after) = rest.split_once('=')?;
            let (after, value) = structure(after, Within::Object, span, depth + 1)?;
            members.push(node::member(name.trim().to_owned(), value));
            rest = after;
        }
    }
    if let Some(mut rest) = text.strip_prefix('[') {
        let mut items = Vec::new();
        loop {
            rest = rest.trim_start_matches([' ', ',']);
            if let Some(rest) = rest.strip_prefix(']') {
                return Some((rest, node::list(items, span)));
            }
            if rest.is_empty() {
                return None;
            }
            let (after, item) = structure(rest, Within::List, span, depth + 1)?;
            items.push(item);
            rest = after;
        }
    }
    let end = match within {
        Within::Object => end_of_member(text),
        Within::List => text.find([',', ']']).unwrap_or(text.len()),
    };
    let (found, rest) = text.split_at_checked(end)?;
    let value = if found == "null" {
        Value::Null
    } else {
        Value::String(found.to_owned().into())
    };
    Some((rest, Node { value, span }))
}

/// A value that is JSON up to the bracket that closes it: what `CloudTrail` itself had as a structure.
fn whole_json(text: &str, span: Span) -> Option<(&str, Node<'static>)> {
    if !text.starts_with("{\"") && !text.starts_with(['[']) {
        return None;
    }
    let mut depth = 0_usize;
    let (mut quoted, mut escaped) = (false, false);
    let end = text.find(|c: char| {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    })?;
    let (found, rest) = text.split_at_checked(end + 1)?;
    let node = json::parse(found, SourceId::default(), &mut Vec::new())?;
    Some((rest, at(node::owned(&node), span)))
}

/// The text of a member ends before the bracket that closes its object, or before a comma behind which
/// another member begins: texts may hold commas themselves.
fn end_of_member(text: &str) -> usize {
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find([',', '}'])) {
        let at = from + found;
        let Some(behind) = text.get(at..).and_then(|rest| rest.strip_prefix(',')) else {
            return at;
        };
        let name = behind.split(['=', ',', '}']).next().unwrap_or("");
        let is_name = name.starts_with(' ') && !name.trim_start().contains(' ');
        if is_name
            && behind
                .get(name.len()..)
                .is_some_and(|rest| rest.starts_with('='))
        {
            return at;
        }
        from = at + 1;
    }
    text.len()
}
