//! One line of a batch: from a case in JSON to its answer in JSON.

use std::path::Path;
use std::sync::Arc;

use kmsim_authz::call::{self, Call};
use kmsim_authz::decide::decide;
use kmsim_authz::decision::{Decision, Reason, Verdict};
use kmsim_authz::explain::layer_name;
use kmsim_authz::layers::Layers;
use kmsim_authz::reader::Reader;
use kmsim_authz::test_file::{Setting, Subject};
use kmsim_authz::world::World;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::fields::Fields;
use kmsim_policy::json::{self, Node, Value};
use kmsim_policy::source::{Location, SourceId, Sources};

use super::Answering;
use super::blocks::Block;
use crate::answer::unresolved;
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
    /// The world that the lines are calls against; without one they are cases.
    world: Option<Arc<World>>,
}

impl Lines {
    pub(crate) fn new(input: &Path, strict: bool, world: Option<Arc<World>>) -> Self {
        Self {
            name: input.display().to_string(),
            strict,
            world,
        }
    }

    /// Answers one line. `false` if it cannot be read.
    fn answer_line(&self, number: u64, line: &[u8], out: &mut Vec<u8>) -> bool {
        let Some(text) = text_of(number, line, out) else {
            return false;
        };
        let mut sources = Sources::new();
        let source = sources.add(self.name.as_str(), text);
        let mut reader = Reader::new(&mut sources, &Disk);
        let node = json::parse(text, source, &mut reader.diagnostics);
        let answer = node.and_then(|node| self.decide(&node, &mut reader));
        let found = std::mem::take(&mut reader.diagnostics);
        let error = found.iter().find(|found| !is_warning(found, !self.strict));
        match (answer, error) {
            (Some(answer), None) => {
                push_answer(out, &answer, &found, &sources);
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

    /// Reads the question and decides it, in case that it turns out to be readable.
    fn decide(&self, node: &Node<'_>, reader: &mut Reader<'_, '_, '_>) -> Option<Answer> {
        let decided = match &self.world {
            None if node.member("world").is_none() => {
                let case = reader.case(node)?;
                let layers = case.layers.borrow();
                let decision = decide(&layers, &case.request);
                return Some(Answer {
                    layer: denying(decision, &layers),
                    name: case.name,
                    verdict: decision.verdict,
                    reason: decision.reason,
                });
            }
            None => match reader
                .tests_of_case(node, &Setting::default(), 0)
                .pop()?
                .subject
            {
                Subject::Call { world, call } => decide_call(&world, &call),
                Subject::Case(_) => return None,
            },
            Some(world) => decide_call(world, &call_of(node, reader)?),
        };
        let name = node.member("name").and_then(Node::as_str);
        match decided {
            Ok(answer) => Some(Answer {
                name: name.map(Box::from),
                ..answer
            }),
            Err(unresolved) => {
                reader.diagnostics.push(*unresolved);
                None
            }
        }
    }
}

impl Answering for Lines {
    fn answer(&self, block: &Block, out: &mut Vec<u8>) -> u64 {
        let unread = |(number, line): &(u64, &[u8])| !self.answer_line(*number, line, out);
        block.lines().filter(unread).count() as u64
    }
}

/// The text of a line. If it is none, that is the answer.
pub(crate) fn text_of<'l>(number: u64, line: &'l [u8], out: &mut Vec<u8>) -> Option<&'l str> {
    match std::str::from_utf8(line) {
        Ok(text) => Some(text),
        Err(error) => {
            let column = line.get(..error.valid_up_to()).map(String::from_utf8_lossy);
            let column = column.map_or(1, |before| before.chars().count() + 1);
            push_error(out, number, column as u64, "the line is not UTF-8", None);
            None
        }
    }
}

/// What is answered to a line.
struct Answer {
    name: Option<Box<str>>,
    verdict: Verdict,
    reason: Reason,
    /// The layer of an explicit deny.
    layer: Option<&'static str>,
}

/// A line against a world: a call, with or without a `name` beside its fields, or a case whose
/// `request` is the call.
fn call_of(node: &Node<'_>, reader: &mut Reader<'_, '_, '_>) -> Option<Call> {
    if node.member("request").is_some() {
        let fields = Fields::of(node, "a case", &mut reader.diagnostics)?;
        for unused in ["name", "description", "expect", "because"] {
            fields.get(unused);
        }
        let call = fields.get("request").and_then(|node| reader.call(node));
        fields.finish(&mut reader.diagnostics);
        return call;
    }
    if node.member("name").is_none() {
        return reader.call(node);
    }
    let mut call = node.clone();
    if let Value::Object(members) = &mut call.value {
        members.retain(|member| member.key != "name");
    }
    reader.call(&call)
}

/// Decides a call. What is told of its checks is the first that came out as the whole did.
fn decide_call(world: &World, call: &Call) -> Result<Answer, Box<Diagnostic>> {
    let decided = call::decide(world, call).map_err(unresolved)?;
    let mut checks = decided.checks.iter();
    let deciding = checks.find(|check| check.decision.verdict == decided.verdict);
    Ok(Answer {
        name: None,
        verdict: decided.verdict,
        reason: deciding.map_or(Reason::Unknown, |check| check.decision.reason),
        layer: deciding.and_then(|decided| denying(decided.decision, &decided.check.layers)),
    })
}

fn denying(decision: Decision, layers: &Layers<'_>) -> Option<&'static str> {
    match decision.reason {
        Reason::Denied(layer) => Some(layer_name(layer, layers)),
        _ => None,
    }
}

fn push_answer(out: &mut Vec<u8>, answer: &Answer, found: &[Diagnostic], sources: &Sources<'_>) {
    out.extend_from_slice(b"{\"name\":");
    match &answer.name {
        Some(name) => push_string(out, name),
        None => out.extend_from_slice(b"null"),
    }
    push_field(out, "decision", answer.verdict.name());
    push_field(out, "reason", answer.reason.name());
    if let Some(layer) = answer.layer {
        push_field(out, "layer", layer);
    }
    if !found.is_empty() {
        push_warnings(out, found, sources);
    }
    out.extend_from_slice(b"}\n");
}

fn push_warnings(out: &mut Vec<u8>, found: &[Diagnostic], sources: &Sources<'_>) {
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

/// An error at its place. A policy that is a string has places of its own; the column is then
/// that of the string.
pub(crate) fn push_finding(
    out: &mut Vec<u8>,
    line: u64,
    found: &Diagnostic,
    sources: &Sources<'_>,
) {
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

pub(crate) fn push_error(
    out: &mut Vec<u8>,
    line: u64,
    column: u64,
    message: &str,
    hint: Option<&str>,
) {
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

pub(crate) fn push_field(out: &mut Vec<u8>, name: &str, value: &str) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    push_string(out, value);
}
