//! IAM093: tags of keys for actions about no key.

use crate::rules::kms::carried;
use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM093",
    name: "tag-of-keyless-action",
    severity: Security,
    kinds: kinds::WITHOUT_PRINCIPAL,
    finds: "A condition on `aws:ResourceTag/…` stands in a statement with actions of KMS that are about no \
            key, or with `NotAction`. In an `Allow` it is a suggestion.",
    why: "Requests for those actions carry no tag, so the condition never holds: a `Deny` does not deny \
          them.",
    fires: Example::identity(
        r#"{"Effect": "Deny", "Action": ["kms:ListKeys", "kms:DescribeKey"], "Resource": "*",
 "Condition": {"StringEquals": {"aws:ResourceTag/secret": "yes"}}}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Deny", "Action": "kms:DescribeKey", "Resource": "*",
 "Condition": {"StringEquals": {"aws:ResourceTag/secret": "yes"}}}"#,
    ),
    source: "KMS Developer Guide, \"ABAC for AWS KMS\"",
    access_analyzer: &[
        "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    ],
    find: Some(find),
};

fn of_tags(key: &str) -> bool {
    key.starts_with("aws:ResourceTag/")
}

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in &check.statements {
        let less = |found: Found| match stated.effect {
            Effect::Deny => found,
            Effect::Allow | Effect::Unknown => found.severity(Suggestion),
        };
        for unmet in carried::unmet(stated, of_tags) {
            let message = format!(
                "{} {}: it is about no key, so no tag comes with it",
                carried::effect(stated),
                unmet.shown()
            );
            let help = format!(
                "put {} into a statement without this condition",
                unmet.shown()
            );
            report.add(less(
                Found::at(unmet.condition.key.span, message).help(help),
            ));
        }
        let negated = stated.action.as_ref().filter(|scope| scope.negated);
        let mut conditions = stated.statement.conditions.iter();
        let tagged = conditions.find(|condition| of_tags(key(condition)) && needs_key(condition));
        if let (Some(scope), Some(condition)) = (negated, tagged) {
            let message = format!(
                "`NotAction` covers actions whose requests carry no `{}`: the statement is not about them",
                condition.key.value.text()
            );
            report.add(less(
                Found::at(scope.span, message).help("list the actions in `Action`"),
            ));
        }
    }
}
