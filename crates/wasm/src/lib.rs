//! kmsim for browsers and Node: text in, text out.
//!
//! Every exported function takes and returns JSON text in the shapes of the command line's
//! `--format json`, so that there is one contract and no JavaScript types of our own. Nothing here
//! decides anything: it calls the library crates and writes their answer down.

use kmsim_authz::decide::decide_traced;
use kmsim_authz::explain::explain;
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_policy::diagnostic::{Diagnostic, Severity};
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;
use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;

/// Decides a case, JSON or YAML, and explains the decision. What cannot be read gives
/// `{"errors": […]}` with positions instead.
#[wasm_bindgen]
pub fn check(case: &str) -> String {
    answer(case).to_string()
}

fn answer(text: &str) -> Value {
    let mut sources = Sources::new();
    let name = "case";
    let id = sources.add(name, text);
    let mut reader = Reader::new(&mut sources, &NoFiles);
    let node = parse_any(text, id, name, &mut reader.diagnostics);
    let case = node.and_then(|node| reader.case(&node));
    let diagnostics = std::mem::take(&mut reader.diagnostics);
    let broken = diagnostics
        .iter()
        .any(|found| found.severity != Severity::Warning);
    let Some(case) = case.filter(|_| !broken) else {
        return json!({ "errors": describe(&diagnostics, &sources) });
    };
    let layers = case.layers.borrow();
    let (decision, trace) = decide_traced(&layers, &case.request);
    let explanation = explain(&layers, &case.request, decision, &trace, &sources);
    serde_json::to_value(explanation)
        .unwrap_or_else(|error| json!({ "errors": [error.to_string()] }))
}

fn describe(diagnostics: &[Diagnostic], sources: &Sources<'_>) -> Vec<Value> {
    let of = |found: &Diagnostic| {
        let place = sources.locate(found.span);
        json!({
            "code": found.code,
            "severity": found.severity.name(),
            "message": found.message,
            "help": found.help,
            "line": place.line,
            "column": place.utf16_column,
        })
    };
    diagnostics.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_decided_and_explained() {
        let case = include_str!("../tests/case.json");
        let answer: Value = serde_json::from_str(&check(case)).unwrap();
        assert_eq!(answer["decision"], "allowed");
        assert_eq!(answer["because"][0], "key-policy#Use");
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        let answer: Value = serde_json::from_str(&check("{\"request\": {}}")).unwrap();
        assert_eq!(answer["errors"][0]["code"], "missing-field");
        assert_eq!(answer["errors"][0]["column"], 13);
    }
}
