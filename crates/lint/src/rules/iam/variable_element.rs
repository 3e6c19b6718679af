//! IAM081: variables where there are none.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM081",
    name: "variable-element",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A policy variable stands in `Action` or `Principal`.",
    why: "Variables act in `Resource` and in the values of conditions only. Elsewhere they are plain text, \
          which names nothing.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"Service": "logs.${aws:RequestedRegion}.amazonaws.com"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"Service": "logs.us-west-2.amazonaws.com"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}"#,
    ),
    source: "IAM User Guide, \"IAM policy elements: Variables and tags\": where you can use policy variables",
    access_analyzer: &["VARIABLE_UNSUPPORTED_IN_ELEMENT"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let actions = check
        .action_items()
        .map(|(_, item)| (item.value.text(), item.span, "Action"));
    let principals = check
        .principal_items()
        .map(|(_, item)| (&*item.value.text, item.span, "Principal"));
    for (text, span, element) in actions.chain(principals) {
        if text.contains("${") {
            let message = format!(
                "`{}`: a policy variable does nothing in `{element}`",
                excerpt(text)
            );
            report.add(Found::at(span, message).help("write the name itself, or use a condition"));
        }
    }
}
