//! The simulated service for browsers and Node: text in, text out.
//!
//! A page loads this module when somebody wants to run what the module of `kmsim-wasm` only
//! decides: it holds the cryptography, and is several times as large.
//!
//! Every exported function takes and returns JSON text in the shapes of the command line's
//! `--format json`. There are no files here. Where a document refers to others, their texts come
//! with it, in the `files` of its options: see [`run_scenario`].

use kmsim_embed::{Document, Options, Unreadable};
use kmsim_scenario::as_json;
use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;

mod options;
mod simulator;

pub use simulator::Simulator;

/// Runs a scenario, JSON or YAML, and gives the report of `kmsim run --format json`. What cannot
/// be read gives `{"errors": […]}` with positions instead.
///
/// `options` are JSON text, or left out: `name` is the path of the scenario, as the report shows
/// it, and `files` has the texts of the files that it refers to, by their paths. A reference is
/// relative to the document in which it stands.
#[wasm_bindgen(js_name = runScenario)]
pub fn run_scenario(text: &str, options: Option<String>) -> String {
    let report = Options::read(options, |_, _| Err("is not known"))
        .and_then(|options| report(text, &options));
    report.unwrap_or_else(Unreadable::into_json).to_string()
}

fn report(text: &str, options: &Options) -> Result<Value, Unreadable> {
    let mut document = Document::new(options.name("scenario"), text);
    let scenario = document.read(&options.files, kmsim_scenario::read)?;
    let report = kmsim_scenario::run(&scenario, &document.sources);
    Ok(as_json(&[report]))
}

#[cfg(test)]
mod tests;
