//! IAM061: operators for another type than that of the key.

use kmsim_policy::operand::Operand;
use kmsim_types::ValueType;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM061",
    name: "operator-of-other-type",
    severity: Warning,
    kinds: kinds::ALL,
    finds: "An operator is for another type of values than the condition key has: `NumericEquals` on a \
            service name, `StringEquals` on an address. Strings that compare truth values work, and are a \
            suggestion.",
    why: "The comparison fails, or compares letters where numbers, dates or addresses are meant.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"aws:SourceIp": "203.0.113.0/24"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}"#,
    ),
    source: "IAM User Guide, \"IAM JSON policy elements: Condition operators\"",
    access_analyzer: &["TYPE_MISMATCH"],
    find: Some(find),
};

/// The type of values that an operator is for; nothing for `Null`.
fn type_of(test: Test) -> Option<ValueType> {
    Some(match test {
        Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike => ValueType::String,
        Test::NumericEquals
        | Test::NumericLessThan
        | Test::NumericLessThanEquals
        | Test::NumericGreaterThan
        | Test::NumericGreaterThanEquals => ValueType::Numeric,
        Test::DateEquals
        | Test::DateLessThan
        | Test::DateLessThanEquals
        | Test::DateGreaterThan
        | Test::DateGreaterThanEquals => ValueType::Date,
        Test::Bool => ValueType::Bool,
        Test::BinaryEquals => ValueType::Binary,
        Test::IpAddress => ValueType::IpAddress,
        Test::ArnEquals | Test::ArnLike => ValueType::Arn,
        Test::Null => return None,
    })
}

/// The operator to use for a type.
fn operators(of: ValueType) -> &'static str {
    match of {
        ValueType::String => "StringEquals",
        ValueType::Arn => "ArnLike",
        ValueType::Bool => "Bool",
        ValueType::Numeric => "NumericEquals",
        ValueType::Date => "DateLessThan",
        ValueType::IpAddress => "IpAddress",
        ValueType::Binary => "BinaryEquals",
    }
}

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (stated, condition) in check.conditions() {
        let operator = condition.operator.value;
        let (Some(info), Some(used)) = (condition.key.value.info(), type_of(operator.test)) else {
            continue;
        };
        // What its author puts into a tag or pair may be an ARN, a number, anything.
        let own = info.name.contains("${");
        if own || info.accepts(used) {
            continue;
        }
        let of = info.value_type;
        let message = format!(
            "`{}` holds values of type {of}, and `{operator}` compares values of type {used}",
            info.name
        );
        let help = format!("use `{}` or another operator of that type", operators(of));
        let found = Found::at(condition.operator.span, message).help(help);
        let found = with_operator_of(of, check, stated, condition, found);
        let works = used == ValueType::String && of == ValueType::Bool;
        report.add(if works {
            found.severity(Suggestion)
        } else {
            found
        });
    }
}

/// Puts texts that are truth values, numbers or addresses under the operator for such, where they stand
/// under one that compares letters.
fn with_operator_of(
    of: ValueType,
    check: &Check<'_>,
    stated: &Stated<'_>,
    condition: &Condition,
    found: Found,
) -> Found {
    let operator = condition.operator.value;
    let test = match of {
        ValueType::Bool if !operator.negated => Test::Bool,
        ValueType::Numeric => Test::NumericEquals,
        ValueType::IpAddress => Test::IpAddress,
        _ => return found,
    };
    let reads = |condition: &Condition| {
        values(condition).all(|(text, _)| Operand::new(test, text, false).is_valid())
    };
    if operator.test != Test::StringEquals || !reads(condition) {
        return found;
    }
    let right = Operator { test, ..operator };
    let fits = |other: &Condition| {
        let info = other.key.value.info();
        info.is_some_and(|info| info.value_type == of) && reads(other)
    };
    let edits = check.editor().and_then(|editor| {
        editor.with_operator(&stated.statement.conditions, condition, right, fits)
    });
    let found = found.edits(format!("write `{right}`"), edits);
    // Truth values are written in small letters by AWS.
    let same = of == ValueType::Bool
        && values(condition).all(|(text, _)| matches!(text, "true" | "false"));
    if same { found.keeps() } else { found.mends() }
}
