//! What the tables of the testkit ask of an evaluator, answered by the real one.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{files, reading};

/// The folder with conformance cases, or `None`, and then says so.
pub(crate) fn cases_folder() -> Option<PathBuf> {
    files::shared("cases")
}

/// Reads a JSON file.
pub(crate) fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// What the evaluator says. A policy that cannot be read (an unknown operator) could not be
/// saved, so nothing matches it.
pub(crate) fn verdict(case: &Value) -> &'static str {
    match reading::read(&case.to_string(), "case.json") {
        Some(_) => reading::verdict(case).name(),
        None => "implicitDeny",
    }
}
