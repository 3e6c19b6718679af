//! `kmsim lint --batch`: one policy a line, linted on all cores.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use kmsim_lint::{Finding, Key, Subject, lint};
use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::fields::Fields;
use kmsim_policy::json::{self, Node};
use kmsim_policy::source::{Sources, Span};
use kmsim_policy::syntax::PolicyKind;

use super::Level;
use super::settings::{Applied, Settings};
use crate::command::batch::{Answering, Block, answer_lines, push_field, push_finding, text_of};
use crate::diagnostics::Messages;
use crate::json::{push_number, push_string};
use crate::outcome::{Exit, Stop};

/// Lints all lines of `input`.
pub(super) fn run(
    input: &Path,
    fail_on: Level,
    settings: &Settings,
    messages: &Messages,
) -> Result<Exit, Stop> {
    let name = input.display().to_string();
    let lines = Lines {
        settings: settings.of_file(&name),
        name,
        fail_on,
        fails: AtomicBool::new(false),
    };
    let exit = answer_lines(input, &lines, messages)?;
    Ok(match (exit, lines.fails.into_inner()) {
        (Exit::Success, true) => Exit::Failure,
        (exit, _) => exit,
    })
}

/// How lines are answered.
#[derive(Debug)]
struct Lines<'s> {
    settings: Applied<'s>,
    name: String,
    fail_on: Level,
    /// Whether there was a finding that counts.
    fails: AtomicBool,
}

impl Answering for Lines<'_> {
    fn answer(&self, block: &Block, out: &mut Vec<u8>) -> u64 {
        let unread = |(number, line): &(u64, &[u8])| !self.line(*number, line, out);
        block.lines().filter(unread).count() as u64
    }
}

/// What a line says.
struct Line<'n, 'a> {
    name: Option<&'n str>,
    kind: PolicyKind,
    key: Key,
    policy: &'n Node<'a>,
}

impl Lines<'_> {
    /// Lints one line. `false` if it cannot be read.
    fn line(&self, number: u64, line: &[u8], out: &mut Vec<u8>) -> bool {
        let Some(text) = text_of(number, line, out) else {
            return false;
        };
        let mut sources = Sources::new();
        let source = sources.add(self.name.as_str(), text);
        let mut found = Vec::new();
        let node = json::parse(text, source, &mut found);
        let read = node.as_ref().and_then(|node| read(node, &mut found));
        // What the reader found inside the policy is about the policy.
        let of_policy = |found: &Diagnostic| {
            let inside = |line: &Line<'_, '_>| {
                let policy = line.policy.span;
                policy.start <= found.span.start && found.span.end <= policy.end
            };
            read.as_ref().is_some_and(inside)
        };
        let (mut own, others): (Vec<_>, Vec<_>) = found.into_iter().partition(of_policy);
        let (Some(line), None) = (&read, others.first()) else {
            if let Some(error) = others.first() {
                push_finding(out, number, error, &sources);
            }
            return false;
        };
        let mut findings = match line.policy.as_str() {
            None => findings(Subject::new(line.policy, line.kind, own), &line.key),
            Some(inner) => {
                let source = sources.add_within(inner, line.policy.span);
                let node = json::parse(inner, source, &mut own);
                let subject = match &node {
                    Some(node) => Subject::new(node, line.kind, own),
                    None => Subject::unreadable(line.kind, own),
                };
                findings(subject, &line.key)
            }
        };
        self.settings.apply(&mut findings);
        self.answer_with(number, line.name, &findings, &sources, out);
        true
    }

    fn answer_with(
        &self,
        number: u64,
        name: Option<&str>,
        findings: &[Finding],
        sources: &Sources<'_>,
        out: &mut Vec<u8>,
    ) {
        if findings
            .iter()
            .any(|finding| self.fail_on.counts(finding.severity))
        {
            self.fails.store(true, Ordering::Relaxed);
        }
        out.extend_from_slice(b"{\"name\":");
        match name {
            Some(name) => push_string(out, name),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b",\"findings\":[");
        for (index, finding) in findings.iter().enumerate() {
            out.extend_from_slice(if index == 0 { b"{" } else { b",{" });
            out.extend_from_slice(b"\"code\":");
            push_string(out, finding.code);
            push_field(out, "severity", finding.severity.name());
            push_field(out, "message", &finding.message);
            out.extend_from_slice(b",\"line\":");
            push_number(out, number);
            out.extend_from_slice(b",\"column\":");
            push_number(out, column(finding.span, sources));
            push_field(out, "path", &finding.path);
            out.push(b'}');
        }
        out.extend_from_slice(b"]}\n");
    }
}

fn findings(subject: Subject<'_>, key: &Key) -> Vec<Finding> {
    let subject = subject.with_key(key.clone());
    let mut findings = Vec::new();
    lint(&subject, &mut |finding| findings.push(finding));
    findings.sort_by_key(|finding| finding.span.start);
    findings
}

/// Reads a line; reports what is wrong with it.
fn read<'n, 'a>(node: &'n Node<'a>, found: &mut Vec<Diagnostic>) -> Option<Line<'n, 'a>> {
    let fields = Fields::of(node, "a line", found)?;
    let name = fields.string("name", found).map(|(name, _)| name);
    let kind = fields.require_string("kind", found);
    let key = match fields.get("key") {
        Some(node) => Key::read(node, found),
        None => Some(Key::default()),
    };
    let policy = fields.require("policy", found);
    near_misses(node, found);
    let (kind, span) = kind?;
    let Some(kind) = PolicyKind::from_name(kind) else {
        let names = PolicyKind::ALL.map(PolicyKind::name).join(", ");
        let message = format!("`{}` is not a kind of policy", excerpt(kind));
        let error = Diagnostic::error("policy-kind", span, message);
        found.push(error.help(format!("expected one of {names}")));
        return None;
    };
    Some(Line {
        name,
        kind,
        key: key?,
        policy: policy?,
    })
}

/// Reports fields that are misspelt. Others are the caller's own.
fn near_misses(line: &Node<'_>, found: &mut Vec<Diagnostic>) {
    const KNOWN: [&str; 4] = ["name", "kind", "key", "policy"];
    for member in line.as_object().unwrap_or_default() {
        let near = kmsim_types::nearest(&member.key, KNOWN);
        if let Some(near) = near.filter(|near| *near != member.key) {
            let message = format!("a line has no field `{}`", excerpt(&member.key));
            found.push(
                Diagnostic::error("unknown-field", member.key_span, message).did_you_mean(near),
            );
        }
    }
}

/// The column in the line, also for a policy that is a string in it.
fn column(span: Span, sources: &Sources<'_>) -> u64 {
    u64::from(sources.locate_outside(span).column)
}
