//! What the page shows first: a world, and the beginning of a call.

use std::path::Path;

use kmsim_import::readable;
use kmsim_policy::document::parse_any;
use kmsim_policy::print::node_to_yaml;
use kmsim_policy::source::Sources;

use super::Arguments;
use crate::diagnostics::Messages;
use crate::files;
use crate::outcome::{Failure, Stop};
use crate::page::{Call, Document, Page, Pair, put_in};
use crate::world_input::WorldInput;

/// What the arguments name; nothing if they name nothing.
pub(super) fn read(arguments: &Arguments, messages: &Messages) -> Result<Option<Page>, Stop> {
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
    let docs = text.map(Document::world).into_iter().collect();
    Ok(Some(Page::new(title, docs, call)))
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
    let text = |given: &Option<String>| given.clone().unwrap_or_default();
    Ok(Call {
        caller: text(&arguments.caller),
        operation: text(&arguments.operation),
        key: text(&arguments.key),
        encryption_context: pairs?,
        ..Call::default()
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
