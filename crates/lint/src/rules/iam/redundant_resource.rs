//! IAM048: resources that another element covers.

use std::collections::HashSet;

use kmsim_policy::variable::NoVariables;
use kmsim_policy::wildcard::Match;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM048",
    name: "redundant-resource",
    severity: Suggestion,
    kinds: kinds::WITH_RESOURCES,
    finds: "A resource of a list is covered by another element of the same list.",
    why: "It says nothing. Often the wider element was meant to be taken out.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:DescribeKey",
 "Resource": ["arn:aws:kms:*:111122223333:key/*",
              "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"]}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:DescribeKey",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "IAM User Guide, \"IAM policy validation check reference\"",
    access_analyzer: &["REDUNDANT_RESOURCE"],
    find: Some(find),
};

/// More wildcards than this in one list are not compared with every element.
const MOST: usize = 32;

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in &check.statements {
        let items = stated.resources();
        if items.len() < 2 {
            continue;
        }
        let is_wide = |item: &&Spanned<ResourcePattern>| {
            !item.value.text.contains(['?', '$']) && item.value.text.contains('*')
        };
        let wide: Vec<_> = items.iter().filter(is_wide).take(MOST).collect();
        let mut seen = HashSet::with_capacity(items.len());
        for item in items.iter().filter(|item| !item.value.is_unknown()) {
            let text = &*item.value.text;
            let by = wide
                .iter()
                .find(|wide| *wide.value.text != *text && covers(&wide.value, text));
            let shown = excerpt(text);
            let repeated = !seen.insert(text);
            let message = match by {
                _ if repeated => format!("`{shown}` stands twice in this list"),
                Some(wide) => format!("`{shown}` is covered by `{}`", excerpt(&wide.value.text)),
                None => continue,
            };
            let edits = check
                .editor()
                .and_then(|editor| editor.without_element(item.span));
            let found = Found::at(item.span, message)
                .help("leave out one of the two")
                .edits("leave out the narrower one", edits);
            // Often it is the wider one that was to be left out.
            report.add(if repeated { found.keeps() } else { found });
        }
    }
}

fn covers(wide: &ResourcePattern, text: &str) -> bool {
    match (&wide.shape, arn::split(text)) {
        (ResourceShape::Any, _) => true,
        (ResourceShape::Arn(patterns), Some(parts)) => {
            let mut pairs = patterns.iter().zip(parts);
            pairs.all(|(pattern, part)| pattern.matches(part, &NoVariables) == Match::Yes)
        }
        _ => false,
    }
}
