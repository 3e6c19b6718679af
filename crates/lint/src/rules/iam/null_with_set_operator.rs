//! IAM052: a set operator before `Null`.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM052",
    name: "null-with-set-operator",
    severity: Suggestion,
    kinds: kinds::ALL,
    finds: "`Null` has `ForAllValues` or `ForAnyValue` before it.",
    why: "`Null` asks whether the key is there, so the set operator changes nothing.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"ForAnyValue:Null": {"kms:EncryptionContextKeys": "false"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"Null": {"kms:EncryptionContextKeys": "false"}}}"#,
    ),
    source: "IAM User Guide, \"Condition operator to check existence of condition keys\"",
    access_analyzer: &["NULL_WITH_QUALIFIER"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, condition) in check.conditions() {
        let operator = condition.operator.value;
        if operator.test == Test::Null && operator.set.is_some() {
            let message = format!("`{operator}`: the set operator changes nothing");
            report.add(
                Found::at(condition.operator.span, message)
                    .help("write `Null`")
                    .write("Null")
                    .keeps(),
            );
        }
    }
}
