//! The condition keys of a check, derived from the call and the world.
//!
//! What the call states in its `context` wins. A key that AWS sends with every such request and
//! that neither call nor world tells (`aws:SourceIp`, `aws:CurrentTime` …) is *unknown*, not
//! absent: a decision that turns on it depends on it.

use kmsim_policy::condition_key::ConditionKey;
use kmsim_types::KmsAction;

use super::Call;
use super::caller::Caller;
use super::readings::{self as reading, Reading};
use crate::context::{ContextValue, Family, RequestContext, key};
use crate::reader::Pairs;
use crate::world::World;

mod circumstances;
mod operation;

pub use circumstances::service_principal;
pub(super) use circumstances::via_service;

/// How many condition keys a request has, roughly.
const KEYS: usize = 40;

/// Builds the context of one check.
pub(super) struct Deriver<'c, 'w> {
    world: &'w World,
    call: &'w Call,
    caller: &'c Caller<'w>,
    action: Option<KmsAction>,
    /// An alias has none of the keys of KMS (KMS Developer Guide, "Controlling access to aliases").
    on_alias: bool,
    pub(super) context: RequestContext,
    pub(super) readings: Vec<&'static Reading>,
}

impl<'c, 'w> Deriver<'c, 'w> {
    pub(super) fn new(
        world: &'w World,
        call: &'w Call,
        caller: &'c Caller<'w>,
        action: Option<KmsAction>,
        on_alias: bool,
    ) -> Self {
        let mut context = call.context.clone();
        context.reserve(KEYS);
        Self {
            world,
            call,
            caller,
            action,
            on_alias,
            context,
            readings: Vec::new(),
        }
    }

    /// What every request carries.
    pub(super) fn everywhere(&mut self, region: Option<&str>) {
        self.context.close(Family::Caller);
        match region {
            Some(region) => self.set(key!("aws:RequestedRegion"), region),
            None => self.unknown(key!("aws:RequestedRegion")),
        }
        self.principal();
        self.session();
        self.services(region);
        self.network();
        self.source();
        self.time();
        if self.action.is_none() {
            self.set(key!("aws:SecureTransport"), true);
            self.note(&reading::SECURE_TRANSPORT);
        }
        self.unknown(key!("aws:UserAgent"));
    }

    /// States a key, unless the call states it. A KMS key that does not come with the action is
    /// left out.
    pub(super) fn set(&mut self, key: ConditionKey, value: impl Into<ContextValue>) {
        if self.comes_with(&key) {
            self.context.derive(key, value);
        }
    }

    fn unknown(&mut self, key: ConditionKey) {
        if self.comes_with(&key) {
            self.context.derive_unknown(key);
        }
    }

    /// Whether what a request could bring along is not known.
    fn is_open(&self) -> bool {
        self.context.rest_is_open()
    }

    fn comes_with(&self, key: &ConditionKey) -> bool {
        let is_of_kms = || key.text().starts_with("kms:");
        match (key.info(), self.action) {
            _ if self.on_alias && is_of_kms() => false,
            (Some(info), Some(action)) => info.applies_to(action),
            (Some(_), None) => !is_of_kms(),
            (None, _) => true,
        }
    }

    pub(super) fn note(&mut self, reading: &'static Reading) {
        if !self.readings.contains(&reading) {
            self.readings.push(reading);
        }
    }

    fn tags(&mut self, prefix: &str, tags: &Pairs) {
        for (key, value) in tags {
            let key = ConditionKey::new(&smol_str::format_smolstr!("{prefix}{key}"));
            self.set(key, &**value);
        }
    }
}
