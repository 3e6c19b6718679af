//! Offering mended policies where the ones that were given cannot be evaluated.

use std::fmt::Write as _;

use kmsim_lint::input::policies_of_case;
use kmsim_policy::diagnostic::{Diagnostic, Severity};
use kmsim_policy::json::Node;
use kmsim_policy::repair::{Repaired, repair};
use kmsim_policy::source::{Sources, Span};

use crate::diagnostics;
use crate::files;

/// Offers mended texts for the policies of a case that stand in its way.
pub(crate) fn offer(case: &Node<'_>, found: &[Diagnostic], sources: &Sources<'_>, lenient: bool) {
    for (kind, node) in policies_of_case(case) {
        let faulty = |found: &&Diagnostic| match found.severity {
            Severity::Error => true,
            Severity::Refused => !lenient,
            Severity::Warning => false,
        };
        let place = |found: &Diagnostic| place(node, found.span, sources);
        let Some(place) = found.iter().filter(faulty).find_map(place) else {
            continue;
        };
        if let Some(repaired) = repair(place.text, kind) {
            let title = format!("{} at {} can be mended", kind.title(), place.name);
            diagnostics::write(&description(&title, &repaired));
            diagnostics::write(&repaired.text);
        }
    }
}

/// What was changed, as text.
pub(crate) fn description(title: &str, repaired: &Repaired) -> String {
    let mut text = format!("help: {title}\n");
    for change in &repaired.changes {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {change}");
    }
    text
}

/// A policy's own text and the name of its place.
struct Place<'t> {
    text: &'t str,
    name: String,
}

/// The text of the policy at `node`, if `found` is a place in it: inline, in the string that the
/// policy is, or in the file that it names.
fn place<'t>(node: &Node<'_>, found: Span, sources: &'t Sources<'_>) -> Option<Place<'t>> {
    let outer = node.span;
    if found.source == outer.source {
        let inside = outer.start <= found.start && found.end <= outer.end;
        let text = sources.slice(outer);
        let is_json = text.starts_with('{');
        let name = sources.locate(outer).to_string();
        return (inside && is_json).then_some(Place { text, name });
    }
    let source = sources.get(found.source)?;
    let is_string = source.within == Some(outer);
    let is_file = node
        .member("file")
        .and_then(Node::as_str)
        .is_some_and(|path| {
            let path = files::beside(sources.name(outer.source), path);
            source.within.is_none() && source.name == path.display().to_string()
        });
    (is_string || is_file).then(|| Place {
        text: &source.text,
        name: if is_file {
            source.name.clone()
        } else {
            sources.locate(outer).to_string()
        },
    })
}
