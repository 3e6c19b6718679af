//! After each call: its event, the key's last usage, and the meter.

use std::sync::Arc;

use kmsim_types::{AccessLevel, Arn, KeySpec, Operation};
use serde_json::{Value, json};
use smol_str::SmolStr;
use uuid::Uuid;

use super::{Answer, Cx, Service};
use crate::change::Row;
use crate::clock::Timestamp;
use crate::error::ErrorCode;
use crate::event::{Elsewhere, Event};
use crate::input::{Input, lower_first};
use crate::pricing::RequestClass;
use crate::state::LastUsage;
use crate::text::{write_node, write_string};

/// Operations whose use counts for `GetKeyLastUsage`, and as cryptographic ones for reading.
const fn is_cryptographic(operation: Operation) -> bool {
    use Operation as O;
    matches!(
        operation,
        O::Decrypt
            | O::Encrypt
            | O::ReEncrypt
            | O::GenerateDataKey
            | O::GenerateDataKeyWithoutPlaintext
            | O::GenerateDataKeyPair
            | O::GenerateDataKeyPairWithoutPlaintext
            | O::GenerateMac
            | O::VerifyMac
            | O::Sign
            | O::Verify
            | O::DeriveSharedSecret
            | O::Encapsulate
            | O::Decapsulate
    )
}

impl Service {
    /// Records a call and what came of it.
    pub(super) fn record(&mut self, mut cx: Cx<'_>, answer: &Answer) {
        let (id, request_id) = (self.uuid(), self.uuid());
        let operation = cx.operation;
        self.count(&cx, answer);
        if answer.is_ok() && is_cryptographic(operation) {
            self.note_usage(&cx, id, request_id);
        }
        self.name_backing_key(&mut cx);
        let mut resources = cx.trail.resources;
        for arn in [cx.key, cx.other].into_iter().flatten() {
            if !resources.contains(&arn) {
                resources.push(arn);
            }
        }
        let caller = cx
            .caller
            .account()
            .map(|account| SmolStr::new(account.as_str()));
        let owner = resources.first().map(|arn| SmolStr::new(arn.account()));
        let across = caller.is_some() && owner.is_some() && caller != owner;
        let request = cx.caller.request();
        let event = Event {
            id,
            request_id: Some(request_id),
            time: cx.now,
            name: operation.name(),
            region: cx.caller.region().as_str().into(),
            recipient: caller.or_else(|| owner.clone()),
            shared_id: across.then(|| self.uuid()),
            identity: Arc::clone(cx.caller.identity()),
            source_ip: request.source_ip.clone(),
            vpc_endpoint: request.vpc_endpoint.as_ref().map(|text| text.text.clone()),
            parameters: Some(parameters(cx.input)),
            response: cx.trail.response.filter(|_| answer.is_ok()),
            additional: cx.trail.additional,
            resources,
            read_only: is_cryptographic(operation) || is_reading(operation),
            error: answer.as_ref().err().cloned(),
            verdict: cx.trail.verdict,
        };
        if across {
            let mut second = event.clone();
            second.id = self.uuid();
            second.recipient = owner;
            self.push_event(event);
            self.push_event(second);
        } else if let Some(elsewhere) = cx.trail.elsewhere.filter(|_| answer.is_ok()) {
            let second = event_elsewhere(&event, elsewhere, self.uuid());
            self.push_event(event);
            self.push_event(second);
        } else {
            self.push_event(event);
        }
    }

    /// Cryptographic operations with a key in a custom key store tell the store and what holds the
    /// key there, whether they succeed or not (KMS Developer Guide, "CloudTrail log entries",
    /// Decrypt).
    fn name_backing_key(&self, cx: &mut Cx<'_>) {
        if !is_cryptographic(cx.operation) {
            return;
        }
        let arns = [&cx.key, &cx.other].into_iter().flatten();
        let mut keys = arns.filter_map(|arn| self.keys.get(arn.as_str()));
        let Some(key) = keys.find(|key| key.is_in_custom_key_store()) else {
            return;
        };
        let told = &mut cx.trail.additional;
        if let Some(store) = &key.custom_key_store {
            told.set("customKeyStoreId", &**store);
        }
        match &key.xks_key {
            Some(id) => told.set("xksKeyId", &**id),
            None => {
                if let Some(id) = key.current().and_then(|own| own.id) {
                    told.set("backingKeyId", id);
                }
            }
        }
    }

    /// Records something that the service did by itself (`eventType` `AwsServiceEvent`).
    pub(crate) fn record_service_event(
        &mut self,
        name: &'static str,
        key: &Arn,
        at: Timestamp,
        details: Value,
    ) {
        let id = self.uuid();
        self.push_event(Event {
            id,
            request_id: None,
            time: at,
            name,
            region: key.region().into(),
            recipient: Some(key.account().into()),
            shared_id: None,
            identity: Arc::new(json!({
                "accountId": key.account(), "invokedBy": "AWS Internal",
            })),
            source_ip: None,
            vpc_endpoint: None,
            parameters: None,
            response: None,
            additional: details.into(),
            resources: vec![key.clone()],
            read_only: false,
            error: None,
            verdict: None,
        });
    }

