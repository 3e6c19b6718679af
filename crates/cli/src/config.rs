//! `kmsim.toml`: what a project wants of kmsim.
//!
//! The file is read into the tree of nodes that everything else is read from, so that what is wrong with
//! it is reported with its place, like what is wrong with any other input.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::json::{Member, Node, Value};
use kmsim_policy::source::{SourceId, Sources, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::files;
use crate::outcome::Failure;

/// How the file is called.
pub(crate) const NAME: &str = "kmsim.toml";

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Config {
    /// The folder that paths in the file are relative to.
    pub(crate) folder: PathBuf,
    pub(crate) sources: Sources<'static>,
    /// The document; nothing if it is no TOML.
    pub(crate) node: Option<Node<'static>>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Config {
    /// Reads the file that is named, or the nearest one: in the current folder or in one above it.
    pub(crate) fn find(named: Option<&Path>) -> Result<Option<Self>, Failure> {
        if let Some(path) = named {
            return Self::read(path).map(Some);
        }
        let here = std::env::current_dir()
            .map_err(|error| Failure::new(format!("cannot tell the current folder: {error}")))?;
        let mut up = PathBuf::new();
        for folder in here.ancestors() {
            if folder.join(NAME).is_file() {
                return Self::read(&up.join(NAME)).map(Some);
            }
            up.push("..");
        }
        Ok(None)
    }

    fn read(path: &Path) -> Result<Self, Failure> {
        let files::Text { name, text } = files::read(path)?;
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let mut diagnostics = Vec::new();
        let node = parse(&text, SourceId(0), &mut diagnostics);
        let mut sources = Sources::new();
        sources.add(name, text);
        Ok(Self {
            folder,
            sources,
            node,
            diagnostics,
        })
    }
}

/// Reads TOML as a tree of nodes. A date is the text that stands there.
fn parse(text: &str, source: SourceId, diagnostics: &mut Vec<Diagnostic>) -> Option<Node<'static>> {
    // The reader of TOML takes no mark; its bytes stay, so that places stay.
    let blank = text
        .strip_prefix('\u{feff}')
        .map_or(Cow::Borrowed(text), |rest| Cow::Owned(format!("   {rest}")));
    match DeTable::parse(&blank) {
        Ok(table) => {
            let span = to_span(source, table.span());
            Some(Node {
                value: object(table.get_ref(), source),
                span,
            })
        }
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            let message = excerpt(error.message().lines().next().unwrap_or("it is no TOML"));
            let span = to_span(source, span);
            diagnostics.push(Diagnostic::error("toml-syntax", span, message));
            None
        }
    }
}

fn object(table: &DeTable<'_>, source: SourceId) -> Value<'static> {
    let member = |(key, value): (&Spanned<Cow<'_, str>>, &Spanned<DeValue<'_>>)| Member {
        key: Cow::Owned(key.get_ref().to_string()),
        key_span: to_span(source, key.span()),
        value: node(value, source),
    };
    let mut members: Vec<_> = table.iter().map(member).collect();
    members.sort_by_key(|member| member.key_span.start);
    Value::Object(members)
}

fn node(value: &Spanned<DeValue<'_>>, source: SourceId) -> Node<'static> {
    let text = |text: String| Value::String(Cow::Owned(text));
    let read = match value.get_ref() {
        DeValue::String(string) => text(string.to_string()),
        DeValue::Datetime(date) => text(date.to_string()),
        DeValue::Integer(number) => Value::Number(Cow::Owned(number.as_str().to_owned())),
        DeValue::Float(number) => Value::Number(Cow::Owned(number.as_str().to_owned())),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Array(items) => {
            Value::Array(items.iter().map(|item| node(item, source)).collect())
        }
        DeValue::Table(table) => object(table, source),
    };
    Node {
        value: read,
        span: to_span(source, value.span()),
    }
}

fn to_span(source: SourceId, range: std::ops::Range<usize>) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span {
        source,
        start: offset(range.start),
        end: offset(range.end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toml_becomes_a_tree_with_places() {
        let text = "\u{feff}[lint]\nfail-on = 'error' # x\n[[lint.ignore]]\nexpires = 2027-01-31\n[[lint.ignore]]\nn = 1\n";
        let mut found = Vec::new();
        let node = parse(text, SourceId(0), &mut found).unwrap();
        let lint = node.member("lint").unwrap();
        let fail_on = lint.member("fail-on").unwrap();
        let at = fail_on.span.start as usize..fail_on.span.end as usize;
        assert_eq!(fail_on.as_str(), Some("error"));
        assert_eq!(text.get(at), Some("'error'"));
        let ignores = lint.member("ignore").unwrap().as_list();
        assert_eq!(ignores.len(), 2);
        let expires = ignores.first().and_then(|one| one.member("expires"));
        assert_eq!(expires.and_then(Node::as_str), Some("2027-01-31"));
        assert_eq!(parse("[lint\n", SourceId(0), &mut found), None);
        assert_eq!((found.len(), found[0].code), (1, "toml-syntax"));
    }
}
