//! What a page of the playground holds, as links, files and `kmsim playground` hand it over
//! (web/src/read.ts).

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use kmsim_authz::reader::Files as _;
use kmsim_import::readable;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::document::parse_any;
use kmsim_policy::json::{Node, Value};
use kmsim_policy::source::Sources;
use serde::Serialize;

use crate::files::Disk;
use crate::outcome::Failure;
use crate::output;

mod question;

pub(crate) use question::{of_call, of_case};

/// The version of the format.
const VERSION: u32 = 1;

/// Where the project serves the playground.
pub(crate) const HOME: &str = "https://kmsim.github.io/kmsim/";

/// Files refer to files so deep at most.
const DEEPEST: usize = 8;

/// A page: documents and one call.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    v: u32,
    pub(crate) title: String,
    pub(crate) docs: Vec<Document>,
    pub(crate) call: Call,
}

/// A document of a page.
#[derive(Debug, Serialize)]
pub(crate) struct Document {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) text: String,
    /// Of SCPs and RCPs: `root`, `unit` or `account`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) level: Option<&'static str>,
}

/// The form of a page's call. What is not given the page leaves empty.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Call {
    pub(crate) caller: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) operation: String,
    pub(crate) key: String,
    pub(crate) region: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) encryption_context: Vec<Pair>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) via: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) vpc_endpoint: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) source_ip: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) grant_tokens: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) context: Vec<ContextKey>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) parameters: String,
}

/// A pair of the encryption context.
#[derive(Debug, Serialize)]
pub(crate) struct Pair {
    pub(crate) key: String,
    pub(crate) value: String,
}

/// A condition key of which the page says something.
#[derive(Debug, Serialize)]
pub(crate) struct ContextKey {
    pub(crate) key: String,
    /// `present`, `absent` or `unknown`
    pub(crate) state: &'static str,
    pub(crate) value: String,
}

impl Page {
    pub(crate) fn new(title: String, docs: Vec<Document>, call: Call) -> Self {
        Self {
            v: VERSION,
            title,
            docs,
            call,
        }
    }

    /// The page as text.
    pub(crate) fn json(&self) -> Result<String, Failure> {
        output::json(self)
    }

    /// A link that opens the page: it stands in the fragment, which is sent to no server.
    pub(crate) fn link(&self, base: &str) -> Result<String, Failure> {
        let failed = |error: &dyn std::fmt::Display| {
            Failure::new(format!("the link could not be made: {error}"))
        };
        let json = serde_json::to_vec(self).map_err(|error| failed(&error))?;
        let mut deflated = DeflateEncoder::new(Vec::new(), Compression::best());
        deflated.write_all(&json).map_err(|error| failed(&error))?;
        let bytes = deflated.finish().map_err(|error| failed(&error))?;
        Ok(format!(
            "{base}#v{VERSION}={}",
            URL_SAFE_NO_PAD.encode(bytes)
        ))
    }
}

impl Document {
    /// A world.
    pub(crate) fn world(text: String) -> Self {
        Self {
            kind: "world",
            name: "world".to_owned(),
            text,
            level: None,
        }
    }
}

/// Puts files in place of references to them. Tells how many; what cannot be read stays a reference, and
/// the page says so.
pub(crate) fn put_in(
    node: &mut Node<'_>,
    from: &str,
    sources: &mut Sources<'_>,
    found: &mut Vec<Diagnostic>,
    depth: usize,
) -> usize {
    if let Some(path) = reference(node).filter(|_| depth < DEEPEST) {
        let Ok((name, text)) = Disk.read(from, &path) else {
            return 0;
        };
        let source = sources.add(name.as_str(), text.clone());
        let Some(other) = parse_any(&text, source, &name, found) else {
            return 0;
        };
        let mut other = readable(other);
        put_in(&mut other, &name, sources, found, depth + 1);
        *node = other;
        return 1;
    }
    match &mut node.value {
        Value::Array(items) => items
            .iter_mut()
            .map(|item| put_in(item, from, sources, found, depth))
            .sum(),
        Value::Object(members) => members
            .iter_mut()
            .map(|member| put_in(&mut member.value, from, sources, found, depth))
            .sum(),
        _ => 0,
    }
}

/// The path of `{"file": "path"}`.
fn reference(node: &Node<'_>) -> Option<String> {
    match node.as_object()? {
        [only] if only.key == "file" => only.value.as_str().map(str::to_owned),
        _ => None,
    }
}
