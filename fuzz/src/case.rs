//! Cases: whatever can be read can be decided, and explaining doesn't change the decision.

use kmsim_authz::case::Case;
use kmsim_authz::decide::{decide, decide_traced};
use kmsim_authz::explain::explain;
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;

use super::shown::assert_findings_show;

/// A case file, JSON or YAML.
pub fn case(text: &str) {
    let mut sources = Sources::new();
    let source = sources.add("case", text);
    let mut diagnostics = Vec::new();
    let node = parse_any(text, source, "case", &mut diagnostics);
    assert!(
        node.is_some() || !diagnostics.is_empty(),
        "refused without a reason"
    );
    assert_findings_show(&diagnostics, &sources);
    let Some(node) = node else { return };
    for node in node.member("cases").unwrap_or(&node).as_list() {
        let mut reader = Reader::new(&mut sources, &NoFiles);
        let case = reader.case(node);
        diagnostics = std::mem::take(&mut reader.diagnostics);
        assert!(
            case.is_some() || !diagnostics.is_empty(),
            "refused without a reason"
        );
        assert_findings_show(&diagnostics, &sources);
        if let Some(case) = case {
            check(&case, &sources);
        }
    }
}

fn check(case: &Case, sources: &Sources<'_>) {
    let layers = case.layers.borrow();
    let (decision, trace) = decide_traced(&layers, &case.request);
    assert_eq!(
        decide(&layers, &case.request),
        decision,
        "plain and explained differ"
    );
    let explanation = explain(&layers, &case.request, decision, &trace, sources);
    assert!(!explanation.summary.is_empty());
}
