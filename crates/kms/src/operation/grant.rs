//! `CreateGrant`, `RetireGrant`, `RevokeGrant`, `ListGrants`, `ListRetirableGrants`.

use std::borrow::Cow;

use kmsim_types::{GrantOperation, service};
use serde_json::{Map, Value, json};

use crate::error::{ErrorCode, KmsError};
use crate::input::untree;
use crate::members::{Members, members};
use crate::service::{Answer, Cx, Service, listing};
use crate::state::{GrantRecord, KeyRecord};

/// Most grants of one key (KMS Developer Guide, "Resource quotas").
const MOST_GRANTS: usize = 50_000;

/// The members of a request that a grant keeps.
const KEPT: [&str; 7] = [
    "GranteePrincipal",
    "GranteeServicePrincipal",
    "RetiringPrincipal",
    "RetiringServicePrincipal",
    "Operations",
    "Constraints",
    "Name",
];

impl Service {
    pub(super) fn create_grant(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        let arn = key.arn.clone();
        check_parties(cx)?;
        check_operations(cx, key)?;
        let mut entry = kept(cx);
        entry.insert("KeyId".to_owned(), Value::from(arn.as_str()));
        // The account that issued the grant is the caller's (`GrantListEntry`).
        let issuer = cx
            .caller
            .account()
            .map(|account| Value::from(format!("arn:{}:iam::{account}:root", arn.partition())));
        entry.extend(issuer.map(|issuer| ("IssuingAccount".to_owned(), issuer)));
        // A request with a name that differs in nothing is a retry (`CreateGrant`, `Name`).
        let same = |own: &&GrantRecord| cx.input.has("Name") && own.entry == entry;
        if let Some(own) = key.grants.iter().find(same) {
            let id = own.id.clone();
            cx.stop_if_dry()?;
            // Every request has a token of its own, and all tokens of a grant can be used alike
            // (`CreateGrant`, `Name`).
            let token = self.new_grant_token(&arn, &id)?;
            return Ok(members! {"GrantToken": &*token, "GrantId": &*id});
        }
        if key.grants.len() >= MOST_GRANTS {
            return Err(KmsError::limit_exceeded(format!(
                "{arn} has {MOST_GRANTS} grants, which is the most that a key can have."
            )));
        }
        let id: Box<str> = self.hex_id::<32>().into();
        let grant = GrantRecord {
            token: self.new_grant_token(&arn, &id)?,
            id,
            created: cx.now,
            visible: cx.now + self.settings.grant_delay,
            entry,
        };
        let compiled = self.compiled_grant(&grant)?;
        cx.stop_if_dry()?;
        if let Some(key) = self.world.key_mut(arn.as_str()) {
            key.grants.push(compiled);
        }
        let answer = members! {"GrantToken": &*grant.token, "GrantId": &*grant.id};
        cx.trail.response = Some(json!({"grantId": &*grant.id, "keyId": arn.as_str()}));
        self.change_key(&arn, |key| key.grants.push(grant))?;
        Ok(answer)
    }

    pub(super) fn retire_grant(&mut self, cx: &mut Cx<'_>) -> Answer {
        let id = match (cx.input.str("GrantToken"), cx.input.str("GrantId")) {
            (Some(token), _) => self
                .grant_of_token(token)
                .map(|(_, grant)| grant.id.clone()),
            (None, id) => id.map(Box::from),
        };
        self.remove_grant(cx, &id.unwrap_or_default())
    }

    pub(super) fn revoke_grant(&mut self, cx: &mut Cx<'_>) -> Answer {
        self.remove_grant(cx, cx.input.required("GrantId")?)
    }

    fn remove_grant(&mut self, cx: &mut Cx<'_>, id: &str) -> Answer {
        let key = self.key_of(cx)?;
        let arn = key.arn.clone();
        if !key.grants.iter().any(|own| *own.id == *id) {
            return Err(KmsError::not_found(format!("Grant ID {id} not found")));
        }
        cx.stop_if_dry()?;
        if let Some(key) = self.world.key_mut(arn.as_str()) {
            key.grants.retain(|own| *own.id != *id);
        }
        self.change_key(&arn, |key| key.grants.retain(|own| *own.id != *id))?;
        cx.trail.response = Some(json!({"keyId": arn.as_str()}));
        Ok(Members::default())
    }

    pub(super) fn list_grants(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        let says = |grant: &GrantRecord, parameter: &str| {
            let wanted = cx.input.str(parameter);
            wanted.is_none_or(|wanted| {
                grant.entry.get(parameter).and_then(Value::as_str) == Some(wanted)
            })
        };
        let id = cx.input.str("GrantId");
        if let Some(id) = id
            && !key.grants.iter().any(|grant| *grant.id == *id)
        {
            return Err(KmsError::new(
                ErrorCode::InvalidGrantId,
                format!("Grant ID {id} not found"),
            ));
        }
        let mut grants: Vec<&GrantRecord> = key
            .grants
            .iter()
            .filter(|grant| id.is_none_or(|id| *grant.id == *id))
            .filter(|grant| says(grant, "GranteePrincipal"))
            .filter(|grant| says(grant, "GranteeServicePrincipal"))
            .collect();
        grants.sort_by(|a, b| a.id.cmp(&b.id));
        listing(
            cx,
            "Grants",
            key.arn.as_str(),
            grants,
            |grant| Cow::Borrowed(&*grant.id),
            GrantRecord::list_entry,
        )
    }

