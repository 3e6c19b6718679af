//! The Condition block of a statement (section 9).

use std::cmp::Ordering;

use serde_json::Value;

use crate::arn;
use crate::context::{Context, ContextValue, scalar_text};
use crate::dates;
use crate::glob::{Token, matches as glob_matches, spelled};
use crate::values::{Cidr, Decimal, parse_base64, parse_bool, parse_ip};
use crate::variables;

/// Whether a whole block holds: AND over operators and over keys.
pub(crate) fn block_holds(block: &Value, substitute: bool, context: &Context) -> bool {
    let Some(operators) = block.as_object() else {
        return false;
    };
    operators.iter().all(|(operator, keys)| {
        keys.as_object().is_some_and(|keys| {
            keys.iter().all(|(key, values)| {
                let values: Vec<String> = match values {
                    Value::Array(items) => items.iter().filter_map(scalar_text).collect(),
                    single => scalar_text(single).into_iter().collect(),
                };
                let test = Test {
                    values: &values,
                    substitute,
                    context,
                };
                test.holds(operator, context.get(key)).unwrap_or(false)
            })
        })
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    None,
    ForAllValues,
    ForAnyValue,
}

/// What an operator does with one policy value and one request value.
enum Outcome {
    Match,
    NoMatch,
    /// The policy value can't be parsed.
    BadOperand,
    /// The request value can't be parsed.
    BadRequest,
}

/// One key of one operator: the values listed for it in the policy.
struct Test<'a> {
    values: &'a [String],
    substitute: bool,
    context: &'a Context,
}

impl Test<'_> {
    /// `None` if there is no such operator; then the condition doesn't hold.
    fn holds(&self, operator: &str, actual: Option<&ContextValue>) -> Option<bool> {
        let (set, rest) = if let Some(rest) = operator.strip_prefix("ForAllValues:") {
            (Set::ForAllValues, rest)
        } else if let Some(rest) = operator.strip_prefix("ForAnyValue:") {
            (Set::ForAnyValue, rest)
        } else {
            (Set::None, operator)
        };
        if rest == "Null" {
            return Some(self.null(actual));
        }
        let (name, if_exists) = match rest.strip_suffix("IfExists") {
            Some(name) => (name, true),
            None => (rest, false),
        };
        let (base, negated) = base_operator(name)?;
        Some(match (actual, set) {
            // An absent key (section 9): negated operators and ForAllValues hold, so does IfExists.
            (None, Set::None) => negated || if_exists,
            (None, Set::ForAllValues) => true,
            (None, Set::ForAnyValue) => if_exists,
            (Some(ContextValue::Single(value)), Set::None) => self.one(base, negated, value),
            // Reading 1: a list needs a set operator.
            (Some(ContextValue::List(list)), Set::None) => {
                negated && list.iter().all(|value| self.one(base, true, value))
            }
            (Some(value), Set::ForAllValues) => {
                is_null(value)
                    || elements(value)
                        .iter()
                        .all(|value| self.one(base, negated, value))
            }
            (Some(value), Set::ForAnyValue) => {
                !is_null(value)
                    && elements(value)
                        .iter()
                        .any(|value| self.one(base, negated, value))
            }
        })
    }

    /// `Null`: "true" wants the key absent, "false" wants it present with a value.
    fn null(&self, actual: Option<&ContextValue>) -> bool {
        let absent = actual.is_none_or(is_null);
        self.values
            .iter()
            .any(|wanted| parse_bool(wanted) == Some(absent))
    }

    /// One request value: OR over the policy values, or for negated operators: every policy value
    /// parses and none matches (reading 2).
    fn one(&self, base: Base, negated: bool, value: &str) -> bool {
        let mut outcomes = self
            .values
            .iter()
            .map(|operand| self.outcome(base, operand, value));
        if negated {
            outcomes.all(|outcome| matches!(outcome, Outcome::NoMatch))
        } else {
            outcomes.any(|outcome| matches!(outcome, Outcome::Match))
        }
    }

    fn outcome(&self, base: Base, operand: &str, value: &str) -> Outcome {
        match base {
            Base::Equals | Base::EqualsIgnoreCase | Base::Like => self.string(base, operand, value),
            Base::Arn => self.arn(operand, value),
            Base::Numeric(test) => {
                compared(Decimal::parse(operand), Decimal::parse(value), |a, b| {
                    test(a.compare(b))
                })
            }
            Base::Date(test) => compared(dates::parse(operand), dates::parse(value), |a, b| {
                test(a.cmp(b))
            }),
            Base::Bool => compared(parse_bool(operand), parse_bool(value), |a, b| a == b),
            Base::Binary => compared(parse_base64(operand), parse_base64(value), |a, b| a == b),
            Base::Ip => compared(Cidr::parse(operand), parse_ip(value), |address, block| {
                block.contains(address)
            }),
        }
    }

    /// String operators. A variable without value matches nothing (reading 4).
    fn string(&self, base: Base, operand: &str, value: &str) -> Outcome {
        let Some(tokens) = self.expand(operand) else {
            return Outcome::NoMatch;
        };
        decided(match base {
            Base::Like => glob_matches(&tokens, value),
            Base::EqualsIgnoreCase => spelled(&tokens).to_lowercase() == value.to_lowercase(),
            _ => spelled(&tokens) == value,
        })
    }

    /// ARN operators: six parts on both sides, each globbed by itself (reading 5).
    fn arn(&self, operand: &str, value: &str) -> Outcome {
        if arn::parse(value).is_none() {
            return Outcome::BadRequest;
        }
        let wanted = arn_parts(operand, self.substitute);
        if wanted.len() != 6 {
            return Outcome::BadOperand;
        }
        let actual = value.splitn(6, ':');
        decided(wanted.iter().zip(actual).all(|(pattern, part)| {
            self.expand(pattern)
                .is_some_and(|tokens| glob_matches(&tokens, part))
        }))
    }

    fn expand(&self, text: &str) -> Option<Vec<Token>> {
        variables::expand(text, self.substitute.then_some(self.context))
    }
}

