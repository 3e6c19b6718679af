//! Decisions for browsers and Node: text in, text out.
//!
//! Every exported function takes and returns JSON text in the shapes of the command line's
//! `--format json`, so that there is one contract and no JavaScript types of our own. Nothing here
//! decides anything: it calls the library crates and writes their answer down.
//!
//! There are no files here. Where a document refers to others, their texts come with it, in the
//! `files` of its options: see [`check`].

use kmsim_embed::{Options, Unreadable};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

mod check;
mod tables;

/// Decides a case, or a call against the world that stands beside it (`{"world": …, "call": …}`),
/// JSON or YAML, and explains the decision: the text that `kmsim check --format json` prints. What
/// cannot be read gives `{"errors": […]}` with positions instead.
///
/// `options` are JSON text, or left out: `name` is the path of the document, as answers show it,
/// and `files` has the texts of the files that it refers to, by their paths. A reference is
/// relative to the document in which it stands.
#[wasm_bindgen]
pub fn check(text: &str, options: Option<String>) -> String {
    answered(options, |options| check::answer(text, options))
}

/// What an editor completes: actions, operations, condition keys, operators, services.
#[wasm_bindgen]
pub fn tables() -> String {
    written(&tables::all())
}

/// Reads options that are a document's name and files, and answers.
fn answered(
    options: Option<String>,
    answer: impl FnOnce(&Options) -> Result<String, Unreadable>,
) -> String {
    let options = Options::read(options, |_, _| Err("is not known"));
    let answer = options.and_then(|options| answer(&options));
    answer.unwrap_or_else(|unreadable| written(&unreadable.into_json()))
}

/// JSON as the command line prints it.
fn written(value: &impl Serialize) -> String {
    match serde_json::to_string_pretty(value) {
        Ok(text) => text + "\n",
        Err(why) => format!("{}\n", Unreadable::because(why.to_string()).into_json()),
    }
}

#[cfg(test)]
mod tests;
