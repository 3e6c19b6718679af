//! Authorization: the evaluator is asked about every check that the call needs.

use std::sync::Arc;

use kmsim_authz::call::{
    self, Asks, Call, DecidedCheck, KeyReference, Parameters, Text, parameters_of,
};
use kmsim_authz::decision::Verdict;
use kmsim_authz::explain::{self, Explanation};
use kmsim_authz::grant::EncryptionContextConstraint;
use kmsim_authz::reader::Pairs;
use kmsim_authz::trace::Trace;
use kmsim_policy::json;
use kmsim_policy::source::Span;
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::{GrantOperation, Operation, Partition};
use serde_json::Value;

use super::{Cx, Service};
use crate::caller::Caller;
use crate::compile;
use crate::error::{ErrorCode, KmsError};
use crate::input::{Input, tree};
use crate::model;
use crate::recipient;

/// Why a call was not allowed: one explanation for each check that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// `implicitDeny`, `explicitDeny` or `depends`.
    pub verdict: Verdict,
    /// The explanations, in the order of the checks.
    pub explanations: Vec<Explanation>,
}

impl Service {
    /// Fails with `AccessDeniedException` and the explanation unless every check allows the call.
    pub(super) fn authorize(&mut self, cx: &mut Cx<'_>) -> Result<(), KmsError> {
        let request = self.request(cx);
        let decided = call::decide(&self.world, &request).map_err(|why| unresolved(&why))?;
        cx.trail.verdict = Some(decided.verdict);
        if decided.verdict == Verdict::Allowed {
            return Ok(());
        }
        Err(self.denied(&request))
    }

    /// Why a call would be allowed or denied: an explanation for each check, in a fixed order.
    /// The call is not made, and nothing is recorded; what finding the key does happens all the
    /// same (an AWS managed key comes into being).
    pub fn explain(
        &mut self,
        caller: &Caller,
        operation: Operation,
        input: &Value,
    ) -> Result<Vec<Explanation>, KmsError> {
        let now = self.clock.now();
        self.settle(now);
        let input = tree(input);
        let mut cx = Cx::new(caller, operation, &input, now);
        model::validate(operation, &input)?;
        cx.read_recipient()?;
        self.find_keys(&mut cx)?;
        let request = self.request(&cx);
        let decided = call::decide_traced(&self.world, &request).map_err(|why| unresolved(&why))?;
        Ok(decided
            .checks
            .iter()
            .map(|check| self.explanation(check))
            .collect())
    }

    fn explanation(&self, decided: &DecidedCheck<'_, Trace>) -> Explanation {
        let check = &decided.check;
        let mut explanation = explain::explain(
            &check.layers,
            &check.request,
            decided.decision,
            &decided.record,
            &self.sources,
        );
        let assumptions = check.assumptions(&decided.record);
        explanation.assumptions.extend(assumptions);
        explanation
    }

    fn request(&mut self, cx: &Cx<'_>) -> Call {
        let mut request = cx.caller.request().clone();
        request.asks = Asks::Operation(cx.operation);
        request.parameters = parameters(cx);
        if let Some(attestation) = &cx.recipient {
            recipient::state(attestation, &mut request.context);
        }
        request.grant_tokens = self.grant_tokens(cx);
        request.now = Some(self.moment.clone());
        let named = cx.input.str("KeyId");
        let key = match (&cx.key, named) {
            // A bare id may be that of another account's key; an alias is worth telling.
            (Some(_), Some(alias)) if alias.contains("alias/") => Some(alias),
            (Some(key), _) => Some(key.as_str()),
            (None, named) => named,
        };
        request.key = key.map(|text| KeyReference::Sent(sent(text)));
        if let (Operation::ReEncrypt, Some(key)) = (cx.operation, &cx.key)
            && !cx
                .input
                .str("SourceKeyId")
                .is_some_and(|text| text.contains("alias/"))
        {
            let scalars = &mut request.parameters.scalars;
            scalars.retain(|(name, _)| *name != "SourceKeyId");
            scalars.push(("SourceKeyId", key.as_str().into()));
        }
        if let (Operation::RetireGrant, Some(token)) = (cx.operation, cx.input.str("GrantToken")) {
            let token = self.first_token(token);
            let scalars = &mut request.parameters.scalars;
            scalars.retain(|(name, _)| *name != "GrantToken");
            scalars.push(("GrantToken", token));
        }
        if matches!(cx.operation, Operation::CreateKey | Operation::ReplicateKey) {
            request.new_key_policy = self.new_key_policy(cx);
        }
        request
    }

    fn grant_tokens(&self, cx: &Cx<'_>) -> Vec<Box<str>> {
        let tokens = cx.input.strings("GrantTokens");
        tokens.map(|token| self.first_token(token)).collect()
    }

