//! IAM070: wildcards that cross the colons of an ARN.

use kmsim_types::ValueType;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM070",
    name: "string-like-arn",
    severity: Security,
    kinds: kinds::ALL,
    finds: "`StringLike` compares a key that holds an ARN with a value that has a wildcard before the last \
            part.",
    why: "A star of `StringLike` crosses colons: `arn:aws:sns:*:111122223333:*` matches an ARN of another \
          account that has `:111122223333:` in its name. `ArnLike` compares part by part.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
 "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*",
 "Condition": {"StringLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:orders-*"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
 "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*",
 "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:orders-*"}}}"#,
    ),
    source: "IAM User Guide, \"Amazon Resource Name (ARN) condition operators\"",
    access_analyzer: &["STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (stated, condition) in check.conditions() {
        let operator = condition.operator.value;
        let of_arn = condition
            .key
            .value
            .info()
            .is_some_and(|info| info.value_type == ValueType::Arn);
        if operator.test != Test::StringLike || !of_arn {
            continue;
        }
        let crosses = |text: &str| match arn::split(text) {
            Some([_, parts @ .., _]) => parts.iter().any(|part| part.contains('*')),
            // `*` alone is another rule's; without six parts a star stands for some of them.
            None => text.contains('*') && text.contains(':'),
        };
        let like = Operator {
            test: Test::ArnLike,
            ..operator
        };
        if let Some((text, span)) = values(condition).find(|(text, _)| crosses(text)) {
            let message = format!(
                "a star of `{operator}` crosses the colons of `{}`: ARNs of other accounts can match",
                excerpt(text)
            );
            let fits = |other: &Condition| {
                let info = other.key.value.info();
                info.is_some_and(|info| info.value_type == ValueType::Arn)
            };
            let edits = check.editor().and_then(|editor| {
                editor.with_operator(&stated.statement.conditions, condition, like, fits)
            });
            report.add(
                Found::at(span, message)
                    .help(format!("write `{like}`"))
                    .note(condition.operator.span, "the operator")
                    .edits(format!("write `{like}`"), edits),
            );
        }
    }
}
