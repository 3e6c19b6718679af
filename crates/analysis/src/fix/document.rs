//! A policy document as it is written: read from its source to be changed, and compiled again.

use std::borrow::Cow;
use std::sync::Arc;

use kmsim_authz::layers::{AttachedPolicy, Origin};
use kmsim_policy::json::{self, Node};
use kmsim_policy::source::{SourceId, Sources};
use kmsim_policy::syntax::PolicyKind;
use kmsim_policy::{parse, print, yaml};
use serde_json::Value;

/// Spans of policies that are made here point into no source.
const NOWHERE: SourceId = SourceId(u32::MAX);

/// The text of a policy in its source.
#[derive(Clone, Debug)]
pub(super) struct Snippet<'s> {
    /// The policy's own text. For YAML with the blanks that stand before its first line, so that
    /// it reads alone as it does in its file.
    pub(super) text: Cow<'s, str>,
    /// Whether it is YAML that is no JSON.
    pub(super) is_yaml: bool,
    /// Where it ends in its source: behind a remark that stands on its last line.
    pub(super) end: usize,
}

impl Snippet<'_> {
    /// The text of a policy that is written out somewhere and reads alone.
    pub(super) fn of<'s>(policy: &AttachedPolicy, sources: &'s Sources<'_>) -> Option<Snippet<'s>> {
        let span = policy.policy.span;
        let text = sources.slice(span);
        if text.is_empty() {
            return None;
        }
        let (start, end) = (span.start as usize, span.end as usize);
        let snippet = Snippet {
            text: text.into(),
            is_yaml: false,
            end,
        };
        if snippet.node().is_some_and(|node| is_policy(&node, policy)) {
            return Some(snippet);
        }
        let whole = sources.text(span.source);
        let before = whole.get(..start)?;
        let line = before.rsplit('\n').next().unwrap_or("");
        let rest = whole.get(end..)?.split('\n').next().unwrap_or("");
        let remark = rest.trim_start().starts_with('#') && rest.starts_with([' ', '\t']);
        let end = if remark {
            end + rest.trim_end().len()
        } else {
            end
        };
        let text = whole.get(start..end)?;
        let snippet = Snippet {
            text: format!("{}{text}", " ".repeat(line.chars().count())).into(),
            is_yaml: true,
            end,
        };
        let reads = snippet.node().is_some_and(|node| is_policy(&node, policy));
        reads.then_some(snippet)
    }

    /// The text as a tree.
    pub(super) fn node(&self) -> Option<Node<'_>> {
        let mut found = Vec::new();
        let node = if self.is_yaml {
            yaml::parse(&self.text, NOWHERE, &mut found)
        } else {
            json::parse(&self.text, NOWHERE, &mut found)
        };
        node.filter(|_| found.is_empty())
    }
}

/// Whether a tree holds as many statements as the policy, so that each stands in its place.
fn is_policy(node: &Node<'_>, policy: &AttachedPolicy) -> bool {
    let statements = node
        .member("Statement")
        .map_or(0, |node| node.as_list().len());
    statements == policy.policy.statements.len()
}

/// A policy as JSON: as it is written where that can be found, else as it is printed.
pub(super) fn value(policy: &AttachedPolicy, sources: &Sources<'_>) -> Value {
    let written = Snippet::of(policy, sources);
    let written = written.as_ref().and_then(Snippet::node);
    written.map_or_else(|| printed(policy), |node| to_value(&node))
}

/// A policy as JSON in canonical form.
pub(super) fn printed(policy: &AttachedPolicy) -> Value {
    serde_json::from_str(&print::to_json(&policy.policy)).unwrap_or_default()
}

/// A tree as JSON.
pub(super) fn to_value(node: &Node<'_>) -> Value {
    serde_json::from_str(&print::node_to_json(node)).unwrap_or_default()
}

/// Compiles a document. `None` if it is no policy.
pub(super) fn compile(
    document: &Value,
    kind: PolicyKind,
    name: Option<&str>,
    origin: &Origin,
) -> Option<Arc<AttachedPolicy>> {
    let text = document.to_string();
    let mut found = Vec::new();
    let node = json::parse(&text, NOWHERE, &mut found)?;
    let policy = parse::parse_node(&node, kind, &mut found)?;
    let whole = node.member("Statement")?.as_list().len() == policy.statements.len();
    whole.then(|| {
        Arc::new(AttachedPolicy {
            name: name.map(Box::from),
            origin: origin.clone(),
            policy,
        })
    })
}

/// The statements of a document.
pub(super) fn statements(document: &Value) -> &[Value] {
    match document.get("Statement") {
        Some(Value::Array(statements)) => statements,
        Some(statement) => std::slice::from_ref(statement),
        None => &[],
    }
}

/// The document with one more statement.
pub(super) fn with_statement(document: &Value, statement: Value) -> Value {
    let mut statements = statements(document).to_vec();
    statements.push(statement);
    put_statements(document, statements)
}

/// The document with another statement in the place of one.
pub(super) fn with_replaced(document: &Value, at: usize, statement: Value) -> Option<Value> {
    if let Some(Value::Object(_)) = document.get("Statement") {
        let mut document = document.clone();
        *document.get_mut("Statement")? = statement;
        return Some(document);
    }
    let mut statements = statements(document).to_vec();
    *statements.get_mut(at)? = statement;
    Some(put_statements(document, statements))
}

fn put_statements(document: &Value, statements: Vec<Value>) -> Value {
    let mut document = document.clone();
    if let Some(members) = document.as_object_mut() {
        members.insert("Statement".to_owned(), Value::Array(statements));
    }
    document
}

/// Whether two policies are one document: the same in memory, the same managed policy, or read
/// from the same place.
pub(super) fn is_same(one: &AttachedPolicy, other: &AttachedPolicy) -> bool {
    let managed = || match (&one.origin, &other.origin) {
        (Origin::Managed(one), Origin::Managed(other)) => one == other,
        _ => false,
    };
    let place = one.policy.span;
    let written = place.start < place.end && place.source != NOWHERE;
    std::ptr::eq(one, other) || managed() || written && place == other.policy.span
}
