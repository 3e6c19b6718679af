//! A simulated KMS that a page holds.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use getrandom::SysRng;
use kmsim_authz::explain::{self, Explanation};
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_authz::world::World;
use kmsim_crypto::RootKey;
use kmsim_embed::{Document, Unreadable, read_into};
use kmsim_kms::clock::{Clock as _, ManualClock, Timestamp};
use kmsim_kms::{Caller, Event, Service, Snapshot};
use kmsim_policy::json::{Member, Node, Value as NodeValue};
use kmsim_policy::source::Sources;
use kmsim_types::{Operation, Region};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;
use serde_json::{Value, json};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::options::{self, Options};

mod envelope;

/// The Region of those who name none.
const DEFAULT_REGION: &str = "us-east-1";

/// A simulated KMS. What it holds is lost with it unless [`Simulator::snapshot`] is kept.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Simulator {
    service: Service,
    clock: ManualClock,
    root_key: String,
    region: Region,
    explain: bool,
    /// Callers by the texts that tell of them.
    callers: HashMap<Box<str>, Caller>,
    /// The events that nobody has taken yet.
    events: VecDeque<Event>,
    events_kept: usize,
}

#[wasm_bindgen]
impl Simulator {
    /// A service for the accounts of a world, JSON or YAML; an empty text is a world of root users.
    ///
    /// `options` are JSON text: `now` (milliseconds since 1970, as `Date.now()`; needed unless the
    /// world has `now`), `seed` (a number, for runs that can be repeated; without it randomness is
    /// that of `crypto.getRandomValues`), `rootKey` (base64 of 32 bytes; a new one is made without
    /// it), `region` (of callers who name none), `explain` (whether allowed calls are explained
    /// too), `name` and `files` (as for `runScenario`), `grantDelay` and `transition` (in
    /// milliseconds), `throttling`, `eventsKept`.
    ///
    /// # Errors
    /// An `Error` whose message is `{"errors": […]}`.
    #[wasm_bindgen(constructor)]
    pub fn new(world: &str, options: Option<String>) -> Result<Self, JsError> {
        Self::make(world, options, None).map_err(thrown)
    }

    /// A service with the state of a snapshot, in a world that may have changed since. The option
    /// `rootKey` is needed.
    ///
    /// # Errors
    /// An `Error` whose message is `{"errors": […]}`.
    pub fn restore(snapshot: &str, world: &str, options: Option<String>) -> Result<Self, JsError> {
        Self::make(world, options, Some(snapshot)).map_err(thrown)
    }

    /// Performs an operation. `caller` is a principal, or the text of an object with `caller` and
    /// the circumstances of the call as scenarios have them (`region`, `via`, `vpcEndpoint`, …);
    /// `body` is the request of the JSON protocol.
    ///
    /// Gives `{status, body, event, explanation}`: the answer of the JSON protocol, the event in
    /// the caller's trail, and why the call was denied, as `kmsim call --format json` tells it.
    pub fn call(&mut self, caller: &str, operation: &str, body: &str) -> String {
        let answer = self.answer(caller, operation, body);
        answer.unwrap_or_else(Unreadable::into_json).to_string()
    }

    /// The events since they were last taken, the oldest first: a list as text.
    pub fn events(&mut self) -> String {
        let events = self.events.drain(..);
        Value::Array(events.map(|event| event.to_json()).collect()).to_string()
    }

    /// Lets milliseconds pass, and what falls due in them happens. Gives the time then.
    pub fn advance(&mut self, milliseconds: f64) -> f64 {
        let passed = Duration::try_from_secs_f64(milliseconds / 1000.0);
        self.go_to(self.clock.now() + passed.unwrap_or_default())
    }

    /// Sets the time, in milliseconds since 1970. Time only moves on: an earlier one than the
    /// present changes nothing. Gives the time then.
    #[wasm_bindgen(js_name = setTime)]
    pub fn set_time(&mut self, milliseconds: f64) -> f64 {
        let since = Duration::try_from_secs_f64(milliseconds / 1000.0);
        self.go_to(Timestamp::EPOCH + since.unwrap_or_default())
    }

