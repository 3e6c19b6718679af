//! A file in JSON or YAML: a policy, or something that holds policies.

use kmsim_import::{Kind, recognize};
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::document::parse_template;
use kmsim_policy::json::{Node, Value};
use kmsim_policy::repair::recover;
use kmsim_policy::source::{SourceId, Sources};
use kmsim_policy::syntax::PolicyKind;

use super::{Extract, Form, Input, answer, cases, exports, shape};
use crate::kind::{guess, guess_of_text};

/// How many commas a document may have: each value of the tree takes fifty bytes.
const MOST_COMMAS: usize = 4_000_000;

/// Where a text has more values than are read.
pub(super) fn too_much(text: &str) -> Option<u32> {
    if text.len() <= MOST_COMMAS {
        return None;
    }
    let mut commas = text.bytes().enumerate().filter(|(_, byte)| *byte == b',');
    let (at, _) = commas.nth(MOST_COMMAS)?;
    u32::try_from(at).ok()
}

/// Reads a text of which nothing is known.
pub(super) fn read<'a>(
    text: &'a str,
    source: SourceId,
    kind: Option<PolicyKind>,
    sources: &mut Sources<'a>,
) -> Input<'a> {
    let mut found = Vec::new();
    let node = parse_template(text, source, sources.name(source), &mut found);
    match node {
        Some(node) => of_node(node, found, kind, sources),
        None => broken(text, source, kind, found),
    }
}

/// What is in a document that was read.
pub(super) fn of_node<'a>(
    node: Node<'a>,
    mut found: Vec<Diagnostic>,
    kind: Option<PolicyKind>,
    sources: &mut Sources<'a>,
) -> Input<'a> {
    let name = sources.name(node.span.source).to_owned();
    let is_list = |items: &[Node<'_>]| !items.is_empty() && items.iter().all(shape::is_policy);
    let recognized = recognize(&node);
    match (&node.value, recognized) {
        _ if shape::is_policy(&node) || shape::is_bare(&node) => {
            let kind = kind.unwrap_or_else(|| guess(&node));
            let mut policy = Extract::new(kind, node);
            policy.diagnostics = found;
            Input {
                form: Form::Policy,
                policies: vec![policy],
                diagnostics: Vec::new(),
            }
        }
        (Value::Array(items), None) if is_list(items) => Input {
            form: Form::Policy,
            policies: list(node, kind, &mut found),
            diagnostics: found,
        },
        (_, Some(Kind::World)) => {
            let policies = exports::of_world(&node, sources, &mut found);
            Input {
                form: Form::World,
                policies,
                diagnostics: found,
            }
        }
        (_, Some(Kind::Cases)) => Input {
            form: Form::Cases,
            policies: cases::policies(&node, &mut found),
            diagnostics: found,
        },
        (_, Some(recognized)) if answer::is_one(recognized) => {
            let policies = answer::policies(&node, recognized, &name, sources, &mut found);
            Input {
                form: Form::Export(recognized.name()),
                policies,
                diagnostics: found,
            }
        }
        (_, Some(recognized)) if holds_policies(recognized) => {
            exports::one(&name, &node, recognized, found, sources)
        }
        (_, Some(recognized)) => nothing(recognized.name(), found),
        (Value::Object(_) | Value::Array(_), None) => nothing("no policy", found),
        _ => nothing("no document", found),
    }
}

/// Whether documents of a kind hold policies that the importer finds.
fn holds_policies(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::AuthorizationDetails
            | Kind::Principals
            | Kind::ManagedPolicies
            | Kind::TerraformPlan
            | Kind::TerraformState
            | Kind::CloudFormation
    )
}

fn nothing<'a>(what: &'static str, diagnostics: Vec<Diagnostic>) -> Input<'a> {
    Input {
        form: Form::Other(what),
        policies: Vec::new(),
        diagnostics,
    }
}

/// Several policies in one list.
fn list<'a>(
    node: Node<'a>,
    kind: Option<PolicyKind>,
    found: &mut Vec<Diagnostic>,
) -> Vec<Extract<'a>> {
    let Value::Array(items) = node.value else {
        return Vec::new();
    };
    let policy = |(index, node): (usize, Node<'a>)| {
        let own = super::place::take_within(found, node.span);
        let mut policy = Extract::new(kind.unwrap_or_else(|| guess(&node)), node);
        policy.place = Some(format!("[{index}]"));
        policy.diagnostics = own;
        policy
    };
    items.into_iter().enumerate().map(policy).collect()
}

/// A text that is neither JSON nor YAML. If its author's meaning is evident, all that is wrong with it is
/// reported, and the policy is linted as it was meant.
pub(super) fn broken<'a>(
    text: &str,
    source: SourceId,
    kind: Option<PolicyKind>,
    found: Vec<Diagnostic>,
) -> Input<'a> {
    let recovered = recover(text, source).filter(|_| is_about_json(text));
    let meant = |node: &Node<'_>| shape::is_policy(node) || shape::is_bare(node);
    if let Some(recovered) = recovered
        && recovered.nodes.iter().any(meant)
    {
        let policies = policies_of(recovered.nodes, recovered.diagnostics, kind);
        return Input {
            form: Form::Policy,
            policies,
            diagnostics: Vec::new(),
        };
    }
    if !shape::resembles_policy(text) {
        return nothing("no JSON or YAML that can be read", found);
    }
    let kind = kind.unwrap_or_else(|| guess_of_text(text));
    let policy = Extract::unreadable(kind, found);
    Input {
        form: Form::Policy,
        policies: vec![policy],
        diagnostics: Vec::new(),
    }
}

/// Whether a text was meant as JSON.
fn is_about_json(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    start.starts_with(['{', '[', '}', ']', ',', '"', '“', '/'])
}

/// The policies of a text that was read in pieces: statements belong together.
pub(super) fn policies_of(
    nodes: Vec<Node<'_>>,
    mut found: Vec<Diagnostic>,
    kind: Option<PolicyKind>,
) -> Vec<Extract<'_>> {
    // What is missing at its end has no change that adds it.
    let incomplete = found
        .iter()
        .any(|found| found.code == "json-syntax" && found.fix.is_none());
    let is_statements = nodes.len() > 1 && nodes.iter().all(shape::is_bare);
    let nodes = if is_statements {
        let (first, last) = (nodes.first(), nodes.last());
        let span = first
            .zip(last)
            .map_or_else(Default::default, |(first, last)| first.span.to(last.span));
        let all = nodes.into_iter().flat_map(|node| match node.value {
            Value::Array(items) => items,
            value => vec![Node {
                value,
                span: node.span,
            }],
        });
        vec![Node {
            value: Value::Array(all.collect()),
            span,
        }]
    } else {
        nodes
    };
    let mut policies = Vec::new();
    for node in nodes {
        if !shape::is_policy(&node) && !shape::is_bare(&node) {
            continue;
        }
        let own = super::place::take_within(&mut found, node.span);
        let mut policy = Extract::new(kind.unwrap_or_else(|| guess(&node)), node);
        policy.diagnostics = own;
        policy.excerpt = is_statements;
        policy.incomplete = incomplete;
        policies.push(policy);
    }
    // What stands between and around them belongs to the first.
    if let Some(first) = policies.first_mut() {
        first.diagnostics.append(&mut found);
        first.diagnostics.sort_by_key(|found| found.span.start);
    }
    policies
}
