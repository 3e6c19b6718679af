//! What a KMS key is: its spec, usage, state, origin, manager and place in a multi-Region family.

closed_enum! {
    /// The kind of key material (`KeySpec` of `DescribeKey` and `kms:KeySpec`).
    pub enum KeySpec as "key spec" {
        Rsa2048 = "RSA_2048",
        Rsa3072 = "RSA_3072",
        Rsa4096 = "RSA_4096",
        EccNistP256 = "ECC_NIST_P256",
        EccNistP384 = "ECC_NIST_P384",
        EccNistP521 = "ECC_NIST_P521",
        EccSecgP256k1 = "ECC_SECG_P256K1",
        SymmetricDefault = "SYMMETRIC_DEFAULT",
        Hmac224 = "HMAC_224",
        Hmac256 = "HMAC_256",
        Hmac384 = "HMAC_384",
        Hmac512 = "HMAC_512",
        /// China Regions only.
        Sm2 = "SM2",
        MlDsa44 = "ML_DSA_44",
        MlDsa65 = "ML_DSA_65",
        MlDsa87 = "ML_DSA_87",
        EccNistEdwards25519 = "ECC_NIST_EDWARDS25519",
        MlKem512 = "ML_KEM_512",
        MlKem768 = "ML_KEM_768",
        MlKem1024 = "ML_KEM_1024",
    }
}

impl KeySpec {
    /// The usages that a key of this spec can be created with (KMS guide, "Key spec reference").
    pub const fn usages(self) -> &'static [KeyUsage] {
        use KeyUsage::{
            EncapsulateDecapsulate, EncryptDecrypt, GenerateVerifyMac, KeyAgreement, SignVerify,
        };
        match self {
            Self::SymmetricDefault => &[EncryptDecrypt],
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => &[EncryptDecrypt, SignVerify],
            Self::EccNistP256 | Self::EccNistP384 | Self::EccNistP521 => {
                &[SignVerify, KeyAgreement]
            }
            Self::EccSecgP256k1
            | Self::EccNistEdwards25519
            | Self::MlDsa44
            | Self::MlDsa65
            | Self::MlDsa87 => &[SignVerify],
            Self::Sm2 => &[EncryptDecrypt, SignVerify, KeyAgreement],
            Self::Hmac224 | Self::Hmac256 | Self::Hmac384 | Self::Hmac512 => &[GenerateVerifyMac],
            Self::MlKem512 | Self::MlKem768 | Self::MlKem1024 => &[EncapsulateDecapsulate],
        }
    }
}

closed_enum! {
    /// What a key's material may be used for (the API model's `KeyUsageType`).
    pub enum KeyUsage as "key usage" {
        SignVerify = "SIGN_VERIFY",
        EncryptDecrypt = "ENCRYPT_DECRYPT",
        GenerateVerifyMac = "GENERATE_VERIFY_MAC",
        KeyAgreement = "KEY_AGREEMENT",
        EncapsulateDecapsulate = "ENCAPSULATE_DECAPSULATE",
    }
}

closed_enum! {
    /// The state of a key, which decides what operations can succeed.
    pub enum KeyState as "key state" {
        Creating = "Creating",
        Enabled = "Enabled",
        Disabled = "Disabled",
        PendingDeletion = "PendingDeletion",
        PendingImport = "PendingImport",
        PendingReplicaDeletion = "PendingReplicaDeletion",
        Unavailable = "Unavailable",
        Updating = "Updating",
    }
}

closed_enum! {
    /// Where a key's material comes from (the API model's `OriginType`).
    pub enum KeyOrigin as "key origin" {
        AwsKms = "AWS_KMS",
        External = "EXTERNAL",
        AwsCloudHsm = "AWS_CLOUDHSM",
        ExternalKeyStore = "EXTERNAL_KEY_STORE",
    }
}

closed_enum! {
    /// Who manages a key: an AWS managed key's policy is fixed (`KeyManagerType`).
    pub enum KeyManager as "key manager" {
        Aws = "AWS",
        Customer = "CUSTOMER",
    }
}

closed_enum! {
    /// The place of a multi-Region key among its related keys.
    pub enum MultiRegionKeyType as "multi-Region key type" {
        Primary = "PRIMARY",
        Replica = "REPLICA",
    }
}

closed_enum! {
    /// What a generation of key material is used for (the API model's `KeyMaterialState`).
    pub enum KeyMaterialState as "key material state" {
        NonCurrent = "NON_CURRENT",
        Current = "CURRENT",
        PendingRotation = "PENDING_ROTATION",
        PendingMultiRegionImportAndRotation = "PENDING_MULTI_REGION_IMPORT_AND_ROTATION",
    }
}

closed_enum! {
    /// Why a key's material was rotated (`RotationType`).
    pub enum RotationType as "rotation type" {
        Automatic = "AUTOMATIC",
        OnDemand = "ON_DEMAND",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spec_has_a_usage_and_every_usage_a_spec() {
        for spec in KeySpec::ALL {
            assert!(!spec.usages().is_empty(), "{spec}");
        }
        let specs = |usage| {
            KeySpec::ALL
                .iter()
                .filter(|s| s.usages().contains(&usage))
                .count()
        };
        assert_eq!(specs(KeyUsage::EncryptDecrypt), 5);
        assert_eq!(specs(KeyUsage::SignVerify), 12);
        assert_eq!(specs(KeyUsage::GenerateVerifyMac), 4);
        assert_eq!(specs(KeyUsage::KeyAgreement), 4);
        assert_eq!(specs(KeyUsage::EncapsulateDecapsulate), 3);
    }
}
