//! What a scenario is.

use std::sync::Arc;

use kmsim_authz::call::Call;
use kmsim_authz::case::Outcome;
use kmsim_authz::world::World;
use kmsim_policy::instant::Instant;
use kmsim_policy::source::Span;
use kmsim_types::{EncryptionAlgorithm, KeySpec, MessageType, SigningAlgorithm, WrappingAlgorithm};

use crate::path::Path;
use crate::template::Template;

/// A question, the steps that answer it, and the answer.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What is asked, in one line.
    pub question: Box<str>,
    /// What the steps show, in one line.
    pub answer: Box<str>,
    /// When it begins.
    pub now: Instant,
    /// Accounts, principals, keys and the organization.
    pub world: Arc<World>,
    /// How the service behaves.
    pub settings: Settings,
    /// The steps.
    pub steps: Vec<Step>,
    /// Where the scenario stands.
    pub span: Span,
}

/// How the service behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Seconds until a new grant counts without its token.
    pub grant_delay: u64,
    /// Seconds that AWS takes for what it does in the background: replicas, changes of the primary
    /// Region, connections of key stores.
    pub transition: u64,
    /// Whether requests beyond the quotas are refused.
    pub throttling: bool,
    /// The seed of the random source.
    pub seed: u64,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// What the step shows.
    pub name: Option<Box<str>>,
    /// The time that passes before.
    pub advance: Option<Advance>,
    /// What is done. A step may just let time pass.
    pub action: Option<Action>,
    /// The name under which later steps find the result.
    pub save: Option<Box<str>>,
    /// What should come out.
    pub expected: Expected,
    /// How often it is done.
    pub repeat: u32,
    /// Where the step stands.
    pub span: Span,
}

/// Time that passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// So many seconds.
    By(u64),
    /// Until a point in time.
    To(Instant),
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum Action {
    /// A call of the service.
    Call(Box<CallStep>),
    /// A question about another service's action, which is decided and not performed.
    Ask(Box<Call>),
    /// Something that a client does by itself.
    Local(Local),
    /// Envelope encryption with the AWS Encryption SDK's message format.
    Envelope(Box<Envelope>),
    /// A look at the audit log.
    Events(Vec<EventExpectation>),
    /// A look at the bill.
    Cost(Template),
}

/// A call of the service.
#[derive(Clone, Debug)]
pub struct CallStep {
    /// How messages name the caller: the scenario's short name, or the principal.
    pub caller: Box<str>,
    /// Caller, operation and circumstances. The parameters stand in `parameters`.
    pub call: Call,
    /// The parameters, by the names of the API.
    pub parameters: Template,
}

/// What a client does by itself, without a call.
#[derive(Clone, Debug)]
pub enum Local {
    /// Wraps key material under the public key of `GetParametersForImport`.
    Wrap {
        /// The public key.
        public_key: Template,
        /// The wrapping algorithm.
        algorithm: WrappingAlgorithm,
        /// The material.
        material: Template,
    },
    /// Encrypts under a downloaded public key.
    Encrypt {
        /// The public key.
        public_key: Template,
        /// Its spec.
        spec: KeySpec,
        /// The algorithm.
        algorithm: EncryptionAlgorithm,
        /// The plaintext.
        plaintext: Template,
    },
    /// Verifies a signature with a downloaded public key.
    Verify {
        /// The public key.
        public_key: Template,
        /// Its spec.
        spec: KeySpec,
        /// The algorithm.
        algorithm: SigningAlgorithm,
        /// What the message is.
        message_type: MessageType,
        /// The message.
        message: Template,
        /// The signature.
        signature: Template,
    },
}

/// Envelope encryption: a data key for each message, or for several by a cache.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// Whether it encrypts; else it decrypts.
    pub encrypts: bool,
    /// Who calls, and how. The operation is that of the first call.
    pub call: CallStep,
    /// The key, as a client is configured with it.
    pub key: Template,
    /// The plaintext to encrypt, or the message to decrypt.
    pub data: Template,
    /// The encryption context.
    pub context: Vec<(String, String)>,
    /// How many messages are encrypted.
    pub messages: u32,
    /// Whether messages are signed, as the SDK does by default.
    pub signed: bool,
    /// The cache, if data keys are used again.
    pub cache: Option<Cache>,
}

/// Limits of a data key cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    /// The name under which later steps find the cache. Without one it is gone after the step.
    pub name: Option<Box<str>>,
    /// Seconds for which a data key is used.
    pub max_age: u64,
    /// How many messages a data key encrypts.
    pub max_messages: Option<u64>,
    /// How many bytes a data key encrypts.
    pub max_bytes: Option<u64>,
}

/// Events that should have been recorded.
#[derive(Clone, Debug)]
pub struct EventExpectation {
    /// What the events have in common.
    pub matching: Template,
    /// How many there are; at least one if it is not said.
    pub count: Option<usize>,
    /// What each of them has.
    pub present: Vec<Path>,
    /// What none of them has.
    pub absent: Vec<Path>,
    /// Where it stands.
    pub span: Span,
}

/// What a step should give.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The outcome.
    pub outcome: ExpectedOutcome,
    /// A text that the error's message contains.
    pub message: Option<Box<str>>,
    /// Statements that must be among those that decided.
    pub because: Vec<Box<str>>,
    /// Parts of the response.
    pub response: Option<Template>,
    /// Parts of the response that must have another value.
    pub differs: Option<Template>,
    /// Parts that the response has.
    pub present: Vec<Path>,
    /// Parts that the response lacks.
    pub absent: Vec<Path>,
    /// The lengths of lists of the response.
    pub counts: Vec<(Path, usize)>,
    /// Where it stands.
    pub span: Span,
}

/// How a step should come out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpectedOutcome {
    /// It succeeds.
    Success,
    /// It fails with this error.
    Error(Box<str>),
    /// It is denied.
    Denied(Outcome),
}

impl ExpectedOutcome {
    /// How scenarios write it.
    pub fn name(&self) -> &str {
        match self {
            Self::Success => "allowed",
            Self::Error(name) => name,
            Self::Denied(outcome) => outcome.name(),
        }
    }
}
