//! Messages for GitHub Actions: annotations of files, and the summary of a step.
//!
//! Source: GitHub Docs, "Workflow commands for GitHub Actions". Messages escape `%`, carriage return
//! and line feed; properties escape `:` and `,`, too.

use std::fmt;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

/// A message at a place of a file, which GitHub shows beside that line.
#[derive(Clone, Debug)]
pub(crate) struct Annotation<'t> {
    /// `error`, `warning` or `notice`
    pub(crate) level: &'static str,
    pub(crate) file: &'t str,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) title: &'t str,
    pub(crate) message: &'t str,
}

impl fmt::Display for Annotation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            level,
            line,
            column,
            ..
        } = self;
        let (file, title) = (property(&in_workspace(self.file)), property(self.title));
        let message = data(self.message);
        writeln!(
            f,
            "::{level} file={file},line={line},col={column},title={title}::{message}"
        )
    }
}

/// The text of a message.
fn data(text: &str) -> String {
    let text = text.replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A file as GitHub names it: relative to the checkout, with slashes. A step may run elsewhere.
pub(crate) fn in_workspace(file: &str) -> String {
    let within = || {
        let workspace = std::env::var_os("GITHUB_WORKSPACE")?;
        let workspace = Path::new(&workspace).canonicalize().ok()?;
        let path = Path::new(file).canonicalize().ok()?;
        Some(path.strip_prefix(workspace).ok()?.display().to_string())
    };
    within()
        .unwrap_or_else(|| file.to_owned())
        .replace('\\', "/")
}

/// A text for a cell of a Markdown table.
pub(crate) fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '#' => out.extend(['\\', c]),
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            _ => out.push(c),
        }
    }
    out
}

/// Adds Markdown to the summary of the step, where there is one. Returns why that failed.
pub(crate) fn add_to_summary(markdown: &str) -> Option<String> {
    let path = std::env::var_os("GITHUB_STEP_SUMMARY")?;
    let open = OpenOptions::new().append(true).create(true).open(&path);
    let added = open.and_then(|mut file| file.write_all(markdown.as_bytes()));
    let error = added.err()?;
    let path = Path::new(&path).display();
    Some(format!(
        "cannot write the step's summary to `{path}`: {error}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_github_would_take_for_its_own_is_escaped() {
        let annotation = Annotation {
            level: "error",
            file: "no such, file:1.yaml",
            line: 3,
            column: 7,
            title: "50% of a:b,c\n",
            message: "one,\r\ntwo: 100%",
        };
        assert_eq!(
            annotation.to_string(),
            "::error file=no such%2C file%3A1.yaml,line=3,col=7,title=50%25 of a%3Ab%2Cc%0A::one,%0D%0Atwo: 100%25\n"
        );
    }

    #[test]
    fn cells_hold_any_text() {
        assert_eq!(cell("a|b\n<i>*x*"), "a\\|b &lt;i>\\*x\\*");
    }
}
