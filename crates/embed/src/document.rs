//! Documents that come as text, and what is wrong with them.

use std::collections::HashMap;

use kmsim_authz::reader::{Files, Reader};
use kmsim_policy::diagnostic::{Diagnostic, Severity};
use kmsim_policy::document::parse_any;
use kmsim_policy::json::Node;
use kmsim_policy::source::Sources;
use serde_json::{Value, json};

/// A text, and those that it refers to once it is read.
#[derive(Debug)]
pub struct Document {
    name: String,
    text: String,
    /// Whether documents count that AWS would refuse to save, as long as their meaning is clear.
    pub lenient: bool,
    /// The texts.
    pub sources: Sources<'static>,
}

impl Document {
    /// A text with its name: the path as answers show it.
    pub fn new(name: &str, text: &str) -> Self {
        Self {
            name: name.to_owned(),
            text: text.to_owned(),
            lenient: false,
            sources: Sources::new(),
        }
    }

    /// Reads the text as what `read` makes of it, which takes care itself of what is wrong in its parts:
    /// it fails only if `read` gives nothing.
    pub fn read_leaving<'s, 'f, T>(
        &'s mut self,
        files: &'f dyn Files,
        read: impl FnOnce(&mut Reader<'s, 'static, 'f>, &Node<'_>) -> Option<T>,
    ) -> Result<T, Unreadable> {
        let of_parts = |_: &[Diagnostic]| false;
        let (name, text) = (&self.name, &self.text);
        read_unless(&mut self.sources, name, text, files, of_parts, read)
    }

    /// Reads the text as what `read` makes of it.
    pub fn read<'s, 'f, T>(
        &'s mut self,
        files: &'f dyn Files,
        read: impl FnOnce(&mut Reader<'s, 'static, 'f>, &Node<'_>) -> Option<T>,
    ) -> Result<T, Unreadable> {
        let (name, text, lenient) = (&self.name, &self.text, self.lenient);
        let broken = |found: &[Diagnostic]| found.iter().any(|found| is_obstacle(found, lenient));
        read_unless(&mut self.sources, name, text, files, broken, read)
    }
}

/// Whether a finding stands in the way.
fn is_obstacle(found: &Diagnostic, lenient: bool) -> bool {
    match found.severity {
        Severity::Error => true,
        Severity::Refused => !lenient,
        Severity::Warning => false,
    }
}

/// Reads a text, which is added to `sources`.
pub fn read_into<'s, 'f, T>(
    sources: &'s mut Sources<'static>,
    name: &str,
    text: &str,
    files: &'f dyn Files,
    read: impl FnOnce(&mut Reader<'s, 'static, 'f>, &Node<'_>) -> Option<T>,
) -> Result<T, Unreadable> {
    let broken = |found: &[Diagnostic]| found.iter().any(|found| is_obstacle(found, false));
    read_unless(sources, name, text, files, broken, read)
}

fn read_unless<'s, 'f, T>(
    sources: &'s mut Sources<'static>,
    name: &str,
    text: &str,
    files: &'f dyn Files,
    broken: impl FnOnce(&[Diagnostic]) -> bool,
    read: impl FnOnce(&mut Reader<'s, 'static, 'f>, &Node<'_>) -> Option<T>,
) -> Result<T, Unreadable> {
    let id = sources.add(name, text.to_owned());
    let mut reader = Reader::new(sources, files);
    let node = parse_any(text, id, name, &mut reader.diagnostics);
    let found = node.and_then(|node| read(&mut reader, &node));
    let diagnostics = std::mem::take(&mut reader.diagnostics);
    found
        .filter(|_| !broken(&diagnostics))
        .ok_or_else(|| Unreadable::new(&diagnostics, reader.sources))
}

/// Why a text could not be used: the members of `errors`.
#[derive(Debug)]
pub struct Unreadable(Vec<Value>);

impl Unreadable {
    /// What was found in a text.
    pub fn new(diagnostics: &[Diagnostic], sources: &Sources<'_>) -> Self {
        let of = |found: &Diagnostic| {
            let place = sources.locate(found.span);
            json!({
                "code": found.code,
                "severity": found.severity.name(),
                "message": found.message,
                "help": found.help,
                "file": place.name,
                "line": place.line,
                "column": place.utf16_column,
            })
        };
        Self(diagnostics.iter().map(of).collect())
    }

    /// Something that has no place in a text.
    pub fn because(message: impl Into<String>) -> Self {
        Self(vec![json!({
            "code": "argument",
            "severity": Severity::Error.name(),
            "message": message.into(),
        })])
    }

    /// What to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        if let Some(Value::Object(error)) = self.0.first_mut() {
            error.insert("help".to_owned(), help.into().into());
        }
        self
    }

    /// `{"errors": […]}`
    pub fn into_json(self) -> Value {
        json!({ "errors": self.0 })
    }
}

/// The texts of files, by their paths.
#[derive(Debug, Default)]
pub struct Given(pub HashMap<String, String>);

impl Files for Given {
    fn read(&self, from: &str, path: &str) -> Result<(String, String), String> {
        let path = beside(from, path);
        let text = self.0.get(&path).cloned();
        let text = text.ok_or_else(|| format!("`files` has no `{path}`"))?;
        Ok((path, text))
    }
}

/// A path as the document `from` means it, without detours.
fn beside(from: &str, path: &str) -> String {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let whole = if path.starts_with('/') || folder.is_empty() {
        path.to_owned()
    } else {
        format!("{folder}/{path}")
    };
    let mut parts: Vec<&str> = Vec::new();
    for (index, part) in whole.split('/').enumerate() {
        match (part, parts.last()) {
            ("", _) if index > 0 => {}
            (".", _) => {}
            ("..", Some(last)) if !last.is_empty() && *last != ".." => {
                parts.pop();
            }
            (part, _) => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::beside;

    #[test]
    fn paths_are_relative_to_the_referring_document() {
        for (from, path, meant) in [
            ("scenario", "world.yaml", "world.yaml"),
            ("a/b.yaml", "worlds/w.yaml", "a/worlds/w.yaml"),
            ("a/b.yaml", "./../c/d.yaml", "c/d.yaml"),
            ("a.yaml", "../b.yaml", "../b.yaml"),
            ("a/b.yaml", "../../../c.yaml", "../../c.yaml"),
            ("a/b.yaml", "/c/./d.yaml", "/c/d.yaml"),
            ("/a/b.yaml", "c.yaml", "/a/c.yaml"),
        ] {
            assert_eq!(beside(from, path), meant, "{path} in {from}");
        }
    }
}
