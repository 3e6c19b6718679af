//! `--fix` and `--diff`: files with the changes that findings offer.

use std::path::Path;

use kmsim_lint::fix::{Fixed, until_stable};
use kmsim_policy::diagnostic::Fix;
use kmsim_policy::repair::repair;
use similar::TextDiff;

use super::read::{File, Policy, Reading};
use crate::outcome::Failure;
use crate::target::Target;

/// What is done about findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Nothing.
    None,
    /// Files are written.
    Write,
    /// The changes are shown.
    Show,
}

/// Makes all changes of a text that can be made, if it can be read as a whole in the end.
pub(super) fn fixed(text: &str, reading: &Reading<'_>, guesses: bool) -> Option<Fixed> {
    let wanted = |fix: &Fix| guesses || fix.safety.is_safe();
    let fixed = until_stable(text, |text| reading.round(text, wanted));
    let whole = || matches!(reading.lint(&fixed.text), Ok(Some(file)) if file.is_whole);
    (fixed.text != text && whole()).then_some(fixed)
}

/// Puts a text in the place of a file's, as a whole or not at all.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let mut target = Target::open(path, false)?;
    let written = std::io::Write::write_all(&mut target, text.as_bytes());
    let cannot = |error| Failure::new(format!("cannot write `{}`: {error}", path.display()));
    written.map_err(cannot)?;
    target.finish()
}

/// The changes of a file in the unified format, as `git apply` takes it.
pub(super) fn diff(name: &str, old: &str, new: &str) -> String {
    let name = name.replace('\\', "/");
    let name = name.trim_start_matches('/');
    let names = (format!("a/{name}"), format!("b/{name}"));
    TextDiff::from_lines(old, new)
        .unified_diff()
        .header(&names.0, &names.1)
        .to_string()
}

/// The text with policies written anew that no smaller change mends: notes without a document around
/// them, several joined by a comma, elements in the wrong place.
pub(super) fn rewritten(text: &str, file: &File<'_>) -> Option<String> {
    let broken = file.policies.iter().find(|policy| policy.errors > 0)?;
    let (before, own, behind) = pieces(text, broken)?;
    let repaired = repair(own, broken.kind)?;
    let error = kmsim_policy::diagnostic::Severity::Error;
    let left = repaired.remaining.iter();
    let left = left.filter(|found| found.severity == error).count();
    if left >= broken.errors {
        return None;
    }
    let mut laid_out = in_layout(&repaired.text, text, before);
    // The end of the line is that of the text around.
    let end = own.len() - own.trim_end().len();
    laid_out.truncate(laid_out.trim_end().len());
    let own_end = own.get(own.len() - end..).unwrap_or("");
    let end = if behind.is_empty() && own_end.is_empty() {
        line_end(text)
    } else {
        own_end
    };
    Some(format!("{before}{laid_out}{end}{behind}"))
}

/// A text taken apart around a policy in JSON; one that could not be read is all of it.
fn pieces<'t>(text: &'t str, policy: &Policy) -> Option<(&'t str, &'t str, &'t str)> {
    let Some(span) = policy.span else {
        let mark = text.len() - text.trim_start_matches('\u{feff}').len();
        let (mark, text) = text.split_at_checked(mark)?;
        return Some((mark, text, ""));
    };
    let (before, rest) = text.split_at_checked(span.start as usize)?;
    let (own, behind) = rest.split_at_checked((span.end - span.start) as usize)?;
    own.starts_with(['{', '[']).then_some((before, own, behind))
}

/// A printed policy with the indentation and the line breaks of the text that it is for.
fn in_layout(printed: &str, text: &str, before: &str) -> String {
    let unit = indentation(text);
    let line = before.rsplit('\n').next().unwrap_or("");
    let base: String = line.chars().take_while(|c| c.is_whitespace()).collect();
    let laid_out = printed.lines().enumerate().map(|(number, line)| {
        let plain = line.trim_start_matches(' ');
        let depth = (line.len() - plain.len()) / 2;
        let base = if number == 0 { "" } else { base.as_str() };
        format!("{base}{}{plain}", unit.repeat(depth))
    });
    let lines: Vec<String> = laid_out.collect();
    lines.join(line_end(text))
}

fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// What one level of a text is indented by: a tab, or as many blanks as its least indented line.
fn indentation(text: &str) -> String {
    let blanks = |line: &str| {
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        line.get(..blanks).unwrap_or("").to_owned()
    };
    let indented = text.lines().filter(|line| !line.trim().is_empty());
    let least = indented
        .map(blanks)
        .filter(|blanks| !blanks.is_empty())
        .min_by_key(String::len);
    match least {
        Some(blanks) if blanks.starts_with('\t') => "\t".to_owned(),
        Some(blanks) if (2..=8).contains(&blanks.len()) => blanks,
        _ => "  ".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_that_of_the_text() {
        let printed = "{\n  \"a\": [\n    1\n  ]\n}\n";
        for (text, before, expected) in [
            ("{\n    x", "", "{\n    \"a\": [\n        1\n    ]\n}"),
            ("{\n\tx", "", "{\n\t\"a\": [\n\t\t1\n\t]\n}"),
            ("{\r\n  x", "", "{\r\n  \"a\": [\r\n    1\r\n  ]\r\n}"),
            ("{x}", "", "{\n  \"a\": [\n    1\n  ]\n}"),
            (
                "a:\n  b: {",
                "a:\n  b: ",
                "{\n    \"a\": [\n      1\n    ]\n  }",
            ),
        ] {
            assert_eq!(in_layout(printed, text, before), expected, "{text:?}");
        }
    }

    #[test]
    fn a_difference_names_the_file() {
        let shown = diff("p\\a.json", "1\n2\n", "1\n3\n");
        assert_eq!(
            shown,
            "--- a/p/a.json\n+++ b/p/a.json\n@@ -1,2 +1,2 @@\n 1\n-2\n+3\n"
        );
    }
}
