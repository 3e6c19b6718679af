//! The operations that a grant can allow.

use crate::KmsAction;

closed_enum! {
    /// An operation that a grant can allow (the API model's `GrantOperation`).
    pub enum GrantOperation as "grant operation" {
        Decrypt = "Decrypt",
        Encrypt = "Encrypt",
        GenerateDataKey = "GenerateDataKey",
        GenerateDataKeyWithoutPlaintext = "GenerateDataKeyWithoutPlaintext",
        ReEncryptFrom = "ReEncryptFrom",
        ReEncryptTo = "ReEncryptTo",
        Sign = "Sign",
        Verify = "Verify",
        GetPublicKey = "GetPublicKey",
        CreateGrant = "CreateGrant",
        RetireGrant = "RetireGrant",
        DescribeKey = "DescribeKey",
        GenerateDataKeyPair = "GenerateDataKeyPair",
        GenerateDataKeyPairWithoutPlaintext = "GenerateDataKeyPairWithoutPlaintext",
        GenerateMac = "GenerateMac",
        VerifyMac = "VerifyMac",
        DeriveSharedSecret = "DeriveSharedSecret",
        Encapsulate = "Encapsulate",
        Decapsulate = "Decapsulate",
    }
}

impl GrantOperation {
    /// The action that a grant with this operation allows.
    pub const fn action(self) -> KmsAction {
        match self {
            Self::Decrypt => KmsAction::Decrypt,
            Self::Encrypt => KmsAction::Encrypt,
            Self::GenerateDataKey => KmsAction::GenerateDataKey,
            Self::GenerateDataKeyWithoutPlaintext => KmsAction::GenerateDataKeyWithoutPlaintext,
            Self::ReEncryptFrom => KmsAction::ReEncryptFrom,
            Self::ReEncryptTo => KmsAction::ReEncryptTo,
            Self::Sign => KmsAction::Sign,
            Self::Verify => KmsAction::Verify,
            Self::GetPublicKey => KmsAction::GetPublicKey,
            Self::CreateGrant => KmsAction::CreateGrant,
            Self::RetireGrant => KmsAction::RetireGrant,
            Self::DescribeKey => KmsAction::DescribeKey,
            Self::GenerateDataKeyPair => KmsAction::GenerateDataKeyPair,
            Self::GenerateDataKeyPairWithoutPlaintext => {
                KmsAction::GenerateDataKeyPairWithoutPlaintext
            }
            Self::GenerateMac => KmsAction::GenerateMac,
            Self::VerifyMac => KmsAction::VerifyMac,
            Self::DeriveSharedSecret => KmsAction::DeriveSharedSecret,
            Self::Encapsulate => KmsAction::Encapsulate,
            Self::Decapsulate => KmsAction::Decapsulate,
        }
    }
}

enum_set! {
    /// A set of grant operations.
    pub struct GrantOperationSet(u32) of GrantOperation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_and_actions_point_at_each_other() {
        for operation in GrantOperation::ALL {
            assert_eq!(operation.action().info().grant_operation, Some(operation));
            assert_eq!(operation.action().short(), operation.name());
        }
        let granted = KmsAction::ALL
            .iter()
            .filter(|a| a.info().grant_operation.is_some());
        assert_eq!(granted.count(), GrantOperation::ALL.len());
    }

    #[test]
    fn sets_of_grant_operations() {
        let parent = GrantOperationSet::of(&[GrantOperation::Decrypt, GrantOperation::CreateGrant]);
        let child: GrantOperationSet = [GrantOperation::Decrypt].into_iter().collect();
        assert!(child.is_subset(parent) && !parent.is_subset(child));
        assert_eq!(parent.intersection(child), child);
        assert_eq!(GrantOperationSet::ALL.len(), 19);
        assert_eq!(
            GrantOperationSet::ALL.complement(),
            GrantOperationSet::EMPTY
        );
        assert_eq!(format!("{parent:?}"), r#"{"Decrypt", "CreateGrant"}"#);
    }
}
