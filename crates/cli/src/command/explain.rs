//! `kmsim explain`: a denial that somebody met, from an event of `CloudTrail` or an error message.

use std::path::{Path, PathBuf};

use clap::{ColorChoice, ValueEnum};
use kmsim_authz::explain::Style;
use kmsim_denial::{Answer, Nothing, Report, explain};
use kmsim_import::node;
use kmsim_import::report::{Outcome, Reported, Supposed, reports};
use kmsim_policy::json::{Member, Value};
use kmsim_policy::source::Sources;

use crate::arguments::RequestArguments;
use crate::diagnostics::{Messages, is_warning, styled};
use crate::files::{self, Text};
use crate::outcome::{Exit, Failure, Stop};
use crate::output;
use crate::patch;
use crate::world_input::{FromArguments, WorldInput};

/// How messages call a text that stands in the arguments.
const ARGUMENT: &str = "the message";

/// Explain a denial that AWS reported: a CloudTrail event or an error message
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim explain event.json --world world.yaml
  kmsim explain trail.json --event 3038d252-f3ae-45ff-8b0a-2b7b1a2a1c1e --world world.yaml --details
  aws kms describe-key --key-id alias/app 2>&1 | kmsim explain - --world world.yaml
  kmsim explain \"User: arn:aws:iam::111122223333:user/alice is not authorized to perform: kms:Decrypt
    on resource: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab because
    no identity-based policy allows the kms:Decrypt action\"
  kmsim explain event.json --world world.yaml --patch 1 | git apply -p0
  kmsim explain event.json --from exports --encryption-context Department=IT

Without a world it tells what the message says by itself. What the report does not say can be given as
for kmsim check; it wins over what the report says.
Exit codes: 0 reproduced or explained, 1 if the world does not tell the same as AWS, 2 error.")]
pub(crate) struct Arguments {
    /// A file with CloudTrail events or error messages, `-` for standard input, or a message
    #[arg(value_name = "EVENT", required = true)]
    event: Vec<String>,
    /// The world around the key
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    world: Option<PathBuf>,
    #[command(flatten)]
    from: FromArguments,
    /// Which event of a file with several, by its eventID; or which report, by its place (from 1)
    #[arg(long = "event", value_name = "ID|INDEX")]
    id: Option<String>,
    /// Of several events, leave out those of calls that succeeded
    #[arg(long)]
    failed: bool,
    /// The form of the answer
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Also show the decision layer by layer
    #[arg(long)]
    details: bool,
    /// Propose no changes
    #[arg(long)]
    no_fixes: bool,
    /// Print nothing but that one of the proposed changes, as a patch of the files
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["format", "no_fixes"])]
    patch: Option<usize>,
    #[command(flatten)]
    request: RequestArguments,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Text for people
    Human,
    /// JSON for programs
    Json,
}

pub(crate) fn run(
    arguments: &Arguments,
    color: ColorChoice,
    messages: &Messages,
) -> Result<Exit, Stop> {
    let input = input(&arguments.event)?;
    let has_world = arguments.world.is_some() || !arguments.from.from.is_empty();
    let world_input = has_world
        .then(|| WorldInput::read(arguments.world.as_deref(), &arguments.from))
        .transpose()?;
    let mut sources = Sources::new();
    let world = match &world_input {
        Some(input) => Some(input.load(&mut sources, messages)?),
        None => None,
    };
    let supposed = supposed(arguments, &mut sources, messages)?;
    let source = sources.add(input.name.as_str(), input.text.as_str());
    let mut found = Vec::new();
    let reported = reports(&input.text, source, &mut sources, &mut found);
    messages.findings(&found, &sources, true);
    if found.iter().any(|found| !is_warning(found, true)) {
        return Err(Stop::Reported);
    }
    if reported.is_empty() {
        return Err(no_report(&input).into());
    }
    let chosen = choose(&reported, arguments, &input.name)?;
    let mut explained = Vec::with_capacity(chosen.len());
    for reported in chosen {
        let mut report = explain(world.as_deref(), reported, &supposed, &mut sources);
        if arguments.no_fixes {
            report.fixes = None;
        }
        explained.push(report);
    }
    let Some(number) = arguments.patch else {
        return print(explained, arguments, color);
    };
    let [report] = explained.as_slice() else {
        return Err(
            Failure::new("there are several reports, and a patch is for one")
                .hint("choose one with --event")
                .into(),
        );
    };
    output::print(&patch::of(report.fixes.as_ref(), number)?)?;
    Ok(Exit::Success)
}

