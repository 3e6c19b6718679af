//! `PutKeyPolicy`, `GetKeyPolicy`, `ListKeyPolicies`, and the lockout check.

use std::borrow::Cow;
use std::sync::Arc;

use kmsim_authz::call::{self, Asks, KeyReference, Parameters, Text};
use kmsim_authz::decision::Verdict;
use kmsim_authz::layers::AttachedPolicy;
use kmsim_authz::principal::Principal;
use kmsim_policy::source::Span;
use kmsim_policy::syntax::{Policy, PrincipalName};
use kmsim_types::{Arn, Operation};
use serde_json::{Value, json};

use super::check_customer_managed;
use crate::error::{ErrorCode, KmsError};
use crate::members::{Members, members};
use crate::service::{Answer, Cx, Service, listing};

/// Longest key policy in bytes (KMS Developer Guide of 2022, "Resource quotas").
const LONGEST_POLICY: usize = 32 * 1024;

impl Service {
    pub(super) fn put_key_policy(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        check_customer_managed(key, cx)?;
        let arn = key.arn.clone();
        match cx.input.str("PolicyName") {
            None | Some("default") => {}
            Some("AWS_RAM") => {
                return Err(KmsError::validation(
                    "The AWS_RAM policy can only be managed by the RAM service.",
                ));
            }
            Some(_) => return Err(KmsError::not_found("No such policy exists")),
        }
        let text = cx.input.required("Policy")?.to_owned();
        let policy = self.checked_policy(&arn, &text)?;
        let key = self.world.key_mut(arn.as_str());
        let old = key.map(|key| std::mem::replace(&mut key.policy, policy));
        if let Err(error) = self.check_lockout(cx, &arn) {
            if let (Some(key), Some(old)) = (self.world.key_mut(arn.as_str()), old) {
                key.policy = old;
            }
            return Err(error);
        }
        if let Some(key) = self.world.key_mut(arn.as_str()) {
            key.is_policy_assumed = false;
        }
        self.change_key(&arn, |key| key.policy = text)?;
        cx.trail.response = Some(json!({"keyId": arn.as_str()}));
        Ok(Members::default())
    }

    /// A key policy, compiled, that is not too long and names principals that exist.
    pub(super) fn checked_policy(
        &mut self,
        arn: &Arn,
        text: &str,
    ) -> Result<Arc<AttachedPolicy>, KmsError> {
        if text.len() > LONGEST_POLICY {
            return Err(KmsError::limit_exceeded(format!(
                "The key policy is longer than {LONGEST_POLICY} bytes."
            )));
        }
        let policy = self.compiled_policy(arn, text)?;
        self.check_principals(&policy.policy)?;
        Ok(policy)
    }

    pub(super) fn get_key_policy(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        let name = cx.input.str("PolicyName").unwrap_or("default");
        let text = match name {
            "default" => Some(key.policy.clone()),
            "AWS_RAM" => self
                .world
                .key(key.arn.as_str())
                .and_then(|key| key.ram_policy.as_ref())
                .map(|policy| kmsim_policy::print::to_json(&policy.policy)),
            _ => None,
        };
        let text = text.ok_or_else(|| KmsError::not_found("No such policy exists"))?;
        Ok(members! {"Policy": text, "PolicyName": name})
    }

    pub(super) fn list_key_policies(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        let compiled = self.world.key(key.arn.as_str());
        let shared = compiled.is_some_and(|key| key.ram_policy.is_some());
        let names = ["AWS_RAM", "default"];
        let names = names
            .into_iter()
            .filter(|name| *name == "default" || shared);
        listing(
            cx,
            "PolicyNames",
            key.arn.as_str(),
            names,
            |name| Cow::Borrowed(*name),
            Value::from,
        )
    }

    /// Whether the caller could put another key policy on the key after this one; unless the
    /// check is bypassed (API reference, `PutKeyPolicy`, `BypassPolicyLockoutSafetyCheck`). A
    /// policy that leaves the key to IAM passes, whatever IAM policies say.
    pub(super) fn check_lockout(&mut self, cx: &Cx<'_>, arn: &Arn) -> Result<(), KmsError> {
        if cx.input.bool("BypassPolicyLockoutSafetyCheck") {
            return Ok(());
        }
        // The policy of RAM does not count (API reference, `BypassPolicyLockoutSafetyCheck`).
        let ram_policy = self
            .world
            .key_mut(arn.as_str())
            .and_then(|key| key.ram_policy.take());
        let may = self.may_put_policy(cx, arn);
        if let (Some(key), Some(_)) = (self.world.key_mut(arn.as_str()), &ram_policy) {
            key.ram_policy = ram_policy;
        }
        if may {
            return Ok(());
        }
        Err(KmsError::new(
            ErrorCode::MalformedPolicyDocument,
            "The new key policy will not allow you to update the key policy in the future.",
        ))
    }

    /// Whether the caller, or IAM policies of the key's account, could put a key policy.
    fn may_put_policy(&self, cx: &Cx<'_>, arn: &Arn) -> bool {
        let root = format!("arn:{}:iam::{}:root", arn.partition(), arn.account());
        let root = Principal::parse(&root).ok();
        let callers = [Some(cx.caller.principal().clone()), root];
        callers.into_iter().flatten().any(|caller| {
            let mut request = cx.caller.request().clone();
            request.caller = caller;
            request.asks = Asks::Operation(Operation::PutKeyPolicy);
            request.parameters = Parameters::default();
            request.region = kmsim_types::Region::new(arn.region()).ok();
            request.key = Some(KeyReference::Sent(Text {
                text: arn.as_str().into(),
                span: Span::default(),
            }));
            let decided = call::decide(&self.world, &request);
            decided.is_ok_and(|decided| decided.verdict == Verdict::Allowed)
        })
    }

    /// Users and roles that a key policy names must exist (API reference, `PutKeyPolicy`,
    /// `Policy`: "the principals … must exist and be visible to AWS KMS"). Only accounts of which
    /// the world lists principals can tell.
    fn check_principals(&self, policy: &Policy) -> Result<(), KmsError> {
        let elements = policy
            .statements
            .iter()
            .filter_map(|own| own.principal.as_ref());
        let mut named = elements.flat_map(|scope| &scope.items);
        let missing = named.any(|pattern| match &pattern.value.names {
            PrincipalName::User => {
                let arn = Arn::parse(&pattern.value.text).ok();
                let account = arn.as_ref().and_then(Arn::account_id);
                account.is_some_and(|account| self.world.account(account).is_some())
                    && self.world.identity(&pattern.value.text).is_none()
            }
            PrincipalName::Role { account, name } => {
                self.world.account(*account).is_some()
                    && self.world.role(*account, name).is_none()
                    && !pattern.value.text.contains(":role/aws-service-role/")
            }
            PrincipalName::Nobody => true,
            _ => false,
        });
        if missing {
            return Err(KmsError::new(
                ErrorCode::MalformedPolicyDocument,
                "Policy contains a statement with one or more invalid principals.",
            ));
        }
        Ok(())
    }
}
