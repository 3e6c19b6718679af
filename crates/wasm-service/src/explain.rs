//! Denials that somebody met.

use kmsim_denial::{Answer, Nothing, explain};
use kmsim_embed::{Asked, Unreadable, written};
use kmsim_import::report::{Supposed, reports};
use kmsim_policy::diagnostic::Severity;
use kmsim_policy::json::{Node, Value};
use kmsim_policy::source::Sources;

use crate::world;

/// The options that are taken.
pub(crate) const OPTIONS: [&str; 3] = ["world", "call", "fixes"];

pub(crate) fn answer(text: &str, options: &Asked) -> Result<String, Unreadable> {
    let mut sources = Sources::new();
    let world = match &options.world {
        Some(path) => Some(world::of_file(path, options, &mut sources)?),
        None => None,
    };
    let supposed = supposed(options, &mut sources)?;
    let name = options.document.name("the message");
    let source = sources.add(name, text.to_owned());
    let mut found = Vec::new();
    let reported = reports(text, source, &mut sources, &mut found);
    if found.iter().any(|found| found.severity == Severity::Error) {
        return Err(Unreadable::new(&found, &sources));
    }
    if reported.is_empty() {
        let nothing = Nothing::of(text, name);
        return Err(Unreadable::because(nothing.message).help(nothing.hints.join("; ")));
    }
    let explained = reported.iter().map(|reported| {
        let mut report = explain(world.as_ref(), reported, &supposed, &mut sources);
        if options.fixes == Some(false) {
            report.fixes = None;
        }
        report
    });
    Ok(written(&Answer::new(explained.collect())))
}

/// What is stated of the call beyond what the report says.
fn supposed(options: &Asked, sources: &mut Sources<'static>) -> Result<Supposed, Unreadable> {
    let Some(call) = world::call(options, sources)? else {
        return Ok(Supposed::default());
    };
    let Node {
        value: Value::Object(fields),
        ..
    } = call
    else {
        return Ok(Supposed::default());
    };
    Ok(Supposed {
        fields,
        ..Supposed::default()
    })
}
