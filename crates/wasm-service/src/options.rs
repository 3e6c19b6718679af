//! Options of a simulator, which come as the text of a JSON object.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kmsim_crypto::RootKey;
use kmsim_embed::Unreadable;
use kmsim_kms::Settings;
use kmsim_kms::clock::Timestamp;
use kmsim_types::Region;
use serde_json::Value;

/// What may be said besides a world.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// `name` and `files`.
    pub(crate) document: kmsim_embed::Options,
    /// `now`: milliseconds since 1970, as `Date.now()` gives them.
    pub(crate) now: Option<Timestamp>,
    /// `seed`: for runs that can be repeated; what is random otherwise follows from it.
    pub(crate) seed: Option<u64>,
    /// `rootKey`: base64 of the key under which snapshots keep their secrets.
    pub(crate) root_key: Option<RootKey>,
    /// `region`: that of callers who name none.
    pub(crate) region: Option<Region>,
    /// `explain`: whether answers tell why a call was allowed; why it was denied is always told.
    pub(crate) explain: bool,
    /// `grantDelay` and `transition` in milliseconds, `throttling`, `eventsKept`.
    pub(crate) settings: Settings,
}

/// Reads options; nothing at all, and an empty text, are none.
pub(crate) fn read(text: Option<String>) -> Result<Options, Unreadable> {
    let mut options = Options::default();
    let document = kmsim_embed::Options::read(text, |name, value| set(&mut options, name, &value))?;
    Ok(Options {
        document,
        ..options
    })
}

/// Sets an option, or tells what it takes.
fn set(options: &mut Options, name: &str, value: &Value) -> Result<(), &'static str> {
    const TRUTH: &str = "is true or false";
    const LENGTH: &str = "takes a whole number of milliseconds";
    let length = |value: &Value| value.as_u64().map(Duration::from_millis).ok_or(LENGTH);
    match name {
        "now" => options.now = Some(Timestamp::from_millis(value.as_i64().ok_or(LENGTH)?)),
        "seed" => options.seed = Some(value.as_u64().ok_or("takes a whole number")?),
        "rootKey" => {
            options.root_key = Some(root_key(value).ok_or("takes 32 bytes in base64")?);
        }
        "region" => {
            let region = value.as_str().and_then(|text| Region::new(text).ok());
            options.region = Some(region.ok_or("takes a Region such as us-east-1")?);
        }
        "explain" => options.explain = value.as_bool().ok_or(TRUTH)?,
        "grantDelay" => options.settings.grant_delay = length(value)?,
        "transition" => options.settings.transition = length(value)?,
        "throttling" => options.settings.throttling = value.as_bool().ok_or(TRUTH)?,
        "eventsKept" => {
            let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
            options.settings.events_kept = count.ok_or("takes a whole number")?;
        }
        _ => return Err("is not known"),
    }
    Ok(())
}

fn root_key(value: &Value) -> Option<RootKey> {
    let bytes = STANDARD.decode(value.as_str()?).ok()?;
    RootKey::from_bytes(&bytes).ok()
}
