//! One line of a batch: from a case in JSON to its answer in JSON.

use std::path::Path;

use kmsim_authz::case::Case;
use kmsim_authz::decide::decide;
use kmsim_authz::decision::{Decision, Reason};
use kmsim_authz::explain::layer_name;
use kmsim_authz::reader::Reader;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json;
use kmsim_policy::source::{Location, SourceId, Sources};

use super::blocks::Block;
use crate::diagnostics::{advice, is_warning};
use crate::files::Disk;
use crate::json::{push_number, push_string};

/// How lines are answered.
#[derive(Debug)]
pub(crate) struct Lines {
    /// The batch, to which file references are relative.
    name: String,
    /// Whether what AWS would refuse to save is an error.
    strict: bool,
}

impl Lines {
    pub(crate) fn new(input: &Path, strict: bool) -> Self {
        Self {
            name: input.display().to_string(),
            strict,
        }
    }

    /// Answers the lines of a block and tells how many could not be read.
    pub(crate) fn answer(&self, block: &Block, out: &mut Vec<u8>) -> u64 {
        let lines = block.bytes.split(|byte| *byte == b'\n');
        let mut errors = 0;
        for (number, line) in (block.first_line..).zip(lines) {
            if !line.iter().all(u8::is_ascii_whitespace) {
                errors += u64::from(!self.answer_line(number, line, out));
            }
        }
        errors
    }

    /// Answers one line. `false` if it cannot be read.
    fn answer_line(&self, number: u64, line: &[u8], out: &mut Vec<u8>) -> bool {
        let text = match std::str::from_utf8(line) {
            Ok(text) => text,
            Err(error) => {
                let column = line.get(..error.valid_up_to()).map(String::from_utf8_lossy);
                let column = column.map_or(1, |before| before.chars().count() + 1);
                push_error(out, number, column as u64, "the line is not UTF-8", None);
                return false;
            }
        };
        let mut sources = Sources::new();
        let source = sources.add(self.name.as_str(), text);
        let mut reader = Reader::new(&mut sources, &Disk);
        let case =
            json::parse(text, source, &mut reader.diagnostics).and_then(|node| reader.case(&node));
        let found = std::mem::take(&mut reader.diagnostics);
        let error = found.iter().find(|found| !is_warning(found, !self.strict));
        match (case, error) {
            (Some(case), None) => {
                push_answer(out, &case, &found, &sources);
                true
            }
            (_, Some(error)) => {
                push_finding(out, number, error, &sources);
                false
            }
            // A reader that gives nothing has said why.
            (None, None) => {
                push_error(out, number, 1, "the line cannot be read", None);
                false
            }
        }
    }
}

fn push_answer(out: &mut Vec<u8>, case: &Case, found: &[Diagnostic], sources: &Sources<'_>) {
    let layers = case.layers.borrow();
    let decision = decide(&layers, &case.request);
    out.extend_from_slice(b"{\"name\":");
    match &case.name {
        Some(name) => push_string(out, name),
        None => out.extend_from_slice(b"null"),
    }
    push_field(out, "decision", decision.verdict.name());
    push_field(out, "reason", decision.reason.name());
    if let Decision {
        reason: Reason::Denied(layer),
        ..
    } = decision
    {
        push_field(out, "layer", layer_name(layer, &layers));
    }
    if !found.is_empty() {
        out.extend_from_slice(b",\"warnings\":[");
        for (index, warning) in found.iter().enumerate() {
            out.extend_from_slice(if index == 0 { b"{" } else { b",{" });
            out.extend_from_slice(b"\"code\":");
            push_string(out, warning.code);
            push_field(out, "message", &warning.message);
            out.extend_from_slice(b",\"column\":");
            push_number(out, column(&sources.locate(warning.span)));
            out.push(b'}');
        }
        out.push(b']');
    }
    out.extend_from_slice(b"}\n");
}

/// An error at its place. A policy that is a string has places of its own; the column is then
/// that of the string.
fn push_finding(out: &mut Vec<u8>, line: u64, found: &Diagnostic, sources: &Sources<'_>) {
    let place = sources.locate(found.span);
    let hint = advice(found).into_iter().next();
    let inner = place.within.is_some() || place.name != *sources.name(SourceId::default());
    let message = if inner {
        format!(
            "{} (line {}, column {} of {})",
            found.message,
            place.line,
            place.column,
            inner_name(&place)
        )
    } else {
        found.message.clone()
    };
    push_error(out, line, column(&place), &message, hint.as_deref());
}

/// What a place inside another text is called.
fn inner_name(place: &Location) -> &str {
    if place.within.is_some() {
        "the string"
    } else {
        &place.name
    }
}

/// The column in the line itself.
fn column(place: &Location) -> u64 {
    place
        .within
        .as_deref()
        .map_or_else(|| u64::from(place.column), column)
}

fn push_error(out: &mut Vec<u8>, line: u64, column: u64, message: &str, hint: Option<&str>) {
    out.extend_from_slice(b"{\"line\":");
    push_number(out, line);
    out.extend_from_slice(b",\"column\":");
    push_number(out, column);
    push_field(out, "error", message);
    if let Some(hint) = hint {
        push_field(out, "hint", hint);
    }
    out.extend_from_slice(b"}\n");
}

fn push_field(out: &mut Vec<u8>, name: &str, value: &str) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    push_string(out, value);
}
