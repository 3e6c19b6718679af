//! kmsim for browsers and Node: text in, text out.
//!
//! Every exported function takes and returns JSON text in the shapes of the command line's
//! `--format json`, so that there is one contract and no JavaScript types of our own. Nothing here
//! decides or encrypts anything: it calls the library crates and writes their answer down.
//!
//! There are no files here. Where a document refers to others, their texts come with it, in the
//! `files` of its options: see [`run_scenario`].

use kmsim_authz::decide::decide_traced;
use kmsim_authz::explain::explain;
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_scenario::as_json;
use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;

mod document;
mod options;
mod simulator;

pub use simulator::Simulator;

use document::{Document, Unreadable};
use options::Options;

/// Decides a case, JSON or YAML, and explains the decision. What cannot be read gives
/// `{"errors": […]}` with positions instead.
#[wasm_bindgen]
pub fn check(case: &str) -> String {
    decided(case)
        .unwrap_or_else(Unreadable::into_json)
        .to_string()
}

/// Runs a scenario, JSON or YAML, and gives the report of `kmsim run --format json`. What cannot
/// be read gives `{"errors": […]}` with positions instead.
///
/// `options` are JSON text, or left out: `name` is the path of the scenario, as the report shows
/// it, and `files` has the texts of the files that it refers to, by their paths. A reference is
/// relative to the document in which it stands.
#[wasm_bindgen(js_name = runScenario)]
pub fn run_scenario(text: &str, options: Option<String>) -> String {
    let report = options::read(options).and_then(|options| report(text, &options));
    report.unwrap_or_else(Unreadable::into_json).to_string()
}

fn decided(text: &str) -> Result<Value, Unreadable> {
    let mut document = Document::new("case", text);
    let case = document.read(&NoFiles, Reader::case)?;
    let layers = case.layers.borrow();
    let (decision, trace) = decide_traced(&layers, &case.request);
    let explanation = explain(&layers, &case.request, decision, &trace, &document.sources);
    serde_json::to_value(explanation).map_err(|why| Unreadable::because(why.to_string()))
}

fn report(text: &str, options: &Options) -> Result<Value, Unreadable> {
    let mut document = Document::new(options.name("scenario"), text);
    let scenario = document.read(&options.files, kmsim_scenario::read)?;
    let report = kmsim_scenario::run(&scenario, &document.sources);
    Ok(as_json(&[report]))
}

#[cfg(test)]
mod tests;
