//! Running a scenario against a service of its own.

use std::collections::HashMap;
use std::time::Duration;

use kmsim_authz::case::Outcome;
use kmsim_authz::explain::{Explanation, Style};
use kmsim_envelope::DataKeyCache;
use kmsim_kms::clock::{Clock as _, ManualClock, Timestamp};
use kmsim_kms::{Event, KmsError, Service, Settings};
use kmsim_policy::source::{SourceId, Sources, Span};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;
use serde_json::{Map, Value};

use crate::report::{Finding, Report, StepReport, StepStatus};
use crate::scenario::{Action, Advance, Expected, ExpectedOutcome, Scenario, Step};
use crate::template::{Incomplete, Scope, Template};

mod call;
mod cost;
mod envelope;
mod events;
mod judge;
mod local;

/// More events than any scenario makes.
const EVENTS: usize = 10_000_000;

/// Runs a scenario. `sources` are the texts that it was read from.
pub fn run(scenario: &Scenario, sources: &Sources<'_>) -> Report {
    let mut steps = Vec::with_capacity(scenario.steps.len());
    match Run::new(scenario, sources) {
        Ok(mut run) => {
            for (index, step) in scenario.steps.iter().enumerate() {
                steps.push(run.step(index + 1, step));
            }
        }
        Err(why) => steps.push(StepReport {
            number: 0,
            name: None,
            action: "the service".to_owned(),
            advanced: None,
            outcome: "it cannot be made".to_owned(),
            status: StepStatus::Impossible(why.to_string()),
            place: sources.locate(scenario.span),
        }),
    }
    Report {
        file: sources.name(scenario.span.source).to_owned(),
        question: scenario.question.to_string(),
        answer: scenario.answer.to_string(),
        steps,
    }
}

/// A scenario that is being run.
struct Run<'s> {
    sources: &'s Sources<'s>,
    service: Service,
    clock: ManualClock,
    rng: ChaCha20Rng,
    /// The results so far, by their names.
    saved: Map<String, Value>,
    /// The events so far.
    events: Vec<Event>,
    /// Caches of data keys, by their names.
    caches: HashMap<Box<str>, DataKeyCache>,
}

/// What came out of an action.
enum Came {
    /// It succeeded.
    Answer(Success),
    /// It failed.
    Failure(Failure),
    /// It could not be done.
    Impossible(String),
}

/// A success.
struct Success {
    response: Value,
    /// What it is called: a call is allowed.
    word: &'static str,
    /// What decided, if somebody wants to know.
    because: Vec<String>,
}

/// A failure.
struct Failure {
    /// The exception's name.
    name: String,
    message: String,
    /// Why a call was denied.
    explanations: Vec<Explanation>,
}

impl<'s> Run<'s> {
    fn new(scenario: &Scenario, sources: &'s Sources<'s>) -> Result<Self, KmsError> {
        let clock = ManualClock::new(Timestamp::from_seconds(scenario.now.epoch_seconds()));
        let seed = scenario.settings.seed;
        let settings = Settings {
            grant_delay: Duration::from_secs(scenario.settings.grant_delay),
            transition: Duration::from_secs(scenario.settings.transition),
            throttling: scenario.settings.throttling,
            events_kept: EVENTS,
        };
        let service = Service::new(
            (*scenario.world).clone(),
            owned(sources),
            settings,
            Box::new(clock.clone()),
            Box::new(ChaCha20Rng::seed_from_u64(seed)),
        )?;
        Ok(Self {
            sources,
            service,
            clock,
            // Another stream than the service's: what clients make up must not be what it does.
            rng: ChaCha20Rng::seed_from_u64(!seed),
            saved: Map::new(),
            events: Vec::new(),
            caches: HashMap::new(),
        })
    }

    fn step(&mut self, number: usize, step: &Step) -> StepReport {
        let before = self.clock.now();
        let mut report = StepReport {
            number,
            name: step.name.as_deref().map(str::to_owned),
            action: step.action.as_ref().map_or_else(String::new, Action::title),
            advanced: None,
            outcome: String::new(),
            status: StepStatus::Passed,
            place: self.sources.locate(step.span),
        };
        for _ in 0..step.repeat {
            if let Some(advance) = step.advance {
                self.advance(advance);
                report.advanced = Some(self.passed_since(before));
            }
            let Some(action) = &step.action else { continue };
            let came = self.act(action, &step.expected);
            (report.outcome, report.status) = self.judge(&came, &step.expected);
            if let (Came::Answer(answer), Some(name)) = (came, &step.save) {
                self.saved.insert(name.to_string(), answer.response);
            }
            if !report.passed() {
                break;
            }
        }
        if step.repeat > 1 {
            report.action = format!("{} ({} times)", report.action, step.repeat);
        }
        report
    }

