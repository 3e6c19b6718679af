//! Inputs of the linter: whatever a file is called and holds, what is found stands in it, and changes can be
//! made.

use kmsim_lint::Finding;
use kmsim_lint::input::read;
use kmsim_policy::source::{Sources, Span};

/// Names that say what a text is; without an ending its content does.
const NAMES: [&str; 4] = ["input", "policy.json", "notes.md", "source.tf"];

/// Any text.
pub fn lint(text: &str) {
    for name in NAMES {
        let mut sources = Sources::new();
        let source = sources.add(name, text);
        let input = read(text, source, None, &mut sources);
        for found in &input.diagnostics {
            assert_in(sources.outside(found.span), text);
        }
        for policy in &input.policies {
            for finding in policy.findings(&sources, None) {
                assert_finding(&finding, source, text);
            }
        }
    }
}

fn assert_finding(finding: &Finding, source: kmsim_policy::source::SourceId, text: &str) {
    assert_eq!(finding.span.source, source, "{finding:?}");
    assert_in(finding.span, text);
    assert!(!finding.message.is_empty());
    for span in finding.notes.iter().filter_map(|note| note.span) {
        assert_in(span, text);
    }
    let Some(fix) = &finding.fix else { return };
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut behind = 0;
    for edit in edits {
        assert_eq!(edit.span.source, source, "{finding:?}");
        assert_in(edit.span, text);
        assert!(edit.span.start >= behind, "{finding:?}");
        behind = edit.span.end;
    }
}

/// A place is a piece of the text.
fn assert_in(span: Span, text: &str) {
    let piece = text.get(span.start as usize..span.end as usize);
    assert!(piece.is_some(), "{span:?}");
}
