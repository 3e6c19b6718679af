//! IAM059: both values of a truth value.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM059",
    name: "several-booleans",
    severity: Error,
    kinds: kinds::ALL,
    finds: "`Bool` or `Null` stands with several values.",
    why: "There are two only, so the condition holds whenever the key is there; AWS refuses it.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:CreateGrant", "Resource": "*",
 "Condition": {"Bool": {"kms:GrantIsForAWSResource": ["true", "false"]}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:CreateGrant", "Resource": "*",
 "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}}"#,
    ),
    source: "IAM User Guide, \"Boolean condition operators\"",
    access_analyzer: &["INVALID_CONDITION_MULTIPLE_BOOLEAN"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, condition) in check.conditions() {
        let operator = condition.operator.value;
        let of_truth = matches!(operator.test, Test::Bool | Test::Null);
        let second = condition.operands.get(1);
        if let Some(second) = second.filter(|_| of_truth) {
            let message = format!("`{operator}` takes one value, `true` or `false`");
            report.add(Found::at(second.span, message).help("keep the one that is meant"));
        }
    }
}
