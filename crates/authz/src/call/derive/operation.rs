//! Condition keys that tell what is asked for: the key, the encryption context, the parameters.

use kmsim_policy::condition_key::ConditionKey;
use kmsim_types::{AccountId, KeySpec, KmsAction, MultiRegionKeyType};
use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use super::super::Parameters;
use super::super::readings::{self as reading, Reading};
use super::Deriver;
use crate::context::{ContextValue, Family, key};
use crate::grant::EncryptionContextConstraint;
use crate::reader::Pairs;
use crate::request::ENCRYPTION_CONTEXT;
use crate::world::Key;

/// How many aliases a key can have before `kms:ResourceAliases` stops working.
const MOST_ALIASES: usize = 50;

impl Deriver<'_, '_> {
    /// What the account of the resource tells.
    pub(in crate::call) fn resource_account(&mut self, account: AccountId) {
        self.set(key!("aws:ResourceAccount"), account.as_str());
        self.organization(
            account,
            key!("aws:ResourceOrgID"),
            key!("aws:ResourceOrgPaths"),
        );
    }

    /// What every check on a key carries.
    pub(in crate::call) fn key(&mut self, key: &Key, alias: Option<&str>) {
        self.context.close(Family::Resource);
        self.resource_account(key.account);
        self.key_attributes(
            constant(key.spec.name()),
            constant(key.usage.name()),
            constant(key.origin.name()),
        );
        self.set(key!("kms:MultiRegion"), key.multi_region.is_some());
        if let Some(sort) = key.multi_region {
            self.set(key!("kms:MultiRegionKeyType"), constant(sort.name()));
        }
        if key.aliases.len() > MOST_ALIASES {
            self.note(&reading::MANY_ALIASES);
        } else {
            self.set(
                key!("kms:ResourceAliases"),
                ContextValue::many(&key.aliases),
            );
        }
        self.tags("aws:ResourceTag/", &key.tags);
        match alias {
            Some(alias) => self.set(key!("kms:RequestAlias"), alias),
            None if key.aliases.is_empty() => {
                self.context.derive_absent(key!("kms:RequestAlias"));
            }
            None => {}
        }
        if key.spec != KeySpec::SymmetricDefault {
            self.context.close(Family::Pairs);
        }
        if self.comes_with(&key!("kms:TrailingDaysWithoutKeyUsage")) {
            self.trailing_days(key);
        }
    }

    fn trailing_days(&mut self, key: &Key) {
        if let (Some(now), Some(used)) = (self.now(), &key.last_used) {
            let seconds = now.instant.epoch_seconds() - used.instant.epoch_seconds();
            let days = seconds.div_euclid(86_400).max(0).to_smolstr();
            self.set(key!("kms:TrailingDaysWithoutKeyUsage"), days);
        } else {
            self.unknown(key!("kms:TrailingDaysWithoutKeyUsage"));
        }
    }

    fn key_attributes(&mut self, spec: SmolStr, usage: SmolStr, origin: SmolStr) {
        self.set(key!("kms:KeySpec"), spec.clone());
        self.set(key!("kms:CustomerMasterKeySpec"), spec);
        self.set(key!("kms:KeyUsage"), usage.clone());
        self.set(key!("kms:CustomerMasterKeyUsage"), usage);
        self.set(key!("kms:KeyOrigin"), origin);
    }

    /// The keys of a key that `CreateKey` makes; omitted parameters have their defaults.
    pub(in crate::call) fn new_key(&mut self, parameters: &Parameters) {
        let spec = parameters
            .get("KeySpec")
            .or(parameters.get("CustomerMasterKeySpec"));
        if self.is_open() && spec.is_none() {
            // What key it is to be is not known; nor is what it is tagged with.
            return;
        }
        self.key_attributes(
            spec.unwrap_or("SYMMETRIC_DEFAULT").into(),
            parameters
                .get("KeyUsage")
                .unwrap_or("ENCRYPT_DECRYPT")
                .into(),
            parameters.get("Origin").unwrap_or("AWS_KMS").into(),
        );
        let multi_region = parameters.is_true("MultiRegion");
        self.set(key!("kms:MultiRegion"), multi_region);
        if multi_region {
            self.set(
                key!("kms:MultiRegionKeyType"),
                constant(MultiRegionKeyType::Primary.name()),
            );
            self.note(&reading::NEW_PRIMARY);
        }
        self.bypass(parameters);
        self.request_tags(&parameters.tags);
        self.tags("aws:ResourceTag/", &parameters.tags);
    }

    /// The keys of a replica that is made of `primary`.
    pub(in crate::call) fn new_replica(&mut self, primary: &Key, parameters: &Parameters) {
        self.key_attributes(
            constant(primary.spec.name()),
            constant(primary.usage.name()),
            constant(primary.origin.name()),
        );
        self.set(key!("kms:MultiRegion"), true);
        self.set(
            key!("kms:MultiRegionKeyType"),
            constant(MultiRegionKeyType::Replica.name()),
        );
        self.bypass(parameters);
        self.request_tags(&parameters.tags);
        self.tags("aws:ResourceTag/", &parameters.tags);
        self.note(&reading::NEW_REPLICA);
        if !parameters.tags.is_empty() {
            self.note(&reading::REPLICA_TAGS);
        }
    }

