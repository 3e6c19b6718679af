//! Keys: what the service knows of one beyond its cryptography.

use kmsim_authz::reader::Pairs;
use kmsim_types::{
    AccountId, Arn, KeyManager, KeyMaterialState, KeyOrigin, KeySpec, KeyState, KeyUsage,
    MultiRegionKeyType,
};
use serde::{Deserialize, Serialize};

use super::{GrantRecord, Material};
use crate::clock::Timestamp;

/// A key in one Region. The world that decisions are made in holds the same policy and grants,
/// compiled; the service changes both together.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct KeyRecord {
    pub(crate) arn: Arn,
    pub(crate) account: AccountId,
    pub(crate) spec: KeySpec,
    pub(crate) usage: KeyUsage,
    pub(crate) origin: KeyOrigin,
    pub(crate) manager: KeyManager,
    pub(crate) state: KeyState,
    /// The state to which the key goes from `Creating`, `Updating` and `Unavailable`.
    pub(crate) resume: Option<KeyState>,
    /// When `Creating` or `Updating` is over.
    pub(crate) settles: Option<Timestamp>,
    pub(crate) multi_region: Option<MultiRegionKeyType>,
    pub(crate) created: Timestamp,
    pub(crate) description: String,
    /// The key policy as it was put, letter for letter.
    pub(crate) policy: String,
    pub(crate) tags: Pairs,
    /// In the order of their creation.
    pub(crate) grants: Vec<GrantRecord>,
    pub(crate) deletion: Option<Deletion>,
    pub(crate) rotation: Rotation,
    /// The oldest first. It is stored apart from the rest, sealed.
    #[serde(skip)]
    pub(crate) materials: Vec<Material>,
    /// `CustomKeyStoreId`
    pub(crate) custom_key_store: Option<Box<str>>,
    /// `XksKeyConfiguration.Id`
    pub(crate) xks_key: Option<Box<str>>,
    /// Until when the time of the key is counted for the bill.
    pub(crate) metered: Timestamp,
}

/// A deletion that is scheduled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Deletion {
    /// `PendingWindowInDays`
    pub(crate) window_days: u32,
    /// `DeletionDate`; none while a primary waits for its replicas to go.
    pub(crate) at: Option<Timestamp>,
}

/// Automatic rotation and how often the key was rotated on demand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Rotation {
    /// `RotationPeriodInDays`; none while automatic rotation is off.
    pub(crate) period_days: Option<u32>,
    /// `NextRotationDate`
    pub(crate) next: Option<Timestamp>,
    /// How many rotations on demand there were.
    pub(crate) on_demand: u32,
    /// `OnDemandRotationStartDate`, while one is under way.
    pub(crate) on_demand_started: Option<Timestamp>,
}

/// How often AWS managed keys rotate, in days (KMS Developer Guide, "Rotate AWS KMS keys").
const AWS_MANAGED_PERIOD: u32 = 365;

impl Rotation {
    /// AWS managed keys rotate from their creation on; others when somebody says so.
    pub(crate) fn of_new_key(manager: KeyManager, now: Timestamp) -> Self {
        if manager == KeyManager::Customer {
            return Self::default();
        }
        Self {
            period_days: Some(AWS_MANAGED_PERIOD),
            next: Some(now.plus_days(AWS_MANAGED_PERIOD)),
            ..Self::default()
        }
    }
}

impl KeyRecord {
    /// The key's id.
    pub(crate) fn id(&self) -> &str {
        self.arn.resource().strip_prefix("key/").unwrap_or("")
    }

    /// The key's Region.
    pub(crate) fn region(&self) -> &str {
        self.arn.region()
    }

    /// The material that encrypts and signs.
    pub(crate) fn current(&self) -> Option<&Material> {
        self.materials
            .iter()
            .find(|material| material.state == KeyMaterialState::Current)
    }

    /// Puts the key into a transient state until a time; then it is in its present state again.
    pub(crate) fn pass_through(&mut self, state: KeyState, until: Option<Timestamp>) {
        if until.is_none() {
            return;
        }
        // A key can be promoted twice in a row.
        if !matches!(self.state, KeyState::Creating | KeyState::Updating) {
            self.resume = Some(self.state);
        }
        self.state = state;
        self.settles = until;
    }

    /// Whether a generation of material belongs to the key for good. Imported material that waits
    /// for its rotation does not: it can be deleted and leaves the key as it was (KMS Developer
    /// Guide, "Import new key material"). A rotation that is under way has decided it.
    pub(crate) fn is_permanent(&self, material: &Material) -> bool {
        match material.state {
            KeyMaterialState::Current | KeyMaterialState::NonCurrent => true,
            KeyMaterialState::PendingRotation => self.rotation.on_demand_started.is_some(),
            KeyMaterialState::PendingMultiRegionImportAndRotation => false,
        }
    }

    /// Whether any material that belongs to the key is not there: no key works then, however many
    /// other generations it has (KMS Developer Guide, "Delete imported key material").
    pub(crate) fn lacks_material(&self) -> bool {
        let mut own = self
            .materials
            .iter()
            .filter(|material| self.is_permanent(material))
            .peekable();
        own.peek().is_none() || own.any(|material| material.key.is_none())
    }

    /// Brings the state in line with the material that is there. A key that is pending deletion
    /// stays so (API reference, `DeleteImportedKeyMaterial`).
    pub(crate) fn follow_material(&mut self) {
        let lacks = self.lacks_material();
        let state = match self.state {
            KeyState::Creating | KeyState::Updating => self.resume.get_or_insert(KeyState::Enabled),
            _ => &mut self.state,
        };
        match *state {
            KeyState::PendingImport if !lacks => *state = KeyState::Enabled,
            KeyState::Enabled | KeyState::Disabled if lacks => *state = KeyState::PendingImport,
            _ => {}
        }
    }

    /// Whether the key is a replica: what related keys share is changed on their primary only.
    pub(crate) fn is_replica(&self) -> bool {
        self.multi_region == Some(MultiRegionKeyType::Replica)
    }

    /// Whether the key was made by a user, not by a service of AWS.
    pub(crate) fn is_customer_managed(&self) -> bool {
        self.manager == KeyManager::Customer
    }

    /// Whether the key is for encryption under an encryption context.
    pub(crate) fn is_symmetric_encryption(&self) -> bool {
        self.spec == KeySpec::SymmetricDefault
    }

    /// Whether the key is in a custom key store.
    pub(crate) fn is_in_custom_key_store(&self) -> bool {
        matches!(
            self.origin,
            KeyOrigin::AwsCloudHsm | KeyOrigin::ExternalKeyStore
        )
    }
}
