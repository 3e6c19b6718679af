//! From JSON nodes to a [`Policy`].
//!
//! Findings are collected, never thrown: one run names every mistake of a document. What AWS
//! accepts and ignores gives a warning, what AWS refuses to save an error (see
//! [`Severity`]). Sources: IAM User Guide, "Grammar of the IAM JSON
//! policy language"; KMS Developer Guide, "Key policies in AWS KMS".

use crate::diagnostic::{Diagnostic, Severity, excerpt};
use crate::json::{self, Member, Node, Value};
use crate::print::quoted;
use crate::source::{SourceId, Span, Spanned};
use crate::syntax::{Policy, PolicyKind, Version};

mod action;
mod condition;
mod principal;
mod resource;
mod statement;
mod unknown;

pub use crate::key_id::is_key_id;
pub use principal::aws_principal;
pub(crate) use principal::{TYPES as PRINCIPAL_TYPES, principal_type};
pub use resource::resource_pattern;

/// What every parsing function is told: the kind of policy, and where findings go.
struct Context<'d> {
    kind: PolicyKind,
    /// Whether the Version has policy variables.
    variables: bool,
    /// Why it is not known which Version it is.
    unknown_version: Option<Box<str>>,
    diagnostics: &'d mut Vec<Diagnostic>,
}

