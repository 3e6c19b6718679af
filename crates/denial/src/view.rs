//! The shapes of a report: the JSON contract of `kmsim explain` (docs/json.md).

use kmsim_analysis::fix::Remedies;
use kmsim_authz::call::CallExplanation;
use kmsim_authz::explain::LocationView;
use kmsim_authz::world::Gap;
use kmsim_import::message::{Message, PolicyType};
use kmsim_import::report::{Caller, Outcome, Reported, Unknown, Via};
use kmsim_policy::json::{Node, Value};
use serde::Serialize;

use crate::compare::{Agreement, BlameView};

/// What became of a call that AWS answered, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// [`crate::VERSION`]
    pub version: u32,
    /// The answer in one sentence.
    pub verdict: String,
    /// Whether our decision is AWS's.
    pub agreement: Agreement,
    /// What was reported.
    pub reported: ReportedView,
    /// What AWS's words mean.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub meaning: Vec<String>,
    /// The layer that AWS blamed, and what we find there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blame: Option<BlameView>,
    /// What was taken for the case, since the report does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supposed: Option<SupposedView>,
    /// Who says what: the owner of the key, then the caller.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sides: Vec<Side>,
    /// What the report does not tell.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknowns: Vec<UnknownView>,
    /// What could explain that we find something else, the likeliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Cause>,
    /// Other calls that may have been meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub detours: Vec<DetourView>,
    /// What to look at next.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<String>,
    /// What the world lacks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
    /// The call as it was made again, in the shape of docs/world.md; without a world, as the report
    /// tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<serde_json::Value>,
    /// The decision, layer by layer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<CallExplanation>,
    /// What would allow a call that is denied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixes: Option<Remedies>,
}

/// What was reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportedView {
    /// `event` or `message`
    pub form: &'static str,
    /// The event's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Who called.
    pub caller: CallerView,
    /// What was asked for: the operation, or the action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The key, as it was sent, or as AWS names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The Region that was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The service that passed the call on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// `allowed`, `denied` or `failed`
    pub outcome: &'static str,
    /// The exception.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The exception's text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What the message says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageView>,
}

/// Who called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CallerView {
    /// The ARN or service principal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// The account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The unique id, where nothing else is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    /// `implicit`, `explicit`, `ambiguous`, `unknown`, `not-authorization`, `policy-rejected`
    pub kind: &'static str,
    /// Who was denied.
    pub principal: Option<String>,
    /// The action.
    pub action: Option<String>,
    /// The resource.
    pub resource: Option<String>,
    /// The kind of policy that it blames.
    pub policy_type: Option<&'static str>,
    /// The policy that it blames.
    pub policy_arn: Option<String>,
    /// Whether it keeps the resource to itself.
    pub resource_hidden: bool,
}

/// What was taken for the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SupposedView {
    /// `key`, `caller`, `vpcEndpoint` or `encryptionContext`
    pub what: &'static str,
    /// What was taken.
    pub taken: String,
    /// All that come out as AWS reported.
    pub fitting: Vec<String>,
    /// How many there are.
    pub of: usize,
}

/// What one policy says, on whose side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Side {
    /// The check, for a call that needs several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// The account to which the policy belongs; an AWS service has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// `owner` or `caller`
    pub side: &'static str,
    /// The layer, by the names of docs/json.md.
    pub layer: &'static str,
    /// The policy in words: `identity-based policies of role Reporting`.
    pub policy: String,
    /// `allow`, `implicitDeny`, `explicitDeny`, `depends` or `notApplicable`
    pub verdict: &'static str,
    /// What it says.
    pub says: String,
    /// The statement that says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// Where that stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationView>,
}

/// Something that a report does not tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnknownView {
    /// A stable name.
    pub code: &'static str,
    /// What, and why.
    pub text: String,
    /// The condition keys that are unknown for that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
}

/// What could explain a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// A stable name, kebab-case.
    pub code: &'static str,
    /// What it is.
    pub text: String,
}

/// A call that may have been meant, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DetourView {
    /// A stable name, kebab-case.
    pub code: &'static str,
    /// Why the call does not mean it.
    pub why: String,
    /// What to do otherwise.
    pub text: String,
    /// What comes of it: `allowed`, `implicitDeny`, `explicitDeny` or `depends`.
    pub decision: &'static str,
    /// Why.
    pub summary: String,
}

impl UnknownView {
    pub(crate) fn of(unknown: &Unknown) -> Self {
        Self {
            code: unknown.code,
            text: unknown.text.clone(),
            keys: unknown.keys.clone(),
        }
    }
}

/// A report of which nothing is known but what was reported.
pub(crate) fn of(reported: &Reported) -> Report {
    Report {
        version: crate::VERSION,
        verdict: String::new(),
        agreement: Agreement::NotCompared,
        reported: reported_view(reported),
        meaning: Vec::new(),
        blame: None,
        supposed: None,
        sides: Vec::new(),
        unknowns: Vec::new(),
        causes: Vec::new(),
        detours: Vec::new(),
        advice: Vec::new(),
        gaps: Vec::new(),
        call: None,
        decision: None,
        fixes: None,
    }
}

fn reported_view(reported: &Reported) -> ReportedView {
    let account = reported.caller_account().map(|account| account.to_string());
    let caller = match &reported.caller {
        Caller::Principal(name) => CallerView {
            principal: Some(name.text.to_string()),
            account,
            id: None,
        },
        Caller::Id { id, .. } => CallerView {
            principal: None,
            account,
            id: Some(id.text.to_string()),
        },
        Caller::Unknown(_) => CallerView {
            principal: None,
            account,
            id: None,
        },
    };
    let text = match &reported.outcome {
        Outcome::Failed { text, .. } => text.as_deref().map(str::to_owned),
        Outcome::Allowed | Outcome::Denied(_) => None,
    };
    let (outcome, error) = match &reported.outcome {
        Outcome::Allowed => ("allowed", None),
        Outcome::Denied(_) => ("denied", None),
        Outcome::Failed { code, .. } => ("failed", Some(code.to_string())),
    };
    ReportedView {
        form: reported.form.name(),
        id: reported.id.as_ref().map(|id| id.text.to_string()),
        time: reported.time.as_ref().map(|time| time.text.to_string()),
        caller,
        operation: reported.asked.name().map(str::to_owned),
        key: reported.named_key().map(str::to_owned),
        region: reported
            .region
            .as_ref()
            .map(|region| region.text.to_string()),
        via: match &reported.via {
            Via::Service(service) => Some(service.text.to_string()),
            Via::Direct | Via::Unknown => None,
        },
        outcome,
        error,
        text,
        message: reported.message.as_ref().map(message_view),
    }
}

fn message_view(message: &Message) -> MessageView {
    let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    MessageView {
        kind: message.kind.name(),
        principal: text(&message.principal),
        action: text(&message.action),
        resource: text(&message.resource),
        policy_type: message.policy_type.map(PolicyType::name),
        policy_arn: text(&message.policy_arn),
        resource_hidden: message.hidden.is_some(),
    }
}

/// A document as a value of `serde_json`.
pub(crate) fn value(node: &Node<'_>) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(text) => serde_json::from_str(text).unwrap_or_else(|_| (&**text).into()),
        Value::String(text) => (&**text).into(),
        Value::Array(nodes) => nodes.iter().map(value).collect(),
        Value::Object(members) => members
            .iter()
            .map(|member| (member.key.to_string(), value(&member.value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}
