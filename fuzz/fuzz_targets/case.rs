//! Case files, JSON or YAML: whatever can be read can be decided, and explaining doesn't change the decision.
#![no_main]

use kmsim_authz::decide::{decide, decide_traced};
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut sources = Sources::new();
    let source = sources.add("case", text);
    let mut diagnostics = Vec::new();
    let node = parse_any(text, source, "case", &mut diagnostics);
    assert!(node.is_some() || !diagnostics.is_empty(), "refused without a reason");
    let Some(node) = node else { return };
    for node in node.member("cases").unwrap_or(&node).as_list() {
        let mut reader = Reader::new(&mut sources, &NoFiles);
        let case = reader.case(node);
        diagnostics = std::mem::take(&mut reader.diagnostics);
        assert!(case.is_some() || !diagnostics.is_empty(), "refused without a reason");
        for found in &diagnostics {
            let _ = found.line(&sources);
        }
        if let Some(case) = case {
            let layers = case.layers.borrow();
            let (explained, _) = decide_traced(&layers, &case.request);
            assert_eq!(decide(&layers, &case.request), explained);
        }
    }
});
