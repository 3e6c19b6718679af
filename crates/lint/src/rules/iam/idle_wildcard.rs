//! IAM069: wildcards that do not act.

use kmsim_types::ValueType;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM069",
    name: "idle-wildcard",
    severity: Warning,
    kinds: kinds::ALL,
    finds: "A value has `*` or `?` under an operator that compares texts as they stand.",
    why: "The value equals nothing but itself, star and all. Wildcards act under `StringLike` and the ARN \
          operators. (Values of `kms:ViaService` are KMS022.)",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/app-*"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/app-*"}}}"#,
    ),
    source: "IAM User Guide, \"IAM JSON policy elements: Condition operators\"",
    access_analyzer: &["WILDCARD_WITHOUT_LIKE_OPERATOR"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, condition) in check.conditions() {
        if key(condition) != "kms:ViaService" {
            look(condition, report);
        }
    }
}

/// Reports the values of one condition.
pub(crate) fn look(condition: &Condition, report: &mut Report<'_>) {
    let operator = condition.operator.value;
    if !matches!(
        operator.test,
        Test::StringEquals | Test::StringEqualsIgnoreCase
    ) {
        return;
    }
    let is_arn = condition
        .key
        .value
        .info()
        .is_some_and(|info| info.value_type == ValueType::Arn);
    let like = Operator {
        test: if is_arn {
            Test::ArnLike
        } else {
            Test::StringLike
        },
        ..operator
    };
    // `${*}` stands for a star.
    let idle = |text: &str| {
        text.replace("${*}", "")
            .replace("${?}", "")
            .contains(['*', '?'])
    };
    let mut idle_values = values(condition).filter(|(text, _)| idle(text));
    let Some((text, span)) = idle_values.next() else {
        return;
    };
    // One key under an operator can move to another one without its neighbours.
    let shown = excerpt(text);
    let message =
        format!("`{operator}` compares `{shown}` as it stands, star and all: no request has it");
    report.add(
        Found::at(span, message)
            .help(format!("write `{like}`"))
            .note(condition.operator.span, "the operator"),
    );
}
