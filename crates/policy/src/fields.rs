//! Reading objects with known fields: cases, worlds, grants, test files.
//!
//! A reader asks for the fields it knows and then calls [`Fields::finish`], which reports every
//! other field with a "did you mean". So the list of known fields stands nowhere a second time.

use std::cell::RefCell;

use crate::diagnostic::{Diagnostic, excerpt};
use crate::json::{Member, Node, Value};
use crate::source::Span;

/// An object whose fields are being read.
#[derive(Debug)]
pub struct Fields<'n, 'a> {
    what: &'static str,
    members: &'n [Member<'a>],
    /// Where the object stands.
    pub span: Span,
    /// The names that were asked for. A cell, so that fields can be read in one expression.
    known: RefCell<Vec<&'static str>>,
}

impl<'n, 'a> Fields<'n, 'a> {
    /// Starts to read `node` as `what` ("a case", "a grant"); reports anything but an object.
    pub fn of(
        node: &'n Node<'a>,
        what: &'static str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let Some(members) = node.as_object() else {
            let message = format!("expected {what} (an object), found {}", node.kind());
            diagnostics.push(Diagnostic::error("wrong-type", node.span, message));
            return None;
        };
        Some(Self {
            what,
            members,
            span: node.span,
            known: RefCell::default(),
        })
    }

    /// The value of a field, `null` being the same as absent.
    pub fn get(&self, name: &'static str) -> Option<&'n Node<'a>> {
        self.known.borrow_mut().push(name);
        let value = &self.members.iter().find(|member| member.key == name)?.value;
        (value.value != Value::Null).then_some(value)
    }

    /// Whether a field is there at all.
    pub fn has(&self, name: &'static str) -> bool {
        self.known.borrow_mut().push(name);
        self.members.iter().any(|member| member.key == name)
    }

    /// The value of a field that must be there.
    pub fn require(
        &self,
        name: &'static str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<&'n Node<'a>> {
        let found = self.get(name);
        if found.is_none() {
            let message = format!("{} needs the field `{name}`", self.what);
            let mut error = Diagnostic::error("missing-field", self.span, message);
            let close = |member: &&Member<'_>| kmsim_types::nearest(&member.key, [name]).is_some();
            if let Some(member) = self.members.iter().find(close) {
                error = error
                    .note(Some(member.key_span), "is this meant?")
                    .help(format!("write `{name}` for `{}`", excerpt(&member.key)));
            }
            diagnostics.push(error);
        }
        found
    }

    /// The text of a field; reports anything but a string.
    pub fn string(
        &self,
        name: &'static str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<(&'n str, Span)> {
        string(self.get(name)?, name, diagnostics)
    }

    /// The text of a field that must be there.
    pub fn require_string(
        &self,
        name: &'static str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<(&'n str, Span)> {
        string(self.require(name, diagnostics)?, name, diagnostics)
    }

    /// A boolean field; reports anything else.
    pub fn boolean(&self, name: &'static str, diagnostics: &mut Vec<Diagnostic>) -> Option<bool> {
        let node = self.get(name)?;
        if let Value::Bool(value) = node.value {
            return Some(value);
        }
        diagnostics.push(wrong_type(node, name, "true or false"));
        None
    }

    /// The elements of a field that holds a list; reports anything else.
    pub fn list(&self, name: &'static str, diagnostics: &mut Vec<Diagnostic>) -> &'n [Node<'a>] {
        match self.get(name) {
            None => &[],
            Some(Node {
                value: Value::Array(elements),
                ..
            }) => elements,
            Some(node) => {
                diagnostics.push(wrong_type(node, name, "a list"));
                &[]
            }
        }
    }

    /// A field that holds one string or a list of strings.
    pub fn strings(
        &self,
        name: &'static str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<(&'n str, Span)> {
        let nodes = self.get(name).map_or(&[][..], Node::as_list);
        nodes
            .iter()
            .filter_map(|node| string(node, name, diagnostics))
            .collect()
    }

    /// Every member, for objects whose names are data. Marks all of them as known.
    pub fn members(&self) -> &'n [Member<'a>] {
        self.members
    }

    /// Reports every field that nothing asked for.
    pub fn finish(self, diagnostics: &mut Vec<Diagnostic>) {
        self.report_unknown(diagnostics, false);
    }

    /// The same for an object that AWS writes. AWS adds fields to its answers, so one that
    /// resembles none that we know is not an error but ignored with a warning.
    pub fn finish_foreign(self, diagnostics: &mut Vec<Diagnostic>) {
        self.report_unknown(diagnostics, true);
    }

    fn report_unknown(self, diagnostics: &mut Vec<Diagnostic>, foreign: bool) {
        let known = self.known.into_inner();
        for member in self.members {
            if known.contains(&&*member.key) {
                continue;
            }
            let message = format!("{} has no field `{}`", self.what, excerpt(&member.key));
            let finding = Diagnostic::error("unknown-field", member.key_span, message);
            diagnostics.push(
                match kmsim_types::nearest(&member.key, known.iter().copied()) {
                    Some(nearest) => finding.did_you_mean(nearest),
                    None if foreign && member.key.starts_with(|c: char| c.is_ascii_uppercase()) => {
                        let message = format!(
                            "{} has a field `{}` that we do not know; it is ignored",
                            self.what,
                            excerpt(&member.key)
                        );
                        Diagnostic::warning("unknown-field", member.key_span, message)
                    }
                    None => finding.help(format!("its fields are {}", known.join(", "))),
                },
            );
        }
    }
}

/// The text of a string; reports anything else under the field's name.
pub fn string<'n>(
    node: &'n Node<'_>,
    name: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(&'n str, Span)> {
    let text = node.as_str();
    if text.is_none() {
        diagnostics.push(wrong_type(node, name, "a string"));
    }
    text.map(|text| (text, node.span))
}

/// The finding that a field holds another type than it takes.
pub fn wrong_type(node: &Node<'_>, name: &str, expected: &str) -> Diagnostic {
    let message = format!("`{name}` takes {expected}, found {}", node.kind());
    Diagnostic::error("wrong-type", node.span, message)
}
