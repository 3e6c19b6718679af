//! What the page shows first: a world, and the beginning of a call.

use std::path::Path;

use kmsim_authz::reader::Files as _;
use kmsim_import::readable;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::document::parse_any;
use kmsim_policy::json::{Node, Value};
use kmsim_policy::print::node_to_yaml;
use kmsim_policy::source::Sources;
use serde::Serialize;

use super::Arguments;
use crate::diagnostics::Messages;
use crate::files::{self, Disk};
use crate::outcome::{Failure, Stop};
use crate::output;
use crate::world_input::WorldInput;

/// The format of pages (web/src/read.ts).
const VERSION: u32 = 1;

/// Files refer to files so deep at most.
const DEEPEST: usize = 8;

/// A page as links and files hold it, as far as something is given.
#[derive(Debug, Serialize)]
pub(super) struct Opened {
    v: u32,
    title: String,
    docs: Vec<Document>,
    call: Call,
}

#[derive(Debug, Serialize)]
struct Document {
    kind: &'static str,
    name: &'static str,
    text: String,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    #[serde(skip_serializing_if = "Option::is_none")]
    caller: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    encryption_context: Vec<Pair>,
}

#[derive(Debug, Serialize)]
struct Pair {
    key: String,
    value: String,
}

impl Opened {
    /// What the arguments name; nothing if they name nothing.
    pub(super) fn read(arguments: &Arguments, messages: &Messages) -> Result<Option<Self>, Stop> {
        let call = call(arguments)?;
        let (title, text) = match &arguments.world {
            Some(path) => (path.display().to_string(), Some(document(path, messages)?)),
            None if !arguments.from.from.is_empty() => {
                let input = WorldInput::read(None, &arguments.from)?;
                (String::new(), Some(exports(&input, messages)?))
            }
            None => (String::new(), None),
        };
        if text.is_none() && arguments.caller.is_none() && arguments.key.is_none() {
            return Ok(None);
        }
        let docs = text.map(|text| Document {
            kind: "world",
            name: "world",
            text,
        });
        Ok(Some(Self {
            v: VERSION,
            title,
            docs: docs.into_iter().collect(),
            call,
        }))
    }

    pub(super) fn json(&self) -> Result<String, Failure> {
        output::json(self)
    }
}

fn call(arguments: &Arguments) -> Result<Call, Failure> {
    let pair = |text: &String| {
        let (key, value) = text.split_once('=').ok_or_else(|| {
            Failure::new(format!("`{text}` is no pair of an encryption context"))
                .hint("write KEY=VALUE")
        })?;
        Ok(Pair {
            key: key.to_owned(),
            value: value.to_owned(),
        })
    };
    let pairs: Result<_, Failure> = arguments.encryption_context.iter().map(pair).collect();
    Ok(Call {
        caller: arguments.caller.clone(),
        operation: arguments.operation.clone(),
        key: arguments.key.clone(),
        encryption_context: pairs?,
    })
}

/// A world of exports, as `kmsim import` writes it.
fn exports(input: &WorldInput, messages: &Messages) -> Result<String, Stop> {
    let mut sources = Sources::new();
    input.load(&mut sources, messages)?;
    let mut found = Vec::new();
    let node = input.node(&mut sources, &mut found);
    Ok(node_to_yaml(&readable(node.ok_or(Stop::Reported)?)))
}

/// A world as it stands in its file. The page reads no files, so those that the world refers to are put
/// into it.
fn document(path: &Path, messages: &Messages) -> Result<String, Stop> {
    let input = WorldInput::document(path)?;
    let mut sources = Sources::new();
    input.load(&mut sources, messages)?;
    let text = files::read(path)?;
    let source = sources.add(text.name.as_str(), text.text.as_str());
    let mut found = Vec::new();
    let node = parse_any(&text.text, source, &text.name, &mut found);
    let Some(mut node) = node else {
        return Err(Stop::Reported);
    };
    if put_in(&mut node, &text.name, &mut sources, &mut found, 0) == 0 {
        return Ok(text.text);
    }
    Ok(node_to_yaml(&node))
}

/// Puts files in place of references to them. Tells how many; what cannot be read stays a reference, and
/// the page says so.
fn put_in(
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
