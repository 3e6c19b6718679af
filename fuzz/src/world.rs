//! Test files with a world: whatever can be read can be asked, and asking with a trace doesn't
//! change the answer.

use kmsim_authz::call;
use kmsim_authz::explain::explain;
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_authz::test_file::Subject;
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;

use super::shown::assert_findings_show;

/// A policy test file, JSON or YAML.
pub fn world(text: &str) {
    let mut sources = Sources::new();
    let source = sources.add("world", text);
    let mut diagnostics = Vec::new();
    let node = parse_any(text, source, "world", &mut diagnostics);
    let Some(node) = node else { return };
    let mut reader = Reader::new(&mut sources, &NoFiles);
    let tests = reader.tests(&node);
    diagnostics = std::mem::take(&mut reader.diagnostics);
    assert_findings_show(&diagnostics, &sources);
    for test in &tests {
        let plain = test.verdict().ok();
        let Subject::Call { world, call } = &test.subject else {
            continue;
        };
        let traced = call::decide_traced(world, call).ok();
        let verdict = traced.as_ref().map(|decided| decided.verdict);
        assert_eq!(plain, verdict, "plain and explained differ");
        for decided in traced.iter().flat_map(|traced| &traced.checks) {
            let (check, decision) = (&decided.check, decided.decision);
            let (layers, request) = (&check.layers, &check.request);
            explain(layers, request, decision, &decided.record, &sources);
        }
    }
}