    /// Grants of all keys in the Region that name the retiring principal (API reference,
    /// `ListRetirableGrants`: "of all KMS keys … for which the specified principal is the
    /// `RetiringPrincipal`").
    pub(super) fn list_retirable_grants(&mut self, cx: &mut Cx<'_>) -> Answer {
        let region = cx.caller.region().as_str();
        let (principal, by_service) = (
            cx.input.str("RetiringPrincipal"),
            cx.input.str("RetiringServicePrincipal"),
        );
        if principal.is_some() == by_service.is_some() {
            return Err(KmsError::validation(
                "Exactly one of RetiringPrincipal and RetiringServicePrincipal must be specified.",
            ));
        }
        let says = |grant: &&GrantRecord, name: &str, wanted: Option<&str>| {
            wanted
                .is_none_or(|wanted| grant.entry.get(name).and_then(Value::as_str) == Some(wanted))
        };
        let keys = self.keys.values().filter(|key| key.region() == region);
        let mut grants: Vec<&GrantRecord> = keys
            .flat_map(|key| &key.grants)
            .filter(|grant| says(grant, "RetiringPrincipal", principal))
            .filter(|grant| says(grant, "RetiringServicePrincipal", by_service))
            .collect();
        grants.sort_by(|a, b| a.id.cmp(&b.id));
        let binding = principal.or(by_service).unwrap_or_default();
        listing(
            cx,
            "Grants",
            binding,
            grants,
            |grant| Cow::Borrowed(&*grant.id),
            GrantRecord::list_entry,
        )
    }
}

fn kept(cx: &Cx<'_>) -> Map<String, Value> {
    let members = KEPT.iter().filter_map(|name| {
        let value = cx.input.get(name)?;
        Some(((*name).to_owned(), untree(value)))
    });
    members.collect()
}

/// One grantee, at most one retiring principal; ARNs of principals that KMS can see (API
/// reference, `CreateGrant`).
fn check_parties(cx: &Cx<'_>) -> Result<(), KmsError> {
    let (grantee, by_service) = (
        cx.input.has("GranteePrincipal"),
        cx.input.has("GranteeServicePrincipal"),
    );
    if grantee == by_service {
        return Err(KmsError::validation(
            "Exactly one of GranteePrincipal and GranteeServicePrincipal must be specified.",
        ));
    }
    if cx.input.has("RetiringPrincipal") && cx.input.has("RetiringServicePrincipal") {
        return Err(KmsError::validation(
            "RetiringPrincipal and RetiringServicePrincipal cannot both be specified.",
        ));
    }
    for name in ["GranteePrincipal", "RetiringPrincipal"] {
        let Some(text) = cx.input.str(name) else {
            continue;
        };
        let is_service = service::is_service_principal(text);
        let is_arn = kmsim_authz::principal::Principal::parse(text).is_ok() && text != "anonymous";
        if !is_service && !is_arn {
            return Err(KmsError::invalid_arn(format!("ARN is not valid: {text}")));
        }
    }
    Ok(())
}

/// The operations must go with the key: spec and usage decide (KMS Developer Guide, "Grants in
/// AWS KMS", "Grant operations"); constraints on the encryption context need operations that take
/// one.
fn check_operations(cx: &Cx<'_>, key: &KeyRecord) -> Result<(), KmsError> {
    let operations: Vec<GrantOperation> = cx.input.enums_of("Operations")?;
    if operations.is_empty() {
        return Err(KmsError::validation("Operations must not be empty."));
    }
    for operation in &operations {
        if !suits(*operation, key) {
            return Err(KmsError::validation(format!(
                "Grant operation {operation} is not supported by the KMS key {}.",
                key.arn
            )));
        }
    }
    let constraints = cx.input.object("Constraints");
    let on_context = constraints.is_some_and(|constraints| {
        constraints.has("EncryptionContextEquals") || constraints.has("EncryptionContextSubset")
    });
    if on_context && !key.is_symmetric_encryption() {
        return Err(KmsError::validation(
            "You cannot use encryption context constraints in a grant on an asymmetric or HMAC KMS key.",
        ));
    }
    Ok(())
}

/// Whether a key of this spec and usage has the operation.
fn suits(operation: GrantOperation, key: &KeyRecord) -> bool {
    use GrantOperation as G;
    use kmsim_types::KeyUsage as U;
    let symmetric = key.is_symmetric_encryption();
    match operation {
        G::CreateGrant | G::RetireGrant | G::DescribeKey => true,
        G::Encrypt | G::Decrypt | G::ReEncryptFrom | G::ReEncryptTo => {
            key.usage == U::EncryptDecrypt
        }
        G::GenerateDataKey
        | G::GenerateDataKeyWithoutPlaintext
        | G::GenerateDataKeyPair
        | G::GenerateDataKeyPairWithoutPlaintext => symmetric,
        G::Sign | G::Verify => key.usage == U::SignVerify,
        G::GetPublicKey => key.spec.is_asymmetric(),
        G::GenerateMac | G::VerifyMac => key.usage == U::GenerateVerifyMac,
        G::DeriveSharedSecret => key.usage == U::KeyAgreement,
        G::Encapsulate | G::Decapsulate => key.usage == U::EncapsulateDecapsulate,
    }
}
