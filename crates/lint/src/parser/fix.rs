//! Changes for what the parser finds, beyond those that it offers itself: they need more than the one
//! place that it looks at.

use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json::{Node, Value};
use kmsim_policy::print::quoted;
use kmsim_policy::syntax::PolicyKind;

use crate::edit::Editor;
use crate::path;
use crate::rule::{Found, Rule};
use crate::subject::Subject;

/// Adds a change to a finding of the parser that has none.
pub(crate) fn with_fix(
    found: Found,
    diagnostic: &Diagnostic,
    rule: &Rule,
    subject: &Subject<'_>,
) -> Found {
    let Some(root) = subject.node else {
        return found;
    };
    if rule.code == "KMS077" {
        let text = path::text_at(root, diagnostic.span).unwrap_or("");
        return found.like_it_looks(text);
    }
    match rule.code {
        // AWS refuses the suffix; without it `Null` says what it says.
        "IAM051" => return found.mends(),
        // Which tag is meant only the author knows.
        "IAM055" => return found.edits("", None),
        _ if diagnostic.fix.is_some() => return found,
        _ => {}
    }
    match diagnostic.code {
        "variable-version" => current_version(found, root, subject),
        "repeated-sid" => numbered(found, diagnostic, root),
        "rcp-syntax" => everyone(found, diagnostic, root),
        "missing-resource" if subject.kind == PolicyKind::KeyPolicy => {
            this_key(found, diagnostic, subject)
        }
        "principal-not-allowed" => {
            let edits =
                Editor::of(subject).and_then(|editor| editor.without_member(diagnostic.span));
            found.edits("leave the principal out", edits)
        }
        _ => found,
    }
}

/// Policy variables act under the current version only.
fn current_version(found: Found, root: &Node<'_>, subject: &Subject<'_>) -> Found {
    const CURRENT: &str = "\"2012-10-17\"";
    if let Some(version) = root.member("Version") {
        return found
            .replace("use the current version", version.span, CURRENT)
            .mends();
    }
    let edits = Editor::of(subject)
        .and_then(|editor| editor.with_member_before(root, 0, "Version", CURRENT));
    found.edits("add the current version", edits).mends()
}

/// A number behind a Sid makes it another one. No decision turns on a Sid.
fn numbered(found: Found, diagnostic: &Diagnostic, root: &Node<'_>) -> Found {
    let statements = root.member("Statement").unwrap_or(root).as_list();
    let sids: Vec<&str> = statements
        .iter()
        .filter_map(|statement| statement.member("Sid")?.as_str())
        .collect();
    let Some(own) = path::text_at(root, diagnostic.span) else {
        return found;
    };
    let place = statements.iter().position(|statement| {
        let sid = statement.member("Sid");
        sid.is_some_and(|sid| sid.span == diagnostic.span)
    });
    // Counted by place, so that three of a name do not become two of another one.
    let first = place.map_or(2, |place| {
        let before = sids.iter().take(place).filter(|sid| **sid == own);
        before.count() + 1
    });
    let mut names = (first.max(2)..).map(|number| format!("{own}{number}"));
    match names.find(|name| !sids.contains(&name.as_str())) {
        Some(name) => found.write(&name).keeps(),
        None => found,
    }
}

/// `{"AWS": "*"}` is everyone, which RCPs write as `"*"`.
fn everyone(found: Found, diagnostic: &Diagnostic, root: &Node<'_>) -> Found {
    let statements = root.member("Statement").unwrap_or(root).as_list();
    let principals = statements.iter().flat_map(|statement| {
        let members = statement.as_object().unwrap_or_default().iter();
        members.filter(|member| member.key == "Principal" && member.key_span == diagnostic.span)
    });
    for principal in principals {
        let Value::Object(types) = &principal.value.value else {
            continue;
        };
        if let [one] = types.as_slice()
            && one.key == "AWS"
            && matches!(one.value.as_list(), [only] if only.as_str() == Some("*"))
        {
            return found
                .replace("write `\"*\"`", principal.value.span, quoted("*"))
                .mends();
        }
    }
    found
}

/// A key policy is about its key, whatever it names.
fn this_key(found: Found, diagnostic: &Diagnostic, subject: &Subject<'_>) -> Found {
    let edits = Editor::of(subject).and_then(|editor| {
        let statement = editor.object_at(diagnostic.span)?;
        let mut members = statement.as_object()?.iter();
        match members.position(|member| member.key == "Condition") {
            Some(index) => editor.with_member_before(statement, index, "Resource", "\"*\""),
            None => editor.with_member_behind(statement, "Resource", "\"*\""),
        }
    });
    found.edits("add `\"Resource\": \"*\"`", edits).mends()
}
