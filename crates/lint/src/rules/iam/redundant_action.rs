//! IAM034: actions that another element covers.

use std::collections::HashSet;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM034",
    name: "redundant-action",
    severity: Suggestion,
    kinds: kinds::ALL,
    finds: "An action of a list is covered by another element of the same list.",
    why: "It says nothing, and whoever narrows the other one later may believe that it is gone.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": ["kms:GenerateDataKey*", "kms:GenerateDataKey"], "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:GenerateDataKey*", "Resource": "*"}"#,
    ),
    source: "IAM User Guide, \"IAM policy validation check reference\"",
    access_analyzer: &["REDUNDANT_ACTION"],
    find: Some(find),
};

/// More wildcards than this in one list are not compared with every element.
const MOST: usize = 32;

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in &check.statements {
        let items = stated.actions();
        if items.len() < 2 {
            continue;
        }
        let wide: Vec<_> = items
            .iter()
            .filter(|item| item.value.has_wildcard())
            .take(MOST)
            .collect();
        let mut seen = HashSet::with_capacity(items.len());
        for item in items.iter().filter(|item| !item.value.is_unknown()) {
            let text = item.value.text();
            let folded = text.to_ascii_lowercase();
            let by = wide
                .iter()
                .find(|wide| wide.span != item.span && covers(&wide.value, &folded));
            let repeated = !seen.insert(folded);
            let message = match by {
                _ if repeated => format!("`{text}` stands twice in this list"),
                Some(wide) => format!("`{text}` is covered by `{}`", wide.value.text()),
                None => continue,
            };
            let edits = check
                .editor()
                .and_then(|editor| editor.without_element(item.span));
            report.add(
                Found::at(item.span, message)
                    .help("leave it out")
                    .edits("leave it out", edits)
                    .keeps(),
            );
        }
    }
}

/// Whether a pattern covers all that another one does, by its text in lower case. A star of the other one
/// is a character like any other to a star of this one.
fn covers(wide: &ActionPattern, other: &str) -> bool {
    let same = wide.text().eq_ignore_ascii_case(other);
    let parts = other.split_once(':');
    !same
        && !wide.text().contains('?')
        && parts.is_some_and(|(service, name)| wide.matches(service, name))
}
