//! Conditions as people say them.

use kmsim_policy::operator::{Operator, SetOperator, Test};
use kmsim_policy::syntax::Condition;

/// What must be so for a condition to hold, or not to: `kms:ViaService is s3.us-east-1.amazonaws.com`.
pub fn condition(condition: &Condition, holds: bool) -> String {
    let key = condition.key.value.text();
    let operator = condition.operator.value;
    let values: Vec<&str> = condition
        .operands
        .iter()
        .map(|operand| operand.value.text())
        .collect();
    if operator.test == Test::Null {
        let absent = values
            .iter()
            .any(|value| value.eq_ignore_ascii_case("true"))
            == holds;
        return format!("{key} is {}", if absent { "absent" } else { "present" });
    }
    // A negated operator that must not hold is the positive one that must.
    let positive = operator.negated != holds;
    let comparison = comparison(operator, positive, &values);
    // Whether an absent key passes, seen from what must be so.
    let passes = absent_passes(operator) == holds;
    let absent = match (positive, passes) {
        (true, true) => " or is absent",
        (false, false) => " and is present",
        _ => "",
    };
    match operator.set {
        None => format!("{key} {comparison}{absent}"),
        Some(set) => format!(
            "{} {key} {comparison}{absent}",
            quantifier(set, operator.negated, positive)
        ),
    }
}

/// `all` or `any` of several values; the other one where the condition must not hold.
fn quantifier(set: SetOperator, negated: bool, positive: bool) -> &'static str {
    let turned = negated == positive;
    match (set, turned) {
        (SetOperator::ForAllValues, false) | (SetOperator::ForAnyValue, true) => "every value of",
        (SetOperator::ForAnyValue, false) | (SetOperator::ForAllValues, true) => "some value of",
    }
}

fn absent_passes(operator: Operator) -> bool {
    operator.if_exists
        || match operator.set {
            Some(SetOperator::ForAllValues) => true,
            Some(SetOperator::ForAnyValue) => false,
            None => operator.negated,
        }
}

fn comparison(operator: Operator, positive: bool, values: &[&str]) -> String {
    let (yes, no) = match operator.test {
        Test::StringEquals
        | Test::NumericEquals
        | Test::DateEquals
        | Test::Bool
        | Test::BinaryEquals => ("is", "is not"),
        Test::StringEqualsIgnoreCase => ("is (in any case)", "is not (in any case)"),
        Test::StringLike => ("is like", "is not like"),
        Test::ArnEquals | Test::ArnLike if has_wildcard(values) => ("is like", "is not like"),
        Test::ArnEquals | Test::ArnLike => ("is", "is not"),
        Test::NumericLessThan => ("is less than", "is not less than"),
        Test::NumericLessThanEquals => ("is at most", "is more than"),
        Test::NumericGreaterThan => ("is more than", "is at most"),
        Test::NumericGreaterThanEquals => ("is at least", "is less than"),
        Test::DateLessThan => ("is before", "is not before"),
        Test::DateLessThanEquals => ("is not after", "is after"),
        Test::DateGreaterThan => ("is after", "is not after"),
        Test::DateGreaterThanEquals => ("is not before", "is before"),
        Test::IpAddress => ("is in", "is not in"),
        Test::Null => ("is", "is not"),
    };
    let (verb, joiner) = if positive {
        (yes, " or ")
    } else {
        (no, " or ")
    };
    format!("{verb} {}", values.join(joiner))
}

fn has_wildcard(values: &[&str]) -> bool {
    values.iter().any(|value| value.contains(['*', '?']))
}

#[cfg(test)]
mod tests;