    pub(crate) fn push_event(&mut self, event: Event) {
        if self.events.len() >= self.settings.events_kept {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }

    fn note_usage(&mut self, cx: &Cx<'_>, event_id: Uuid, request_id: Uuid) {
        for arn in [&cx.key, &cx.other].into_iter().flatten() {
            let usage = LastUsage {
                operation: cx.operation,
                at: cx.now,
                event_id,
                request_id,
            };
            if let Some(key) = self.world.key_mut(arn.as_str()) {
                key.last_used = Some(self.moment.clone());
            }
            match self.last_usage.get_mut(arn.as_str()) {
                Some(last) => *last = usage,
                None => drop(self.last_usage.insert(arn.as_str().into(), usage)),
            }
            self.changed.insert(Row::Usage(arn.shared()));
        }
    }

    /// Counts the request for the bill. AWS bills requests that succeed, and dry runs.
    fn count(&mut self, cx: &Cx<'_>, answer: &Answer) {
        let dry = matches!(answer, Err(error) if error.code == ErrorCode::DryRunOperation);
        if answer.is_err() && !dry {
            return;
        }
        let keys = [&cx.key, &cx.other].into_iter().flatten();
        let keys = keys.filter_map(|arn| self.keys.get(arn.as_str()));
        // A service that calls for itself does so on account of the key's owner.
        let owner = keys.clone().next().map(|key| key.account);
        let Some(account) = cx.caller.account().or(owner) else {
            return;
        };
        let pair = cx.input.str("KeyPairSpec").and_then(KeySpec::from_name);
        // Of two keys the dearer one counts.
        let class = keys
            .map(|key| RequestClass::of(cx.operation, Some(key.spec), pair))
            .max_by_key(|class| class.price_of_10_000())
            .unwrap_or_else(|| RequestClass::of(cx.operation, None, pair));
        self.meter.request(account, class, cx.now);
        self.changed.insert(Row::Meter);
    }
}

/// The event in the Region of the other key: the same caller and request, passed on by KMS (KMS
/// Developer Guide, "CloudTrail log entries", `UpdatePrimaryRegion`).
fn event_elsewhere(event: &Event, elsewhere: Elsewhere, id: Uuid) -> Event {
    let mut identity = Value::clone(&event.identity);
    if let Some(members) = identity.as_object_mut() {
        members.insert("invokedBy".to_owned(), Value::from("kms.amazonaws.com"));
    }
    Event {
        id,
        name: elsewhere.name,
        region: elsewhere.key.region().into(),
        identity: Arc::new(identity),
        parameters: Some(Value::Object(elsewhere.parameters).to_string().into()),
        response: Some(elsewhere.response),
        resources: vec![elsewhere.key],
        ..event.clone()
    }
}

/// Whether the Service Authorization Reference lists the operation under reading or listing.
fn is_reading(operation: Operation) -> bool {
    let action = operation.actions().first();
    action.is_some_and(|action| {
        matches!(
            action.info().access_level,
            AccessLevel::Read | AccessLevel::List
        )
    })
}

/// `requestParameters` as JSON text: names in lower camel case.
fn parameters(input: Input<'_>) -> Box<str> {
    let mut text = String::with_capacity(256);
    let shown = input.members().iter();
    let shown = shown.filter(|member| is_shown(&member.key));
    text.push('{');
    for (at, member) in shown.enumerate() {
        if at > 0 {
            text.push(',');
        }
        write_string(&parameter_name(&member.key), &mut text);
        text.push(':');
        write_node(&member.value, &mut text);
    }
    text.push('}');
    text.into()
}

/// Whether events show a parameter. Secrets, blobs and grant tokens are not among them.
fn is_shown(name: &str) -> bool {
    matches!(
        name,
        "KeyId"
            | "SourceKeyId"
            | "DestinationKeyId"
            | "TargetKeyId"
            | "AliasName"
            | "EncryptionContext"
            | "SourceEncryptionContext"
            | "DestinationEncryptionContext"
            | "EncryptionAlgorithm"
            | "SourceEncryptionAlgorithm"
            | "DestinationEncryptionAlgorithm"
            | "SigningAlgorithm"
            | "MacAlgorithm"
            | "MessageType"
            | "KeyAgreementAlgorithm"
            | "EncapsulationAlgorithm"
            | "KeySpec"
            | "KeyPairSpec"
            | "CustomerMasterKeySpec"
            | "KeyUsage"
            | "Origin"
            | "MultiRegion"
            | "NumberOfBytes"
            | "GranteePrincipal"
            | "GranteeServicePrincipal"
            | "RetiringPrincipal"
            | "RetiringServicePrincipal"
            | "Operations"
            | "Constraints"
            | "Name"
            | "GrantId"
            | "Policy"
            | "PolicyName"
            | "BypassPolicyLockoutSafetyCheck"
            | "PendingWindowInDays"
            | "RotationPeriodInDays"
            | "Tags"
            | "TagKeys"
            | "ReplicaRegion"
            | "PrimaryRegion"
            | "ExpirationModel"
            | "ValidTo"
            | "Description"
            | "CustomKeyStoreId"
            | "CustomKeyStoreName"
            | "NewCustomKeyStoreName"
            | "CustomKeyStoreType"
            | "CloudHsmClusterId"
            | "XksProxyConnectivity"
            | "XksProxyUriEndpoint"
            | "XksProxyUriPath"
            | "XksProxyVpcEndpointServiceName"
            | "XksProxyVpcEndpointServiceOwner"
            | "XksKeyId"
            | "WrappingAlgorithm"
            | "WrappingKeySpec"
            | "ImportType"
            | "KeyMaterialId"
            | "KeyMaterialDescription"
            | "IncludeKeyMaterial"
    )
}

/// A parameter's name in events: in lower camel case, but for one.
fn parameter_name(name: &str) -> SmolStr {
    match name {
        "CloudHsmClusterId" => SmolStr::new_static("clusterId"),
        name => lower_first(name),
    }
}
