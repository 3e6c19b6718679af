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
    for (stated, condition) in check.conditions() {
        if key(condition) != "kms:ViaService" {
            look(check, stated, condition, report);
        }
    }
}

/// Reports the values of one condition.
pub(crate) fn look(
    check: &Check<'_>,
    stated: &Stated<'_>,
    condition: &Condition,
    report: &mut Report<'_>,
) {
    let operator = condition.operator.value;
    let Some((text, span)) = idle(condition).next() else {
        return;
    };
    let like = like(condition);
    let shown = excerpt(text);
    let message =
        format!("`{operator}` compares `{shown}` as it stands, star and all: no request has it");
    // What has no wildcard means the same under `StringLike`.
    let fits = |other: &Condition| {
        let wild = values(other).any(|(text, _)| text.contains(['*', '?']));
        if wild {
            self::like(other) == like
        } else {
            like.test == Test::StringLike
        }
    };
    let edits = check
        .editor()
        .filter(|_| operator.test == Test::StringEquals);
    let edits = edits.and_then(|editor| {
        editor.with_operator(&stated.statement.conditions, condition, like, fits)
    });
    report.add(
        Found::at(span, message)
            .help(format!("write `{like}`"))
            .note(condition.operator.span, "the operator")
            .edits(format!("write `{like}`"), edits)
            .mends(),
    );
}

/// The values with wildcards that do not act.
fn idle(condition: &Condition) -> impl Iterator<Item = (&str, Span)> {
    let as_it_stands = matches!(
        condition.operator.value.test,
        Test::StringEquals | Test::StringEqualsIgnoreCase
    );
    // `${*}` stands for a star.
    let wild = |text: &str| {
        text.replace("${*}", "")
            .replace("${?}", "")
            .contains(['*', '?'])
    };
    values(condition).filter(move |(text, _)| as_it_stands && wild(text))
}

/// The operator under which the wildcards act.
fn like(condition: &Condition) -> Operator {
    let info = condition.key.value.info();
    let is_arn = info.is_some_and(|info| info.value_type == ValueType::Arn)
        && values(condition).all(|(text, _)| arn::split(text).is_some());
    let test = if is_arn {
        Test::ArnLike
    } else {
        Test::StringLike
    };
    Operator {
        test,
        ..condition.operator.value
    }
}
