//! Findings and failures on standard error, with the piece of source they are about.

use std::io::{IsTerminal, Write, stderr};

use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet,
};
use clap::ColorChoice;
use kmsim_lint::Finding;
use kmsim_policy::diagnostic::{Diagnostic, Severity};
use kmsim_policy::source::{Location, Sources, Span};

use crate::outcome::Failure;

mod window;

use window::Window;

/// More findings than this are counted, not shown.
const MOST_SHOWN: usize = 20;

/// Whether to use colours on a stream.
pub(crate) fn styled(choice: ColorChoice, stream: &impl IsTerminal) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
            let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            stream.is_terminal() && !set("NO_COLOR") && !dumb
        }
    }
}

/// Messages to the user.
#[derive(Debug)]
pub(crate) struct Messages {
    renderer: Renderer,
}

impl Messages {
    pub(crate) fn new(choice: ColorChoice) -> Self {
        Self::styled(styled(choice, &stderr()))
    }

    /// For findings that are the result of a command.
    pub(crate) fn on_stdout(choice: ColorChoice) -> Self {
        Self::styled(styled(choice, &std::io::stdout()))
    }

    fn styled(styled: bool) -> Self {
        let renderer = if styled {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        // The window around a finding limits the width, so that nothing else has to be cut.
        Self {
            renderer: renderer.term_width(1000),
        }
    }

    /// Prints why a command could not do what it was asked to.
    pub(crate) fn failure(&self, failure: &Failure) {
        write(&self.describe_failure(failure));
    }

    /// Why a command could not do what it was asked to, as text.
    pub(crate) fn describe_failure(&self, failure: &Failure) -> String {
        let title = Level::ERROR.primary_title(failure.message.as_str());
        let hints = failure
            .hints
            .iter()
            .map(|hint| Level::HELP.message(hint.as_str()));
        self.renderer
            .render(&[Group::with_title(title).elements(hints)])
            + "\n"
    }

    /// Prints findings, see [`Self::describe`].
    pub(crate) fn findings(&self, found: &[Diagnostic], sources: &Sources<'_>, lenient: bool) {
        write(&self.describe(found, sources, lenient));
    }

    /// Findings as text, errors first. A finding that is no obstacle to the command is a warning:
    /// what AWS would refuse to save, where `lenient` evaluates it all the same.
    pub(crate) fn describe(
        &self,
        found: &[Diagnostic],
        sources: &Sources<'_>,
        lenient: bool,
    ) -> String {
        let mut sorted: Vec<&Diagnostic> = found.iter().collect();
        sorted.sort_by_key(|found| is_warning(found, lenient));
        let mut text = String::new();
        for found in sorted.iter().take(MOST_SHOWN) {
            text.push_str(&self.render(found, sources, lenient));
        }
        let rest = sorted.iter().skip(MOST_SHOWN);
        let errors = rest
            .clone()
            .filter(|found| !is_warning(found, lenient))
            .count();
        let more = match (errors, rest.count()) {
            (_, 0) => return text,
            (0, warnings) => counted(warnings, "more warning"),
            (errors, all) if errors == all => counted(errors, "more error"),
            (errors, all) => {
                let warnings = counted(all - errors, "more warning");
                format!("{} and {warnings}", counted(errors, "more error"))
            }
        };
        let note = Group::with_title(Level::NOTE.primary_title(more));
        text + &self.renderer.render(&[note]) + "\n"
    }

    /// A finding of the linter as text.
    pub(crate) fn finding(&self, finding: &Finding, sources: &Sources<'_>) -> String {
        let level = match finding.severity {
            kmsim_lint::Severity::Error => Level::ERROR,
            kmsim_lint::Severity::Security => Level::WARNING.with_name("security"),
            kmsim_lint::Severity::Warning => Level::WARNING,
            kmsim_lint::Severity::Suggestion => Level::NOTE.with_name("suggestion"),
        };
        let mut found = Diagnostic::warning(finding.code, finding.span, finding.message.as_str());
        found.help.clone_from(&finding.help);
        found.notes.clone_from(&finding.notes);
        found.fix.clone_from(&finding.fix);
        self.render_as(level, &found, sources)
    }

    /// One finding as text.
    fn render(&self, found: &Diagnostic, sources: &Sources<'_>, lenient: bool) -> String {
        let level = if is_warning(found, lenient) {
            Level::WARNING
        } else {
            Level::ERROR
        };
        self.render_as(level, found, sources)
    }

    fn render_as(&self, level: Level<'_>, found: &Diagnostic, sources: &Sources<'_>) -> String {
        let title = level.primary_title(found.message.as_str()).id(found.code);
        let mut elements = Vec::new();
        let mut shown = Window::around(sources, found.span);
        let mut apart = Vec::new();
        let mut remarks = Vec::new();
        for note in &found.notes {
            match note.span {
                None => remarks.push(Level::NOTE.message(note.text.as_str())),
                Some(span) if !shown.extend(sources, span) => apart.push((span, &note.text)),
                Some(_) => {}
            }
        }
        let mut annotations = vec![AnnotationKind::Primary.span(shown.range(found.span))];
        for note in &found.notes {
            if let Some(span) = note.span.filter(|span| shown.covers(*span)) {
                let annotation = AnnotationKind::Context.span(shown.range(span));
                annotations.push(annotation.label(note.text.as_str()));
            }
        }
        push_source(&mut elements, sources, found.span, &shown, annotations);
        let windows: Vec<_> = apart
            .iter()
            .filter(|(span, _)| !shown.covers(*span))
            .map(|(span, text)| (*span, *text, Window::around(sources, *span)))
            .collect();
        for (span, text, window) in &windows {
            let annotation = AnnotationKind::Context.span(window.range(*span));
            let annotations = vec![annotation.label(text.as_str())];
            push_source(&mut elements, sources, *span, window, annotations);
        }
        elements.extend(remarks.into_iter().map(Element::from));
        let help = advice(found);
        elements.extend(
            help.iter()
                .map(|text| Level::HELP.message(text.as_str()).into()),
        );
        let report = [Group::with_title(title).elements(elements)];
        without_empty_origins(&self.renderer.render(&report))
            .trim_end()
            .to_owned()
            + "\n\n"
    }
}

/// Writes a message to standard error. If that is gone, there is nobody to tell.
pub(crate) fn write(text: &str) {
    let _ = stderr().lock().write_all(text.as_bytes());
}

/// Whether a finding leaves a command free to go on.
pub(crate) fn is_warning(found: &Diagnostic, lenient: bool) -> bool {
    match found.severity {
        Severity::Error => false,
        Severity::Refused => lenient,
        Severity::Warning => true,
    }
}

/// What to do about a finding: its help, and its fix if that says more.
pub(crate) fn advice(found: &Diagnostic) -> Vec<String> {
    let mut advice: Vec<String> = found.help.iter().cloned().collect();
    if let Some(fix) = &found.fix {
        let named = fix.title.split('`').nth(1);
        let said = |help: &String| {
            help.starts_with("did you mean") || named.is_some_and(|name| help.contains(name))
        };
        if !advice.iter().any(said) {
            advice.push(fix.title.clone());
        }
    }
    advice
}

/// `1 error`, `2 errors`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn push_source<'w>(
    elements: &mut Vec<Element<'w>>,
    sources: &Sources<'_>,
    span: Span,
    window: &'w Window,
    annotations: Vec<Annotation<'w>>,
) {
    let place = sources.locate(span);
    elements.push(origin(&place).into());
    if !window.text.is_empty() {
        let snippet = Snippet::source(window.text.as_str())
            .line_start(window.line)
            .fold(false)
            .annotations(annotations);
        elements.push(snippet.into());
    }
}

/// The renderer computes columns from the text that it is given, which is a part of the line here,
/// so places are given apart from snippets. It marks a snippet without a place of its own by a
/// line with nothing but `:::`, which is taken out.
fn without_empty_origins(text: &str) -> String {
    let is_empty = |line: &&str| {
        let mut parts = line.split('\u{1b}');
        let first = parts.next().unwrap_or("");
        let others = parts.map(|part| part.split_once('m').map_or(part, |(_, rest)| rest));
        std::iter::once(first)
            .chain(others)
            .collect::<String>()
            .trim()
            == ":::"
    };
    let lines: Vec<&str> = text.lines().filter(|line| !is_empty(line)).collect();
    lines.join("\n")
}

/// File, line and column. A text that is a string inside a file has lines of its own; the place
/// of the string stands before them.
fn origin<'w>(place: &Location) -> Origin<'w> {
    let (line, column) = (place.line as usize, place.column as usize);
    match &place.within {
        None => Origin::path(place.name.clone())
            .line(line)
            .char_column(column),
        Some(_) => Origin::path(place.to_string()),
    }
}
