//! IAM057: global keys with several values without a set operator.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM057",
    name: "global-key-without-set-operator",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A global key that holds several values stands without `ForAllValues` or `ForAnyValue`: \
            `aws:TagKeys`, `aws:CalledVia`, `aws:PrincipalOrgPaths` and others. (Keys of KMS are KMS014 \
            and KMS084.)",
    why: "An operator for one value does not match a list, so the condition never holds, or under a negated \
          operator not as it is meant.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:111122223333:key/*",
 "Condition": {"StringEquals": {"aws:CalledVia": "dynamodb.amazonaws.com"}}}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:111122223333:key/*",
 "Condition": {"ForAnyValue:StringEquals": {"aws:CalledVia": "dynamodb.amazonaws.com"}}}"#,
    ),
    source: "IAM User Guide, \"Set operators for multivalued context keys\"",
    access_analyzer: &["MISSING_QUALIFIER"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (stated, condition) in check.conditions() {
        let operator = condition.operator.value;
        let info = condition.key.value.info();
        let several = info.is_some_and(|info| info.multi_valued && info.name.starts_with("aws:"));
        if !several || operator.set.is_some() || operator.test == Test::Null {
            continue;
        }
        let message = format!(
            "`{}` holds several values, which `{operator}` does not compare",
            key(condition)
        );
        let help = format!(
            "write `ForAnyValue:{operator}` if one of them is enough, `ForAllValues:{operator}` if each has to be listed"
        );
        let found = Found::at(condition.operator.span, message).help(help);
        report.add(with_set_operator(check, stated, condition, found));
    }
}

/// Adds the set operator that is meant, where only one can be: one listed value is enough. Which tags
/// may be set is a question about all of them, and what is excluded may be one value or all.
pub(crate) fn with_set_operator(
    check: &Check<'_>,
    stated: &Stated<'_>,
    condition: &Condition,
    found: Found,
) -> Found {
    let meant = |condition: &Condition| {
        let several = condition
            .key
            .value
            .info()
            .is_some_and(|info| info.multi_valued);
        let open = match stated.effect {
            Effect::Allow => matches!(key(condition), "aws:TagKeys" | "kms:GrantOperations"),
            Effect::Deny => false,
            Effect::Unknown => true,
        };
        several && !open && is_positive(condition)
    };
    if !meant(condition) {
        return found;
    }
    let any = Operator {
        set: Some(SetOperator::ForAnyValue),
        ..condition.operator.value
    };
    let edits = check.editor().and_then(|editor| {
        editor.with_operator(&stated.statement.conditions, condition, any, meant)
    });
    found.edits(format!("write `{any}`"), edits).mends()
}
