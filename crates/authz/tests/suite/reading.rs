//! Reading cases from texts and trees.

use kmsim_authz::case::Case;
use kmsim_authz::decide::decide;
use kmsim_authz::decision::{Decision, Verdict};
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_policy::diagnostic::Severity;
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;
use serde_json::Value;

/// Reads a case as `kmsim test` does: documents that AWS would not save are evaluated too.
/// `None` if it has an error.
pub(crate) fn read(text: &str, name: &str) -> Option<Case> {
    let mut sources = Sources::new();
    let id = sources.add(name, text);
    let mut reader = Reader::new(&mut sources, &NoFiles);
    let node = parse_any(text, id, name, &mut reader.diagnostics)?;
    let case = reader.case(&node);
    let broken = reader
        .diagnostics
        .iter()
        .any(|found| found.severity == Severity::Error);
    case.filter(|_| !broken)
}

/// Decides a case that must be readable.
pub(crate) fn decision(case: &Value) -> Decision {
    let text = case.to_string();
    let read = read(&text, "case.json").unwrap_or_else(|| panic!("not readable: {text}"));
    decide(&read.layers.borrow(), &read.request)
}

/// The verdict of a case that must be readable.
pub(crate) fn verdict(case: &Value) -> Verdict {
    decision(case).verdict
}

/// How many times the usual number of random cases to try: `KMSIM_EFFORT`, or one.
pub(crate) fn effort() -> u32 {
    std::env::var("KMSIM_EFFORT")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1)
}
