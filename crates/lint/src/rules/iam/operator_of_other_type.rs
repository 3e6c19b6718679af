//! IAM061: operators for another type than that of the key.

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
    for (_, condition) in check.conditions() {
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
        let works = used == ValueType::String && of == ValueType::Bool;
        report.add(if works {
            found.severity(Suggestion)
        } else {
            found
        });
    }
}
