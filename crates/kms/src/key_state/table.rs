// Rendered by tests/suite/tables.rs from fixtures/tables/key-states.json (2026-11).

use kmsim_types::Operation;

use super::{Cell, NOT_APPLICABLE, depends, fails, succeeds};

/// The row of an operation: `Enabled`, `Disabled`, `PendingDeletion`, `PendingImport`, `Unavailable`, `Creating`, `Updating`.
pub(super) const fn row(operation: Operation) -> Option<&'static [Cell; 7]> {
    match operation {
        Operation::CancelKeyDeletion => Some(const { &[fails(&[4]), fails(&[4]), succeeds(&[]), fails(&[4]), fails(&[4, 13]), fails(&[4]), fails(&[4])] }),
        Operation::CreateAlias => Some(const { &[succeeds(&[]), succeeds(&[]), fails(&[3]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[])] }),
        Operation::CreateGrant => Some(const { &[succeeds(&[]), fails(&[1]), fails(&[2, 3]), fails(&[5]), succeeds(&[]), fails(&[14]), succeeds(&[])] }),
        Operation::Decapsulate => Some(const { &[succeeds(&[]), fails(&[1]), fails(&[2, 3]), fails(&[5]), NOT_APPLICABLE, fails(&[14]), succeeds(&[])] }),
        Operation::Decrypt => Some(const { &[succeeds(&[]), fails(&[1]), fails(&[2, 3]), fails(&[5]), fails(&[11]), fails(&[14]), succeeds(&[])] }),
        Operation::DeleteAlias => Some(const { &[succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[])] }),
        Operation::DeleteImportedKeyMaterial => Some(const { &[succeeds(&[9]), succeeds(&[9]), succeeds(&[9]), succeeds(&[]), NOT_APPLICABLE, fails(&[14]), fails(&[15])] }),
        Operation::DeriveSharedSecret => Some(const { &[succeeds(&[]), fails(&[1]), fails(&[2, 3]), fails(&[5]), NOT_APPLICABLE, fails(&[14]), succeeds(&[])] }),
        Operation::DescribeKey => Some(const { &[succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[])] }),
        Operation::DisableKey => Some(const { &[succeeds(&[]), succeeds(&[]), fails(&[3]), fails(&[5]), succeeds(&[12]), fails(&[14]), fails(&[15])] }),
        Operation::DisableKeyRotation => Some(const { &[depends(&[7]), fails(&[1, 7]), fails(&[3, 7]), fails(&[6]), fails(&[7]), fails(&[14]), depends(&[7])] }),
        Operation::EnableKey => Some(const { &[succeeds(&[]), succeeds(&[]), fails(&[3]), fails(&[5]), succeeds(&[12]), fails(&[14]), fails(&[15])] }),
        Operation::EnableKeyRotation => Some(const { &[depends(&[7]), fails(&[1, 7]), fails(&[3, 7]), fails(&[6]), fails(&[7]), fails(&[14]), depends(&[7])] }),
        Operation::Encapsulate => Some(const { &[succeeds(&[]), fails(&[1]), fails(&[2, 3]), fails(&[5]), NOT_APPLICABLE, fails(&[14]), succeeds(&[])] }),
        Operation::Encrypt => Some(const { &[succeeds(&[]), fails(&[1]), fails(&[2, 3]), fails(&[5]), fails(&[11]), fails(&[14]), succeeds(&[])] }),
        Operation::GenerateDataKey => Some(const { &[succeeds(&[]), fails(&[1]), fails(&[2, 3]), fails(&[5]), fails(&[11]), fails(&[14]), succeeds(&[])] }),
        Operation::GenerateDataKeyPair => Some(const { &[succeeds(&[]), fails(&[1]), fails(&[2, 3]), fails(&[5]), fails(&[7]), fails(&[14]), succeeds(&[])] }),
        Operation::GenerateDataKeyPairWithoutPlaintext => Some(const { &[succeeds(&[]), fails(&[1]), fails(&[2, 3]), fails(&[5]), fails(&[7]), fails(&[14]), succeeds(&[])] }),
        Operation::GenerateDataKeyWithoutPlaintext => Some(const { &[succeeds(&[]), fails(&[1]), fails(&[2, 3]), fails(&[5]), fails(&[11]), fails(&[14]), succeeds(&[])] }),
        Operation::GenerateMac => Some(const { &[succeeds(&[]), fails(&[1]), fails(&[2, 3]), fails(&[5]), NOT_APPLICABLE, fails(&[14]), succeeds(&[])] }),
        Operation::GetKeyLastUsage => Some(const { &[succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[])] }),
        Operation::GetKeyPolicy => Some(const { &[succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[])] }),
        Operation::GetKeyRotationStatus => Some(const { &[depends(&[7]), depends(&[7]), depends(&[7]), fails(&[6]), fails(&[7]), depends(&[7]), depends(&[7])] }),
        Operation::GetParametersForImport => Some(const { &[depends(&[9]), depends(&[9]), fails(&[8, 9]), succeeds(&[]), fails(&[9]), fails(&[14]), fails(&[15])] }),
        Operation::GetPublicKey => Some(const { &[succeeds(&[]), succeeds(&[]), fails(&[2, 3]), succeeds(&[]), NOT_APPLICABLE, fails(&[14]), succeeds(&[])] }),
        Operation::ImportKeyMaterial => Some(const { &[depends(&[9]), depends(&[9]), fails(&[9]), succeeds(&[]), fails(&[9]), fails(&[14]), succeeds(&[])] }),
        Operation::ListAliases => Some(const { &[succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[])] }),
        Operation::ListGrants => Some(const { &[succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[])] }),
        Operation::ListKeyPolicies => Some(const { &[succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[])] }),
        Operation::ListKeyRotations => Some(const { &[depends(&[7]), depends(&[7]), depends(&[7]), succeeds(&[]), fails(&[7]), depends(&[7]), depends(&[7])] }),
        Operation::ListResourceTags => Some(const { &[succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[])] }),
        Operation::PutKeyPolicy => Some(const { &[succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[])] }),
        Operation::ReEncrypt => Some(const { &[succeeds(&[]), fails(&[1]), fails(&[2, 3]), fails(&[5]), fails(&[11]), fails(&[14]), succeeds(&[])] }),
        Operation::ReplicateKey => Some(const { &[succeeds(&[]), fails(&[1]), fails(&[2, 3]), fails(&[5]), NOT_APPLICABLE, fails(&[14]), fails(&[15])] }),
        Operation::RetireGrant => Some(const { &[succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[])] }),
        Operation::RevokeGrant => Some(const { &[succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[])] }),
        Operation::RotateKeyOnDemand => Some(const { &[depends(&[7]), fails(&[1, 7]), fails(&[3, 7]), fails(&[5]), fails(&[7]), fails(&[14]), depends(&[7])] }),
        Operation::ScheduleKeyDeletion => Some(const { &[succeeds(&[]), succeeds(&[]), fails(&[3]), succeeds(&[]), succeeds(&[]), succeeds(&[]), fails(&[15])] }),
        Operation::Sign => Some(const { &[succeeds(&[]), fails(&[1]), fails(&[2, 3]), fails(&[5]), NOT_APPLICABLE, fails(&[14]), succeeds(&[])] }),
        Operation::TagResource => Some(const { &[succeeds(&[]), succeeds(&[]), fails(&[3]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[])] }),
        Operation::UntagResource => Some(const { &[succeeds(&[]), succeeds(&[]), fails(&[3]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[])] }),
        Operation::UpdateAlias => Some(const { &[succeeds(&[]), succeeds(&[]), depends(&[10]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[])] }),
        Operation::UpdateKeyDescription => Some(const { &[succeeds(&[]), succeeds(&[]), fails(&[3]), succeeds(&[]), succeeds(&[]), succeeds(&[]), succeeds(&[])] }),
        Operation::UpdatePrimaryRegion => Some(const { &[succeeds(&[]), fails(&[1]), fails(&[2, 3]), fails(&[5]), NOT_APPLICABLE, fails(&[14]), succeeds(&[])] }),
        Operation::Verify => Some(const { &[succeeds(&[]), fails(&[1]), fails(&[2, 3]), fails(&[5]), NOT_APPLICABLE, fails(&[14]), succeeds(&[])] }),
        Operation::VerifyMac => Some(const { &[succeeds(&[]), fails(&[1]), fails(&[2, 3]), fails(&[5]), NOT_APPLICABLE, fails(&[14]), succeeds(&[])] }),
        Operation::ConnectCustomKeyStore | Operation::CreateCustomKeyStore | Operation::CreateKey | Operation::DeleteCustomKeyStore | Operation::DescribeCustomKeyStores | Operation::DisconnectCustomKeyStore | Operation::GenerateRandom | Operation::ListKeys | Operation::ListRetirableGrants | Operation::UpdateCustomKeyStore => None,
    }
}
