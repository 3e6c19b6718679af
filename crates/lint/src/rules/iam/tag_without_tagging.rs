//! IAM092: tags of new keys without the permission to tag.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM092",
    name: "tag-without-tagging",
    severity: Error,
    kinds: kinds::IDENTITY,
    finds: "A policy allows `kms:CreateKey` with certain tags (`aws:RequestTag/…`, `aws:TagKeys`) and \
            nowhere `kms:TagResource`.",
    why: "Who creates a key with tags needs both, so such a call is always denied.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:CreateKey", "Resource": "*",
 "Condition": {"StringEquals": {"aws:RequestTag/team": "orders"}}}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": ["kms:CreateKey", "kms:TagResource"], "Resource": "*",
 "Condition": {"StringEquals": {"aws:RequestTag/team": "orders"}}}"#,
    ),
    source: "KMS API Reference, CreateKey: Tags; KMS Developer Guide, \"Controlling access to tags\"",
    access_analyzer: &["MISSING_ACTION_FOR_CONDITION_KEY"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let tagging = check.kms_of_allows().contains(KmsAction::TagResource);
    if tagging || check.is_open() {
        return;
    }
    for stated in check.allows() {
        if !stated.kms_actions.contains(KmsAction::CreateKey) {
            continue;
        }
        let mut conditions = stated.statement.conditions.iter();
        let of_tags = |condition: &&Condition| {
            let name = key(condition);
            (name.starts_with("aws:RequestTag/") || name == "aws:TagKeys") && needs_key(condition)
        };
        if let Some(condition) = conditions.find(of_tags) {
            let message = "a key with tags needs `kms:TagResource` too, which this policy does not allow: the call is always denied";
            report.add(
                Found::at(condition.key.span, message).help("add `kms:TagResource` to the actions"),
            );
        }
    }
}
