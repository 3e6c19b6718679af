//! Events: what `CloudTrail` would record of a call, with the decision beside it.
//!
//! Source: `CloudTrail` User Guide, "Record contents"; KMS Developer Guide, "Logging AWS KMS API
//! calls with AWS CloudTrail". Plaintexts, ciphertexts, messages and grant tokens are never in an
//! event.

use std::sync::Arc;

use kmsim_authz::decision::Verdict;
use kmsim_crypto::MaterialId;
use kmsim_types::Arn;
use serde_json::{Map, Value, json};
use smol_str::SmolStr;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::error::{ErrorCode, KmsError};
use crate::input::lower_first;
use crate::members::Members;

/// A record of one call, or of something that the service did by itself.
#[derive(Clone, Debug)]
pub struct Event {
    /// `eventID`
    pub id: Uuid,
    /// `requestID`; none for what the service did by itself.
    pub request_id: Option<Uuid>,
    /// `eventTime`
    pub time: Timestamp,
    /// `eventName`: the operation, or `RotateKey`, `DeleteKey` …
    pub name: &'static str,
    /// `awsRegion`
    pub region: SmolStr,
    /// `recipientAccountId`: the account in whose trail the event is. A call across accounts has
    /// an event in both, with the same `sharedEventID`.
    pub recipient: Option<SmolStr>,
    /// `sharedEventID`
    pub shared_id: Option<Uuid>,
    /// `userIdentity`
    pub identity: Arc<Value>,
    /// `sourceIPAddress`
    pub source_ip: Option<Box<str>>,
    /// `vpcEndpointId`
    pub vpc_endpoint: Option<Box<str>>,
    /// `requestParameters`, as JSON text: most events are never read.
    pub(crate) parameters: Option<Box<str>>,
    /// `responseElements`
    pub response: Option<Value>,
    /// `additionalEventData`; `serviceEventDetails` of what the service did by itself.
    pub(crate) additional: Members,
    /// `resources`
    pub resources: Vec<Arn>,
    /// `readOnly`
    pub read_only: bool,
    /// The exception, if there was one, and for a denial its explanation.
    pub error: Option<KmsError>,
    /// What the evaluator decided; none if the call did not come so far.
    pub verdict: Option<Verdict>,
}

/// What an operation adds to its event while it runs.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    pub(crate) verdict: Option<Verdict>,
    pub(crate) resources: Vec<Arn>,
    pub(crate) additional: Members,
    /// `responseElements` of operations that change something.
    pub(crate) response: Option<Value>,
    /// The event that the call causes in another Region, too.
    pub(crate) elsewhere: Option<Elsewhere>,
}

/// The event that an operation on multi-Region keys causes in the Region of the other key.
#[derive(Debug)]
pub(crate) struct Elsewhere {
    pub(crate) name: &'static str,
    pub(crate) key: Arn,
    pub(crate) parameters: Map<String, Value>,
    pub(crate) response: Value,
}

/// The members of a structure of the API with the names that they have in events.
pub(crate) fn members(value: &Value) -> Value {
    match value {
        Value::Object(members_of) => {
            let renamed = members_of
                .iter()
                .map(|(name, value)| (lower_first(name).into(), members(value)));
            Value::Object(renamed.collect())
        }
        Value::Array(items) => items.iter().map(members).collect(),
        value => value.clone(),
    }
}

impl Trail {
    /// Names the generation of key material that was used.
    pub(crate) fn key_material(&mut self, name: &'static str, id: MaterialId) {
        self.additional.set(name, id);
    }
}

impl Event {
    /// The event as `CloudTrail` delivers it. The decision stands in `kmsim`, which AWS's records
    /// do not have.
    pub fn to_json(&self) -> Value {
        let mut event = json!({
            "eventVersion": "1.11",
            "userIdentity": *self.identity,
            "eventTime": self.time.whole_second().to_string(),
            "eventSource": "kms.amazonaws.com",
            "eventName": self.name,
            "awsRegion": &*self.region,
            "sourceIPAddress": self.source_ip.as_deref().or(self.invoked_by()).unwrap_or("AWS Internal"),
            "userAgent": self.invoked_by().unwrap_or("kmsim"),
        });
        let mut set = |name: &str, value: Value| {
            if let Some(members) = event.as_object_mut() {
                members.insert(name.to_owned(), value);
            }
        };
        if let Some(error) = &self.error {
            set("errorCode", Value::from(error_code(error)));
            set("errorMessage", Value::from(error.message.as_str()));
        }
        set(
            "requestParameters",
            self.parameters
                .as_deref()
                .and_then(|text| serde_json::from_str(text).ok())
                .unwrap_or_default(),
        );
        set(
            "responseElements",
            self.response.clone().unwrap_or(Value::Null),
        );
        if !self.additional.is_empty() {
            let name = match self.request_id {
                Some(_) => "additionalEventData",
                None => "serviceEventDetails",
            };
            set(name, self.additional.to_json());
        }
        if let Some(id) = self.request_id {
            set("requestID", Value::from(id.to_string()));
        }
        set("eventID", Value::from(self.id.to_string()));
        set("readOnly", Value::from(self.read_only));
        set("resources", self.resources.iter().map(resource).collect());
        let is_call = self.request_id.is_some();
        set(
            "eventType",
            Value::from(if is_call {
                "AwsApiCall"
            } else {
                "AwsServiceEvent"
            }),
        );
        set("managementEvent", Value::from(true));
        if let Some(account) = &self.recipient {
            set("recipientAccountId", Value::from(&**account));
        }
        if let Some(id) = self.shared_id {
            set("sharedEventID", Value::from(id.to_string()));
        }
        if let Some(id) = &self.vpc_endpoint {
            set("vpcEndpointId", Value::from(&**id));
        }
        set("eventCategory", Value::from("Management"));
        if let Some(decision) = self.decision() {
            set("kmsim", decision);
        }
        event
    }

    fn invoked_by(&self) -> Option<&str> {
        self.identity.get("invokedBy").and_then(Value::as_str)
    }

    fn decision(&self) -> Option<Value> {
        let verdict = self.verdict?;
        let denial = self.error.as_ref().and_then(|error| error.denial.as_ref());
        let mut decision = json!({"decision": verdict.name()});
        if let (Some(denial), Some(members)) = (denial, decision.as_object_mut()) {
            let explanations = serde_json::to_value(&denial.explanations).unwrap_or_default();
            members.insert("explanations".to_owned(), explanations);
        }
        Some(decision)
    }
}

fn resource(arn: &Arn) -> Value {
    let sort = if arn.resource().starts_with("alias/") {
        "AWS::KMS::Alias"
    } else {
        "AWS::KMS::Key"
    };
    json!({"accountId": arn.account(), "type": sort, "ARN": arn.as_str()})
}

/// `CloudTrail` names denials `AccessDenied`; other exceptions have their own names.
fn error_code(error: &KmsError) -> &'static str {
    match error.code {
        ErrorCode::AccessDenied => "AccessDenied",
        code => code.name(),
    }
}
