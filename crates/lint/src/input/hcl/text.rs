//! Policies between `<<EOF` and `EOF`: JSON with interpolations.
//!
//! The text is read where it stands. What `${…}` stands for is not known: a string with one in it becomes
//! unknown as a whole.

use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::template::{Element, Template};
use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::json::{self, Node, Value};
use kmsim_policy::repair::recover;
use kmsim_policy::source::Span;
use kmsim_policy::syntax::PolicyKind;

use super::value::Values;
use crate::input::leftover::unknown;
use crate::input::{Extract, document, shape};
use crate::kind::{guess, guess_of_text};

/// The policies in a template; none if it is something else, or if directives make it what it is.
pub(super) fn policies<'a>(
    values: &Values<'_>,
    template: &Template,
    kind: Option<PolicyKind>,
) -> Vec<Extract<'a>> {
    let Some(masked) = Masked::new(values, template) else {
        return Vec::new();
    };
    let start = values.span(masked.start..masked.start);
    let back = |span: Span| Span {
        source: start.source,
        start: span.start.saturating_add(start.start),
        end: span.end.saturating_add(start.start),
    };
    let mut found = Vec::new();
    if let Some(node) = json::parse(&masked.text, start.source, &mut found) {
        let node = masked.known(&node);
        if !shape::is_policy(&node) && !shape::is_bare(&node) {
            return Vec::new();
        }
        let mut policy = Extract::new(kind.unwrap_or_else(|| guess(&node)), node);
        policy.diagnostics = found;
        return vec![moved(policy, &back)];
    }
    if let Some(recovered) = recover(&masked.text, start.source) {
        let nodes = recovered
            .nodes
            .iter()
            .map(|node| masked.known(node))
            .collect();
        let policies = document::policies_of(nodes, recovered.diagnostics, kind);
        return policies
            .into_iter()
            .map(|policy| moved(policy, &back))
            .collect();
    }
    if !masked.text.trim_start().starts_with('{') || !shape::resembles_policy(&masked.text) {
        return Vec::new();
    }
    let kind = kind.unwrap_or_else(|| guess_of_text(&masked.text));
    vec![moved(Extract::unreadable(kind, found), &back)]
}

/// A policy with places in the file.
fn moved<'a>(mut policy: Extract<'a>, back: &impl Fn(Span) -> Span) -> Extract<'a> {
    if let Some(node) = &mut policy.node {
        node.map_spans(back);
    }
    for found in &mut policy.diagnostics {
        Diagnostic::map_spans(found, back);
    }
    policy
}

/// A text in which something else stands for what is not known, of the same length.
struct Masked {
    text: String,
    /// Where it begins in the file.
    start: usize,
    /// What is not known, with what stands for it.
    holes: Vec<(Range<usize>, String)>,
}

impl Masked {
    fn new(values: &Values<'_>, template: &Template) -> Option<Self> {
        let mut masked = Self {
            text: String::new(),
            start: template.iter().next()?.span()?.start,
            holes: Vec::new(),
        };
        let mut in_string = false;
        for element in template {
            let range = element.span()?;
            let written = values.text.get(range)?;
            match element {
                Element::Literal(_) => {
                    in_string = ends_in_string(written, in_string);
                    masked.text.push_str(written);
                }
                Element::Interpolation(inner) => {
                    let start = masked.text.len();
                    let quote = if in_string { "x" } else { "\"" };
                    masked.text.push_str(quote);
                    let between = written.len().saturating_sub(2);
                    masked.text.extend(std::iter::repeat_n('x', between));
                    masked.text.push_str(quote);
                    let why = values.shown(&inner.expr);
                    masked.holes.push((start..masked.text.len(), why));
                }
                Element::Directive(_) => return None,
            }
        }
        Some(masked)
    }

    /// The first hole in a range.
    fn hole(&self, span: Span) -> Option<&str> {
        let range = span.start as usize..span.end as usize;
        let inside = |hole: &Range<usize>| range.start <= hole.start && hole.end <= range.end;
        let (_, why) = self.holes.iter().find(|(hole, _)| inside(hole))?;
        Some(why)
    }

    /// A tree in which what holds a hole is not known.
    fn known(&self, node: &Node<'_>) -> Node<'static> {
        let span = node.span;
        let lost = |why: &str| Node {
            value: unknown(&excerpt(why), span),
            span,
        };
        let value = match &node.value {
            Value::String(text) => match self.hole(span) {
                Some(why) => return lost(why),
                None => Value::String(unescaped(text).into()),
            },
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.known(item)).collect())
            }
            Value::Object(members) => {
                // What a name turns out to be, decides what its value means.
                let mut keys = members.iter();
                if let Some(why) = keys.find_map(|member| self.hole(member.key_span)) {
                    return lost(why);
                }
                let members = members.iter().map(|member| json::Member {
                    key: unescaped(&member.key).into(),
                    key_span: member.key_span,
                    value: self.known(&member.value),
                });
                Value::Object(members.collect())
            }
            Value::Null => Value::Null,
            Value::Bool(own) => Value::Bool(*own),
            Value::Number(text) => Value::Number(text.clone().into_owned().into()),
        };
        Node { value, span }
    }
}

/// What a template writes as `$${` and `%%{` is `${` and `%{`.
fn unescaped(text: &str) -> String {
    text.replace("$${", "${").replace("%%{", "%{")
}

/// Whether a piece of JSON ends inside of a string.
fn ends_in_string(text: &str, mut in_string: bool) -> bool {
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => in_string = !in_string,
            '\\' if in_string => {
                characters.next();
            }
            _ => {}
        }
    }
    in_string
}
