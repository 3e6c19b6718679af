//! Which keys a call is on.
//!
//! Bare ids and alias names are the caller's own, in the Region that is called; keys of other
//! accounts go by their ARNs (API reference, `KeyId`). A symmetric ciphertext names its key
//! itself.

use kmsim_crypto::blob;
use kmsim_types::{
    Arn, EncryptionAlgorithm, KeyIdentifierForm, MultiRegionKeyType, Operation, Partition,
};

use super::{Cx, Service};
use crate::error::KmsError;
use crate::operation::check_alias_prefix;
use crate::state::KeyRecord;

impl Service {
    /// Finds the keys of a call, before anything is authorized.
    pub(super) fn find_keys(&mut self, cx: &mut Cx<'_>) -> Result<(), KmsError> {
        match cx.operation {
            Operation::Decrypt => {
                cx.key = Some(self.key_of_ciphertext(cx, "KeyId", "EncryptionAlgorithm")?);
            }
            Operation::ReEncrypt => {
                let algorithm = "SourceEncryptionAlgorithm";
                cx.key = Some(self.key_of_ciphertext(cx, "SourceKeyId", algorithm)?);
                cx.other = Some(self.parameter(cx, "DestinationKeyId")?);
            }
            Operation::CreateAlias => {
                check_alias_prefix(cx.input.required("AliasName")?)?;
                cx.key = Some(self.parameter(cx, "TargetKeyId")?);
            }
            Operation::UpdateAlias => {
                cx.key = Some(self.parameter(cx, "TargetKeyId")?);
                cx.other = self.alias_target(cx)?;
            }
            Operation::DeleteAlias => cx.key = self.alias_target(cx)?,
            Operation::RetireGrant => cx.key = Some(self.key_of_grant(cx)?),
            Operation::UpdatePrimaryRegion => {
                let primary = self.parameter(cx, "KeyId")?;
                cx.other = Some(self.future_primary(cx, &primary)?);
                cx.key = Some(primary);
            }
            _ => {
                if let Some(text) = cx.input.str("KeyId") {
                    cx.key = Some(self.named(cx, text)?);
                }
            }
        }
        self.check_grant_tokens(cx)
    }

    /// The key of a parameter that must be there.
    fn parameter(&mut self, cx: &mut Cx<'_>, name: &str) -> Result<Arn, KmsError> {
        let text = cx.input.required(name)?;
        self.named(cx, text)
    }

    /// The key that a text names.
    pub(crate) fn named(&mut self, cx: &mut Cx<'_>, text: &str) -> Result<Arn, KmsError> {
        let action = cx.operation.actions().first();
        let forms = action.map(|action| action.info().key_identifier_forms);
        let form = KeyIdentifierForm::of(text);
        if forms.is_some_and(|forms| !forms.contains(form)) {
            return Err(KmsError::not_found(format!("Invalid keyId '{text}'")));
        }
        let arn = match form {
            KeyIdentifierForm::KeyArn | KeyIdentifierForm::AliasArn => own_region(cx, text)?,
            KeyIdentifierForm::AliasName => local_arn(cx, text)?,
            KeyIdentifierForm::KeyId => local_arn(cx, &format!("key/{text}"))?,
        };
        let is_alias = matches!(
            form,
            KeyIdentifierForm::AliasName | KeyIdentifierForm::AliasArn
        );
        if !is_alias {
            return match self.keys.get(arn.as_str()) {
                Some(key) => Ok(key.arn.clone()),
                None => Err(no_key(&arn)),
            };
        }
        self.make_aws_managed_key(cx, &arn)?;
        let target = self
            .aliases
            .get(arn.as_str())
            .and_then(|alias| alias.target.as_deref());
        let key = target.and_then(|target| self.keys.get(target));
        key.map(|key| key.arn.clone()).ok_or_else(|| no_alias(&arn))
    }

    /// The key of a ciphertext: the one that is named, or for a symmetric ciphertext the one in
    /// its header.
    fn key_of_ciphertext(
        &mut self,
        cx: &mut Cx<'_>,
        parameter: &'static str,
        algorithm: &str,
    ) -> Result<Arn, KmsError> {
        let symmetric = EncryptionAlgorithm::SymmetricDefault.name();
        let is_symmetric = cx.input.str(algorithm).is_none_or(|name| name == symmetric);
        if let Some(text) = cx.input.str(parameter) {
            let named = self.named(cx, text);
            // With a symmetric ciphertext a bare id may be that of another account's key.
            let bare = KeyIdentifierForm::of(text) == KeyIdentifierForm::KeyId;
            return match named {
                Err(_) if bare && is_symmetric => self.elsewhere(cx, text).or(named),
                named => named,
            };
        }
        if !is_symmetric || cx.input.str("CiphertextBlob").is_none() {
            let member = if parameter == "KeyId" {
                "keyId"
            } else {
                "sourceKeyId"
            };
            return Err(KmsError::missing(member));
        }
        // The header stands at the start: the whole is not read before the call is authorized,
        // unless the key's id is of unusual length.
        let start = cx
            .input
            .start_of_bytes("CiphertextBlob")
            .unwrap_or_default();
        let whole;
        let header = if let Ok(header) = blob::Header::parse(&start) {
            header
        } else {
            whole = cx.input.required_bytes("CiphertextBlob")?;
            blob::Header::parse(&whole).map_err(|_| KmsError::invalid_ciphertext())?
        };
        self.elsewhere(cx, header.key_id()).map_err(|_| {
            // AWS tells nobody whether there is such a key.
            KmsError::access_denied(format!(
                "User: {} is not authorized to perform: {} on the resource associated with this \
                 ciphertext because the resource does not exist in this Region, no resource-based \
                 policies allow access, or a resource-based policy explicitly denies access",
                cx.caller.principal(),
                cx.operation
                    .actions()
                    .first()
                    .map_or("", |action| action.name()),
            ))
        })
    }

