//! Policy text of every kind: spans that can be shown, and JSON exactly as serde_json has it.
#![no_main]

use kmsim_policy::source::{SourceId, Span};
use kmsim_policy::syntax::PolicyKind;
use kmsim_policy::{json, parse};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use serde_json::value::RawValue;

fuzz_target!(|text: &str| {
    let mut diagnostics = Vec::new();
    let node = json::parse(text, SourceId::default(), &mut diagnostics);
    // Raw, since a number beyond f64 is text to us and an error in a `Value`.
    let theirs = serde_json::from_str::<&RawValue>(text).is_ok();
    if let Some(node) = &node {
        assert!(theirs, "read what is not JSON");
        assert_shows(node.span, text);
    } else if diagnostics.iter().all(|found| found.code != "too-deep") {
        assert!(serde_json::from_str::<Value>(text).is_err(), "did not read what is JSON");
    }
    for kind in PolicyKind::ALL {
        let mut diagnostics = Vec::new();
        let policy = parse::parse(text, SourceId::default(), kind, &mut diagnostics);
        assert!(policy.is_some() || !diagnostics.is_empty(), "refused without a reason");
        for statement in policy.iter().flat_map(|policy| &policy.statements) {
            assert_shows(statement.span, text);
        }
        for found in &diagnostics {
            assert_shows(found.span, text);
            for edit in found.fix.iter().flat_map(|fix| &fix.edits) {
                assert_shows(edit.span, text);
            }
        }
    }
});

fn assert_shows(span: Span, text: &str) {
    assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?}");
}
