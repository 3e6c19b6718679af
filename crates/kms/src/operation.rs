//! The operations: what each does once its call is allowed. One file a family.

use kmsim_types::{KeyUsage, Operation};

use crate::error::KmsError;
use crate::service::{Answer, Cx, Service};
use crate::state::KeyRecord;

mod agree;
mod alias;
mod create;
mod custom_key_store;
mod data_key;
mod deletion;
mod describe;
mod encrypt;
mod grant;
mod import;
mod kem;
mod list;
mod mac;
mod multi_region;
mod policy;
mod random;
mod rotation;
mod sign;
mod state;
mod tag;
mod usage;

pub(crate) use rotation::ON_DEMAND_ROTATION_TIME;

pub(crate) use alias::check_alias_prefix;

impl Service {
    /// Performs an operation that is allowed, on keys that exist and are in a state for it.
    pub(crate) fn perform(&mut self, cx: &mut Cx<'_>) -> Answer {
        match cx.operation {
            Operation::CancelKeyDeletion => self.cancel_key_deletion(cx),
            Operation::ConnectCustomKeyStore => self.connect_custom_key_store(cx),
            Operation::CreateAlias => self.create_alias(cx),
            Operation::CreateCustomKeyStore => self.create_custom_key_store(cx),
            Operation::CreateGrant => self.create_grant(cx),
            Operation::CreateKey => self.create_key(cx),
            Operation::Decapsulate => self.decapsulate(cx),
            Operation::Decrypt => self.decrypt(cx),
            Operation::DeleteAlias => self.delete_alias(cx),
            Operation::DeleteCustomKeyStore => self.delete_custom_key_store(cx),
            Operation::DeleteImportedKeyMaterial => self.delete_imported_key_material(cx),
            Operation::DeriveSharedSecret => self.derive_shared_secret(cx),
            Operation::DescribeCustomKeyStores => self.describe_custom_key_stores(cx),
            Operation::DescribeKey => self.describe_key(cx),
            Operation::DisableKey => self.disable_key(cx),
            Operation::DisableKeyRotation => self.disable_key_rotation(cx),
            Operation::DisconnectCustomKeyStore => self.disconnect_custom_key_store(cx),
            Operation::EnableKey => self.enable_key(cx),
            Operation::EnableKeyRotation => self.enable_key_rotation(cx),
            Operation::Encapsulate => self.encapsulate(cx),
            Operation::Encrypt => self.encrypt(cx),
            Operation::GenerateDataKey => self.generate_data_key(cx),
            Operation::GenerateDataKeyPair => self.generate_data_key_pair(cx),
            Operation::GenerateDataKeyPairWithoutPlaintext => self.generate_data_key_pair(cx),
            Operation::GenerateDataKeyWithoutPlaintext => self.generate_data_key(cx),
            Operation::GenerateMac => self.generate_mac(cx),
            Operation::GenerateRandom => self.generate_random(cx),
            Operation::GetKeyLastUsage => self.get_key_last_usage(cx),
            Operation::GetKeyPolicy => self.get_key_policy(cx),
            Operation::GetKeyRotationStatus => self.get_key_rotation_status(cx),
            Operation::GetParametersForImport => self.get_parameters_for_import(cx),
            Operation::GetPublicKey => self.get_public_key(cx),
            Operation::ImportKeyMaterial => self.import_key_material(cx),
            Operation::ListAliases => self.list_aliases(cx),
            Operation::ListGrants => self.list_grants(cx),
            Operation::ListKeyPolicies => self.list_key_policies(cx),
            Operation::ListKeyRotations => self.list_key_rotations(cx),
            Operation::ListKeys => self.list_keys(cx),
            Operation::ListResourceTags => self.list_resource_tags(cx),
            Operation::ListRetirableGrants => self.list_retirable_grants(cx),
            Operation::PutKeyPolicy => self.put_key_policy(cx),
            Operation::ReEncrypt => self.re_encrypt(cx),
            Operation::ReplicateKey => self.replicate_key(cx),
            Operation::RetireGrant => self.retire_grant(cx),
            Operation::RevokeGrant => self.revoke_grant(cx),
            Operation::RotateKeyOnDemand => self.rotate_key_on_demand(cx),
            Operation::ScheduleKeyDeletion => self.schedule_key_deletion(cx),
            Operation::Sign => self.sign(cx),
            Operation::TagResource => self.tag_resource(cx),
            Operation::UntagResource => self.untag_resource(cx),
            Operation::UpdateAlias => self.update_alias(cx),
            Operation::UpdateCustomKeyStore => self.update_custom_key_store(cx),
            Operation::UpdateKeyDescription => self.update_key_description(cx),
            Operation::UpdatePrimaryRegion => self.update_primary_region(cx),
            Operation::Verify => self.verify(cx),
            Operation::VerifyMac => self.verify_mac(cx),
        }
    }
}

/// Fails unless the key has the usage that the operation needs.
fn check_usage(key: &KeyRecord, usage: KeyUsage, cx: &Cx<'_>) -> Result<(), KmsError> {
    if key.usage == usage {
        return Ok(());
    }
    Err(KmsError::invalid_key_usage(format!(
        "{} key usage is {} which is not valid for {}.",
        key.arn, key.usage, cx.operation
    )))
}

/// Fails unless the algorithm is one of those of the key's spec.
fn check_algorithm<T: Copy + PartialEq + std::fmt::Display>(
    key: &KeyRecord,
    algorithms: &[T],
    algorithm: T,
) -> Result<(), KmsError> {
    if algorithms.contains(&algorithm) {
        return Ok(());
    }
    Err(KmsError::invalid_key_usage(format!(
        "Algorithm {algorithm} and key spec {} are incompatible.",
        key.spec
    )))
}

/// Fails for keys that AWS manages: their policy, tags, state and rotation cannot be changed (KMS
/// Developer Guide, "AWS managed keys").
fn check_customer_managed(key: &KeyRecord, cx: &Cx<'_>) -> Result<(), KmsError> {
    if key.is_customer_managed() {
        return Ok(());
    }
    Err(KmsError::unsupported(format!(
        "{} is an AWS managed key, which is not valid for {}.",
        key.arn, cx.operation
    )))
}
