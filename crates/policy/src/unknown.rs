//! What of a policy is not known.
//!
//! A policy that is taken from a plan or a template can hold values that nobody knows before they
//! exist: the ARN of a role that is still to be created, the export of another stack. The object
//! `{"kmsim:unknown": "why"}` stands in place of such a value, of a statement, or of a whole
//! policy. AWS has no such thing and refuses it; a decision that turns on it is `depends`.

use std::fmt;

use kmsim_types::KmsActionSet;

use crate::json::Node;
use crate::operator::Operator;
use crate::source::{Span, Spanned};
use crate::syntax::{Condition, Policy, Scope, Statement};

/// The one name of an object that stands for a value that is not known.
pub const MARKER: &str = "kmsim:unknown";

/// The code of the finding that AWS takes no such value. Readers of policies that are evaluated
/// and never given to AWS drop it.
pub const CODE: &str = "unknown-value";

/// What of a statement is not known. Items of lists and values of conditions that are not known
/// stand in their lists.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Open {
    /// Why the statement as a whole is not known.
    pub statement: Option<Box<str>>,
    /// Why its Effect is not known.
    pub effect: Option<Spanned<Box<str>>>,
    /// Conditions of which not even the keys are known.
    pub conditions: Vec<OpenCondition>,
    /// The KMS actions that it covers or not, depending on what its Action turns out to be.
    pub kms_actions: KmsActionSet,
}

/// A `Condition`, or the keys of one operator, that is not known.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenCondition {
    /// The operator; `None` if the element as a whole is not known.
    pub operator: Option<Spanned<Operator>>,
    /// Why.
    pub why: Spanned<Box<str>>,
}

/// One thing that is not known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unknown<'p> {
    /// What it is.
    pub part: Part<'p>,
    /// Why it is not known, as the policy says.
    pub why: &'p str,
    /// Where that stands.
    pub span: Span,
}

/// What is not known. `whole` tells an element apart from an item of its list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part<'p> {
    /// The policy.
    Policy,
    /// The statement.
    Statement,
    /// `Effect`
    Effect,
    /// `Principal` or `NotPrincipal`, or an item of it.
    Principal {
        /// Whether it is `NotPrincipal`.
        negated: bool,
        /// Whether nothing of it is known.
        whole: bool,
    },
    /// `Action` or `NotAction`, or an item of it.
    Action {
        /// Whether it is `NotAction`.
        negated: bool,
        /// Whether nothing of it is known.
        whole: bool,
    },
    /// `Resource` or `NotResource`, or an item of it.
    Resource {
        /// Whether it is `NotResource`.
        negated: bool,
        /// Whether nothing of it is known.
        whole: bool,
    },
    /// `Condition`
    Condition,
    /// The keys and values of an operator.
    Operator(Operator),
    /// A value of a condition.
    Value(&'p Condition),
}

impl Part<'_> {
    /// The element of the statement that it belongs to; `Statement` for the whole of it.
    pub fn element(&self) -> &'static str {
        let name = |negated, plain, not| if negated { not } else { plain };
        match *self {
            Self::Policy => "Policy",
            Self::Statement => "Statement",
            Self::Effect => "Effect",
            Self::Principal { negated, .. } => name(negated, "Principal", "NotPrincipal"),
            Self::Action { negated, .. } => name(negated, "Action", "NotAction"),
            Self::Resource { negated, .. } => name(negated, "Resource", "NotResource"),
            Self::Condition | Self::Operator(_) | Self::Value(_) => "Condition",
        }
    }
}

/// As a sentence has it: "its Principal", "a part of its Action".
impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Policy => f.write_str("the policy"),
            Self::Statement => f.write_str("the statement"),
            Self::Operator(operator) => write!(f, "what its Condition has under {operator}"),
            Self::Value(condition) => {
                let (key, operator) = (&condition.key.value, condition.operator.value);
                write!(f, "a value of {key} under {operator}")
            }
            Self::Principal { whole: false, .. }
            | Self::Action { whole: false, .. }
            | Self::Resource { whole: false, .. } => write!(f, "a part of its {}", self.element()),
            _ => write!(f, "its {}", self.element()),
        }
    }
}

impl Policy {
    /// Why the policy as a whole is not known, if so.
    pub fn why_unknown(&self) -> Option<&str> {
        let [only] = &self.statements[..] else {
            return None;
        };
        // The marker stands for both, so both have its place.
        let open = only.open.as_ref().filter(|_| only.span == self.span)?;
        open.statement.as_deref()
    }
}

impl Statement {
    /// What of the statement is not known, in the order of its elements.
    pub fn unknowns(&self) -> Vec<Unknown<'_>> {
        let Some(open) = &self.open else {
            return Vec::new();
        };
        if let Some(why) = &open.statement {
            let (part, span) = (Part::Statement, self.span);
            return vec![Unknown { part, why, span }];
        }
        let mut found = Vec::new();
        found.extend(open.effect.iter().map(|why| unknown(Part::Effect, why)));
        let whole = |items: usize| items == 1;
        if let Some(Scope { negated, items, .. }) = &self.principal {
            let (negated, whole) = (*negated, whole(items.len()));
            let part = Part::Principal { negated, whole };
            let items = items.iter().filter(|item| item.value.is_unknown());
            found.extend(items.map(|item| of_item(part, &item.value.text, item.span)));
        }
        if let Some(Scope { negated, items, .. }) = &self.action {
            let (negated, whole) = (*negated, whole(items.len()));
            let part = Part::Action { negated, whole };
            let items = items.iter().filter(|item| item.value.is_unknown());
            found.extend(items.map(|item| of_item(part, item.value.text(), item.span)));
        }
        if let Some(Scope { negated, items, .. }) = &self.resource {
            let (negated, whole) = (*negated, whole(items.len()));
            let part = Part::Resource { negated, whole };
            let items = items.iter().filter(|item| item.value.is_unknown());
            found.extend(items.map(|item| of_item(part, &item.value.text, item.span)));
        }
        for condition in &self.conditions {
            let values = condition.operands.iter();
            let values = values.filter(|operand| operand.value.is_unknown());
            let part = Part::Value(condition);
            found.extend(values.map(|operand| of_item(part, operand.value.text(), operand.span)));
        }
        found.extend(open.conditions.iter().map(|condition| {
            let part = condition.operator.as_ref();
            let part = part.map_or(Part::Condition, |own| Part::Operator(own.value));
            unknown(part, &condition.why)
        }));
        found
    }
}

fn unknown<'p>(part: Part<'p>, why: &'p Spanned<Box<str>>) -> Unknown<'p> {
    of_item(part, &why.value, why.span)
}

fn of_item<'p>(part: Part<'p>, why: &'p str, span: Span) -> Unknown<'p> {
    Unknown { part, why, span }
}

impl Node<'_> {
    /// Why a value is not known, if the marker stands in its place.
    pub fn unknown(&self) -> Option<&str> {
        match self.as_object()? {
            [only] if only.key == MARKER => only.value.as_str(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
