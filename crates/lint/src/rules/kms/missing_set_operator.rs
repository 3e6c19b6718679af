//! KMS084: keys with several values without a set operator.

use crate::rules::iam::missing_set_operator::with_set_operator;
use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS084",
    name: "missing-set-operator",
    severity: Warning,
    kinds: kinds::ALL,
    finds: "`kms:EncryptionContextKeys` or `kms:ResourceAliases` stands without `ForAllValues` or \
            `ForAnyValue`.",
    why: "Both hold several values. An operator for one value does not match them, so the condition never \
          holds, or under a negated operator not as it is meant.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:EncryptionContextKeys": "app"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"ForAnyValue:StringEquals": {"kms:EncryptionContextKeys": "app"}}}"#,
    ),
    source: "KMS Developer Guide, \"kms:EncryptionContextKeys\" and \"kms:ResourceAliases\"",
    access_analyzer: &["MISSING_QUALIFIER"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (stated, condition) in check.conditions() {
        let operator = condition.operator.value;
        let name = key(condition);
        let several = matches!(name, "kms:EncryptionContextKeys" | "kms:ResourceAliases");
        if !several || operator.set.is_some() || operator.test == Test::Null {
            continue;
        }
        let set = |set| Operator {
            set: Some(set),
            ..operator
        };
        let (any, all) = (
            set(SetOperator::ForAnyValue),
            set(SetOperator::ForAllValues),
        );
        let message = format!("`{name}` holds several values, which `{operator}` does not compare");
        let help =
            format!("write `{any}` if one of them is enough, `{all}` if each has to be listed");
        let found = Found::at(condition.operator.span, message).help(help);
        report.add(with_set_operator(check, stated, condition, found));
    }
}