    /// The token by which decisions know a grant: a repeated request for the grant gave another.
    fn first_token(&self, token: &str) -> Box<str> {
        self.grant_of_token(token)
            .map_or_else(|| token.into(), |(_, grant)| grant.token.clone())
    }

    /// The policy that a new key has while its tags are authorized: everything is left to IAM.
    fn new_key_policy(&mut self, cx: &Cx<'_>) -> Option<Arc<kmsim_authz::layers::AttachedPolicy>> {
        let account = cx.caller.account()?;
        let partition = Partition::of_region(cx.caller.region().as_str());
        let text = kmsim_authz::world::default_key_policy(partition.name(), account.as_str());
        compile::policy(
            &mut self.sources,
            "default key policy",
            &text,
            PolicyKind::KeyPolicy,
        )
        .ok()
    }

    fn denied(&self, request: &Call) -> KmsError {
        let decided = match call::decide_traced(&self.world, request) {
            Ok(decided) => decided,
            Err(why) => return unresolved(&why),
        };
        let failed = decided
            .checks
            .iter()
            .filter(|check| check.decision.verdict != Verdict::Allowed);
        let explanations: Vec<Explanation> = failed.map(|check| self.explanation(check)).collect();
        let message = explanations.first().map(|first| {
            first
                .aws_message
                .clone()
                .unwrap_or_else(|| first.summary.clone())
        });
        let mut error = KmsError::access_denied(message.unwrap_or_default());
        error.denial = Some(Box::new(Denial {
            verdict: decided.verdict,
            explanations,
        }));
        error
    }
}

/// A caller that the world does not have cannot be authenticated.
fn unresolved(why: &call::Unresolved) -> KmsError {
    let mut message = why.message.clone();
    if let Some(help) = &why.help {
        message.push_str(": ");
        message.push_str(help);
    }
    KmsError::new(ErrorCode::UnrecognizedClient, message)
}

fn sent(text: &str) -> Text {
    Text {
        text: text.into(),
        span: Span::default(),
    }
}

/// Whether policies can look at a parameter. Large and secret ones they can't.
fn is_asked_for(name: &str) -> bool {
    !matches!(
        name,
        "Plaintext"
            | "CiphertextBlob"
            | "Message"
            | "Signature"
            | "Mac"
            | "PublicKey"
            | "EncryptedKeyMaterial"
            | "ImportToken"
            | "Policy"
            | "Description"
            | "SharedSecretCiphertextBlob"
            | "TrustAnchorCertificate"
            | "KeyStorePassword"
            | "KeyMaterialDescription"
            | "Marker"
    )
}

/// The parameters that condition keys are derived from.
fn parameters(cx: &Cx<'_>) -> Parameters {
    let input = &cx.input;
    let mut parameters = Parameters::default();
    for name in parameters_of(cx.operation) {
        if !is_asked_for(name) {
            continue;
        }
        let Some(node) = input.get(name) else {
            continue;
        };
        match &node.value {
            json::Value::String(text) if *name != "KeyId" => {
                parameters.scalars.push((name, (&**text).into()));
            }
            json::Value::Number(text) => {
                let whole = model::integer(node).map(|number| number.to_string());
                let text = whole.as_deref().unwrap_or(text);
                parameters.scalars.push((name, text.into()));
            }
            json::Value::Bool(flag) => parameters.scalars.push((name, flag.to_string().into())),
            _ => structured(cx, name, &mut parameters),
        }
    }
    parameters
}

fn structured(cx: &Cx<'_>, name: &str, parameters: &mut Parameters) {
    let input = &cx.input;
    let own = || pairs(input, name);
    match name {
        "EncryptionContext" => parameters.encryption_context = own(),
        "SourceEncryptionContext" => parameters.source_encryption_context = own(),
        "DestinationEncryptionContext" => parameters.destination_encryption_context = own(),
        "Tags" => {
            let tags = input.tags(name).into_iter();
            parameters.tags = tags
                .map(|(key, value)| (key.into(), value.into()))
                .collect();
        }
        "TagKeys" => parameters.tag_keys = input.strings(name).map(Box::from).collect(),
        "Operations" => {
            let operations = input.strings(name).filter_map(GrantOperation::from_name);
            parameters.operations = Some(operations.map(GrantOperation::name).collect());
        }
        "Constraints" => {
            let Some(constraints) = input.object(name) else {
                return;
            };
            parameters.constraints.source_arn = constraints.str("SourceArn").map(Box::from);
            let of = |name: &str, equals| {
                constraints.get(name)?;
                Some(EncryptionContextConstraint {
                    equals,
                    pairs: pairs(&constraints, name),
                })
            };
            parameters.constraints.encryption_context = of("EncryptionContextEquals", true)
                .or_else(|| of("EncryptionContextSubset", false));
        }
        _ => {}
    }
}

fn pairs(input: &Input<'_>, name: &str) -> Pairs {
    input
        .texts(name)
        .map(|(key, value)| (key.into(), value.into()))
        .collect()
}
