//! Whether a condition holds.
//!
//! Source: IAM User Guide, "Condition operators", "Multivalued context keys" and "Conditions with
//! multiple context keys or values". Keys and operators of a statement are joined by AND, the
//! values of one key by OR; under a negated operator none of them may match.

use kmsim_policy::operand::Operand;
use kmsim_policy::operator::{Operator, SetOperator, Test};
use kmsim_policy::source::Spanned;
use kmsim_policy::syntax::Condition;
use kmsim_policy::wildcard::Match;

use crate::context::{ContextValue, Presence, View};
use crate::trace::{ConditionRecord, Found};
use crate::truth::Truth;

/// Compares one condition with the request.
pub(crate) fn evaluate(condition: &Condition, view: &View<'_>) -> ConditionRecord {
    let operator = condition.operator.value;
    let presence = view.get(&condition.key.value);
    let holds = match presence {
        Presence::Unknown => Truth::Unknown,
        _ if operator.test == Test::Null => null(condition, presence),
        Presence::Absent => Truth::from(holds_when_absent(operator)),
        Presence::Value(value) => compare(condition, value, view),
    };
    ConditionRecord {
        holds,
        found: found(condition, presence, view),
    }
}

fn found(condition: &Condition, presence: Presence<'_>, view: &View<'_>) -> Found {
    let operator = condition.operator.value;
    match presence {
        Presence::Unknown => Found::Unknown,
        Presence::Absent
            if view.context.get(&condition.key.value, view.action) != Presence::Absent =>
        {
            Found::Hidden
        }
        Presence::Absent => Found::Absent,
        Presence::Value(ContextValue::Many(_))
            if operator.set.is_none() && operator.test != Test::Null =>
        {
            Found::SeveralValues
        }
        Presence::Value(_) => Found::Value,
    }
}

/// A missing key: positive operators fail, negated ones hold, `…IfExists` holds. For the set
/// operators the empty set decides: all of nothing, but not any of nothing.
fn holds_when_absent(operator: Operator) -> bool {
    operator.if_exists
        || match operator.set {
            Some(SetOperator::ForAllValues) => true,
            Some(SetOperator::ForAnyValue) => false,
            None => operator.negated,
        }
}

/// `Null: true` holds for an absent key, `Null: false` for one that is present with a value. An
/// empty string counts as no value. A set operator before `Null` changes nothing.
fn null(condition: &Condition, presence: Presence<'_>) -> Truth {
    let absent = match presence {
        Presence::Value(value) => value.is_null_set(),
        Presence::Absent | Presence::Unknown => true,
    };
    let expected = |operand: &Spanned<Operand>| match operand.value {
        Operand::Bool(_, value) => Truth::from(value == Some(absent)),
        Operand::Unknown(_) => Truth::Unknown,
        _ => Truth::No,
    };
    let operands = condition.operands.iter().map(expected);
    operands.fold(Truth::No, |any, one| any | one)
}

fn compare(condition: &Condition, value: &ContextValue, view: &View<'_>) -> Truth {
    let operator = condition.operator.value;
    let one = |value: &str| compare_one(operator, &condition.operands, value, view);
    match (operator.set, value) {
        (None, ContextValue::One(value)) => one(value),
        // Operators without set operator are for keys with one value. Of several, a positive
        // operator matches none; a negated one holds if none of them matches.
        (None, ContextValue::Many(values)) if operator.negated => values
            .iter()
            .fold(Truth::Yes, |all, value| all & one(value)),
        (None, ContextValue::Many(_)) => Truth::No,
        (Some(set), _) if value.is_null_set() => Truth::from(set == SetOperator::ForAllValues),
        (Some(SetOperator::ForAllValues), _) => value
            .values()
            .iter()
            .fold(Truth::Yes, |all, value| all & one(value)),
        (Some(SetOperator::ForAnyValue), _) => value
            .values()
            .iter()
            .fold(Truth::No, |any, value| any | one(value)),
    }
}

fn compare_one(
    operator: Operator,
    operands: &[Spanned<Operand>],
    value: &str,
    view: &View<'_>,
) -> Truth {
    let mut result = Truth::from(operator.negated);
    for operand in operands {
        let matched = operand.value.matches(operator.test, value, view);
        let step = match (matched, operator.negated) {
            (Match::Unknown, _) => Truth::Unknown,
            (Match::Yes, negated) => Truth::from(!negated),
            (Match::No | Match::Valueless, negated) => Truth::from(negated),
            // What cannot be read is neither equal nor unequal.
            (Match::Invalid, _) => Truth::No,
        };
        result = if operator.negated {
            result & step
        } else {
            result | step
        };
        if result == Truth::from(!operator.negated) {
            break;
        }
    }
    result
}
