//! IAM086: conditions without content.

use kmsim_policy::json::{Node, Value};

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM086",
    name: "empty-condition",
    severity: Suggestion,
    kinds: kinds::ALL,
    finds: "`Condition`, or an operator in it, is an empty object.",
    why: "It limits nothing. Something may have got lost.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*", "Condition": {}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "IAM User Guide, \"IAM policy validation check reference\"",
    access_analyzer: &["EMPTY_OBJECT_CONDITION"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let statements = check.subject.node.and_then(|node| node.member("Statement"));
    for statement in statements.map_or(&[][..], Node::as_list) {
        let Some(condition) = statement.member("Condition") else {
            continue;
        };
        let operators = condition
            .as_object()
            .unwrap_or_default()
            .iter()
            .map(|member| &member.value);
        for node in std::iter::once(condition).chain(operators) {
            if matches!(&node.value, Value::Object(members) if members.is_empty()) {
                let edits = check.editor().and_then(|editor| {
                    let without =
                        |node: &Node<'_>| editor.without_member(editor.key_of(node.span)?);
                    without(node).or_else(|| without(condition))
                });
                report.add(
                    Found::at(node.span, "the condition is empty, so it limits nothing")
                        .help("leave it out, or write the condition")
                        .edits("leave it out", edits)
                        .keeps(),
                );
            }
        }
    }
}
