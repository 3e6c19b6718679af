//! A service for tests: a frozen clock, a seeded random source, and calls in one line.

use kmsim_authz::principal::Principal;
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_authz::world::World;
use kmsim_crypto::RootKey;
use kmsim_kms::clock::{Clock as _, ManualClock, Timestamp};
use kmsim_kms::model::Interface;
use kmsim_kms::{Caller, ErrorCode, Event, KmsError, Service, Settings, Snapshot, SnapshotError};
use kmsim_policy::source::Sources;
use kmsim_types::{Operation, Region};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::Value;

/// The account of most tests.
pub(crate) const ACCOUNT: &str = "111122223333";

/// The errors that every service has; the others are those of the operation's model.
const COMMON: [ErrorCode; 5] = [
    ErrorCode::AccessDenied,
    ErrorCode::Serialization,
    ErrorCode::Throttling,
    ErrorCode::UnrecognizedClient,
    ErrorCode::Validation,
];

/// How many times the usual number of random cases to try: `KMSIM_EFFORT`, or one.
pub(crate) fn effort() -> u32 {
    std::env::var("KMSIM_EFFORT")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1)
}

/// A service, its clock, and who calls.
pub(crate) struct Kms {
    pub(crate) service: Service,
    pub(crate) clock: ManualClock,
    pub(crate) caller: Caller,
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "tests pass what json! makes, on the spot"
)]
impl Kms {
    /// A service without a world: the root user of an account nobody knows calls us-east-1.
    pub(crate) fn new() -> Self {
        Self::in_world(World::default(), Sources::new(), Settings::default())
    }

    /// A service for a world in YAML; the root user of its account calls us-east-1.
    pub(crate) fn with(world: &str) -> Self {
        Self::with_settings(world, Settings::default())
    }

    /// The same with settings.
    pub(crate) fn with_settings(world: &str, settings: Settings) -> Self {
        let (world, sources) = world_of(world);
        Self::in_world(world, sources, settings)
    }

    /// A service from a stored state, which goes on at the same time with the same caller.
    pub(crate) fn restored(
        &self,
        snapshot: &Snapshot,
        world: &str,
        root_key: RootKey,
    ) -> Result<Self, SnapshotError> {
        let (world, sources) = world_of(world);
        let clock = ManualClock::new(self.clock.now());
        let service = Service::restore(
            snapshot,
            world,
            sources,
            Settings::default(),
            Box::new(clock.clone()),
            Box::new(ChaCha20Rng::seed_from_u64(2)),
            root_key,
        )?;
        Ok(Self {
            service,
            clock,
            caller: self.caller.clone(),
        })
    }

    fn in_world(world: World, sources: Sources<'static>, settings: Settings) -> Self {
        let clock = ManualClock::new("2026-11-21T12:00:00Z".parse::<Timestamp>().unwrap());
        let rng = Box::new(ChaCha20Rng::seed_from_u64(1));
        let service = Service::new(world, sources, settings, Box::new(clock.clone()), rng).unwrap();
        Self {
            service,
            clock,
            caller: caller(&format!("arn:aws:iam::{ACCOUNT}:root"), "us-east-1"),
        }
    }

    /// Calls as the usual caller.
    pub(crate) fn call(&mut self, operation: &str, input: Value) -> Result<Value, KmsError> {
        let caller = self.caller.clone();
        self.call_as(&caller, operation, input)
    }

    /// Calls as somebody else.
    pub(crate) fn call_as(
        &mut self,
        caller: &Caller,
        operation: &str,
        input: Value,
    ) -> Result<Value, KmsError> {
        let operation = Operation::from_name(operation).unwrap();
        let answer = self.service.call(caller, operation, &input);
        match &answer {
            Ok(answer) => {
                let wrong = kmsim_kms::model::conforms(operation, answer);
                assert_eq!(
                    wrong,
                    Ok(()),
                    "{operation} answers as the model says: {answer}"
                );
            }
            Err(error) => {
                let known = Interface::of(operation).errors.contains(&error.code);
                assert!(
                    known && error.code != ErrorCode::KmsInternal || COMMON.contains(&error.code),
                    "{operation} has no such exception: {error}"
                );
            }
        }
        answer
    }

    /// Calls what must succeed.
    pub(crate) fn ok(&mut self, operation: &str, input: Value) -> Value {
        self.call(operation, input.clone())
            .unwrap_or_else(|error| panic!("{operation} {input}: {error}"))
    }

    /// Calls what must fail, and gives the exception's name and text.
    pub(crate) fn fails(&mut self, operation: &str, input: Value) -> String {
        match self.call(operation, input.clone()) {
            Ok(answer) => panic!("{operation} {input} succeeds: {answer}"),
            Err(error) => error.to_string(),
        }
    }

    /// The events since they were last taken, as `CloudTrail` has them.
    pub(crate) fn events(&mut self) -> Vec<Value> {
        self.service
            .take_events()
            .iter()
            .map(Event::to_json)
            .collect()
    }

    /// Makes a key and gives its ARN.
    pub(crate) fn key(&mut self, input: Value) -> String {
        let answer = self.ok("CreateKey", input);
        answer["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
    }
}

/// A world in YAML, and its text.
pub(crate) fn world_of(text: &str) -> (World, Sources<'static>) {
    let mut sources = Sources::new();
    let id = sources.add("world.yaml", text.to_owned());
    let mut reader = Reader::new(&mut sources, &NoFiles);
    let node = kmsim_policy::document::parse_any(text, id, "world.yaml", &mut reader.diagnostics);
    let world = node.and_then(|node| reader.world(&node));
    assert_eq!(reader.diagnostics, [], "the world has no mistakes");
    (world.unwrap(), sources)
}

/// A principal that calls a Region.
pub(crate) fn caller(principal: &str, region: &str) -> Caller {
    Caller::new(
        Principal::parse(principal).unwrap(),
        Region::new(region).unwrap(),
    )
}

/// Bytes as the protocol writes them.
pub(crate) fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
