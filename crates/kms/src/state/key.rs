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
#[derive(Clone, Debug)]
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
    /// The oldest first.
    pub(crate) materials: Vec<Material>,
    /// `CustomKeyStoreId`
    pub(crate) custom_key_store: Option<Box<str>>,
    /// `XksKeyConfiguration.Id`
    pub(crate) xks_key: Option<Box<str>>,
}

/// A deletion that is scheduled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Deletion {
    /// `PendingWindowInDays`
    pub(crate) window_days: u32,
    /// `DeletionDate`; none while a primary waits for its replicas to go.
    pub(crate) at: Option<Timestamp>,
}

/// Automatic rotation and how often the key was rotated on demand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
        if until.is_some() {
            self.resume = Some(self.state);
            self.state = state;
            self.settles = until;
        }
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
