//! IAM004: one condition key in two spellings.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM004",
    name: "condition-key-twice",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A condition key stands twice under one operator, in different letter case.",
    why: "Names of condition keys are compared without regard to case, so it is the same key twice, and \
          AWS refuses the policy.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:CallerAccount": "111122223333", "kms:callerAccount": "444455556666"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:CallerAccount": ["111122223333", "444455556666"]}}}"#,
    ),
    source: "IAM User Guide, \"IAM JSON policy elements: Condition\"",
    access_analyzer: &["DUPLICATE_KEYS_WITH_DIFFERENT_CASE"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in &check.statements {
        let conditions = &stated.statement.conditions;
        for (place, second) in conditions.iter().enumerate() {
            // Conditions of one operator are neighbours.
            let mut before = conditions.iter().take(place).rev();
            let same = |first: &&Condition| {
                first.operator.span == second.operator.span && first.key.value == second.key.value
            };
            if let Some(first) = before.find(same) {
                let texts = (first.key.value.text(), second.key.value.text());
                if texts.0 != texts.1 {
                    let message = format!("`{}` and `{}` are one condition key", texts.0, texts.1);
                    report.add(
                        Found::at(second.key.span, message)
                            .help("join their values in one list")
                            .note(first.key.span, "it stands here first"),
                    );
                }
            }
        }
    }
}
