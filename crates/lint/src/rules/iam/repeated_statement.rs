//! IAM090: statements that stand twice.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::check::items;
use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM090",
    name: "repeated-statement",
    severity: Suggestion,
    kinds: kinds::ALL,
    finds: "Two statements say the same, their `Sid` aside.",
    why: "One of them is superfluous. Often it was copied to be changed.",
    fires: Example::identity(
        r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "A", "Effect": "Allow", "Action": "kms:ListKeys", "Resource": "*"},
  {"Sid": "B", "Effect": "Allow", "Action": ["kms:ListKeys"], "Resource": ["*"]}
]}"#,
    ),
    right: Example::identity(
        r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "A", "Effect": "Allow", "Action": "kms:ListKeys", "Resource": "*"},
  {"Sid": "B", "Effect": "Allow", "Action": "kms:ListAliases", "Resource": "*"}
]}"#,
    ),
    source: "IAM User Guide, \"IAM policy validation check reference\"",
    access_analyzer: &["REDUNDANT_STATEMENT"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    if check.statements.len() < 2 {
        return;
    }
    let mut seen: HashMap<u64, Stated<'_>> = HashMap::with_capacity(check.statements.len());
    for stated in check
        .statements
        .iter()
        .filter(|stated| stated.open.is_none())
    {
        let Some(first) = seen.insert(digest(stated), *stated) else {
            continue;
        };
        if texts(&first).eq(texts(stated)) {
            let edits = check
                .editor()
                .and_then(|editor| editor.without_element(stated.span));
            report.add(
                Found::at(stated.span, "the statement says the same as an earlier one")
                    .help("leave one of the two out")
                    .note(first.span, "the earlier one")
                    .edits("leave out the later one", edits)
                    .keeps(),
            );
        }
    }
}

fn digest(stated: &Stated<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    texts(stated).for_each(|text| text.hash(&mut hasher));
    hasher.finish()
}

/// Everything that a statement says, in its order.
pub(crate) fn texts<'p>(stated: &Stated<'p>) -> impl Iterator<Item = std::borrow::Cow<'p, str>> {
    let Stated { statement, .. } = *stated;
    let negated = |negated: bool| if negated { "not" } else { "" };
    let head = [
        statement.effect.name(),
        negated(
            statement
                .principal
                .as_ref()
                .is_some_and(|scope| scope.negated),
        ),
        negated(statement.action.as_ref().is_some_and(|scope| scope.negated)),
        negated(
            statement
                .resource
                .as_ref()
                .is_some_and(|scope| scope.negated),
        ),
    ];
    let principals = items(statement.principal.as_ref())
        .iter()
        .map(|item| &*item.value.text);
    let actions = items(statement.action.as_ref())
        .iter()
        .map(|item| item.value.text());
    let resources = items(statement.resource.as_ref())
        .iter()
        .map(|item| &*item.value.text);
    let plain = head
        .into_iter()
        .chain(principals)
        .chain(["|"])
        .chain(actions)
        .chain(["|"])
        .chain(resources);
    let conditions = statement.conditions.iter().flat_map(|condition| {
        let operator = condition.operator.value.to_string();
        let values = values(condition).map(|(text, _)| text.into());
        [operator.into(), condition.key.value.text().into()]
            .into_iter()
            .chain(values)
    });
    plain.map(Into::into).chain(conditions)
}
