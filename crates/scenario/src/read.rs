//! Reading scenarios: JSON or YAML, every mistake with its place.

use kmsim_authz::reader::Reader;
use kmsim_policy::diagnostic::{Diagnostic, Severity, excerpt};
use kmsim_policy::fields::{Fields, wrong_type};
use kmsim_policy::instant::Instant;
use kmsim_policy::json::{Member, Node, Value};
use kmsim_policy::source::Span;
use kmsim_types::{Region, nearest};

use crate::scenario::{Scenario, Settings};
use crate::template::{is_name, parse_duration};

mod action;
mod expect;
mod local;
mod step;
mod value;

/// The version of the file format that is read.
const SCHEMA: &str = "1";

/// When a scenario begins that tells no time: 2026-01-01T00:00:00Z.
const NOW: i64 = 1_767_225_600;

/// Reads a scenario. `None` if it has an error; then there is a diagnostic.
pub fn read(reader: &mut Reader<'_, '_, '_>, node: &Node<'_>) -> Option<Scenario> {
    let before = reader.diagnostics.len();
    let scenario = Reading {
        reader,
        names: Vec::new(),
        callers: Vec::new(),
        region: None,
        region_of_world: None,
    }
    .scenario(node);
    let mut found = reader.diagnostics.iter().skip(before);
    let broken = found.any(|found| found.severity == Severity::Error);
    scenario.filter(|_| !broken)
}

/// A scenario that is being read.
struct Reading<'r, 's, 'a, 'f, 'n> {
    reader: &'r mut Reader<'s, 'a, 'f>,
    /// The names of results so far.
    names: Vec<Box<str>>,
    /// The callers with short names.
    callers: Vec<(&'n str, &'n Node<'n>)>,
    /// The Region of calls that tell none.
    region: Option<&'n Node<'n>>,
    /// The Region of calls for which nothing else tells one.
    region_of_world: Option<Region>,
}

impl<'n> Reading<'_, '_, '_, '_, 'n> {
    fn scenario(mut self, node: &'n Node<'n>) -> Option<Scenario> {
        let fields = Fields::of(node, "a scenario", &mut self.reader.diagnostics)?;
        for unused in ["$schema", "description"] {
            fields.get(unused);
        }
        self.check_schema(fields.get("schema"));
        let question = self.line(&fields, "question");
        let answer = self.line(&fields, "answer");
        let now = fields.get("now").and_then(|node| self.instant(node, "now"));
        self.region = fields.get("region");
        let world = fields.require("world", &mut self.reader.diagnostics);
        let world = world.and_then(|node| self.reader.world_reference(node));
        self.region_of_world = world
            .as_ref()
            .and_then(|world| world.contents().region.clone());
        let settings = self.settings(fields.get("settings"));
        self.callers = self.named_callers(fields.get("callers"));
        fields.require("steps", &mut self.reader.diagnostics);
        let nodes = fields.list("steps", &mut self.reader.diagnostics);
        let steps = nodes.iter().map(|node| self.step(node));
        let steps: Vec<_> = steps.collect();
        fields.finish(&mut self.reader.diagnostics);
        Some(Scenario {
            question: question?,
            answer: answer?,
            now: now.unwrap_or_else(|| Instant::from_epoch_seconds(NOW)),
            world: world?,
            settings,
            steps: steps.into_iter().collect::<Option<_>>()?,
            span: node.span,
        })
    }

    fn error(&mut self, error: Diagnostic) {
        self.reader.diagnostics.push(error);
    }

    fn check_schema(&mut self, node: Option<&Node<'_>>) {
        let Some(node) = node else { return };
        let version = scalar(node).unwrap_or("this");
        if version != SCHEMA {
            let message = format!("version {} of scenarios is not known", excerpt(version));
            let error = Diagnostic::error("schema", node.span, message);
            self.error(error.help("this is version 1"));
        }
    }

    /// A text of one line that must be there.
    fn line(&mut self, fields: &Fields<'_, '_>, name: &'static str) -> Option<Box<str>> {
        let (text, span) = fields.require_string(name, &mut self.reader.diagnostics)?;
        let text = text.trim();
        if text.is_empty() || text.contains('\n') {
            let message = format!("`{name}` takes one line of text");
            self.error(Diagnostic::error("one-line", span, message));
            return None;
        }
        Some(text.into())
    }

