//! Reading `[lint]`.

use std::sync::atomic::AtomicBool;

use globset::GlobBuilder;
use kmsim_lint::Severity;
use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::fields::{Fields, string};
use kmsim_policy::json::Node;
use kmsim_policy::source::Span;
use kmsim_policy::syntax::PolicyKind;

use super::{Ignore, Paths, Pattern, Setting, Settings, rule};
use crate::command::lint::Level;
use crate::command::lint::date::Date;
use crate::config::Config;

impl Settings {
    /// Reads a file; what is wrong with it is added to its diagnostics.
    pub(in crate::command::lint) fn read(config: &mut Config) -> Self {
        let mut settings = Self {
            folder: config.folder.clone(),
            here: std::env::current_dir()
                .and_then(|here| here.canonicalize())
                .unwrap_or_default(),
            ..Self::default()
        };
        let found = &mut config.diagnostics;
        let Some(fields) = config
            .node
            .as_ref()
            .and_then(|node| Fields::of(node, "kmsim.toml", found))
        else {
            return settings;
        };
        if let Some(lint) = fields.get("lint") {
            settings.read_lint(lint, found);
        }
        fields.finish(found);
        settings.sources = config.sources.clone();
        settings
    }

    fn read_lint(&mut self, node: &Node<'_>, found: &mut Vec<Diagnostic>) {
        let Some(fields) = Fields::of(node, "`[lint]`", found) else {
            return;
        };
        if let Some((text, span)) = fields.string("fail-on", found) {
            self.fail_on = level(text, span, found);
        }
        self.rules = fields
            .get("rules")
            .map_or_else(Vec::new, |node| rules(node, found));
        for node in fields.list("paths", found) {
            self.paths.extend(paths(node, found));
        }
        for node in fields.list("ignore", found) {
            self.ignores.extend(ignore(node, found));
        }
        fields.finish(found);
    }
}

fn level(text: &str, span: Span, found: &mut Vec<Diagnostic>) -> Option<Level> {
    if text == "never" {
        return Some(Level::Never);
    }
    let severity = Severity::from_name(text);
    if severity.is_none() {
        let names = Severity::ALL.map(Severity::name);
        report_value(text, span, names.into_iter().chain(["never"]), found);
    }
    severity.map(Level::from)
}

fn report_value(
    text: &str,
    span: Span,
    names: impl Iterator<Item = &'static str> + Clone,
    found: &mut Vec<Diagnostic>,
) {
    let message = format!("`{}` is no value here", excerpt(text));
    let error = Diagnostic::error("unknown-value", span, message);
    let all: Vec<_> = names.clone().collect();
    found.push(match kmsim_types::nearest(text, names) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help(format!("expected one of {}", all.join(", "))),
    });
}

/// Rules by code or name, each with its class or `off`.
fn rules(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Vec<(&'static str, Setting)> {
    let Some(fields) = Fields::of(node, "the settings of rules", found) else {
        return Vec::new();
    };
    let mut list = Vec::new();
    for member in fields.members() {
        let rule = rule(&member.key, member.key_span, found);
        let Some((text, span)) = string(&member.value, &member.key, found) else {
            continue;
        };
        let setting = match text {
            "off" => Some(Setting::Off),
            _ => Severity::from_name(text).map(Setting::As),
        };
        if setting.is_none() {
            let names = Severity::ALL.map(Severity::name);
            report_value(text, span, ["off"].into_iter().chain(names), found);
        }
        list.extend(
            rule.zip(setting)
                .map(|(rule, setting)| (rule.code, setting)),
        );
    }
    list
}

fn paths(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<Paths> {
    let fields = Fields::of(node, "`[[lint.paths]]`", found)?;
    let pattern = fields.require_string("path", found);
    let pattern = pattern.and_then(|(text, span)| self::pattern(text, span, found));
    let kind = fields.string("kind", found).and_then(|(text, span)| {
        let kind = PolicyKind::from_name(text);
        if kind.is_none() {
            let names = PolicyKind::ALL.map(PolicyKind::name);
            report_value(text, span, names.into_iter(), found);
        }
        kind
    });
    let rules = fields
        .get("rules")
        .map_or_else(Vec::new, |node| rules(node, found));
    fields.finish(found);
    Some(Paths {
        pattern: pattern?,
        kind,
        rules,
    })
}

fn ignore(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<Ignore> {
    let fields = Fields::of(node, "`[[lint.ignore]]`", found)?;
    fields.require("rule", found);
    let rules = fields.strings("rule", found).into_iter();
    let rules: Vec<_> = rules
        .filter_map(|(text, span)| Some(rule(text, span, found)?.code))
        .collect();
    let pattern = fields.require_string("path", found);
    let pattern = pattern.and_then(|(text, span)| self::pattern(text, span, found));
    let sid = fields.string("sid", found).map(|(text, _)| text.to_owned());
    if let Some((reason, span)) = fields.require_string("reason", found)
        && reason.trim().is_empty()
    {
        found.push(
            Diagnostic::error("empty-reason", span, "the reason is empty")
                .help("say why this is right as it is, or who has accepted it"),
        );
    }
    let expires = fields.string("expires", found).and_then(|(text, span)| {
        let date = Date::parse(text);
        if date.is_none() {
            let message = format!("`{}` is no day", excerpt(text));
            found.push(Diagnostic::error("date", span, message).help("write it as 2027-01-31"));
        }
        Some((date?, span))
    });
    fields.finish(found);
    Some(Ignore {
        rules,
        pattern: pattern?,
        sid,
        expires,
        span: node.span,
        met: AtomicBool::new(false),
        used: AtomicBool::new(false),
    })
}

/// A pattern; a folder stands for all that is in it.
fn pattern(text: &str, span: Span, found: &mut Vec<Diagnostic>) -> Option<Pattern> {
    let glob = text.strip_prefix("./").unwrap_or(text);
    let glob = match glob.strip_suffix('/') {
        Some(folder) => format!("{folder}/**"),
        None => glob.to_owned(),
    };
    let glob = if glob == "." { "**" } else { &glob };
    match GlobBuilder::new(glob).literal_separator(true).build() {
        Ok(glob) => Some(Pattern {
            text: text.to_owned(),
            matcher: glob.compile_matcher(),
        }),
        Err(error) => {
            let message = format!("`{}` is no pattern: {}", excerpt(text), error.kind());
            found.push(
                Diagnostic::error("pattern", span, message)
                    .help("`*` stands for a part of a name, `**` for folders"),
            );
            None
        }
    }
}
