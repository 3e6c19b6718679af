//! Expressions as values: what is literal is what it is, the rest is not known.

use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, FuncCall, Object, ObjectKey};
use kmsim_policy::diagnostic::excerpt;
use kmsim_policy::json::{Member, Node, Value};
use kmsim_policy::source::{SourceId, Span};

use super::place_of;
use crate::input::leftover::unknown;

/// Blocks and values deeper than this are not looked into. The parser has a limit of its own.
pub(super) const MOST_DEPTH: usize = 64;

/// The text of a file, to say where values stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values<'t> {
    pub(super) text: &'t str,
    pub(super) source: SourceId,
    /// Where the text begins in its source.
    pub(super) base: usize,
}

impl Values<'_> {
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        let place = |at: usize| u32::try_from(self.base + at).unwrap_or(u32::MAX);
        Span {
            source: self.source,
            start: place(range.start),
            end: place(range.end),
        }
    }

    /// What stands at a place, for people.
    pub(super) fn shown(&self, expression: &Expression) -> String {
        let text = expression.span().and_then(|range| self.text.get(range));
        excerpt(text.unwrap_or("an expression").trim())
    }

    /// The value of an expression.
    pub(super) fn node(&self, expression: &Expression) -> Node<'static> {
        self.nested(expression, 0)
    }

    fn nested(&self, expression: &Expression, depth: usize) -> Node<'static> {
        let span = place_of(self, expression);
        if depth > MOST_DEPTH {
            return self.unknown(expression);
        }
        let value = match expression {
            Expression::Null(_) => Value::Null,
            Expression::Bool(own) => Value::Bool(*own.value()),
            Expression::Number(own) => Value::Number(own.value().to_string().into()),
            Expression::String(own) => Value::String(own.value().clone().into()),
            Expression::Array(items) => {
                let items = items.iter().map(|item| self.nested(item, depth + 1));
                Value::Array(items.collect())
            }
            Expression::Object(object) => match self.members(object, depth) {
                Some(members) => Value::Object(members),
                None => return self.unknown(expression),
            },
            Expression::Parenthesis(inner) => return self.nested(inner.inner(), depth + 1),
            Expression::FuncCall(call) if is_identity(call) => match call.args.get(0) {
                Some(inner) => return self.nested(inner, depth + 1),
                None => return self.unknown(expression),
            },
            _ => return self.unknown(expression),
        };
        Node { value, span }
    }

    /// The members of an object; nothing if a name is not known.
    fn members(&self, object: &Object, depth: usize) -> Option<Vec<Member<'static>>> {
        let mut members = Vec::with_capacity(object.len());
        for (key, value) in object {
            let name = match key {
                ObjectKey::Ident(name) => name.as_str().to_owned(),
                ObjectKey::Expression(Expression::String(text)) => text.value().clone(),
                ObjectKey::Expression(_) => return None,
            };
            members.push(Member {
                key: name.into(),
                key_span: place_of(self, key),
                value: self.nested(value.expr(), depth + 1),
            });
        }
        Some(members)
    }

    /// The marker of a value that is not known.
    pub(super) fn unknown(&self, expression: &Expression) -> Node<'static> {
        let span = place_of(self, expression);
        Node {
            value: unknown(&self.shown(expression), span),
            span,
        }
    }
}

pub(super) fn is_jsonencode(call: &FuncCall) -> bool {
    !call.name.is_namespaced() && call.name.name.as_str() == "jsonencode"
}

/// Functions that give what they are given, as far as a policy goes.
fn is_identity(call: &FuncCall) -> bool {
    let name = call.name.name.as_str();
    !call.name.is_namespaced()
        && ["tolist", "toset", "tostring", "sensitive", "nonsensitive"].contains(&name)
        && call.args.len() == 1
}
