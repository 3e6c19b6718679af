//! KMS087: numbers outside of what the API takes.

use kmsim_policy::decimal::Decimal;
use kmsim_policy::operand::Operand;
use kmsim_policy::variable::NoVariables;
use kmsim_policy::wildcard::Match;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS087",
    name: "number-range",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A condition on a number of days is one that no call meets, or names a number that the API does \
            not take: a waiting period before deletion is 7 to 30 days, a rotation period 90 to 2560.",
    why: "The condition never holds or always does, so the statement is not the limit that it looks like.",
    fires: Example::key_policy(
        r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:ScheduleKeyDeletion", "Resource": "*",
 "Condition": {"NumericLessThan": {"kms:ScheduleKeyDeletionPendingWindowInDays": "7"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:ScheduleKeyDeletion", "Resource": "*",
 "Condition": {"NumericLessThan": {"kms:ScheduleKeyDeletionPendingWindowInDays": "30"}}}"#,
    ),
    source: "KMS API Reference, ScheduleKeyDeletion and EnableKeyRotation; API model of 2026-11",
    access_analyzer: &[],
    find: Some(find),
};

/// Keys with the least and greatest number that requests have.
const RANGES: [(&str, u32, u32); 2] = [
    ("kms:ScheduleKeyDeletionPendingWindowInDays", 7, 30),
    ("kms:RotationPeriodInDays", 90, 2560),
];

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, condition) in check.conditions() {
        let range = RANGES.iter().find(|(name, ..)| *name == key(condition));
        if let Some((name, least, greatest)) = range {
            look(condition, name, *least, *greatest, report);
        }
    }
}

fn look(condition: &Condition, name: &str, least: u32, greatest: u32, report: &mut Report<'_>) {
    let operator = condition.operator.value;
    let Some(first) = condition.operands.first() else {
        return;
    };
    if !matches!(first.value, Operand::Number(..)) {
        return;
    }
    let matches = |number: u32, operand: &Operand| {
        operand.matches(operator.test, &number.to_string(), &NoVariables) == Match::Yes
    };
    let holds = |number: u32| {
        let any = condition
            .operands
            .iter()
            .any(|operand| matches(number, &operand.value));
        any != operator.negated
    };
    // Between the ends of a range the answer changes at the operands only, but ranges are short.
    let met = (least..=greatest).filter(|number| holds(*number)).count();
    let never = met == 0;
    let always = !never && met == (greatest - least + 1) as usize;
    let outside = |text: &str| {
        let number = Decimal::parse(text)?;
        let (least, greatest) = (least.to_string(), greatest.to_string());
        let outside =
            Some(number) < Decimal::parse(&least) || Some(number) > Decimal::parse(&greatest);
        Some(outside)
    };
    let value = values(condition).find(|(text, _)| outside(text) == Some(true));
    let (span, message) = match value {
        _ if condition
            .operands
            .iter()
            .any(|operand| !operand.value.is_valid()) =>
        {
            return;
        }
        Some((text, span)) => (
            span,
            format!("{text} is outside of {least} to {greatest}, the numbers that `{name}` has"),
        ),
        None if never => (
            first.span,
            format!("`{name}` is {least} to {greatest}, so this condition never holds"),
        ),
        None if always && !operator.if_exists => (
            first.span,
            format!("`{name}` is {least} to {greatest}, so this condition always holds"),
        ),
        None => return,
    };
    let found =
        Found::at(span, message).help(format!("compare with a number from {least} to {greatest}"));
    // A limit at the end of the range says what is so anyway.
    report.add(if always && value.is_none() {
        found.severity(Suggestion)
    } else {
        found
    });
}