    /// The key with this id in the Region that is called, of whatever account.
    fn elsewhere(&self, cx: &Cx<'_>, id: &str) -> Result<Arn, KmsError> {
        if let Ok(own) = local_arn(cx, &format!("key/{id}"))
            && let Some(key) = self.keys.get(own.as_str())
        {
            return Ok(key.arn.clone());
        }
        let region = cx.caller.region().as_str();
        let found = self
            .keys
            .values()
            .find(|key| key.id() == id && key.region() == region);
        match found {
            Some(key) => Ok(key.arn.clone()),
            None => Err(KmsError::not_found(format!("Invalid keyId '{id}'"))),
        }
    }

    /// The key that the alias of the request stands for now.
    fn alias_target(&self, cx: &Cx<'_>) -> Result<Option<Arn>, KmsError> {
        let arn = local_arn(cx, cx.input.required("AliasName")?)?;
        let Some(alias) = self.aliases.get(arn.as_str()) else {
            return Err(no_alias(&arn));
        };
        let key = alias
            .target
            .as_deref()
            .and_then(|target| self.keys.get(target));
        Ok(key.map(|key| key.arn.clone()))
    }

    /// `RetireGrant` names its grant by token, or by key and id.
    fn key_of_grant(&mut self, cx: &mut Cx<'_>) -> Result<Arn, KmsError> {
        let (token, id) = (cx.input.str("GrantToken"), cx.input.str("GrantId"));
        match (token, cx.input.str("KeyId"), id) {
            (Some(token), None, None) => {
                let found = self.grant_of_token(token);
                let (key, _) = found.ok_or_else(KmsError::invalid_grant_token)?;
                Ok(key.clone())
            }
            (None, Some(key), Some(id)) => {
                let arn = self.named(cx, key)?;
                let key = self.record_of(&arn)?;
                if key.grants.iter().any(|grant| *grant.id == *id) {
                    return Ok(arn);
                }
                Err(KmsError::not_found(format!("Grant ID {id} not found")))
            }
            _ => Err(KmsError::validation(
                "Either a grant token, or a key ID and a grant ID must be specified.",
            )),
        }
    }

    /// The replica that `UpdatePrimaryRegion` makes the primary. Which permissions that takes
    /// depends on both keys, so what they are is looked at before they are asked for.
    fn future_primary(&self, cx: &Cx<'_>, primary: &Arn) -> Result<Arn, KmsError> {
        check_primary(self.record_of(primary)?, cx)?;
        let region = cx.input.required("PrimaryRegion")?;
        if region == primary.region() {
            return Err(KmsError::unsupported(format!(
                "{primary} is the primary key already."
            )));
        }
        let replica = in_region(primary, region)?;
        match self.keys.get(replica.as_str()) {
            Some(key) => Ok(key.arn.clone()),
            None => Err(no_key(&replica)),
        }
    }
}

/// Fails unless the key is the primary key of a multi-Region family.
pub(crate) fn check_primary(key: &KeyRecord, cx: &Cx<'_>) -> Result<(), KmsError> {
    let what = match key.multi_region {
        Some(MultiRegionKeyType::Primary) => return Ok(()),
        Some(MultiRegionKeyType::Replica) => "is a multi-Region replica key",
        None => "is a single-Region key",
    };
    Err(KmsError::unsupported(format!(
        "{} {what}, which is not valid for {}.",
        key.arn, cx.operation
    )))
}

/// The ARN that a resource has in the caller's account and the Region that is called.
pub(crate) fn local_arn(cx: &Cx<'_>, resource: &str) -> Result<Arn, KmsError> {
    let region = cx.caller.region();
    let Some(account) = cx.caller.account() else {
        return Err(KmsError::not_found(format!("Invalid keyId '{resource}'")));
    };
    let partition = Partition::of_region(region.as_str());
    let text = format!("arn:{partition}:kms:{region}:{account}:{resource}");
    Arn::parse(&text).map_err(|_| KmsError::not_found(format!("Invalid keyId '{resource}'")))
}

/// The ARN of a related multi-Region key.
pub(crate) fn in_region(key: &Arn, region: &str) -> Result<Arn, KmsError> {
    let (partition, account) = (key.partition(), key.account());
    let text = format!("arn:{partition}:kms:{region}:{account}:{}", key.resource());
    Arn::parse(&text).map_err(|_| KmsError::invalid_arn(format!("Invalid arn {text}")))
}

/// An ARN that stands in a request is one of KMS, in the Region that is called.
fn own_region(cx: &Cx<'_>, text: &str) -> Result<Arn, KmsError> {
    let wrong = || KmsError::invalid_arn(format!("Invalid arn {text}"));
    let arn = Arn::parse(text).map_err(|_| wrong())?;
    let resource = arn.resource();
    if arn.service() != "kms" || !(resource.starts_with("key/") || resource.starts_with("alias/")) {
        return Err(wrong());
    }
    if arn.region() != cx.caller.region().as_str() {
        return Err(KmsError::not_found(format!("Invalid arn {}", arn.region())));
    }
    Ok(arn)
}

pub(crate) fn no_key(arn: &Arn) -> KmsError {
    KmsError::not_found(format!("Key '{arn}' does not exist"))
}

pub(crate) fn no_alias(arn: &Arn) -> KmsError {
    KmsError::not_found(format!("Alias {arn} is not found."))
}
