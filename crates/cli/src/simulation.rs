//! The simulated service in its state file: what `call`, `encrypt` and `decrypt` share.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use getrandom::SysRng;
use kmsim_authz::call::Call;
use kmsim_authz::principal::Principal;
use kmsim_authz::reader::Reader;
use kmsim_authz::world::World;
use kmsim_kms::clock::{ManualClock, Timestamp};
use kmsim_kms::{Caller, KmsError, Service, Settings};
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;
use kmsim_store::{RootKeySource, Store, StoreError, parse_root_key};
use kmsim_types::{Operation, Partition, Region};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;
use serde_json::Value;

use crate::arguments::{Circumstances, RequestArguments};
use crate::diagnostics::{self, Messages, is_warning};
use crate::files::{self, Disk};
use crate::outcome::{Failure, Stop};

/// The environment variable with the root key.
const ROOT_KEY: &str = "KMSIM_ROOT_KEY";

/// The Region of those who name none.
const DEFAULT_REGION: &str = "us-east-1";

const NO_WORLD: &str = "no world was given, so no user and no role has any policy: describe them in \
    a file and add --world FILE (kmsim schema world)";

/// The state, and who calls in which world.
#[derive(Clone, Debug, Args)]
pub(crate) struct Simulation {
    /// Who calls: an ARN, a service principal, or `anonymous`
    #[arg(long = "as", value_name = "PRINCIPAL")]
    caller: String,
    /// The database of keys, which is made if it is not there; its root key is in FILE.key, or in
    /// the environment variable `KMSIM_ROOT_KEY`
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// The accounts with their principals and policies; without it only root users can do anything
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
    #[command(flatten)]
    how: Circumstances,
}

/// A caller of the service whose state is in a file.
pub(crate) struct Client {
    world: World,
    sources: Sources<'static>,
    call: Call,
    /// Where to call if the key does not tell.
    region: Region,
    /// Whether somebody said so.
    states_region: bool,
    clock: ManualClock,
    path: PathBuf,
    store: Store,
    rng: ChaCha20Rng,
    /// What to tell the caller when nothing allows a call.
    pub(crate) hint: Option<&'static str>,
}

/// Fresh randomness, seeded by the operating system.
pub(crate) fn rng() -> Result<ChaCha20Rng, Failure> {
    ChaCha20Rng::try_from_rng(&mut SysRng)
        .map_err(|error| Failure::new(format!("the system gives no random bytes: {error}")))
}

/// Where the root key of a state comes from.
pub(crate) fn root_key() -> Result<RootKeySource, Failure> {
    match std::env::var(ROOT_KEY) {
        Err(std::env::VarError::NotPresent) => Ok(RootKeySource::File),
        Ok(text) if text.is_empty() => Ok(RootKeySource::File),
        Ok(text) => match parse_root_key(&text) {
            Ok(key) => Ok(RootKeySource::Given(key)),
            Err(why) => {
                Err(Failure::new(format!("{ROOT_KEY} is no root key")).hint(why.to_string()))
            }
        },
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Failure::new(format!("{ROOT_KEY} is no root key")))
        }
    }
}

/// A store's error with what to do about it.
pub(crate) fn store_failure(error: &StoreError) -> Failure {
    use kmsim_store::RootKeyError as Key;
    let failure = Failure::new(error.to_string());
    match error {
        StoreError::Missing(_) => failure.hint("kmsim call makes it: kmsim call CreateKey …"),
        StoreError::Foreign { .. } => {
            failure.hint("it was left as it is; give the name of a new file, or of a state")
        }
        StoreError::Damaged { .. } => {
            failure.hint("it was left as it is; go back to a copy of file and root key")
        }
        StoreError::RootKey(Key::Missing(_)) => failure.hint(format!(
            "put it back, or set {ROOT_KEY}; without it nothing in the state can be decrypted"
        )),
        StoreError::RootKey(Key::TooOpen { path, .. }) => {
            failure.hint(format!("chmod 600 {}", path.display()))
        }
        _ => failure,
    }
}

impl Simulation {
    /// Reads the world and the caller, then opens the state: mistakes leave no trace.
    pub(crate) fn client(&self, operation: Operation, messages: &Messages) -> Result<Client, Stop> {
        let (world, sources) = match &self.world {
            Some(path) => read_world(path, messages)?,
            None => (World::default(), Sources::new()),
        };
        let call = self.read_call(operation.name(), messages)?;
        let contents = world.contents();
        let stated = call.region.clone().or_else(|| contents.region.clone());
        let region = match &stated {
            Some(region) => region.clone(),
            None => Region::new(DEFAULT_REGION).map_err(|why| Failure::new(why.to_string()))?,
        };
        let now = call.now.as_ref().or(contents.now.as_ref());
        let now = now.map(|now| Timestamp::from_seconds(now.instant.epoch_seconds()));
        let is_root = matches!(call.caller, Principal::Root(_));
        let has_no_policies = self.world.is_none() && !is_root;
        Ok(Client {
            clock: ManualClock::new(now.unwrap_or_else(present)),
            call,
            region,
            states_region: stated.is_some(),
            world,
            sources,
            path: self.state.clone(),
            store: self.open()?,
            rng: rng()?,
            hint: has_no_policies.then_some(NO_WORLD),
        })
    }

