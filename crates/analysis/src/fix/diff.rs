//! Unified diffs of documents.

use std::fmt::Write as _;

use kmsim_authz::layers::AttachedPolicy;
use kmsim_policy::source::Sources;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::document::Snippet;
use super::edit;

/// How many lines around a change are shown.
const AROUND: usize = 3;

/// A diff, and the file to which it can be applied.
pub(super) struct Diff {
    pub(super) text: String,
    pub(super) file: Option<String>,
}

/// A diff of a document: of its own text in its file, so that the diff can be applied, where that
/// text has several lines; else of the document in the usual layout.
pub(super) fn of(
    original: Option<&AttachedPolicy>,
    before: &Value,
    after: &Value,
    title: &str,
    sources: &Sources<'_>,
) -> Diff {
    let alone = |text| Diff { text, file: None };
    let Some(original) = original else {
        let after = format!("{after:#}\n");
        return alone(unified("/dev/null", title, "", &after, 0));
    };
    in_file(original, after, sources).unwrap_or_else(|| {
        let [before, after] = [before, after].map(|document| format!("{document:#}\n"));
        alone(unified(title, title, &before, &after, 0))
    })
}

/// A diff of the lines of a file in which a policy stands.
fn in_file(original: &AttachedPolicy, after: &Value, sources: &Sources<'_>) -> Option<Diff> {
    let snippet = Snippet::of(original, sources)?;
    if !snippet.text.contains('\n') {
        return None;
    }
    let edited = edit::edited(&snippet, after)?;
    let span = original.policy.span;
    let source = sources.get(span.source)?;
    let whole = &*source.text;
    let (start, end) = (span.start as usize, snippet.end);
    let first = whole.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let rest = whole.get(end..)?;
    let last = end + rest.find('\n').map_or(rest.len(), |at| at + 1);
    // The blanks that were put before a YAML text stand in the file.
    let edited = if snippet.is_yaml {
        edited.get(snippet.text.len() - (end - start)..)?
    } else {
        &edited
    };
    // Lines around belong to the file, not to the policy.
    let above = whole.get(..first)?;
    let above: Vec<&str> = above.split_inclusive('\n').collect();
    let shown = above.len().min(AROUND);
    let context: String = above.get(above.len() - shown..)?.concat();
    let below: String = whole
        .get(last..)?
        .split_inclusive('\n')
        .take(AROUND)
        .collect();
    let old = format!("{context}{}{below}", whole.get(first..last)?);
    let new = format!(
        "{context}{}{edited}{}{below}",
        whole.get(first..start)?,
        whole.get(end..last)?
    );
    let name = match source.within {
        Some(outer) => format!("the policy in the string at {}", sources.locate(outer)),
        None => source.name.clone(),
    };
    let is_file = source.within.is_none() && !name.starts_with('<');
    // A string ends where it ends.
    let end = if is_file { "" } else { "\n" };
    let [old, new] = [old, new].map(|text| text + end);
    Some(Diff {
        text: unified(&name, &name, &old, &new, above.len() - shown),
        file: is_file.then_some(name),
    })
}

/// A unified diff; `offset` lines stand before the texts in their file.
fn unified(old_name: &str, new_name: &str, old: &str, new: &str, offset: usize) -> String {
    let diff = TextDiff::from_lines(old, new);
    let mut out = format!("--- {old_name}\n+++ {new_name}\n");
    for group in diff.grouped_ops(AROUND) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            continue;
        };
        let old = first.old_range().start..last.old_range().end;
        let new = first.new_range().start..last.new_range().end;
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "@@ -{} +{} @@",
            lines(&old, offset),
            lines(&new, offset)
        );
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            let line = change.value();
            out.push(sign);
            out.push_str(line);
            if !line.ends_with('\n') {
                out.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    out
}

/// First line and number of lines, as hunks tell them.
fn lines(range: &std::ops::Range<usize>, offset: usize) -> String {
    let count = range.len();
    let first = range.start + offset + usize::from(count > 0);
    if count == 1 {
        first.to_string()
    } else {
        format!("{first},{count}")
    }
}
