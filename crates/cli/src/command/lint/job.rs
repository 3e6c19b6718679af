//! What is done with each file: it is read, linted, and perhaps changed.

use std::path::PathBuf;

use kmsim_lint::fix::Fixed;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::syntax::PolicyKind;
use rayon::prelude::*;

use super::fixing::{self, Change};
use super::read::{self, File, Reading};
use super::{Arguments, Format, Level, Settings};
use crate::discover::Found;
use crate::files::{self, is_stdin};
use crate::outcome::Failure;

/// Fewer files are linted without further threads.
const FEW: usize = 4;

/// What is done with each file.
pub(super) struct Job {
    told: Option<PolicyKind>,
    pub(super) fail_on: Level,
    pub(super) settings: Settings,
    pub(super) change: Change,
    guesses: bool,
    /// What standard input is called.
    stdin_name: Option<String>,
}

/// A file that was linted, and perhaps changed.
pub(super) struct Linted {
    pub(super) file: File<'static>,
    pub(super) fixed: Option<Fixed>,
    /// The text as it was read.
    pub(super) before: String,
}

impl Job {
    pub(super) fn new(
        arguments: &Arguments,
        fail_on: Level,
        settings: Settings,
    ) -> Result<Self, Failure> {
        let change = match (arguments.changes.fix, arguments.changes.diff) {
            (true, _) => Change::Write,
            (_, true) => Change::Show,
            (false, false) => Change::None,
        };
        if arguments.changes.unsafe_fixes && change == Change::None {
            let failure = Failure::new("--unsafe-fixes says which changes --fix makes");
            return Err(failure.hint("add --fix, or --diff to see them"));
        }
        let stdin = arguments.paths.iter().any(|path| is_stdin(path));
        if stdin
            && change == Change::Write
            && (arguments.paths.len() > 1 || arguments.format != Format::Human)
        {
            let failure = Failure::new(
                "with --fix, `-` stands alone: the mended text goes to standard output",
            );
            return Err(failure.hint("findings that are left go to standard error, for people"));
        }
        Ok(Self {
            fail_on,
            settings,
            told: arguments.kind.as_deref().and_then(PolicyKind::from_name),
            change,
            guesses: arguments.changes.unsafe_fixes,
            stdin_name: arguments.search.stdin_filename.clone(),
        })
    }

    /// What is to be said about the settings in the end.
    pub(super) fn notices(&self, arguments: &Arguments) -> Vec<Diagnostic> {
        let folders = arguments.paths.iter().filter(|path| path.is_dir());
        let folders: Vec<PathBuf> = folders.cloned().collect();
        self.settings.notices(&folders)
    }

    /// Lints files, several at once where there are many, and gives what came out in their order.
    pub(super) fn all(&self, found: &[Found]) -> Vec<Result<Option<Linted>, Failure>> {
        if found.len() <= FEW {
            return found.iter().map(|found| self.one(found)).collect();
        }
        found.par_iter().map(|found| self.one(found)).collect()
    }

    /// Lints one file; `None` for what was found in a folder and is no policy.
    pub(super) fn one(&self, found: &Found) -> Result<Option<Linted>, Failure> {
        match read::is_too_long(found) {
            Some(Ok(())) => return Ok(None),
            Some(Err(failure)) => return Err(failure),
            None => {}
        }
        let files::Text { mut name, text } = found.read()?;
        if let Some(own) = self.stdin_name.as_ref().filter(|_| is_stdin(&found.path)) {
            name.clone_from(own);
        }
        let reading = Reading {
            name: &name,
            told: self.told,
            named: found.named,
            matched: found.matched,
            settings: self.settings.of_file(&name),
        };
        let Some(file) = reading.lint(&text)? else {
            return Ok(None);
        };
        let fixed = match self.change {
            Change::None => None,
            _ if !file.is_source => None,
            _ => fixing::fixed(&text, &reading, self.guesses),
        };
        let Some(fixed) = fixed else {
            let file = file.into_owned();
            return Ok(Some(Linted {
                file,
                fixed: None,
                before: text,
            }));
        };
        if self.change == Change::Write && !is_stdin(&found.path) {
            fixing::write(&found.path, &fixed.text)?;
        }
        let left = reading.lint(&fixed.text)?.map(File::into_owned);
        Ok(left.map(|file| Linted {
            file,
            fixed: Some(fixed),
            before: text,
        }))
    }
}
