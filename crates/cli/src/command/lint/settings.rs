//! Which findings are told, how serious they are, and what is ignored: `[lint]` of `kmsim.toml`, and the
//! options that say the same.

use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use kmsim_lint::{Finding, RULES, Rule, Severity, rules};
use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::source::{Sources, Span};
use kmsim_policy::syntax::PolicyKind;

use super::Level;
use super::date::Date;
use crate::outcome::Failure;

mod read;

/// What a project and the options want.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// The class that counts, if the file names one.
    pub(super) fail_on: Option<Level>,
    /// How rules are told everywhere.
    rules: Vec<(&'static str, Setting)>,
    /// How they are told in some files; what stands last counts.
    paths: Vec<Paths>,
    ignores: Vec<Ignore>,
    /// The folder that patterns are relative to.
    folder: PathBuf,
    /// The folder that names of files are relative to.
    here: PathBuf,
    /// The file that all this stands in.
    pub(super) sources: Sources<'static>,
    select: Vec<Selector>,
    leave_out: Vec<Selector>,
}

/// How a rule is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Setting {
    Off,
    As(Severity),
}

/// Settings for some files.
#[derive(Debug)]
struct Paths {
    pattern: Pattern,
    kind: Option<PolicyKind>,
    rules: Vec<(&'static str, Setting)>,
}

/// Findings that somebody has looked at and lives with.
#[derive(Debug)]
struct Ignore {
    rules: Vec<&'static str>,
    pattern: Pattern,
    sid: Option<String>,
    expires: Option<(Date, Span)>,
    span: Span,
    /// Whether a file that it names was linted.
    met: AtomicBool,
    /// Whether something was ignored.
    used: AtomicBool,
}

/// A pattern for paths, relative to the folder of the file.
#[derive(Debug)]
struct Pattern {
    text: String,
    matcher: globset::GlobMatcher,
}

/// Some rules: one by its code or name, or all with a prefix.
#[derive(Debug)]
struct Selector(String);

impl Selector {
    fn read(text: &str) -> Result<Self, Failure> {
        if let Some(rule) = rules::rule(text) {
            return Ok(Self(rule.code.to_owned()));
        }
        let prefix = text.to_ascii_uppercase();
        let is_prefix = text.len() >= 3 && RULES.iter().any(|rule| rule.code.starts_with(&prefix));
        if is_prefix {
            return Ok(Self(prefix));
        }
        let failure = Failure::new(format!("there is no rule `{}`", excerpt(text)));
        Err(failure.hint(near_rule(text).map_or_else(
            || {
                "kmsim rule --all lists the rules; `KMS` and `IAM08` mean all that begin so"
                    .to_owned()
            },
            |near| format!("did you mean `{near}`?"),
        )))
    }

    fn covers(&self, code: &str) -> bool {
        code.starts_with(&self.0)
    }
}

fn near_rule(text: &str) -> Option<&'static str> {
    kmsim_types::nearest(text, RULES.iter().flat_map(|rule| [rule.code, rule.name]))
}

/// What applies to one file.
#[derive(Debug)]
pub(super) struct Applied<'s> {
    settings: &'s Settings,
    paths: Vec<&'s Paths>,
    ignores: Vec<&'s Ignore>,
}

impl Settings {
    /// Adds what the options say: `--select` and `--ignore`.
    pub(super) fn with_options(
        mut self,
        select: &[String],
        leave_out: &[String],
    ) -> Result<Self, Failure> {
        let read = |texts: &[String]| -> Result<Vec<_>, Failure> {
            texts.iter().map(|text| Selector::read(text)).collect()
        };
        self.select = read(select)?;
        self.leave_out = read(leave_out)?;
        Ok(self)
    }

