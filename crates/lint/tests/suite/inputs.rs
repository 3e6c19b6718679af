//! Files that hold policies: every policy is found with its kind, its place, and what is known of its key.

use std::fmt::Write as _;

use kmsim_lint::Finding;
use kmsim_lint::input::{Input, read};
use kmsim_policy::source::Sources;

use crate::support::root;

/// What is found in a text, a line for each policy and finding. Places are those of the file, and so are
/// the texts that stand there.
pub(crate) fn shown(name: &str, text: &str) -> String {
    let mut sources = Sources::new();
    let source = sources.add(name, text);
    let input = read(text, source, None, &mut sources);
    described(&input, &sources)
}

fn described(input: &Input<'_>, sources: &Sources<'_>) -> String {
    let mut out = format!("{}\n", input.form);
    for found in &input.diagnostics {
        let _ = writeln!(out, "  {}", found.line(sources));
    }
    for policy in &input.policies {
        let start = policy.node.as_ref().map(|node| sources.locate_outside(node.span));
        let start = start.map_or_else(String::new, |place| format!(" at {place}"));
        let name = policy.place.as_deref().unwrap_or("-");
        let excerpt = if policy.excerpt { ", an excerpt" } else { "" };
        let incomplete = if policy.incomplete { ", incomplete" } else { "" };
        let _ = writeln!(out, "{name}: {}{excerpt}{incomplete}{start}", policy.kind.name());
        for finding in policy.findings(sources, None) {
            out.push_str(&line(&finding, sources));
        }
    }
    out
}

fn line(finding: &Finding, sources: &Sources<'_>) -> String {
    let place = sources.locate(finding.span);
    assert_eq!(place.within, None, "{finding:?}");
    let written: String = sources.slice(finding.span).chars().take(40).collect();
    let fix = match &finding.fix {
        Some(fix) => format!(" [{}]", fix.title),
        None => String::new(),
    };
    format!(
        "  {} {} {}:{} {written:?} {}{fix}\n",
        finding.code,
        finding.severity.name(),
        place.line,
        place.column,
        finding.message,
    )
}

#[test]
fn scratch() {
    let mut names: Vec<_> = std::fs::read_dir(root().join("../../shared/inputs")).unwrap().map(|e| e.unwrap().path()).collect();
    names.sort();
    for path in names {
        let name = path.file_name().unwrap().to_str().unwrap();
        if !name.ends_with("json") && !name.ends_with("yaml") { continue; }
        let text = std::fs::read_to_string(&path).unwrap();
        println!("=== {name}\n{}", shown(name, &text));
    }
    let mut names: Vec<_> = std::fs::read_dir(root().join("fixtures/inputs")).unwrap().map(|e| e.unwrap().path()).collect();
    names.sort();
    for path in names {
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() { continue; }
        let text = std::fs::read_to_string(&path).unwrap();
        println!("=== {name}\n{}", shown(name, &text));
    }
}
