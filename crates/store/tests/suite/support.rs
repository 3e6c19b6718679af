//! A state in a folder of its own, and calls on it.

use std::path::{Path, PathBuf};

use kmsim_authz::principal::Principal;
use kmsim_authz::world::World;
use kmsim_crypto::RootKey;
use kmsim_kms::clock::{ManualClock, Timestamp};
use kmsim_kms::{Caller, Service, Settings};
use kmsim_policy::source::Sources;
use kmsim_store::{RootKeySource, Session, Store, StoreError};
use kmsim_types::{Operation, Region};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder for a state.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The state's file.
    pub(crate) fn state(&self) -> PathBuf {
        self.path().join("my.kms")
    }

    /// Its root key's file.
    pub(crate) fn key(&self) -> PathBuf {
        self.path().join("my.kms.key")
    }

    pub(crate) fn open(&self) -> Result<Store, StoreError> {
        self.open_with(RootKeySource::File)
    }

    pub(crate) fn open_with(&self, source: RootKeySource) -> Result<Store, StoreError> {
        Store::open(&self.state(), source, rng())
    }

    /// Names of the files in the folder, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.path()).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// Performs a call as a process of its own would, and gives its answer.
    pub(crate) fn call(&self, operation: &str, input: &Value) -> Value {
        call(&mut self.open().unwrap(), operation, input)
    }
}

/// Fresh randomness, another for each process and call.
pub(crate) fn rng() -> Box<ChaCha20Rng> {
    let mut seed = [0; 32];
    let unique = format!("{:?} {}", std::time::Instant::now(), std::process::id());
    for (at, byte) in unique.bytes().enumerate() {
        seed[at % 32] ^= byte.rotate_left(u32::try_from(at / 32).unwrap());
    }
    Box::new(ChaCha20Rng::from_seed(seed))
}

pub(crate) fn root_key(byte: u8) -> RootKey {
    RootKey::from_bytes(&[byte; 32]).unwrap()
}

/// The service of a session.
pub(crate) fn service(session: &Session<'_>) -> Service {
    Service::restore(
        &session.load().unwrap(),
        World::default(),
        Sources::new(),
        Settings::default(),
        Box::new(ManualClock::new(
            "2026-11-21T12:00:00Z".parse::<Timestamp>().unwrap(),
        )),
        rng(),
        session.root_key().unwrap(),
    )
    .unwrap()
}

/// Asks a service as the root user.
pub(crate) fn ask(service: &mut Service, operation: &str, input: &Value) -> Value {
    let caller = Caller::new(
        Principal::parse("arn:aws:iam::111122223333:root").unwrap(),
        Region::new("us-east-1").unwrap(),
    );
    let operation = Operation::from_name(operation).unwrap();
    let answer = service.call(&caller, operation, input);
    answer.unwrap_or_else(|error| panic!("{operation} {input}: {error}"))
}

/// One call, stored.
pub(crate) fn call(store: &mut Store, operation: &str, input: &Value) -> Value {
    let session = store.begin().unwrap();
    let mut service = service(&session);
    let answer = ask(&mut service, operation, input);
    let changes = service.take_changes().unwrap();
    session.commit(&changes, &service.take_events()).unwrap();
    answer
}

/// Makes a key with an alias.
pub(crate) fn key(store: &mut Store, alias: &str) -> String {
    let answer = call(store, "CreateKey", &json!({}));
    let arn = answer["KeyMetadata"]["Arn"].as_str().unwrap().to_owned();
    let alias = json!({"AliasName": alias, "TargetKeyId": arn});
    call(store, "CreateAlias", &alias);
    arn
}