    /// What applies to a file.
    pub(super) fn of_file(&self, name: &str) -> Applied<'_> {
        let path = (!self.paths.is_empty() || !self.ignores.is_empty())
            .then(|| self.relative(Path::new(name)))
            .flatten();
        let matches = |pattern: &Pattern| {
            path.as_ref()
                .is_some_and(|path| pattern.matcher.is_match(path))
        };
        let ignores = self
            .ignores
            .iter()
            .filter(|ignore| matches(&ignore.pattern));
        Applied {
            settings: self,
            paths: (self.paths.iter().filter(|paths| matches(&paths.pattern))).collect(),
            ignores: ignores
                .inspect(|ignore| ignore.met.store(true, Ordering::Relaxed))
                .collect(),
        }
    }

    /// A path as patterns see it. Nothing for what stands outside of the folder.
    fn relative(&self, path: &Path) -> Option<String> {
        let mut absolute = PathBuf::new();
        for part in self.here.join(path).components() {
            match part {
                Component::ParentDir => {
                    absolute.pop();
                }
                Component::CurDir => {}
                part => absolute.push(part),
            }
        }
        let path = absolute.strip_prefix(&self.folder).ok()?;
        Some(path.to_string_lossy().replace('\\', "/"))
    }

    /// What is wrong with the ignores, after all files were linted: those that have expired, and those
    /// that ignored nothing. `folders` are those that were linted as a whole.
    pub(super) fn notices(&self, folders: &[PathBuf]) -> Vec<Diagnostic> {
        let linted_all = folders.iter().any(|folder| {
            let folder = folder.canonicalize().unwrap_or_default();
            !folder.as_os_str().is_empty() && self.folder.starts_with(folder)
        });
        let mut notices = Vec::new();
        for ignore in &self.ignores {
            let what = ignore.rules.join(", ");
            let text = &ignore.pattern.text;
            if let Some((date, span)) = ignore.expires.as_ref().filter(|(date, _)| date.is_past()) {
                let message = format!(
                    "what ignores {what} in `{}` has expired on {date}",
                    excerpt(text)
                );
                notices.push(
                    Diagnostic::warning("expired-ignore", *span, message)
                        .help("mend the findings, or look at them again and write a later day"),
                );
            } else if ignore.used.load(Ordering::Relaxed) {
            } else if ignore.met.load(Ordering::Relaxed) || linted_all {
                let message = if ignore.met.load(Ordering::Relaxed) {
                    format!(
                        "{what} finds nothing that is to be ignored in `{}`",
                        excerpt(text)
                    )
                } else {
                    format!("`{}` matches no file that was linted", excerpt(text))
                };
                notices.push(
                    Diagnostic::warning("unused-ignore", ignore.span, message).help("take it out"),
                );
            }
        }
        notices
    }
}

impl Applied<'_> {
    /// The kind that the policies of the file are said to be of.
    pub(super) fn kind(&self) -> Option<PolicyKind> {
        self.paths.iter().rev().find_map(|paths| paths.kind)
    }

    /// Takes out what is not to be told, and gives the others the class that they are to have. Returns how
    /// many were ignored.
    pub(super) fn apply(&self, findings: &mut Vec<Finding>) -> usize {
        let settings = self.settings;
        findings.retain_mut(|finding| {
            let selected = settings.select.is_empty()
                || settings.select.iter().any(|one| one.covers(finding.code));
            if !selected
                || settings
                    .leave_out
                    .iter()
                    .any(|one| one.covers(finding.code))
            {
                return false;
            }
            match self.setting(finding.code) {
                Some(Setting::Off) => false,
                Some(Setting::As(severity)) => {
                    finding.severity = severity;
                    true
                }
                None => true,
            }
        });
        let before = findings.len();
        findings.retain(|finding| !self.is_ignored(finding));
        before - findings.len()
    }

    fn setting(&self, code: &str) -> Option<Setting> {
        let of = |rules: &[(&'static str, Setting)]| {
            let mut own = rules.iter().rev().filter(|(own, _)| *own == code);
            own.next().map(|(_, setting)| *setting)
        };
        let in_paths = self.paths.iter().rev().find_map(|paths| of(&paths.rules));
        in_paths.or_else(|| of(&self.settings.rules))
    }

    fn is_ignored(&self, finding: &Finding) -> bool {
        let ignores = |ignore: &&&Ignore| {
            let of_statement = ignore
                .sid
                .as_ref()
                .is_none_or(|sid| finding.sid.as_ref() == Some(sid));
            let valid = ignore
                .expires
                .as_ref()
                .is_none_or(|(date, _)| !date.is_past());
            ignore.rules.contains(&finding.code) && of_statement && valid
        };
        let ignoring = self.ignores.iter().find(ignores);
        if let Some(ignore) = ignoring {
            ignore.used.store(true, Ordering::Relaxed);
        }
        ignoring.is_some()
    }
}

/// Reads the name of a rule.
fn rule(text: &str, span: Span, found: &mut Vec<Diagnostic>) -> Option<&'static Rule> {
    let rule = rules::rule(text);
    if rule.is_none() {
        let message = format!("there is no rule `{}`", excerpt(text));
        let error = Diagnostic::error("unknown-rule", span, message);
        found.push(match near_rule(text) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help("kmsim rule --all lists the rules"),
        });
    }
    rule
}
