//! IAM089: conditions that no request meets.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM089",
    name: "matches-nothing",
    severity: Suggestion,
    kinds: kinds::ALL,
    finds: "A negated `Like` operator stands with `*`.",
    why: "Whatever value the key has, it matches `*`, so the condition holds for requests without the key \
          only. `Null` says that.",
    fires: Example::identity(
        r#"{"Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringNotLike": {"kms:ViaService": "*"}}}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"Null": {"kms:ViaService": "true"}}}"#,
    ),
    source: "IAM User Guide, \"IAM policy validation check reference\"",
    access_analyzer: &["REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, condition) in check.conditions() {
        let operator = condition.operator.value;
        let like = matches!(
            operator.test,
            Test::StringLike | Test::ArnLike | Test::ArnEquals
        );
        let any = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte == b'*');
        let everything = values(condition).find(|(text, _)| any(text));
        if let Some((_, span)) = everything.filter(|_| like && operator.negated) {
            let name = key(condition);
            let message = format!("`{operator}` with `*` holds for requests without `{name}` only");
            let help = format!("write {{\"Null\": {{\"{name}\": \"true\"}}}} if that is meant");
            report.add(Found::at(span, message).help(help));
        }
    }
}