    /// Absent unless it is sent, also where `false` is meant.
    fn bypass(&mut self, parameters: &Parameters) {
        if let Some(value) = parameters.get("BypassPolicyLockoutSafetyCheck") {
            self.set(key!("kms:BypassPolicyLockoutSafetyCheck"), value);
        }
    }

    fn request_tags(&mut self, tags: &Pairs) {
        if self.is_open() && tags.is_empty() {
            return;
        }
        self.tags("aws:RequestTag/", tags);
        let keys = tags.iter().map(|(key, _)| key);
        self.set(key!("aws:TagKeys"), ContextValue::many(keys));
    }

    pub(in crate::call) fn resource_tags(&mut self, tags: &Pairs) {
        self.tags("aws:ResourceTag/", tags);
    }

    /// The encryption context, for a key that takes one.
    pub(in crate::call) fn encryption_context(&mut self, pairs: &Pairs) {
        for (key, value) in pairs {
            let key = ConditionKey::new(&format_smolstr!("{ENCRYPTION_CONTEXT}{key}"));
            self.set(key, &**value);
        }
        // Pairs that stand in the stated context belong to it too.
        let of_context = |key: &ConditionKey| {
            let (prefix, name) = key.text().split_at_checked(ENCRYPTION_CONTEXT.len())?;
            prefix
                .eq_ignore_ascii_case(ENCRYPTION_CONTEXT)
                .then(|| Box::<str>::from(name))
        };
        if self.context.unknown().any(|key| of_context(key).is_some()) {
            self.unknown(key!("kms:EncryptionContextKeys"));
            return;
        }
        let mut keys: Vec<Box<str>> = pairs.iter().map(|(key, _)| key.clone()).collect();
        for (key, _) in self.context.present() {
            if let Some(name) = of_context(key)
                && !keys.iter().any(|known| known.eq_ignore_ascii_case(&name))
            {
                keys.push(name);
            }
        }
        let is_told = !keys.is_empty() || self.context.says("kms:EncryptionContextKeys");
        if self.is_open() && !is_told {
            return;
        }
        self.context.close(Family::Pairs);
        self.set(key!("kms:EncryptionContextKeys"), ContextValue::many(&keys));
    }

    pub(in crate::call) fn grant_constraint(
        &mut self,
        constraint: Option<&EncryptionContextConstraint>,
    ) {
        let Some(constraint) = constraint else { return };
        let kind = if constraint.equals {
            "EncryptionContextEquals"
        } else {
            "EncryptionContextSubset"
        };
        self.set(key!("kms:GrantConstraintType"), constant(kind));
        self.encryption_context(&constraint.pairs);
    }

    /// The keys that hold the parameters of the operation.
    pub(in crate::call) fn parameters(&mut self, parameters: &Parameters) {
        for (key, parameter, otherwise) in FROM_PARAMETERS {
            if !self.comes_with(key) {
                continue;
            }
            let key = key.clone();
            match (parameters.get(parameter), otherwise) {
                (Some(value), _) => self.set(key, value),
                (None, Otherwise::Absent) => {}
                (None, Otherwise::Unknown) => self.unknown(key),
                // A caller could say something else than the default.
                (None, Otherwise::Default(..)) if self.is_open() && self.has_choice(&key) => {}
                (None, Otherwise::Default(value, reading)) => {
                    self.set(key, constant(value));
                    if let Some(reading) = reading {
                        self.note(reading);
                    }
                }
            }
        }
        if let Some(valid_to) = parameters.get("ValidTo")
            && let Some(instant) = kmsim_policy::instant::Instant::parse(valid_to)
        {
            self.set(key!("kms:ValidTo"), instant.epoch_seconds().to_smolstr());
        }
        match self.action {
            Some(KmsAction::TagResource) => self.request_tags(&parameters.tags),
            Some(KmsAction::UntagResource) if self.is_open() && parameters.tag_keys.is_empty() => {}
            Some(KmsAction::UntagResource) => {
                self.set(
                    key!("aws:TagKeys"),
                    ContextValue::many(&parameters.tag_keys),
                );
            }
            Some(KmsAction::CreateGrant) => self.new_grant(parameters),
            _ => {}
        }
        if parameters.get("Recipient").is_some() {
            self.attestation();
        }
    }

    /// Whether a parameter with a default can have other values.
    fn has_choice(&self, key: &ConditionKey) -> bool {
        let symmetric =
            || self.context.one("kms:KeySpec") == Some(KeySpec::SymmetricDefault.name());
        match key.text() {
            "kms:EncryptionAlgorithm" => !symmetric(),
            "kms:KeyAgreementAlgorithm" | "kms:PolicyName" => false,
            _ => true,
        }
    }

