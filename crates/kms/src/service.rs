//! The service: one owner of keys, aliases and custom key stores.
//!
//! [`Service::call`] is the one way in. Its steps stand here in their order, which decides which
//! error a call with several faults gets (see `docs/kms.md`).

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;

use kmsim_authz::reader::Moment;
use kmsim_authz::world::World;
use kmsim_crypto::RootKey;
use kmsim_crypto::recipient::Attestation;
use kmsim_policy::json::Node;
use kmsim_policy::source::Sources;
use kmsim_types::{Arn, Operation};
use rand_core::CryptoRng;
use serde_json::Value;

use crate::caller::Caller;
use crate::change::Row;
use crate::clock::{Clock, Timestamp};
use crate::error::{ErrorCode, KmsError};
use crate::event::{Event, Trail};
use crate::input::{self, Input};
use crate::members::Members;
use crate::meter::Meter;
use crate::model;
use crate::quota::Quotas;
use crate::recipient;
use crate::settings::Settings;
use crate::state::{AliasRecord, CustomKeyStore, KeyRecord, LastUsage};

mod adopt;
mod authorize;
mod generate;
mod grant_token;
mod keys;
mod listing;
mod managed;
mod record;
mod resolve;
mod settle;
mod snapshot;
mod throttle;

pub use authorize::Denial;
pub(crate) use listing::listing;
pub(crate) use resolve::{check_primary, in_region, local_arn, no_key};
use settle::moment;
pub use snapshot::{Header, Snapshot, SnapshotError};

/// A simulated KMS: all accounts and Regions of one partition.
pub struct Service {
    pub(crate) world: World,
    /// The texts of policies and grants, which explanations point into.
    pub(crate) sources: Sources<'static>,
    pub(crate) settings: Settings,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) rng: Box<dyn CryptoRng + Send>,
    /// Under which material is stored, and import tokens and markers are sealed.
    pub(crate) root_key: RootKey,
    /// By ARN, so that the keys of an account and Region stand together.
    pub(crate) keys: BTreeMap<Arc<str>, KeyRecord>,
    /// By ARN.
    pub(crate) aliases: BTreeMap<Arc<str>, AliasRecord>,
    /// By id.
    pub(crate) custom_key_stores: BTreeMap<Arc<str>, CustomKeyStore>,
    /// By the key's ARN. Apart from the keys, since it changes with every use.
    pub(crate) last_usage: HashMap<Arc<str>, LastUsage>,
    pub(crate) quotas: Quotas,
    pub(crate) meter: Meter,
    pub(crate) events: VecDeque<Event>,
    /// ARNs of the keys and aliases that were taken over from worlds, deleted ones too.
    pub(crate) adopted: BTreeSet<Arc<str>>,
    /// What changed since it was last stored.
    pub(crate) changed: BTreeSet<Row>,
    /// When the next thing happens by itself: a deletion, a rotation, an expiry.
    pub(crate) next_due: Option<Timestamp>,
    /// The time of what is happening: that of the call, or when something fell due before it.
    pub(crate) now: Timestamp,
    /// The same as decisions see it: the whole second.
    moment: Moment,
}

/// One call on its way through the service.
pub(crate) struct Cx<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) operation: Operation,
    pub(crate) input: Input<'a>,
    pub(crate) now: Timestamp,
    /// The key that the operation is on: for `ReEncrypt` the source, for aliases the target.
    pub(crate) key: Option<Arn>,
    /// The destination key of `ReEncrypt`, the alias's present key for `UpdateAlias`.
    pub(crate) other: Option<Arn>,
    /// Who alone may read the answer.
    pub(crate) recipient: Option<Attestation>,
    /// An AWS managed key that was made for the call.
    pub(crate) made: Option<managed::Made>,
    /// What the event tells besides the request.
    pub(crate) trail: Trail,
}

/// What an operation answers.
pub(crate) type Answer = Result<Members, KmsError>;

impl Service {
    /// A service for the accounts of a world. The keys of the world get material as if they had
    /// been made at this moment. `sources` are the texts that the world was read from.
    pub fn new(
        world: World,
        sources: Sources<'static>,
        settings: Settings,
        clock: Box<dyn Clock>,
        mut rng: Box<dyn CryptoRng + Send>,
    ) -> Result<Self, KmsError> {
        let root_key = RootKey::generate(&mut *rng);
        Self::with_root_key(world, sources, settings, clock, rng, root_key)
    }

