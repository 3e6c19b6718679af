//! `kmsim state`: what is in a state, without its secrets.

use std::path::PathBuf;

use clap::ValueEnum;
use kmsim_store::Store;
use serde_json::{Value, json};

use crate::outcome::{Exit, Failure, Stop};
use crate::output;
use crate::simulation::{rng, root_key, store_failure};

mod human;
mod view;

use view::View;

/// Show what is in a state: keys, aliases, grants, events. Key material is never shown
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim state --state my.kms
  kmsim state keys --state my.kms
  kmsim state key alias/app --state my.kms
  kmsim state events --state my.kms --format json

It shows what the last call left: what is due since then happens with the next one.")]
pub(crate) struct Arguments {
    /// What to show
    #[arg(value_enum, default_value_t = What::Summary)]
    what: What,
    /// The key, by its ARN, id or alias
    #[arg(value_name = "KEY", required_if_eq("what", "key"))]
    key: Option<String>,
    /// The database of keys
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// How many of the latest events
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    limit: u32,
    /// The form of the answer
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// How many of everything
    Summary,
    /// All keys
    Keys,
    /// All aliases
    Aliases,
    /// The grants of all keys
    Grants,
    /// What `CloudTrail` would have recorded
    Events,
    /// One key with its policy, grants and tags
    Key,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Text for people
    Human,
    /// JSON for programs
    Json,
}

/// Version of the JSON shape. It changes when a field changes its meaning or goes away.
const VERSION: u32 = 1;

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    if arguments.what != What::Key && arguments.key.is_some() {
        return Err(Failure::new("a key is named, but not asked for")
            .hint("kmsim state key KEY")
            .into());
    }
    let failed = |error| store_failure(&error);
    let store = Store::open_existing(&arguments.state, root_key()?, Box::new(rng()?));
    let store = store.map_err(failed)?;
    let view = View::new(store.load().map_err(failed)?);
    let text = match (arguments.what, arguments.format) {
        (What::Events, format) => {
            let events = store.events(arguments.limit).map_err(failed)?;
            match format {
                Format::Human => human::events(&events),
                Format::Json => output::json(&json!({"Records": events}))?,
            }
        }
        (What::Summary, format) => {
            let summary = summary(&store, &view).map_err(failed)?;
            match format {
                Format::Human => human::summary(&arguments.state, &summary),
                Format::Json => output::json(&summary)?,
            }
        }
        (What::Keys, Format::Human) => human::keys(&view),
        (What::Keys, Format::Json) => listed("keys", &view.keys())?,
        (What::Aliases, Format::Human) => human::aliases(&view),
        (What::Aliases, Format::Json) => listed("aliases", &view.aliases())?,
        (What::Grants, Format::Human) => human::grants(&view),
        (What::Grants, Format::Json) => listed("grants", &view.grants())?,
        (What::Key, format) => {
            let name = arguments.key.as_deref().unwrap_or_default();
            let key = find(&view, name)?;
            match format {
                Format::Human => human::key(&key),
                Format::Json => output::json(&key)?,
            }
        }
    };
    output::print(&text)?;
    Ok(Exit::Success)
}

fn find(view: &View, name: &str) -> Result<Value, Failure> {
    let mut found = view.find(name);
    match (found.pop(), found.is_empty()) {
        (Some(key), true) => Ok(key),
        (None, _) => {
            let failure = Failure::new(format!("the state has no key `{name}`"));
            Err(match kmsim_types::nearest(name, view.names()) {
                Some(nearest) => failure.hint(format!("did you mean `{nearest}`?")),
                None => failure.hint("kmsim state keys lists all"),
            })
        }
        (Some(_), false) => Err(
            Failure::new(format!("`{name}` is the name of several keys"))
                .hint("give an ARN; kmsim state keys lists them"),
        ),
    }
}

fn listed(name: &str, list: &[Value]) -> Result<String, Failure> {
    output::json(&json!({"version": VERSION, name: list}))
}

fn summary(store: &Store, view: &View) -> Result<Value, kmsim_store::StoreError> {
    Ok(json!({
        "version": VERSION,
        "formatVersion": view.header().version,
        "rootKeyId": view.header().root_key,
        "created": store.created()?,
        "keys": view.count_by_state(),
        "aliases": view.aliases().len(),
        "grants": view.grants().len(),
        "customKeyStores": view.custom_key_stores(),
        "events": store.count_events()?,
    }))
}