    fn settings(&mut self, node: Option<&Node<'_>>) -> Settings {
        let mut settings = Settings {
            grant_delay: 0,
            transition: 0,
            throttling: false,
            seed: 1,
        };
        let Some(node) = node else { return settings };
        let Some(fields) = Fields::of(node, "settings", &mut self.reader.diagnostics) else {
            return settings;
        };
        if let Some(node) = fields.get("grantDelay") {
            settings.grant_delay = self.duration(node, "grantDelay").unwrap_or_default();
        }
        if let Some(node) = fields.get("transition") {
            settings.transition = self.duration(node, "transition").unwrap_or_default();
        }
        let throttling = fields.boolean("throttling", &mut self.reader.diagnostics);
        settings.throttling = throttling.unwrap_or_default();
        if let Some(node) = fields.get("seed") {
            settings.seed = self.number(node, "seed").unwrap_or_default();
        }
        fields.finish(&mut self.reader.diagnostics);
        settings
    }

    /// `callers`: short names with principals, or with principals and circumstances.
    fn named_callers(&mut self, node: Option<&'n Node<'n>>) -> Vec<(&'n str, &'n Node<'n>)> {
        let Some(node) = node else { return Vec::new() };
        let Some(members) = node.as_object() else {
            let error = wrong_type(node, "callers", "an object from names to principals");
            self.error(error);
            return Vec::new();
        };
        let mut callers = Vec::with_capacity(members.len());
        for Member {
            key,
            key_span,
            value,
        } in members
        {
            if !is_name(key) {
                let message = format!("`{}` is no name for a caller", excerpt(key));
                let error = Diagnostic::error("name", *key_span, message);
                self.error(error.help(NAMES));
            }
            match &value.value {
                Value::String(_) => {}
                Value::Object(_) if value.member("caller").is_some() => {
                    self.check_caller(value);
                }
                _ => {
                    let expected = "a principal, or an object with `caller`";
                    self.error(wrong_type(value, key, expected));
                    continue;
                }
            }
            callers.push((&**key, value));
        }
        callers
    }

    fn check_caller(&mut self, node: &Node<'_>) {
        if let Some(fields) = Fields::of(node, "a caller", &mut self.reader.diagnostics) {
            fields.get("caller");
            for name in step::CIRCUMSTANCES {
                fields.get(name);
            }
            fields.finish(&mut self.reader.diagnostics);
        }
    }

    /// A point in time: a date, or seconds since 1970.
    fn instant(&mut self, node: &Node<'_>, name: &str) -> Option<Instant> {
        let found = scalar(node).and_then(Instant::parse);
        if found.is_none() {
            let message = format!("`{name}` takes a point in time");
            let error = Diagnostic::error("time", node.span, message);
            self.error(error.help("write it as 2026-11-21T12:00:00Z"));
        }
        found
    }

    /// A length of time, in seconds.
    fn duration(&mut self, node: &Node<'_>, name: &str) -> Option<u64> {
        let found = scalar(node).and_then(parse_duration);
        if found.is_none() {
            let message = format!("`{name}` takes a length of time");
            let error = Diagnostic::error("duration", node.span, message);
            self.error(error.help("write it as 45s, 90m, 24h or 30d"));
        }
        found
    }

    /// A whole number.
    fn number(&mut self, node: &Node<'_>, name: &str) -> Option<u64> {
        let found = match &node.value {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        };
        if found.is_none() {
            self.error(wrong_type(node, name, "a whole number"));
        }
        found
    }

    /// A value of a closed list, by its name.
    fn one_of<T: std::str::FromStr<Err = kmsim_types::UnknownName>>(
        &mut self,
        fields: &Fields<'_, '_>,
        name: &'static str,
    ) -> Option<T> {
        let (text, span) = fields.string(name, &mut self.reader.diagnostics)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(why) => {
                self.error(Diagnostic::error("unknown-value", span, why.to_string()));
                None
            }
        }
    }

    /// Reports a name that nothing has, with the one that was probably meant.
    fn unknown_name(&mut self, span: Span, message: String, name: &str, known: &[&str]) {
        let error = Diagnostic::error("unknown-name", span, message);
        self.error(match nearest(name, known.iter().copied()) {
            Some(nearest) => error.help(format!("did you mean `{nearest}`?")),
            None if known.is_empty() => error,
            None => error.help(format!("there are {}", known.join(", "))),
        });
    }
}

/// How names are made.
const NAMES: &str = "a name has letters, digits, `-` and `_`, and begins with a letter";

/// The text of a string or number.
fn scalar<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    match &node.value {
        Value::String(text) | Value::Number(text) => Some(text),
        _ => None,
    }
}
