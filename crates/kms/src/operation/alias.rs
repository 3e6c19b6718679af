//! `CreateAlias`, `UpdateAlias`, `DeleteAlias`, `ListAliases`.

use std::borrow::Cow;
use std::ops::Bound;

use kmsim_types::KeySpec;
use serde_json::json;

use super::check_customer_managed;
use crate::error::{ErrorCode, KmsError};
use crate::members::{Members, set};
use crate::service::{Answer, Cx, Service, listing, local_arn};
use crate::state::KeyRecord;

/// Most aliases of one key (KMS Developer Guide, "Resource quotas").
const MOST_ALIASES: usize = 50;

impl Service {
    pub(super) fn create_alias(&mut self, cx: &mut Cx<'_>) -> Answer {
        let name = alias_name(cx)?;
        let key = self.key_of(cx)?;
        check_customer_managed(key, cx)?;
        check_own(key, cx)?;
        let target = key.arn.clone();
        let arn = local_arn(cx, name)?;
        if self.aliases.contains_key(arn.as_str()) {
            return Err(KmsError::new(
                ErrorCode::AlreadyExists,
                format!("An alias with the name {arn} already exists"),
            ));
        }
        self.check_alias_quota(&target)?;
        self.put_alias(&arn, Some(&target), cx.now);
        cx.trail.resources.push(arn);
        Ok(Members::default())
    }

    pub(super) fn update_alias(&mut self, cx: &mut Cx<'_>) -> Answer {
        let name = alias_name(cx)?;
        let new = self.key_of(cx)?;
        check_customer_managed(new, cx)?;
        check_own(new, cx)?;
        if let Some(old) = &cx.other {
            check_same_kind(self.record_of(old)?, new)?;
        }
        let target = new.arn.clone();
        if cx.other.as_ref() != Some(&target) {
            self.check_alias_quota(&target)?;
        }
        let arn = local_arn(cx, name)?;
        self.put_alias(&arn, Some(&target), cx.now);
        cx.trail.resources.push(arn);
        Ok(Members::default())
    }

    pub(super) fn delete_alias(&mut self, cx: &mut Cx<'_>) -> Answer {
        let arn = local_arn(cx, alias_name(cx)?)?;
        self.remove_alias(arn.as_str());
        cx.trail.resources.push(arn);
        Ok(Members::default())
    }

    pub(super) fn list_aliases(&mut self, cx: &mut Cx<'_>) -> Answer {
        let prefix = local_arn(cx, "alias/")?;
        let of_key = cx.key.as_ref().map(|key| Box::<str>::from(key.as_str()));
        let aliases = self
            .aliases
            .range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded))
            .take_while(|(arn, _)| arn.starts_with(prefix.as_str()))
            .filter(|(_, alias)| of_key.is_none() || alias.target == of_key);
        let binding = of_key.as_deref().unwrap_or("");
        listing(
            cx,
            "Aliases",
            binding,
            aliases,
            |(arn, _)| Cow::Borrowed(&***arn),
            |(arn, alias)| {
                let (_, name) = arn.rsplit_once(':').unwrap_or_default();
                let mut entry = json!({"AliasName": name, "AliasArn": &**arn});
                if let Some(target) = &alias.target {
                    let (_, id) = target.split_once(":key/").unwrap_or_default();
                    set(&mut entry, "TargetKeyId", id);
                    set(&mut entry, "CreationDate", alias.created.to_json());
                    set(&mut entry, "LastUpdatedDate", alias.updated.to_json());
                }
                entry
            },
        )
    }

    fn check_alias_quota(&self, target: &kmsim_types::Arn) -> Result<(), KmsError> {
        let key = self.world.key(target.as_str());
        if key.is_none_or(|key| key.aliases.len() < MOST_ALIASES) {
            return Ok(());
        }
        Err(KmsError::limit_exceeded(format!(
            "{target} has {MOST_ALIASES} aliases, which is the most that a key can have."
        )))
    }
}

/// The alias of the request, which must not be one of AWS (API reference, `CreateAlias`).
fn alias_name<'a>(cx: &Cx<'a>) -> Result<&'a str, KmsError> {
    let name = cx.input.required("AliasName")?;
    let refuse = |message: &str| Err(KmsError::new(ErrorCode::InvalidAliasName, message));
    match name.strip_prefix("alias/") {
        None => Err(no_prefix()),
        Some("") => refuse("Alias must have a name after the prefix alias/."),
        Some(rest) if rest.starts_with("aws/") || rest == "aws" => {
            refuse("Aliases that begin with alias/aws/ are reserved for AWS.")
        }
        Some(rest) if rest.contains(':') => {
            refuse(&format!("{name} contains invalid characters for an alias"))
        }
        Some(_) => Ok(name),
    }
}

/// Fails for a name that is none of an alias: nobody could be authorized for it.
pub(crate) fn check_alias_prefix(name: &str) -> Result<(), KmsError> {
    if name.starts_with("alias/") {
        return Ok(());
    }
    Err(no_prefix())
}

fn no_prefix() -> KmsError {
    KmsError::validation(
        "Invalid identifier. Alias must start with the prefix \"alias/\". Please see \
         https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
    )
}

/// An alias is in the account and Region of its key.
fn check_own(key: &KeyRecord, cx: &Cx<'_>) -> Result<(), KmsError> {
    if cx.caller.account() == Some(key.account) {
        return Ok(());
    }
    Err(KmsError::validation(format!(
        "Alias and key must be in the same account; {} is in another one.",
        key.arn
    )))
}

/// Both keys must be symmetric, or HMAC keys, or asymmetric ones, with the same usage (API
/// reference, `UpdateAlias`).
fn check_same_kind(old: &KeyRecord, new: &KeyRecord) -> Result<(), KmsError> {
    let kind = |key: &KeyRecord| match key.spec {
        KeySpec::SymmetricDefault => 0,
        spec if spec.is_asymmetric() => 1,
        _ => 2,
    };
    if kind(old) == kind(new) && old.usage == new.usage {
        return Ok(());
    }
    Err(KmsError::validation(
        "Alias cannot be changed to a KMS key of a different type or key usage.",
    ))
}