    /// The same with a given root key, under which its state can be stored.
    pub fn with_root_key(
        world: World,
        sources: Sources<'static>,
        settings: Settings,
        clock: Box<dyn Clock>,
        rng: Box<dyn CryptoRng + Send>,
        root_key: RootKey,
    ) -> Result<Self, KmsError> {
        let mut service = Self::empty(world, sources, settings, clock, rng, root_key);
        service.adopt_world()?;
        Ok(service)
    }

    pub(crate) fn empty(
        world: World,
        sources: Sources<'static>,
        settings: Settings,
        clock: Box<dyn Clock>,
        rng: Box<dyn CryptoRng + Send>,
        root_key: RootKey,
    ) -> Self {
        Self {
            world,
            sources,
            quotas: if settings.throttling {
                Quotas::on()
            } else {
                Quotas::off()
            },
            meter: Meter::default(),
            settings,
            rng,
            root_key,
            keys: BTreeMap::new(),
            aliases: BTreeMap::new(),
            custom_key_stores: BTreeMap::new(),
            last_usage: HashMap::new(),
            events: VecDeque::new(),
            adopted: BTreeSet::new(),
            changed: BTreeSet::new(),
            next_due: None,
            now: clock.now(),
            moment: moment(clock.now()),
            clock,
        }
    }

    /// Performs an operation. `input` has the API's own field names; blobs are base64, timestamps
    /// epoch seconds, as in the JSON protocol.
    pub fn call(
        &mut self,
        caller: &Caller,
        operation: Operation,
        input: &Value,
    ) -> Result<Value, KmsError> {
        let answer = self.run(caller, operation, &input::tree(input))?;
        Ok(answer.to_json())
    }

    pub(crate) fn run(
        &mut self,
        caller: &Caller,
        operation: Operation,
        input: &Node<'_>,
    ) -> Answer {
        let now = self.clock.now();
        self.settle(now);
        let mut cx = Cx::new(caller, operation, input, now);
        let answer = self.steps(&mut cx, input);
        if answer
            .as_ref()
            .is_err_and(|error| error.code == ErrorCode::AccessDenied)
        {
            self.unmake_aws_managed_key(&cx);
        }
        self.record(cx, &answer);
        answer
    }

    /// The steps of every call. AWS documents no order of checks; this one is from what callers
    /// see: a malformed request before a missing key, a missing permission before the key's state,
    /// the state before usage and meaning of parameters.
    fn steps(&mut self, cx: &mut Cx<'_>, input: &Node<'_>) -> Answer {
        model::validate(cx.operation, input)?;
        cx.read_recipient()?;
        self.find_keys(cx)?;
        self.throttle(cx)?;
        self.authorize(cx)?;
        self.check_states(cx)?;
        self.perform(cx)
    }

    /// The accounts, principals and keys as decisions see them.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The texts that explanations point into.
    pub fn sources(&self) -> &Sources<'static> {
        &self.sources
    }

    /// The same, to add the texts that callers were read from.
    pub fn sources_mut(&mut self) -> &mut Sources<'static> {
        &mut self.sources
    }

    /// The events since they were last taken, the oldest first.
    pub fn take_events(&mut self) -> Vec<Event> {
        self.events.drain(..).collect()
    }

    /// What has been used so far, for the bill.
    pub fn meter(&mut self) -> &Meter {
        self.settle(self.clock.now());
        self.meter_all_keys();
        &self.meter
    }
}

impl<'a> Cx<'a> {
    fn new(caller: &'a Caller, operation: Operation, input: &'a Node<'a>, now: Timestamp) -> Self {
        Self {
            caller,
            operation,
            input: Input::new(input),
            now,
            key: None,
            other: None,
            recipient: None,
            made: None,
            trail: Trail::default(),
        }
    }

    fn read_recipient(&mut self) -> Result<(), KmsError> {
        self.recipient = recipient::read(self.input)?;
        if let Some(attestation) = &self.recipient {
            let told = recipient::event_data(attestation);
            self.trail.additional.set("recipient", told);
        }
        Ok(())
    }

    /// The key that the operation is on; found before any operation runs.
    pub(crate) fn key(&self) -> Result<&Arn, KmsError> {
        self.key.as_ref().ok_or_else(|| KmsError::missing("keyId"))
    }

    /// Ends a dry run: everything is checked, nothing is done (API reference, `DryRun`).
    pub(crate) fn stop_if_dry(&self) -> Result<(), KmsError> {
        if self.input.bool("DryRun") {
            return Err(KmsError::dry_run());
        }
        Ok(())
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("keys", &self.keys.len())
            .field("aliases", &self.aliases.len())
            .finish_non_exhaustive()
    }
}