    /// The whole state as text, with key material encrypted under the root key.
    pub fn snapshot(&mut self) -> String {
        let snapshot = self.service.snapshot().map(|snapshot| snapshot.to_json());
        snapshot
            .unwrap_or_else(|why| Unreadable::because(why.to_string()).into_json())
            .to_string()
    }

    /// The root key in base64, to be kept elsewhere than snapshots: with it they can be read.
    #[wasm_bindgen(js_name = rootKey)]
    pub fn root_key(&self) -> String {
        self.root_key.clone()
    }
}

impl Simulator {
    pub(crate) fn make(
        world: &str,
        options: Option<String>,
        snapshot: Option<&str>,
    ) -> Result<Self, Unreadable> {
        let mut options = options::read(options)?;
        let (world, sources) = read_world(world, &options)?;
        let now = world.contents().now.as_ref();
        let now = now.map(|now| Timestamp::from_seconds(now.instant.epoch_seconds()));
        let no_time =
            || Unreadable::because("neither the option `now` nor the world tells the time");
        let clock = ManualClock::new(options.now.or(now).ok_or_else(no_time)?);
        let region = options
            .region
            .take()
            .or_else(|| world.contents().region.clone());
        let region = match region {
            Some(region) => region,
            None => {
                Region::new(DEFAULT_REGION).map_err(|why| Unreadable::because(why.to_string()))?
            }
        };
        let events_kept = options.settings.events_kept;
        let mut rng = Box::new(rng(options.seed)?);
        let settings = options.settings.clone();
        let given = options.root_key.take();
        let (service, root_key) = match snapshot {
            None => {
                let root_key = given.unwrap_or_else(|| RootKey::generate(&mut *rng));
                let kept = STANDARD.encode(root_key.to_bytes());
                let clock = Box::new(clock.clone());
                let made = Service::with_root_key(world, sources, settings, clock, rng, root_key);
                (
                    made.map_err(|why| Unreadable::because(why.to_string()))?,
                    kept,
                )
            }
            Some(text) => {
                let snapshot = read_snapshot(text)?;
                let no_key = || Unreadable::because("a snapshot needs the option `rootKey`");
                let root_key = given.ok_or_else(no_key)?;
                let kept = STANDARD.encode(root_key.to_bytes());
                let clock = Box::new(clock.clone());
                let made =
                    Service::restore(&snapshot, world, sources, settings, clock, rng, root_key);
                (
                    made.map_err(|why| Unreadable::because(why.to_string()))?,
                    kept,
                )
            }
        };
        Ok(Self {
            service,
            clock,
            root_key,
            region,
            explain: options.explain,
            callers: HashMap::new(),
            events: VecDeque::new(),
            events_kept,
        })
    }

    fn answer(&mut self, caller: &str, operation: &str, body: &str) -> Result<Value, Unreadable> {
        let operation: Operation = operation
            .parse()
            .map_err(|why: kmsim_types::UnknownName| Unreadable::because(why.to_string()))?;
        let caller = self.caller(caller)?;
        self.settle();
        let checks = self.explained(&caller, operation, body);
        let answer = self.service.answer(&caller, operation, body);
        let events = self.service.take_events();
        let verdict = events.first().and_then(|event| event.verdict);
        let event = events.first().map_or(Value::Null, Event::to_json);
        self.keep(events);
        let denial = answer
            .as_ref()
            .err()
            .and_then(|error| error.denial.as_ref());
        let explanation = match (denial, verdict, checks) {
            (Some(denial), ..) => explanation(denial.verdict.name(), &denial.explanations),
            (None, Some(verdict), Some(checks)) => explanation(verdict.name(), &checks),
            _ => Value::Null,
        };
        let (status, body) = match answer {
            Ok(Value::Null) => (200, json!({})),
            Ok(body) => (200, body),
            Err(error) => (error.code.status(), error.to_json()),
        };
        Ok(json!({
            "status": status, "body": body, "event": event, "explanation": explanation,
        }))
    }