impl<'d> Context<'d> {
    fn new(kind: PolicyKind, diagnostics: &'d mut Vec<Diagnostic>) -> Self {
        Self {
            kind,
            variables: false,
            unknown_version: None,
            diagnostics,
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// What a text means under the Version. With variables it means something else than without,
    /// so that where the Version is not known neither is the text.
    fn resolved<'n>(&'n self, written: Written<'n>) -> Written<'n> {
        match (written, &self.unknown_version) {
            (Written::Text(text), Some(why)) if text.contains("${") => Written::Unknown(why),
            (written, _) => written,
        }
    }

    fn title(&self) -> &'static str {
        self.kind.title()
    }
}

/// Parses a policy document. `None` if it has no meaning; then `diagnostics` has an error.
pub fn parse(
    text: &str,
    source: SourceId,
    kind: PolicyKind,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Policy> {
    let before = diagnostics.len();
    let node = json::parse(text, source, diagnostics)?;
    let policy = parse_node(&node, kind, diagnostics)?;
    // A name that stands twice leaves open which of the two is meant.
    (!has_error(diagnostics, before)).then_some(policy)
}

/// Parses a policy document that is already read as JSON (or YAML).
pub fn parse_node(
    node: &Node<'_>,
    kind: PolicyKind,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Policy> {
    let Some(members) = node.as_object() else {
        diagnostics.push(not_a_document(node));
        return None;
    };
    let find = |key: &str| members.iter().find(|member| member.key == key);
    if find("Statement").is_none() && (find("Effect").is_some() || find("Action").is_some()) {
        diagnostics.push(
            Diagnostic::error(
                "bare-statement",
                node.span,
                "this is a statement, not a policy document",
            )
            .help("wrap it: {\"Version\": \"2012-10-17\", \"Statement\": [ … ]}"),
        );
        // What else is wrong with it is worth knowing at once.
        let mut context = Context::new(kind, diagnostics);
        context.variables = true;
        statement::all(&mut context, node);
        return None;
    }
    let mut context = Context::new(kind, diagnostics);
    let before = context.diagnostics.len();
    if let Some(why) = unknown::reason(&mut context, node, || "the policy".to_owned()) {
        let policy = Policy {
            kind,
            version: None,
            id: None,
            statements: vec![unknown::statement(kind, &why)],
            span: node.span,
        };
        return (!has_error(context.diagnostics, before)).then_some(policy);
    }
    let version = find("Version").and_then(|member| version(&mut context, &member.value));
    context.variables = version == Some(Version::V2012);
    let mut policy = Policy {
        kind,
        version,
        id: None,
        statements: Vec::new(),
        span: node.span,
    };
    for member in members {
        match &*member.key {
            "Version" => {}
            "Id" => policy.id = text(&mut context, member),
            "Statement" => policy.statements = statement::all(&mut context, &member.value),
            _ => unknown_element(&mut context, member, &["Version", "Id", "Statement"]),
        }
    }
    if find("Statement").is_none() {
        let message = "a policy document needs a `Statement`";
        context.report(Diagnostic::error("missing-statement", node.span, message));
    }
    (!has_error(context.diagnostics, before)).then_some(policy)
}

/// Whether an error was found since there were `before` findings.
fn has_error(diagnostics: &[Diagnostic], before: usize) -> bool {
    let is_error = |found: &Diagnostic| found.severity == Severity::Error;
    diagnostics.iter().skip(before).any(is_error)
}

fn not_a_document(node: &Node<'_>) -> Diagnostic {
    let message = format!(
        "expected a policy document (an object), found {}",
        node.kind()
    );
    let error = Diagnostic::error("not-a-policy", node.span, message);
    match &node.value {
        Value::Array(_) => error.help("a list of statements stands in the document's `Statement`"),
        Value::String(_) => error.help("is the policy escaped twice?"),
        _ => error,
    }
}

fn version(context: &mut Context<'_>, node: &Node<'_>) -> Option<Version> {
    if let Some(why) = unknown::reason(context, node, || "`Version`".to_owned()) {
        context.unknown_version = Some(why.value);
        return None;
    }
    match node.as_str() {
        Some("2012-10-17") => return Some(Version::V2012),
        Some("2008-10-17") => return Some(Version::V2008),
        _ => {}
    }
    let found = node.as_str().map_or_else(
        || node.kind().to_owned(),
        |text| format!("`{}`", excerpt(text)),
    );
    let message = format!("expected Version `2012-10-17` or `2008-10-17`, found {found}");
    context.report(
        Diagnostic::error("version", node.span, message)
            .help("the version is that of the policy language, not the date of your policy")
            .replace("use the current version", node.span, "\"2012-10-17\"")
            .mends(),
    );
    None
}

/// The value of an element that must be a string.
fn text(context: &mut Context<'_>, member: &Member<'_>) -> Option<Spanned<Box<str>>> {
    let value = &member.value;
    if let Some(text) = value.as_str() {
        return Some(Spanned::new(text.into(), value.span));
    }
    // A name that is not known is none: nothing is decided by it.
    if unknown::reason(context, value, || format!("`{}`", member.key)).is_some() {
        return None;
    }
    let message = format!("`{}` must be a string, found {}", member.key, value.kind());
    context.report(Diagnostic::error("wrong-type", value.span, message));
    None
}

/// A string of a policy, or why it is not known.
#[derive(Clone, Copy)]
enum Written<'n> {
    Text(&'n str),
    Unknown(&'n str),
}

/// The elements of a string or list of strings.
fn strings<'n>(
    context: &mut Context<'_>,
    element: &str,
    node: &'n Node<'_>,
) -> Vec<(Written<'n>, Span)> {
    let mut found = Vec::with_capacity(node.as_list().len());
    for item in node.as_list() {
        if let Some(text) = item.as_str() {
            found.push((Written::Text(text), item.span));
        } else if unknown::reason(context, item, || format!("`{element}`")).is_some() {
            let why = item.unknown().unwrap_or_default();
            found.push((Written::Unknown(why), item.span));
        } else {
            let message = format!("`{element}` takes strings, found {}", item.kind());
            let error = Diagnostic::error("wrong-type", item.span, message);
            context.report(match &item.value {
                Value::Number(text) => error
                    .replace("put it in quotes", item.span, quoted(text))
                    .mends(),
                _ => error,
            });
        }
    }
    if node.as_list().is_empty() {
        let message = format!("`{element}` is an empty list");
        context.report(Diagnostic::refused("empty-list", node.span, message));
    }
    found
}

fn unknown_element(context: &mut Context<'_>, member: &Member<'_>, known: &[&'static str]) {
    let name = excerpt(&member.key);
    let message = format!("`{name}` is not an element of {}", context.title());
    let mut error = Diagnostic::error("unknown-element", member.key_span, message);
    error = match kmsim_types::nearest(&member.key, known.iter().copied()) {
        Some(nearest) => error
            .did_you_mean(nearest)
            .mends_if_same(&member.key, nearest),
        None => error.help(format!("expected one of {}", known.join(", "))),
    };
    context.report(error);
}

#[cfg(test)]
mod tests;
