//! `kmsim lint --from`: the policies of a set of exports, each with what all exports together tell.

use std::path::PathBuf;

use kmsim_import::{Given, Settings};
use kmsim_lint::input::{Extract, exports};
use kmsim_lint::{Finding, input::Exports};
use kmsim_policy::diagnostic::Severity;
use kmsim_policy::source::{SourceId, Sources, Span};

use super::read::{File, Policy};
use crate::diagnostics::Messages;
use crate::discover;
use crate::files::Text;
use crate::outcome::Failure;
use crate::world_input::ENDINGS;

/// Lints exports, and gives the files with policies in the order of their names. What is wrong with exports
/// is printed.
pub(super) fn files(
    paths: &[PathBuf],
    settings: &super::settings::Settings,
    messages: &Messages,
) -> Result<Vec<File<'static>>, Failure> {
    let texts = texts(paths)?;
    let named: Vec<(&str, &str, Given)> = texts
        .iter()
        .map(|(text, given)| (text.name.as_str(), text.text.as_str(), *given))
        .collect();
    let mut sources = Sources::new();
    let anywhere = Settings {
        anywhere: true,
        ..Settings::default()
    };
    let Exports {
        policies,
        world,
        diagnostics,
    } = exports(&named, anywhere, &mut sources);
    messages.findings(&diagnostics, &sources, true);
    let is_error = |found: &kmsim_policy::diagnostic::Diagnostic| found.severity == Severity::Error;
    let mut is_unread = diagnostics.iter().any(is_error);
    let mut files = Vec::new();
    for (name, text, _) in named {
        let is_here = |policy: &&Extract<'_>| sources.name(place(policy, &sources).source) == name;
        let own: Vec<&Extract<'_>> = policies.iter().filter(is_here).collect();
        if own.is_empty() {
            continue;
        }
        let applied = settings.of_file(name);
        let mut ignored = 0;
        let found = own.into_iter().map(|policy| {
            let mut linted = policy.linted(&sources, world.as_ref());
            for finding in &mut linted.findings {
                make_alone(finding, name, &sources);
            }
            ignored += applied.apply(&mut linted.findings);
            Policy {
                place: policy.place.clone(),
                kind: policy.kind,
                findings: linted.findings,
                span: Some(alone(place(policy, &sources))),
                errors: linted.errors,
            }
        });
        let found: Vec<Policy> = found.collect();
        let mut own = Sources::new();
        own.add(name, text.to_owned());
        files.push(File {
            name: name.to_owned(),
            policies: found,
            sources: own,
            diagnostics: Vec::new(),
            is_whole: true,
            // What is missing is told once.
            is_unread: std::mem::take(&mut is_unread),
            is_source: false,
            ignored,
        });
    }
    Ok(files)
}

/// The texts of the exports.
fn texts(paths: &[PathBuf]) -> Result<Vec<(Text, Given)>, Failure> {
    let mut texts = Vec::new();
    for found in discover::files_ending(paths, &ENDINGS)? {
        match found.read() {
            Ok(text) if found.named => texts.push((text, Given::Named)),
            Ok(text) => texts.push((text, Given::Found)),
            // A file in a folder that is no text is no export.
            Err(_) if !found.named => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(texts)
}

/// Where a policy stands in its file.
fn place(policy: &Extract<'_>, sources: &Sources<'_>) -> Span {
    let node = policy.node.as_ref().map(|node| node.span);
    let found = || policy.diagnostics.first().map(|found| found.span);
    sources.outside(node.or_else(found).unwrap_or_default())
}

/// The same place where the file is the only source.
fn alone(span: Span) -> Span {
    Span {
        source: SourceId(0),
        ..span
    }
}

/// Makes a finding one whose file is the only source. Other files are named in words.
fn make_alone(finding: &mut Finding, file: &str, sources: &Sources<'_>) {
    finding.span = alone(finding.span);
    for note in &mut finding.notes {
        let Some(span) = note.span else { continue };
        if sources.name(span.source) == file {
            note.span = Some(alone(span));
        } else {
            note.span = None;
            note.text = format!("{}: {}", sources.locate(span), note.text);
        }
    }
    finding.fix = None;
}