    /// Why the call would be allowed, if somebody wants to know. That it would fail is told by the
    /// call itself.
    fn explained(
        &mut self,
        caller: &Caller,
        operation: Operation,
        body: &str,
    ) -> Option<Vec<Explanation>> {
        let input = serde_json::from_str(body).ok().filter(|_| self.explain)?;
        self.service.explain(caller, operation, &input).ok()
    }

    /// The caller of whom a text tells.
    fn caller(&mut self, text: &str) -> Result<Caller, Unreadable> {
        if let Some(known) = self.callers.get(text) {
            return Ok(known.clone());
        }
        let is_object = text.trim_start().starts_with('{');
        let document = if is_object {
            text.to_owned()
        } else {
            json!({ "caller": text }).to_string()
        };
        let sources = self.service.sources_mut();
        let call = read_into(sources, "caller", &document, &NoFiles, |reader, node| {
            let call = of_any_operation(reader, node)?;
            reader.call(&call)
        })?;
        let region = call.region.clone().unwrap_or_else(|| self.region.clone());
        let caller = Caller::with_circumstances(call, region);
        self.callers.insert(text.into(), caller.clone());
        Ok(caller)
    }

    /// What fell due before a call has events of its own.
    fn settle(&mut self) {
        self.service.settle(self.clock.now());
        self.keep_events();
    }

    fn go_to(&mut self, time: Timestamp) -> f64 {
        let now = self.clock.now().max(time);
        self.clock.set(now);
        self.service.settle(now);
        self.keep_events();
        now.epoch_seconds() * 1000.0
    }

    fn keep_events(&mut self) {
        let events = self.service.take_events();
        self.keep(events);
    }

    fn keep(&mut self, events: Vec<Event>) {
        self.events.extend(events);
        let surplus = self.events.len().saturating_sub(self.events_kept);
        self.events.drain(..surplus);
    }
}

/// An explanation as the command line's JSON has it.
fn explanation(decision: &str, checks: &[Explanation]) -> Value {
    json!({ "version": explain::VERSION, "decision": decision, "checks": checks })
}

fn thrown(why: Unreadable) -> JsError {
    JsError::new(&why.into_json().to_string())
}

fn rng(seed: Option<u64>) -> Result<ChaCha20Rng, Unreadable> {
    match seed {
        Some(seed) => Ok(ChaCha20Rng::seed_from_u64(seed)),
        None => ChaCha20Rng::try_from_rng(&mut SysRng)
            .map_err(|why| Unreadable::because(format!("there are no random bytes: {why}"))),
    }
}

fn read_world(text: &str, options: &Options) -> Result<(World, Sources<'static>), Unreadable> {
    if text.trim().is_empty() {
        return Ok((World::default(), Sources::new()));
    }
    let mut document = Document::new(options.document.name("world"), text);
    let world = document.read(&options.document.files, Reader::world)?;
    Ok((world, document.sources))
}

fn read_snapshot(text: &str) -> Result<Snapshot, Unreadable> {
    let value = serde_json::from_str(text)
        .map_err(|why| Unreadable::because(format!("the snapshot is no JSON: {why}")))?;
    Snapshot::from_json(&value).map_err(|why| Unreadable::because(why.to_string()))
}

/// The caller's object as a call. Which operation is called does not matter for who calls.
fn of_any_operation<'n>(reader: &mut Reader<'_, '_, '_>, node: &Node<'n>) -> Option<Node<'n>> {
    for name in ["operation", "action", "key", "parameters"] {
        if let Some(found) = node.member(name) {
            let message =
                format!("`{name}` is no circumstance of a caller: it belongs to the call");
            reader.error("unknown-field", found.span, message);
            return None;
        }
    }
    let mut node = node.clone();
    let span = node.span;
    if let NodeValue::Object(members) = &mut node.value {
        members.push(Member {
            key: "operation".into(),
            key_span: span,
            value: Node {
                value: NodeValue::String(Operation::ListKeys.name().into()),
                span,
            },
        });
    }
    Some(node)
}