/// The parts of an ARN pattern: at most six, separated by colons outside variables.
fn arn_parts(pattern: &str, variables: bool) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let variable = rest
            .strip_prefix("${")
            .and_then(|inside| inside.find('}'))
            .filter(|_| variables)
            .map(|end| end + 3);
        let length = variable.unwrap_or(first.len_utf8());
        let (piece, behind) = rest.split_at(length);
        if piece == ":" && parts.len() < 6 {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push_str(piece);
        }
        rest = behind;
    }
    parts
}

/// A null set: nothing but empty strings, or nothing at all (section 9).
fn is_null(value: &ContextValue) -> bool {
    elements(value).iter().all(String::is_empty)
}

fn elements(value: &ContextValue) -> Vec<String> {
    match value {
        ContextValue::Single(text) => vec![text.clone()],
        ContextValue::List(list) => list.clone(),
    }
}

fn decided(matched: bool) -> Outcome {
    if matched {
        Outcome::Match
    } else {
        Outcome::NoMatch
    }
}

/// Tests the request value against the operand, `test(request, operand)`, if both parse.
fn compared<O, R>(
    operand: Option<O>,
    request: Option<R>,
    test: impl Fn(&R, &O) -> bool,
) -> Outcome {
    match (request, operand) {
        (None, _) => Outcome::BadRequest,
        (Some(_), None) => Outcome::BadOperand,
        (Some(request), Some(operand)) => decided(test(&request, &operand)),
    }
}

/// A question about how the request value compares to the policy value.
type Comparison = fn(Ordering) -> bool;

/// An operator without prefix, suffix and negation.
#[derive(Clone, Copy)]
enum Base {
    Arn,
    Binary,
    Bool,
    Date(Comparison),
    Equals,
    EqualsIgnoreCase,
    Ip,
    Like,
    Numeric(Comparison),
}

/// Operator names are written in this case only; the flag says whether the operator is negated.
fn base_operator(name: &str) -> Option<(Base, bool)> {
    if let Some(rest) = name.strip_prefix("Numeric") {
        return comparison(rest).map(|(test, negated)| (Base::Numeric(test), negated));
    }
    if let Some(rest) = name.strip_prefix("Date") {
        return comparison(rest).map(|(test, negated)| (Base::Date(test), negated));
    }
    Some(match name {
        "StringEquals" => (Base::Equals, false),
        "StringNotEquals" => (Base::Equals, true),
        "StringEqualsIgnoreCase" => (Base::EqualsIgnoreCase, false),
        "StringNotEqualsIgnoreCase" => (Base::EqualsIgnoreCase, true),
        "StringLike" => (Base::Like, false),
        "StringNotLike" => (Base::Like, true),
        "Bool" => (Base::Bool, false),
        "BinaryEquals" => (Base::Binary, false),
        "IpAddress" => (Base::Ip, false),
        "NotIpAddress" => (Base::Ip, true),
        "ArnEquals" | "ArnLike" => (Base::Arn, false),
        "ArnNotEquals" | "ArnNotLike" => (Base::Arn, true),
        _ => return None,
    })
}

fn comparison(name: &str) -> Option<(Comparison, bool)> {
    let test: Comparison = match name {
        "Equals" | "NotEquals" => Ordering::is_eq,
        "LessThan" => Ordering::is_lt,
        "LessThanEquals" => Ordering::is_le,
        "GreaterThan" => Ordering::is_gt,
        "GreaterThanEquals" => Ordering::is_ge,
        _ => return None,
    };
    Some((test, name == "NotEquals"))
}