    fn new_grant(&mut self, parameters: &Parameters) {
        match &parameters.operations {
            Some(operations) => {
                self.set(key!("kms:GrantOperations"), ContextValue::many(operations));
            }
            None => self.unknown(key!("kms:GrantOperations")),
        }
        let grantees = ["GranteePrincipal", "GranteeServicePrincipal"];
        if !grantees.iter().any(|name| parameters.get(name).is_some()) {
            self.unknown(key!("kms:GranteePrincipal"));
            self.unknown(key!("kms:GranteeServicePrincipal"));
        }
        let constraints = &parameters.constraints;
        if let Some(arn) = &constraints.source_arn {
            self.set(key!("kms:GrantConstraintSourceArn"), &**arn);
        }
        self.grant_constraint(constraints.encryption_context.as_ref());
        self.note(&reading::CREATE_GRANT_CONTEXT);
    }

    /// An attestation document comes along, and the call does not tell what stands in it.
    fn attestation(&mut self) {
        self.unknown(key!("kms:RecipientAttestation:ImageSha384"));
        for index in 0..32 {
            self.unknown(ConditionKey::new(&format!(
                "kms:RecipientAttestation:PCR{index}"
            )));
        }
        for index in 0..24 {
            self.unknown(ConditionKey::new(&format!(
                "kms:RecipientAttestation:NitroTPMPCR{index}"
            )));
        }
    }
}

/// A value that is always the same text.
const fn constant(value: &'static str) -> SmolStr {
    SmolStr::new_static(value)
}

/// What a key holds if its parameter is left out.
enum Otherwise {
    Absent,
    /// The parameter is required, so that a call without it leaves something open.
    Unknown,
    Default(&'static str, Option<&'static Reading>),
}

/// Condition keys that hold a parameter (KMS Developer Guide, "AWS KMS condition keys").
static FROM_PARAMETERS: &[(ConditionKey, &str, Otherwise)] = &[
    (
        ConditionKey::known("kms:DataKeyPairSpec"),
        "KeyPairSpec",
        Otherwise::Unknown,
    ),
    (
        ConditionKey::known("kms:EncryptionAlgorithm"),
        "EncryptionAlgorithm",
        Otherwise::Default("SYMMETRIC_DEFAULT", None),
    ),
    (
        ConditionKey::known("kms:ExpirationModel"),
        "ExpirationModel",
        Otherwise::Absent,
    ),
    (
        ConditionKey::known("kms:GranteePrincipal"),
        "GranteePrincipal",
        Otherwise::Absent,
    ),
    (
        ConditionKey::known("kms:GranteeServicePrincipal"),
        "GranteeServicePrincipal",
        Otherwise::Absent,
    ),
    (
        ConditionKey::known("kms:RetiringPrincipal"),
        "RetiringPrincipal",
        Otherwise::Absent,
    ),
    (
        ConditionKey::known("kms:RetiringServicePrincipal"),
        "RetiringServicePrincipal",
        Otherwise::Absent,
    ),
    (
        ConditionKey::known("kms:KeyAgreementAlgorithm"),
        "KeyAgreementAlgorithm",
        Otherwise::Default("ECDH", None),
    ),
    (
        ConditionKey::known("kms:MacAlgorithm"),
        "MacAlgorithm",
        Otherwise::Unknown,
    ),
    (
        ConditionKey::known("kms:MessageType"),
        "MessageType",
        Otherwise::Default("RAW", Some(&reading::MESSAGE_TYPE)),
    ),
    (
        ConditionKey::known("kms:PolicyName"),
        "PolicyName",
        Otherwise::Default("default", None),
    ),
    (
        ConditionKey::known("kms:PrimaryRegion"),
        "PrimaryRegion",
        Otherwise::Unknown,
    ),
    (
        ConditionKey::known("kms:ReplicaRegion"),
        "ReplicaRegion",
        Otherwise::Unknown,
    ),
    (
        ConditionKey::known("kms:RotationPeriodInDays"),
        "RotationPeriodInDays",
        Otherwise::Default("365", Some(&reading::ROTATION_PERIOD)),
    ),
    (
        ConditionKey::known("kms:ScheduleKeyDeletionPendingWindowInDays"),
        "PendingWindowInDays",
        Otherwise::Default("30", Some(&reading::PENDING_WINDOW)),
    ),
    (
        ConditionKey::known("kms:SigningAlgorithm"),
        "SigningAlgorithm",
        Otherwise::Unknown,
    ),
    (
        ConditionKey::known("kms:WrappingAlgorithm"),
        "WrappingAlgorithm",
        Otherwise::Unknown,
    ),
    (
        ConditionKey::known("kms:WrappingKeySpec"),
        "WrappingKeySpec",
        Otherwise::Unknown,
    ),
    (
        ConditionKey::known("kms:BypassPolicyLockoutSafetyCheck"),
        "BypassPolicyLockoutSafetyCheck",
        Otherwise::Absent,
    ),
];
