//! The optional folder `shared` beside the checkout, or one folder further up.

use std::path::{Path, PathBuf};

use kmsim_testkit::decide;
use serde_json::Value;

/// The folder with conformance cases, or `None`, and then says so.
pub(crate) fn cases_folder() -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
    let found = workspace
        .ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join("shared/cases"))
        .find(|folder| folder.is_dir());
    if found.is_none() {
        println!("skipped: no folder ../shared/cases");
    }
    found
}

/// Reads a JSON file.
pub(crate) fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// What the naive evaluator says.
pub(crate) fn verdict(case: &Value) -> &'static str {
    let verdict = decide(case).unwrap_or_else(|error| panic!("{error}: {case}"));
    verdict.as_str()
}
