//! KMS014: how the operations of a grant are compared.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS014",
    name: "operators-for-several",
    severity: Security,
    kinds: kinds::ALL,
    finds: "`kms:GrantOperations` is compared without a set operator, or in an `Allow` with \
            `ForAnyValue`. (`kms:EncryptionContextKeys` with `ForAnyValue` is a suggestion.)",
    why: "A grant lists several operations. Without a set operator the condition compares one value with \
          the list and never holds; with `ForAnyValue` one operation that is listed opens the way for all \
          others in the same grant.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:CreateGrant", "Resource": "*",
 "Condition": {"ForAnyValue:StringEquals": {"kms:GrantOperations": ["Encrypt", "Decrypt"]}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:CreateGrant", "Resource": "*",
 "Condition": {"ForAllValues:StringEquals": {"kms:GrantOperations": ["Encrypt", "Decrypt"]}}}"#,
    ),
    source: "KMS Developer Guide, \"kms:GrantOperations\"; IAM User Guide, \"Set operators for \
             multivalued context keys\"",
    access_analyzer: &["MISSING_QUALIFIER"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in check.allows() {
        for condition in stated.on("kms:EncryptionContextKeys") {
            let operator = condition.operator.value;
            if operator.set == Some(SetOperator::ForAnyValue) && is_positive(condition) {
                let message = format!(
                    "`{operator}` lets requests through whose encryption context has other names too"
                );
                let help = "add the same with `ForAllValues`, if no others are meant to be there";
                report.add(
                    Found::at(condition.operator.span, message)
                        .help(help)
                        .severity(Suggestion),
                );
            }
        }
    }
    for stated in &check.statements {
        for condition in stated.on("kms:GrantOperations") {
            let operator = condition.operator.value;
            if operator.test == Test::Null {
                continue;
            }
            let all = Operator {
                set: Some(SetOperator::ForAllValues),
                ..operator
            };
            let (message, any) = match (operator.set, stated.effect, operator.negated) {
                (None, ..) => (
                    format!("a grant has several operations, which `{operator}` does not compare"),
                    false,
                ),
                (Some(SetOperator::ForAnyValue), Effect::Allow, false) => (
                    format!(
                        "`{operator}` allows every grant that has one of these operations, whatever else it has"
                    ),
                    true,
                ),
                _ => continue,
            };
            // In a `Deny` one operation that is listed is reason enough.
            let deny = stated.effect == Effect::Deny && !any;
            let right = if deny {
                Operator {
                    set: Some(SetOperator::ForAnyValue),
                    ..operator
                }
            } else {
                all
            };
            let found =
                Found::at(condition.operator.span, message).help(format!("write `{right}`"));
            let edits = check.editor().and_then(|editor| {
                let of_one_key = |other: &Condition| key(other) == "kms:GrantOperations";
                let conditions = &stated.statement.conditions;
                editor.with_operator(conditions, condition, right, of_one_key)
            });
            let found = found.edits(format!("write `{right}`"), edits);
            report.add(match operator.set {
                None if !operator.negated => found.mends(),
                _ => found,
            });
        }
    }
}
