//! IAM015: policies without a version.

use kmsim_policy::json::Node;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM015",
    name: "missing-version",
    severity: Suggestion,
    kinds: kinds::ALL,
    finds: "A policy has no `Version`, or the old one: a suggestion, since it works as long as nobody adds \
            a policy variable.",
    why: "Without `2012-10-17` there are no policy variables: `${aws:username}` is plain text.",
    fires: Example::key_policy(
        r#"{"Statement": [
  {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
   "Action": "kms:*", "Resource": "*"}
]}"#,
    ),
    right: Example::key_policy(
        r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
   "Action": "kms:*", "Resource": "*"}
]}"#,
    ),
    source: "IAM User Guide, \"IAM JSON policy elements: Version\"",
    access_analyzer: &["MISSING_VERSION"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let version = check.subject.node.and_then(|node| node.member("Version"));
    let (span, message) = match version {
        Some(node) if node.as_str() == Some("2008-10-17") => {
            (node.span, "the version 2008-10-17 has no policy variables")
        }
        Some(_) => return,
        None if check.is_excerpt() => return,
        None => (
            check.policy.span,
            "the policy has no `Version`, so policy variables are plain text",
        ),
    };
    let found = Found::at(span, message).help("write `\"Version\": \"2012-10-17\"`");
    let found = if let Some(Node { span, .. }) = version {
        found.replace("use the current version", *span, "\"2012-10-17\"")
    } else {
        let edits = check.editor().and_then(|editor| {
            let document = editor.object_at(check.policy.span)?;
            // A statement by itself has no version.
            document.member("Statement")?;
            editor.with_member_before(document, 0, "Version", "\"2012-10-17\"")
        });
        found.edits("add the current version", edits)
    };
    // Where there are variables, they begin to act: IAM082 is about them.
    report.add(if has_variables(check) {
        found
    } else {
        found.keeps()
    });
}

fn has_variables(check: &Check<'_>) -> bool {
    let in_resources = check
        .resource_items()
        .any(|(_, item)| item.value.text.contains("${"));
    let in_conditions = || {
        let mut conditions = check.conditions();
        conditions.any(|(_, condition)| values(condition).any(|(text, _)| text.contains("${")))
    };
    in_resources || in_conditions()
}