    fn read_call(&self, operation: &str, messages: &Messages) -> Result<Call, Stop> {
        let arguments = RequestArguments::of_operation(&self.caller, operation, &self.how);
        let mut sources = Sources::new();
        let mut found = Vec::new();
        let node = arguments.to_call(&mut sources, &mut found);
        let mut reader = Reader::new(&mut sources, &Disk);
        let call = reader.call(&node);
        found.append(&mut reader.diagnostics);
        messages.findings(&found, &sources, true);
        let readable = found.iter().all(|found| is_warning(found, true));
        call.filter(|_| readable).ok_or(Stop::Reported)
    }

    fn open(&self) -> Result<Store, Failure> {
        let store = Store::open(&self.state, root_key()?, Box::new(rng()?));
        let store = store.map_err(|error| store_failure(&error))?;
        let state = self.state.display();
        match store.new_root_key_file() {
            Some(key) => {
                let key = key.display();
                diagnostics::write(&format!(
                    "note: made the state {state} and its root key {key}\n"
                ));
            }
            None if store.is_new() => {
                diagnostics::write(&format!("note: made the state {state}\n"));
            }
            None => {}
        }
        Ok(store)
    }
}

impl Client {
    /// Performs an operation. What it answers is stored by then. The Region is the one that is
    /// stated, or else that of the key's ARN.
    pub(crate) fn call(
        &mut self,
        operation: Operation,
        input: &Value,
    ) -> Result<Result<Value, KmsError>, Failure> {
        let region = region_of(input).filter(|_| !self.states_region);
        let region = region.unwrap_or_else(|| self.region.clone());
        self.perform(operation, input, region)
            .map_err(|error| store_failure(&error))
    }

    /// The same in the Region of the key's ARN, whatever is stated: clients that use keys of
    /// several Regions call each where it is.
    pub(crate) fn call_where_the_key_is(
        &mut self,
        operation: Operation,
        input: &Value,
    ) -> Result<Result<Value, KmsError>, Failure> {
        let region = region_of(input).unwrap_or_else(|| self.region.clone());
        self.perform(operation, input, region)
            .map_err(|error| store_failure(&error))
    }

    /// The Region that somebody stated.
    pub(crate) fn stated_region(&self) -> Option<&Region> {
        Some(&self.region).filter(|_| self.states_region)
    }

    /// The partition of that Region.
    pub(crate) fn partition(&self) -> Partition {
        self.region.partition()
    }

    /// Fresh randomness.
    pub(crate) fn rng(&mut self) -> ChaCha20Rng {
        self.rng.fork()
    }

    fn perform(
        &mut self,
        operation: Operation,
        input: &Value,
        region: Region,
    ) -> Result<Result<Value, KmsError>, StoreError> {
        let caller = Caller::with_circumstances(self.call.clone(), region);
        let damaged = |error| StoreError::of_snapshot(&self.path, error);
        let session = self.store.begin()?;
        let mut service = Service::restore(
            &session.load()?,
            self.world.clone(),
            self.sources.clone(),
            Settings::default(),
            Box::new(self.clock.clone()),
            Box::new(self.rng.fork()),
            session.root_key()?,
        )
        .map_err(damaged)?;
        let answer = service.call(&caller, operation, input);
        let changes = service.take_changes().map_err(damaged)?;
        session.commit(&changes, &service.take_events())?;
        Ok(answer)
    }
}

fn read_world(path: &Path, messages: &Messages) -> Result<(World, Sources<'static>), Stop> {
    let input = files::read(path)?;
    let mut sources = Sources::new();
    let source = sources.add(input.name.as_str(), input.text.clone());
    let mut reader = Reader::new(&mut sources, &Disk);
    let node = parse_any(&input.text, source, &input.name, &mut reader.diagnostics);
    let world = node.and_then(|node| reader.world(&node));
    let mut found = reader.diagnostics;
    // Whoever calls again and again has read the warnings.
    found.retain(|found| !is_warning(found, true));
    messages.findings(&found, &sources, true);
    Ok((world.ok_or(Stop::Reported)?, sources))
}

/// The service with the keys of a state at a time, in no world. Nothing that it does is stored.
pub(crate) fn at(state: &Path, now: Timestamp) -> Result<Service, Failure> {
    let store = Store::open_existing(state, root_key()?, Box::new(rng()?));
    let store = store.map_err(|error| store_failure(&error))?;
    let snapshot = store.load().map_err(|error| store_failure(&error))?;
    let service = Service::restore(
        &snapshot,
        World::default(),
        Sources::new(),
        Settings::default(),
        Box::new(ManualClock::new(now)),
        Box::new(rng()?),
        store.root_key().map_err(|error| store_failure(&error))?,
    );
    service.map_err(|error| store_failure(&StoreError::of_snapshot(state, error)))
}

/// The Region of the key that a request names by its ARN.
fn region_of(input: &Value) -> Option<Region> {
    let names = ["KeyId", "SourceKeyId", "TargetKeyId"];
    let key = names.iter().find_map(|name| input.get(name)?.as_str());
    let region = key?.strip_prefix("arn:")?.split(':').nth(2)?;
    Region::new(region).ok()
}

pub(crate) fn present() -> Timestamp {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH);
    Timestamp::EPOCH + passed.unwrap_or_default()
}
