//! Decisions for browsers and Node: text in, text out. What is asked at every keystroke is here, and is
//! small; what is asked now and then is in `kmsim-wasm-service`.
//!
//! Every exported function takes and returns JSON text in the shapes of the command line's
//! `--format json`, so that there is one contract and no JavaScript types of our own. Nothing here
//! decides anything: it calls the library crates and writes their answer down.
//!
//! There are no files here. Where a document refers to others, their texts come with it, in the
//! `files` of its options: see [`check`].

use kmsim_embed::{answered, written};
use wasm_bindgen::prelude::wasm_bindgen;

mod check;
mod lint;
mod tables;

/// Decides a case, or a call against the world that stands beside it (`{"world": …, "call": …}`),
/// JSON or YAML, and explains the decision: the text that `kmsim check --format json` prints. What
/// cannot be read gives `{"errors": […]}` with positions instead.
///
/// `options` are JSON text, or left out. Every function takes `name`, the path of the document, as
/// answers show it, and `files`, the texts of the files that it refers to, by their paths. A reference
/// is relative to the document in which it stands. Here there are also `case` (which case of several, by
/// its name or its place from 1), `fixes` (whether to propose changes, or to tell what carries what is
/// allowed), and `lenient` (whether to evaluate documents that AWS would refuse to save).
#[wasm_bindgen]
pub fn check(text: &str, options: Option<String>) -> String {
    answered(options, &check::OPTIONS, |options| {
        check::answer(text, options)
    })
}

/// Finds what is wrong with a policy, JSON or YAML: the text that `kmsim lint --format json` prints.
///
/// Options: `kind` (`key-policy`, `identity`, `permissions-boundary`, `session`, `scp`, `rcp`,
/// `vpc-endpoint`, `trust`, `resource`; guessed if it is left out), `key` (what is known of the key:
/// `{"arn", "spec", "usage", "multiRegion", "origin", "account", "region"}`).
#[wasm_bindgen]
pub fn lint(text: &str, options: Option<String>) -> String {
    answered(options, &lint::OPTIONS, |options| {
        lint::findings(text, options)
    })
}

/// The documentation of a rule of the linter, by its code (`KMS001`) or name.
#[wasm_bindgen]
pub fn rule(code: &str) -> String {
    lint::documentation(code).unwrap_or_else(|unreadable| written(&unreadable.into_json()))
}

/// All rules of the linter: code, name, severity, and what each finds.
#[wasm_bindgen]
pub fn rules() -> String {
    written(&lint::all())
}

/// What an editor completes: actions, operations, condition keys, operators, services.
#[wasm_bindgen]
pub fn tables() -> String {
    written(&tables::all())
}

#[cfg(test)]
mod tests;