fn print(reports: Vec<Report>, arguments: &Arguments, color: ColorChoice) -> Result<Exit, Stop> {
    let differs = |report: &Report| report.agreement.is_difference();
    let exit = if reports.iter().any(differs) {
        Exit::Failure
    } else {
        Exit::Success
    };
    let text = match arguments.format {
        Format::Human => {
            let style = Style {
                colour: styled(color, &std::io::stdout()),
                all_statements: false,
            };
            let texts: Vec<String> = reports
                .iter()
                .map(|report| report.human(style, arguments.details))
                .collect();
            texts.join("\n")
        }
        Format::Json => output::json(&Answer::new(reports))?,
    };
    output::print(&text)?;
    Ok(exit)
}

/// The text in which a call is reported: a file, standard input, or the arguments themselves.
fn input(arguments: &[String]) -> Result<Text, Failure> {
    let message = |text: String| Text {
        name: ARGUMENT.to_owned(),
        text,
    };
    match arguments {
        [one] => {
            let path = Path::new(one);
            // No file is called by a sentence, and a long text is no path.
            if files::is_stdin(path) || path.exists() {
                return files::read(path);
            }
            let is_text = one.contains(char::is_whitespace) || one.starts_with(['{', '[']);
            if is_text {
                return Ok(message(one.clone()));
            }
            files::read(path).map_err(|failure| {
                failure.hint("a message goes in quotes: kmsim explain \"User: … is not authorized to perform: …\"")
            })
        }
        several => {
            // Words of a message may be names of files; the first one is not.
            if let Some(file) = several.first().filter(|text| Path::new(text).exists()) {
                return Err(
                    Failure::new(format!("`{file}` is one of several arguments"))
                        .hint("explain one file at a time; the world goes behind --world"),
                );
            }
            Ok(message(several.join(" ")))
        }
    }
}

/// What the arguments say of the call.
fn supposed<'a>(
    arguments: &'a Arguments,
    sources: &mut Sources<'a>,
    messages: &Messages,
) -> Result<Supposed, Stop> {
    let mut found = Vec::new();
    let call = arguments.request.to_call(sources, &mut found);
    messages.findings(&found, sources, false);
    if !found.is_empty() {
        return Err(Stop::Reported);
    }
    let fields: Vec<Member<'static>> = match node::owned(&call).value {
        Value::Object(members) => members
            .into_iter()
            .filter(|member| member.value.value != Value::Object(Vec::new()))
            .collect(),
        _ => Vec::new(),
    };
    Ok(Supposed {
        fields,
        ..Supposed::default()
    })
}

/// The reports that are to be explained.
fn choose<'r>(
    reported: &'r [Reported],
    arguments: &Arguments,
    name: &str,
) -> Result<Vec<&'r Reported>, Failure> {
    if let Some(wanted) = &arguments.id {
        let by_id = |report: &&Reported| report.id.as_ref().is_some_and(|id| *id.text == **wanted);
        let by_place = || {
            let place: usize = wanted.parse().ok()?;
            reported.get(place.checked_sub(1)?)
        };
        return match reported.iter().find(by_id).or_else(by_place) {
            Some(report) => Ok(vec![report]),
            None => Err(
                Failure::new(format!("`{name}` has no event `{wanted}`")).hint(format!(
                    "it has {} reports; name one by its eventID or by its place",
                    reported.len()
                )),
            ),
        };
    }
    let chosen: Vec<&Reported> = reported
        .iter()
        .filter(|report| !(arguments.failed && report.outcome == Outcome::Allowed))
        .collect();
    if chosen.is_empty() {
        let message = format!("every call that `{name}` reports succeeded");
        return Err(Failure::new(message).hint("without --failed those are explained, too"));
    }
    Ok(chosen)
}

/// Says what a text without a report is, and what to do about it.
fn no_report(input: &Text) -> Failure {
    let Nothing { message, hints } = Nothing::of(&input.text, &quoted(&input.name));
    Failure { message, hints }
}

fn quoted(name: &str) -> String {
    if name == ARGUMENT {
        name.to_owned()
    } else {
        format!("`{name}`")
    }
}
