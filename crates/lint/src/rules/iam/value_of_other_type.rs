//! IAM060: values that a key of this type never has.

use kmsim_policy::decimal::Decimal;
use kmsim_types::ValueType;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM060",
    name: "value-of-other-type",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A string operator compares a key that holds `true` or `false`, a number or an ARN with a text \
            that is none.",
    why: "The key never has such a value, so the condition never holds.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:CreateGrant", "Resource": "*",
 "Condition": {"StringEquals": {"kms:GrantIsForAWSResource": "yes"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:CreateGrant", "Resource": "*",
 "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}}"#,
    ),
    source: "IAM User Guide, \"IAM JSON policy elements: Condition operators\"",
    access_analyzer: &["INVALID_CONDITION_DATA_TYPE"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, condition) in check.conditions() {
        let test = condition.operator.value.test;
        let texts = matches!(
            test,
            Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike
        );
        let Some(info) = condition.key.value.info().filter(|_| texts) else {
            continue;
        };
        for (text, span) in values(condition) {
            let open = text.contains("${") || test == Test::StringLike && text.contains(['*', '?']);
            let (fits, what) = match info.value_type {
                ValueType::Bool => (
                    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false"),
                    "`true` or `false`",
                ),
                ValueType::Numeric => (Decimal::parse(text).is_some(), "a number"),
                // Wildcards that do not act are another rule's.
                ValueType::Arn => (
                    arn::split(text).is_some()
                        || text.contains(['*', '?'])
                        || text.starts_with("arn:"),
                    "an ARN",
                ),
                _ => (true, ""),
            };
            if !open && !fits {
                let message = format!("`{}` is {what}, never `{}`", info.name, excerpt(text));
                report.add(Found::at(span, message).help(format!("compare with {what}")));
            }
        }
    }
}
