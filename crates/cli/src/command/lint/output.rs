//! Findings in the form that was asked for, written as files are linted.

use clap::ColorChoice;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::source::Sources;

use super::github::Github;
use super::human::{Human, Stream};
use super::read::File;
use super::totals::Totals;
use super::{Format, Level, junit, report, sarif};
use crate::diagnostics::{self, Messages};
use crate::github::{Annotation, add_to_summary};
use crate::outcome::Failure;
use crate::output::print;

/// Where findings go.
pub(super) struct Output {
    form: Form,
    fail_on: Level,
    pub(super) totals: Totals,
    /// What could not be read, with why.
    unread: Vec<(String, String)>,
    /// Whether something counts as a failure.
    fails: bool,
}

enum Form {
    Human(Box<Human>),
    Json,
    Sarif,
    Github(Github),
    Junit,
}

impl Output {
    pub(super) fn open(
        format: Format,
        color: ColorChoice,
        all: bool,
        fail_on: Level,
    ) -> Result<Self, Failure> {
        let (form, head) = match format {
            Format::Human => (
                Form::Human(Box::new(Human::new(color, all, Stream::Results))),
                String::new(),
            ),
            Format::Json => (Form::Json, report::HEAD.to_owned()),
            Format::Sarif => (Form::Sarif, sarif::head()),
            Format::Github => (Form::Github(Github::default()), String::new()),
            Format::Junit => (Form::Junit, crate::junit::head(None)),
        };
        print(&head)?;
        Ok(Self {
            form,
            fail_on,
            totals: Totals::default(),
            unread: Vec::new(),
            fails: false,
        })
    }

    /// Writes what was found in a file.
    pub(super) fn file(&mut self, file: &File<'_>) -> Result<(), Failure> {
        let first = match self.form {
            Form::Sarif => self.totals.findings() == 0,
            _ => self.totals.policies == 0,
        };
        let text = match &mut self.form {
            Form::Human(human) => human.file(file),
            Form::Json => report::file(file, first)?,
            Form::Sarif => sarif::file(file, first)?,
            Form::Github(github) => github.file(file),
            Form::Junit => junit::suite(file, self.fail_on),
        };
        self.totals.add(file);
        if file.is_unread {
            let why = file.diagnostics.first().map_or_else(
                || "a part of the file could not be read".to_owned(),
                |found| found.line(&file.sources),
            );
            self.unread.push((file.name.clone(), why));
        }
        let fail_on = self.fail_on;
        self.fails |= file
            .findings()
            .any(|(_, finding)| fail_on.counts(finding.severity));
        if text.is_empty() {
            Ok(())
        } else {
            print(&text)
        }
    }

    /// Takes down that a file could not be read, which was said.
    pub(super) fn unread(&mut self, name: &str, message: &str) -> Result<(), Failure> {
        self.unread.push((name.to_owned(), message.to_owned()));
        match self.form {
            Form::Junit => print(&junit::unread(name, message)),
            _ => Ok(()),
        }
    }

    /// Says what is wrong with the settings.
    pub(super) fn notices(
        &self,
        found: &[Diagnostic],
        sources: &Sources<'_>,
        messages: &Messages,
    ) -> Result<(), Failure> {
        if found.is_empty() {
            return Ok(());
        }
        if !matches!(self.form, Form::Github(_)) {
            messages.findings(found, sources, false);
            return Ok(());
        }
        let notices = found.iter().map(|found| {
            let place = sources.locate(found.span);
            let annotation = Annotation {
                level: "warning",
                file: &place.name,
                line: place.line,
                column: place.column,
                title: found.code,
                message: &found.message,
            };
            annotation.to_string()
        });
        print(&notices.collect::<String>())
    }

    /// Writes what comes last. Gives whether something failed, and whether something was not read.
    pub(super) fn end(self) -> Result<(bool, bool), Failure> {
        let totals = &self.totals;
        print(&match &self.form {
            Form::Human(human) => human.end(totals),
            Form::Json => report::tail(totals),
            Form::Sarif => sarif::tail(totals, &self.unread),
            Form::Github(_) => totals.line() + "\n",
            Form::Junit => crate::junit::TAIL.to_owned(),
        })?;
        if let Form::Github(github) = &self.form
            && let Some(why) = add_to_summary(&github.summary(totals))
        {
            diagnostics::write(&format!("warning: {why}\n"));
        }
        Ok((self.fails, !self.unread.is_empty()))
    }
}
