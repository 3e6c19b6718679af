//! A call that AWS answered, as an event of `CloudTrail` or a message tells it: who, what, on which
//! key, by which way, and what came of it.
//!
//! A report does not tell everything that a decision takes: [`Reported::call`] says what it leaves open.

use kmsim_authz::call::Text;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json::{self, Member};
use kmsim_policy::source::{SourceId, Sources, Span};
use kmsim_types::{AccountId, KmsAction, Operation};

use crate::cloudtrail;
use crate::message::{Hidden, Message, MessageKind, PolicyType, messages};

mod call;
mod draft;
mod of_message;
mod unknown;

pub use call::{NoCall, ReportedCall};
pub use draft::Supposed;
pub use unknown::Unknown;

/// A call that AWS answered.
#[derive(Clone, Debug)]
pub struct Reported {
    /// What reports it.
    pub form: Form,
    /// Where the report stands.
    pub span: Span,
    /// The event's id.
    pub id: Option<Text>,
    /// The id that the events of a call across accounts share.
    pub shared_id: Option<Box<str>>,
    /// When the call was made.
    pub time: Option<Text>,
    /// The account whose trail has the event.
    pub recipient: Option<AccountId>,
    /// Who called.
    pub caller: Caller,
    /// What was asked for.
    pub asked: Asked,
    /// The parameter that names the key, as it was sent.
    pub key: Option<Text>,
    /// The ARNs of keys and aliases that AWS found, or that the message names.
    pub resources: Vec<Text>,
    /// The Region that was called.
    pub region: Option<Text>,
    /// Further fields of the call, as docs/world.md has them.
    pub fields: Vec<Member<'static>>,
    /// Condition keys that the report tells.
    pub context: Vec<Member<'static>>,
    /// Whether a service passed the call on.
    pub via: Via,
    /// The VPC endpoint through which the call came.
    pub vpc_endpoint: Option<Text>,
    /// The address from which the call came.
    pub source_ip: Option<Text>,
    /// What AWS answered.
    pub outcome: Outcome,
    /// The message, where there is one.
    pub message: Option<Message>,
}

/// What reports a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// An event of `CloudTrail`, which tells nearly everything.
    Event,
    /// A message, which tells who, what and why at most.
    Message,
}

impl Form {
    /// The form as outputs write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Message => "message",
        }
    }
}

/// Who called, as far as the report tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// An ARN or a service principal.
    Principal(Text),
    /// A unique id and nothing else: what the trail of a key's owner has of a caller of another
    /// account.
    Id {
        /// The caller's account.
        account: AccountId,
        /// `AROA…:session`, `AIDA…`
        id: Text,
    },
    /// Nothing but the account, if that.
    Unknown(Option<AccountId>),
}

/// What was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The operation of KMS.
    pub operation: Option<Operation>,
    /// The action, such as `kms:Decrypt` or `sts:AssumeRole`.
    pub action: Option<Text>,
    /// The name of the event, for what is no operation of KMS.
    pub event: Option<Text>,
}

impl Asked {
    /// The action of KMS.
    pub fn kms_action(&self) -> Option<KmsAction> {
        KmsAction::from_name(&self.action.as_ref()?.text)
    }

    /// What was asked for, in words.
    pub fn name(&self) -> Option<&str> {
        let operation = self.operation.map(Operation::name);
        let action = self.action.as_ref().map(|action| &*action.text);
        let event = self.event.as_ref().map(|event| &*event.text);
        operation.or(action).or(event)
    }
}

/// Whether a service passed the call on (forward access session).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// The caller called KMS itself.
    Direct,
    /// A service did, by its principal: `s3.amazonaws.com`.
    Service(Text),
    /// That is not known: messages do not tell, and events may say `AWS Internal`.
    Unknown,
}

/// What AWS answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The call was done, or would have been.
    Allowed,
    /// Access was denied.
    Denied(Blame),
    /// The call failed for another reason.
    Failed {
        /// The exception's name.
        code: Box<str>,
        /// Its text.
        text: Option<Box<str>>,
    },
}

/// Why access was denied, as AWS tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blame {
    /// What kind of statement AWS makes.
    pub kind: MessageKind,
    /// The kind of policy that it blames.
    pub policy_type: Option<PolicyType>,
    /// The policy that it blames.
    pub policy_arn: Option<Box<str>>,
    /// Whether it keeps the resource to itself, and how.
    pub hidden: Option<Hidden>,
}

impl Blame {
    /// What a message blames. A denial without a message blames nothing.
    pub fn of(message: Option<&Message>) -> Self {
        let message = message.filter(|message| message.is_denial());
        Self {
            kind: message.map_or(MessageKind::Unknown, |message| message.kind),
            policy_type: message.and_then(|message| message.policy_type),
            policy_arn: message.and_then(|message| message.policy_arn.clone()),
            hidden: message.and_then(|message| message.hidden),
        }
    }
}

impl Reported {
    /// The account of the caller.
    pub fn caller_account(&self) -> Option<AccountId> {
        match &self.caller {
            Caller::Principal(name) => {
                let [.., account, _] = kmsim_types::arn::split(&name.text)?;
                AccountId::new(account).ok()
            }
            Caller::Id { account, .. } => Some(*account),
            Caller::Unknown(account) => *account,
        }
    }
}

/// Reads every report in a text: the events of `CloudTrail` in any of the forms in which AWS hands
/// them out, or the messages in it. What is no such thing gives no report; an event that is not whole
/// gives a finding.
pub fn reports(
    text: &str,
    source: SourceId,
    sources: &mut Sources<'_>,
    found: &mut Vec<Diagnostic>,
) -> Vec<Reported> {
    let start = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    if start.starts_with(['{', '[']) {
        let mut syntax = Vec::new();
        let nodes = match json::parse(text, source, &mut syntax) {
            Some(node) => Some(vec![node]),
            // One event a line.
            None => json::parse_sequence(text, source),
        };
        if let Some(nodes) = nodes {
            let events: Vec<Reported> = nodes
                .iter()
                .flat_map(|node| cloudtrail::events(node, sources, found))
                .collect();
            if !events.is_empty() || found.iter().any(|found| found.span.source == source) {
                return events;
            }
        } else if ["\"eventName\"", "\"userIdentity\""]
            .iter()
            .any(|name| text.contains(name))
        {
            found.append(&mut syntax);
            return Vec::new();
        }
    }
    messages(text)
        .into_iter()
        .map(|message| of_message::reported(message, source))
        .collect()
}

#[cfg(test)]
mod tests;
