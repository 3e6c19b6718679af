//! IAM080: variables that are none.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM080",
    name: "variable-syntax",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A policy variable is written wrongly: the closing brace is missing, it is empty, has a blank in \
            its name, or a default value without quotes.",
    why: "AWS refuses the policy, or takes it for plain text that no request carries.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:111122223333:key/*",
 "Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team"}}}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:111122223333:key/*",
 "Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team, 'none'}"}}}"#,
    ),
    source: "IAM User Guide, \"IAM policy elements: Variables and tags\"",
    access_analyzer: &[
        "MISSING_BRACE_IN_VARIABLE",
        "MISSING_QUOTE_IN_VARIABLE",
        "UNSUPPORTED_SPACE_IN_VARIABLE",
        "EMPTY_VARIABLE",
    ],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    if check.policy.version != Some(kmsim_policy::syntax::Version::V2012) {
        return;
    }
    for (_, item) in check.resource_items() {
        look(&item.value.text, item.span, report);
    }
    for (_, condition) in check.conditions() {
        for (text, span) in values(condition) {
            look(text, span, report);
        }
    }
}

fn look(text: &str, span: Span, report: &mut Report<'_>) {
    for (at, _) in text.match_indices("${") {
        // `$${` and the like are plain text before the variable.
        let inner = text.get(at + 2..).unwrap_or("");
        if let Some((fault, help)) = fault(inner) {
            let message = format!("the policy variable in `{}` {fault}", excerpt(text));
            let found = Found::at(span, message).help(help);
            report.add(match without_blanks(text, at) {
                Some(plain) if help == WITHOUT_BLANK => found.write(&plain).mends(),
                _ => found,
            });
        }
    }
}

const WITHOUT_BLANK: &str = "remove the blank";

/// The text without the blanks in the name of the variable that begins at a place.
fn without_blanks(text: &str, at: usize) -> Option<String> {
    let (before, rest) = text.split_at_checked(at + 2)?;
    let end = rest.find(['}', ',', '/'])?;
    let (name, behind) = rest.split_at_checked(end)?;
    let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    Some(format!("{before}{name}{behind}"))
}

/// What is wrong with the text behind `${`.
fn fault(inner: &str) -> Option<(&'static str, &'static str)> {
    let Some((inner, _)) = inner.split_once('}') else {
        return Some(("has no closing brace", "add `}`"));
    };
    if matches!(inner, "*" | "?" | "$") {
        return None;
    }
    if inner.trim().is_empty() {
        return Some(("is empty", "name a condition key: `${aws:username}`"));
    }
    let (name, default) = match inner.split_once(',') {
        Some((name, default)) => (name, Some(default.trim())),
        None => (inner, None),
    };
    let quoted = |text: &str| text.len() >= 2 && text.starts_with('\'') && text.ends_with('\'');
    if default.is_some_and(|default| !quoted(default)) {
        return Some((
            "has a default value without quotes",
            "write `${key, 'default'}`",
        ));
    }
    // The key of a tag may have blanks.
    let own = name.split_once('/').map_or(name, |(own, _)| own);
    if own.contains(char::is_whitespace) {
        return Some(("has a blank in its name", WITHOUT_BLANK));
    }
    (!own.contains(':')).then_some((
        "names no condition key",
        "a key has a prefix: `${aws:username}`",
    ))
}