    /// Lets time pass.
    fn advance(&mut self, advance: Advance) {
        match advance {
            Advance::By(seconds) => self.clock.advance(Duration::from_secs(seconds)),
            Advance::To(instant) => {
                self.clock
                    .set(Timestamp::from_seconds(instant.epoch_seconds()));
            }
        }
        self.service.settle(self.clock.now());
    }

    /// How much time has passed, and until when.
    fn passed_since(&self, before: Timestamp) -> String {
        let now = self.clock.now();
        let passed = now.seconds() - before.seconds();
        format!("{} later, {now}", duration(passed))
    }

    fn act(&mut self, action: &Action, expected: &Expected) -> Came {
        let came = match action {
            Action::Call(call) => self.call(call, !expected.because.is_empty()),
            Action::Ask(call) => Ok(self.ask(call)),
            Action::Local(local) => self.local(local),
            Action::Envelope(envelope) => self.envelope(envelope),
            Action::Events(expectations) => self.look_at_events(expectations),
            Action::Cost(expected) => self.look_at_cost(expected),
        };
        came.unwrap_or_else(|Incomplete(why)| Came::Impossible(why))
    }

    /// Completes a template with what there is now.
    fn scope(&mut self) -> Scope<'_> {
        Scope {
            saved: &self.saved,
            now: self.clock.now().seconds(),
            rng: &mut self.rng,
        }
    }

    fn complete(&mut self, template: &Template) -> Result<Value, Incomplete> {
        template.complete(&mut self.scope())
    }

    fn bytes(&mut self, template: &Template) -> Result<Vec<u8>, Incomplete> {
        template.bytes(&mut self.scope())
    }

    fn finding(&self, expected: String, found: String, place: Span) -> Finding {
        Finding {
            expected,
            found,
            explanation: None,
            place: self.sources.locate(place),
        }
    }
}

impl Came {
    /// Success of what needs no permission.
    fn answer(response: Value) -> Self {
        Self::Answer(Success {
            response,
            word: "done",
            because: Vec::new(),
        })
    }

    /// Nothing else than was looked for.
    fn as_expected() -> Self {
        Self::Answer(Success {
            response: Value::Null,
            word: "as expected",
            because: Vec::new(),
        })
    }
}

impl Failure {
    /// The explanation as text.
    fn explained(&self) -> Option<String> {
        let texts = self.explanations.iter();
        let texts: Vec<String> = texts.map(|own| own.human(Style::default())).collect();
        (!texts.is_empty()).then(|| texts.join("\n"))
    }
}

impl Action {
    /// What is done, in a few words.
    fn title(&self) -> String {
        match self {
            Self::Call(call) => {
                let via = call.call.via.last();
                let via = via.map_or_else(String::new, |via| format!(" via {}", via.text));
                format!("{}{via} {}", call.caller, call.call.asks.name())
            }
            Self::Ask(call) => format!("{} {}", call.caller, call.asks.name()),
            Self::Local(local) => local.title().to_owned(),
            Self::Envelope(envelope) => {
                let what = if envelope.encrypts {
                    "encrypts"
                } else {
                    "decrypts"
                };
                format!("{} {what} an envelope", envelope.call.caller)
            }
            Self::Events(_) => "the audit log".to_owned(),
            Self::Cost(_) => "the bill".to_owned(),
        }
    }
}

/// The same texts under the same ids, kept by the service.
fn owned(sources: &Sources<'_>) -> Sources<'static> {
    let mut copy = Sources::new();
    for id in 0.. {
        let Some(source) = sources.get(SourceId(id)) else {
            break;
        };
        let text = source.text.clone().into_owned();
        match source.within {
            Some(span) => copy.add_within(text, span),
            None => copy.add(source.name.clone(), text),
        };
    }
    copy
}

/// A length of time in the largest unit that fits.
fn duration(seconds: i64) -> String {
    for (unit, length) in [("d", 86_400), ("h", 3_600), ("m", 60)] {
        if seconds != 0 && seconds % length == 0 {
            return format!("{}{unit}", seconds / length);
        }
    }
    format!("{seconds}s")
}

/// Whether a name of an error is what an expectation means.
fn is_met(expected: &ExpectedOutcome, came: &Came) -> bool {
    match (expected, came) {
        (ExpectedOutcome::Success, Came::Answer(_)) => true,
        (ExpectedOutcome::Error(name), Came::Failure(failure)) => **name == *failure.name,
        (ExpectedOutcome::Denied(outcome), Came::Failure(failure)) => {
            let decision = failure.decision();
            decision.is_some_and(|decision| match outcome {
                // The reader takes neither `never` nor `always`.
                Outcome::Denied | Outcome::Never => true,
                Outcome::Always => false,
                Outcome::Verdict(verdict) => verdict.name() == decision,
            })
        }
        _ => false,
    }
}
