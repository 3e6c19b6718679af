//! `kmsim diff`: what changed between two worlds.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::ValueEnum;
use kmsim_analysis::ask::Ask;
use kmsim_analysis::diff::view::{ChangeView, text};
use kmsim_analysis::diff::{Change, Diff, KeyPair, Side};
use kmsim_analysis::who_can::Analysis;
use kmsim_authz::call::human_gaps;
use kmsim_authz::world::{Gap, World};
use kmsim_import::Settings;
use kmsim_policy::source::Sources;
use kmsim_types::{KmsAction, Region};

use super::analysis::{self, ordered};
use crate::arguments::{RequestArguments, Stated};
use crate::diagnostics::{self, Messages};
use crate::outcome::{Exit, Failure, Stop};
use crate::output;
use crate::world_input::WorldInput;

/// Tell what is allowed in one world and not in another: what a change of policies does
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim diff before.yaml after.yaml
  kmsim diff exports-of-monday/ exports/ --action kms:Decrypt --format json
  kmsim diff main/world.yaml world.yaml --fail-on opened
  kmsim import aws plan.json --before -o before.yaml && kmsim import aws plan.json -o after.yaml

What is compared is what comes out, for every principal, action and key, whatever a request brings along: by
which policy it is allowed is no matter. The exit code is 0 if the question was answered, 1 if there is a change
that --fail-on names, and 2 if it was not answered.")]
pub(crate) struct Arguments {
    /// What there was: a world, or a folder of exports
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// What there is now: a world, or a folder of exports
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Actions or operations, with commas between them; wildcards stand for all that fit
    #[arg(long, value_name = "ACTION", default_value = "*")]
    action: String,
    /// Only this key; may be repeated
    #[arg(long, value_name = "KEY")]
    key: Vec<String>,
    /// The form of the changes; in JSON, one object on each line
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Which changes make the exit code 1; none, unless it is said
    #[arg(long, value_enum, value_name = "CHANGE")]
    fail_on: Option<FailOn>,
    #[command(flatten)]
    stated: Stated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people
    Human,
    /// JSON for programs
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Something is allowed that was not, if only under conditions, or under other conditions than before
    Opened,
    /// Anything
    Any,
}

/// How many changes there are.
#[derive(Debug, Default)]
struct Counts {
    opened: AtomicU64,
    others: AtomicU64,
}

/// A world with the questions to it.
struct Read<'a> {
    world: Arc<World>,
    sources: Sources<'a>,
    on_key: Vec<Ask>,
    without: Vec<Ask>,
}

pub(crate) fn run(arguments: &Arguments, messages: &Messages) -> Result<Exit, Stop> {
    let about = analysis::about(&arguments.key);
    let actions = analysis::actions(&arguments.action, about)?;
    let request = arguments.stated.request();
    let region = analysis::region(&arguments.stated)?;
    let (old, new) = (input(&arguments.old)?, input(&arguments.new)?);
    let old = load(&old, &actions, &request, messages)?;
    let new = load(&new, &actions, &request, messages)?;
    let analyses = (Analysis::new(&old.world), Analysis::new(&new.world));
    let diff = Diff {
        old: old.side(&analyses.0),
        new: new.side(&analyses.1),
    };
    let keys = if arguments.key.is_empty() {
        diff.keys()
    } else {
        let named = arguments.key.iter();
        let named = named.map(|name| pair(&old.world, &new.world, name, region.as_ref()));
        named.collect::<Result<_, _>>()?
    };
    let counts = Counts::default();
    let pieces = keys.into_iter().flat_map(|key| diff.pieces(key));
    let as_json = arguments.format == Format::Json;
    ordered::write("", pieces, |piece| {
        let mut out = Vec::new();
        diff.changes(piece, |changes| {
            counts.add(changes);
            let views = changes
                .iter()
                .filter_map(|change| ChangeView::of(change, piece.key, &old.sources, &new.sources));
            let views: Vec<ChangeView> = views.collect();
            if as_json {
                for view in &views {
                    if serde_json::to_writer(&mut out, view).is_ok() {
                        out.push(b'\n');
                    }
                }
            } else {
                out.extend_from_slice(text(&views).as_bytes());
            }
        })?;
        Ok(out)
    })?;
    let gaps = gaps(&old.world, &new.world);
    if as_json {
        diagnostics::write(gaps.trim_start());
    } else {
        output::print(&format!("{}{gaps}", counts.summary()))?;
    }
    Ok(counts.exit(arguments.fail_on))
}

/// The texts of a world document, or of a folder of exports.
fn input(path: &Path) -> Result<WorldInput, Failure> {
    if !path.is_dir() {
        return WorldInput::document(path);
    }
    WorldInput::exports(&[path.to_owned()], false, Settings::default())
}

fn load<'a>(
    input: &'a WorldInput,
    actions: &[KmsAction],
    request: &'a RequestArguments,
    messages: &Messages,
) -> Result<Read<'a>, Stop> {
    let mut sources = Sources::new();
    let world = input.load_quietly(&mut sources, messages)?;
    let asks = analysis::asks(actions, request, &mut sources, messages)?;
    let (on_key, without) = asks
        .into_iter()
        .partition(|ask: &Ask| ask.action.info().on_key);
    Ok(Read {
        world,
        sources,
        on_key,
        without,
    })
}

impl Read<'_> {
    fn side<'d, 'w>(&'d self, analysis: &'d Analysis<'w>) -> Side<'d, 'w> {
        Side {
            analysis,
            on_key: &self.on_key,
            without: &self.without,
        }
    }
}

/// The key that an argument names, in whichever world has it.
fn pair<'o, 'n>(
    old: &'o World,
    new: &'n World,
    name: &str,
    region: Option<&Region>,
) -> Result<KeyPair<'o, 'n>, Failure> {
    let arn = match analysis::key(new, name, region) {
        Ok(key) => &key.arn,
        Err(failure) => &analysis::key(old, name, region).map_err(|_| failure)?.arn,
    };
    Ok(KeyPair {
        old: old.key(arn.as_str()),
        new: new.key(arn.as_str()),
    })
}

/// What either world lacks, as text for people.
fn gaps(old: &World, new: &World) -> String {
    let mut gaps: Vec<Gap> = old.contents().gaps.clone();
    for gap in &new.contents().gaps {
        if !gaps.contains(gap) {
            gaps.push(gap.clone());
        }
    }
    human_gaps(&gaps)
}

impl Counts {
    fn add(&self, changes: &[Change]) {
        for change in changes {
            let own = if change.opens() {
                &self.opened
            } else {
                &self.others
            };
            own.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn get(&self) -> (u64, u64) {
        let (opened, others) = (&self.opened, &self.others);
        (
            opened.load(Ordering::Relaxed),
            others.load(Ordering::Relaxed),
        )
    }

    fn summary(&self) -> String {
        match self.get() {
            (0, 0) => "Nothing is allowed or denied that was not before.\n".to_owned(),
            (opened, others) => {
                format!("{opened} opened (+, or ~ under other conditions), {others} closed (-)\n")
            }
        }
    }

    fn exit(&self, fail_on: Option<FailOn>) -> Exit {
        let (opened, others) = self.get();
        let fails = match fail_on {
            None => false,
            Some(FailOn::Opened) => opened > 0,
            Some(FailOn::Any) => opened + others > 0,
        };
        if fails { Exit::Failure } else { Exit::Success }
    }
}
