//! Spans and findings that can be shown.

use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json::{Node, Value};
use kmsim_policy::source::{Sources, Span};

/// A span is a piece of the text.
pub(super) fn assert_shows(span: Span, text: &str) {
    let piece = text.get(span.start as usize..span.end as usize);
    assert!(piece.is_some(), "{span:?} is no piece of the text");
}

/// All spans of a tree are pieces of the text.
pub(super) fn assert_nodes_show(node: &Node<'_>, text: &str) {
    assert_shows(node.span, text);
    match &node.value {
        Value::Array(items) => items.iter().for_each(|item| assert_nodes_show(item, text)),
        Value::Object(members) => members.iter().for_each(|member| {
            assert_shows(member.key_span, text);
            assert_nodes_show(&member.value, text);
        }),
        _ => {}
    }
}

/// Each finding has a message and points to a piece of its source, and so do its notes and fix.
pub(super) fn assert_findings_show(findings: &[Diagnostic], sources: &Sources<'_>) {
    for found in findings {
        assert!(!found.line(sources).is_empty());
        let edits = found.fix.iter().flat_map(|fix| &fix.edits);
        let notes = found.notes.iter().filter_map(|note| note.span);
        let spans = edits.map(|edit| edit.span).chain(notes).chain([found.span]);
        for span in spans {
            assert_shows(span, sources.text(span.source));
        }
    }
}
