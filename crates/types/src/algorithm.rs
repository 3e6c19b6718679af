//! The algorithms of KMS's cryptographic operations, and which key specs have which.
//!
//! Source: API model of 2026-11 (the enums), KMS Developer Guide, "Key spec reference" (the pairs).

use crate::{KeySpec, KeyUsage};

closed_enum! {
    /// How `Encrypt` encrypts (the API model's `EncryptionAlgorithmSpec`).
    pub enum EncryptionAlgorithm as "encryption algorithm" {
        SymmetricDefault = "SYMMETRIC_DEFAULT",
        RsaesOaepSha1 = "RSAES_OAEP_SHA_1",
        RsaesOaepSha256 = "RSAES_OAEP_SHA_256",
        /// China Regions only.
        Sm2Pke = "SM2PKE",
    }
}

closed_enum! {
    /// How `Sign` signs (`SigningAlgorithmSpec`).
    pub enum SigningAlgorithm as "signing algorithm" {
        RsassaPssSha256 = "RSASSA_PSS_SHA_256",
        RsassaPssSha384 = "RSASSA_PSS_SHA_384",
        RsassaPssSha512 = "RSASSA_PSS_SHA_512",
        RsassaPkcs1V15Sha256 = "RSASSA_PKCS1_V1_5_SHA_256",
        RsassaPkcs1V15Sha384 = "RSASSA_PKCS1_V1_5_SHA_384",
        RsassaPkcs1V15Sha512 = "RSASSA_PKCS1_V1_5_SHA_512",
        EcdsaSha256 = "ECDSA_SHA_256",
        EcdsaSha384 = "ECDSA_SHA_384",
        EcdsaSha512 = "ECDSA_SHA_512",
        /// China Regions only.
        Sm2Dsa = "SM2DSA",
        MlDsaShake256 = "ML_DSA_SHAKE_256",
        Ed25519Sha512 = "ED25519_SHA_512",
        Ed25519PhSha512 = "ED25519_PH_SHA_512",
    }
}

closed_enum! {
    /// What the `Message` of `Sign` and `Verify` is (`MessageType`).
    pub enum MessageType as "message type" {
        Raw = "RAW",
        Digest = "DIGEST",
        ExternalMu = "EXTERNAL_MU",
    }
}

closed_enum! {
    /// How `GenerateMac` computes (`MacAlgorithmSpec`).
    pub enum MacAlgorithm as "MAC algorithm" {
        HmacSha224 = "HMAC_SHA_224",
        HmacSha256 = "HMAC_SHA_256",
        HmacSha384 = "HMAC_SHA_384",
        HmacSha512 = "HMAC_SHA_512",
    }
}

closed_enum! {
    /// How the material of `ImportKeyMaterial` is wrapped (`AlgorithmSpec`).
    pub enum WrappingAlgorithm as "wrapping algorithm" {
        /// Refused since 2023-10-10.
        RsaesPkcs1V15 = "RSAES_PKCS1_V1_5",
        RsaesOaepSha1 = "RSAES_OAEP_SHA_1",
        RsaesOaepSha256 = "RSAES_OAEP_SHA_256",
        RsaAesKeyWrapSha1 = "RSA_AES_KEY_WRAP_SHA_1",
        RsaAesKeyWrapSha256 = "RSA_AES_KEY_WRAP_SHA_256",
        /// China Regions only.
        Sm2Pke = "SM2PKE",
    }
}

impl KeySpec {
    /// The encryption algorithms of keys of this spec with the usage `ENCRYPT_DECRYPT`.
    pub const fn encryption_algorithms(self) -> &'static [EncryptionAlgorithm] {
        use EncryptionAlgorithm::{RsaesOaepSha1, RsaesOaepSha256, Sm2Pke, SymmetricDefault};
        match self {
            Self::SymmetricDefault => &[SymmetricDefault],
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => &[RsaesOaepSha1, RsaesOaepSha256],
            Self::Sm2 => &[Sm2Pke],
            _ => &[],
        }
    }

    /// The signing algorithms of keys of this spec with the usage `SIGN_VERIFY`.
    pub const fn signing_algorithms(self) -> &'static [SigningAlgorithm] {
        use SigningAlgorithm as A;
        match self {
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => &[
                A::RsassaPkcs1V15Sha256,
                A::RsassaPkcs1V15Sha384,
                A::RsassaPkcs1V15Sha512,
                A::RsassaPssSha256,
                A::RsassaPssSha384,
                A::RsassaPssSha512,
            ],
            Self::EccNistP256 | Self::EccSecgP256k1 => &[A::EcdsaSha256],
            Self::EccNistP384 => &[A::EcdsaSha384],
            Self::EccNistP521 => &[A::EcdsaSha512],
            Self::EccNistEdwards25519 => &[A::Ed25519Sha512, A::Ed25519PhSha512],
            Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87 => &[A::MlDsaShake256],
            Self::Sm2 => &[A::Sm2Dsa],
            _ => &[],
        }
    }

    /// The MAC algorithm of an HMAC key.
    pub const fn mac_algorithm(self) -> Option<MacAlgorithm> {
        match self {
            Self::Hmac224 => Some(MacAlgorithm::HmacSha224),
            Self::Hmac256 => Some(MacAlgorithm::HmacSha256),
            Self::Hmac384 => Some(MacAlgorithm::HmacSha384),
            Self::Hmac512 => Some(MacAlgorithm::HmacSha512),
            _ => None,
        }
    }

    /// Whether keys of this spec can have this usage.
    pub fn can(self, usage: KeyUsage) -> bool {
        self.usages().contains(&usage)
    }

    /// Whether the key is a pair with a public half.
    pub const fn is_asymmetric(self) -> bool {
        !matches!(
            self,
            Self::SymmetricDefault | Self::Hmac224 | Self::Hmac256 | Self::Hmac384 | Self::Hmac512
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usage_has_algorithms_exactly_where_the_spec_has_the_usage() {
        for spec in KeySpec::ALL {
            let has = |usage, any: bool| assert_eq!(spec.can(usage), any, "{spec} {usage}");
            let none = spec.encryption_algorithms().is_empty();
            has(KeyUsage::EncryptDecrypt, !none);
            has(KeyUsage::SignVerify, !spec.signing_algorithms().is_empty());
            has(KeyUsage::GenerateVerifyMac, spec.mac_algorithm().is_some());
        }
    }
}
