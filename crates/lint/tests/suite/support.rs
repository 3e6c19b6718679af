//! Linting texts.

use std::path::{Path, PathBuf};

use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_lint::{Finding, Key, Severity, Subject, lint};
use kmsim_policy::document::parse_any;
use kmsim_policy::json;
use kmsim_policy::source::{SourceId, Sources};
use kmsim_policy::syntax::PolicyKind;

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What is found in a policy.
pub(crate) fn findings(kind: PolicyKind, key: &str, text: &str) -> Vec<Finding> {
    findings_of(kind, key, text, false)
}

/// What is found in a policy, or in a part of one.
pub(crate) fn findings_of(kind: PolicyKind, key: &str, text: &str, excerpt: bool) -> Vec<Finding> {
    let mut found = Vec::new();
    let node = json::parse(text, SourceId(0), &mut found);
    let mut subject = match &node {
        Some(node) => Subject::new(node, kind, found),
        None => Subject::unreadable(kind, found),
    };
    subject.key = facts(key);
    subject.excerpt = excerpt;
    let mut findings = Vec::new();
    lint(&subject, &mut |finding| findings.push(finding));
    findings
}

/// Key facts as batches write them; none for the empty text.
pub(crate) fn facts(text: &str) -> Key {
    if text.is_empty() {
        return Key::default();
    }
    let mut found = Vec::new();
    let node = json::parse(text, SourceId(1), &mut found);
    let key = node.and_then(|node| Key::read(&node, &mut found));
    assert_eq!(found, [], "{text}");
    key.expect(text)
}

/// Codes and severities, for messages.
pub(crate) fn shown(findings: &[Finding]) -> Vec<String> {
    let shown = |finding: &Finding| {
        let Finding {
            code,
            message,
            path,
            ..
        } = finding;
        format!("{code} {} at {path}: {message}", finding.severity.name())
    };
    findings.iter().map(shown).collect()
}

/// The findings that are more than suggestions.
pub(crate) fn serious(findings: Vec<Finding>) -> Vec<Finding> {
    let serious = |finding: &Finding| finding.severity != Severity::Suggestion;
    findings.into_iter().filter(serious).collect()
}

/// What is found in the key policies of a world.
pub(crate) fn findings_in_world(text: &str) -> Vec<Finding> {
    let mut sources = Sources::new();
    let source = sources.add("world", text);
    let mut reader = Reader::new(&mut sources, &NoFiles);
    let node = parse_any(text, source, "world", &mut reader.diagnostics);
    let world = node.and_then(|node| reader.world(&node));
    assert_eq!(reader.diagnostics, [], "{text}");
    let world = world.expect(text);
    let mut findings = Vec::new();
    for subject in Subject::keys_of(&world) {
        lint(&subject, &mut |finding| findings.push(finding));
    }
    findings
}
