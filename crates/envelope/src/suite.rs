//! Algorithm suites (AWS Encryption SDK Developer Guide, "AWS Encryption SDK algorithms
//! reference") and the policy that chooses among them.

use std::fmt;
use std::str::FromStr;

use kmsim_crypto::Hash;
use kmsim_crypto::ecdsa::Curve;

/// What a message is encrypted, derived and signed with. Every suite uses AES-GCM with a nonce of
/// 12 and a tag of 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum AlgorithmSuite {
    /// 256 bits, key commitment, signed: the default.
    Aes256GcmHkdfSha512CommitKeyEcdsaP384 = 0x0578,
    /// 256 bits, key commitment.
    Aes256GcmHkdfSha512CommitKey = 0x0478,
    /// 256 bits, signed.
    Aes256GcmHkdfSha384EcdsaP384 = 0x0378,
    /// 192 bits, signed.
    Aes192GcmHkdfSha384EcdsaP384 = 0x0346,
    /// 128 bits, signed.
    Aes128GcmHkdfSha256EcdsaP256 = 0x0214,
    /// 256 bits.
    Aes256GcmHkdfSha256 = 0x0178,
    /// 192 bits.
    Aes192GcmHkdfSha256 = 0x0146,
    /// 128 bits.
    Aes128GcmHkdfSha256 = 0x0114,
    /// 256 bits, the data key used as it is.
    Aes256GcmNoKdf = 0x0078,
    /// 192 bits, the data key used as it is.
    Aes192GcmNoKdf = 0x0046,
    /// 128 bits, the data key used as it is.
    Aes128GcmNoKdf = 0x0014,
}

/// The version of the message format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageVersion {
    /// Suites without key commitment.
    V1,
    /// Suites with key commitment.
    V2,
}

impl AlgorithmSuite {
    /// Every suite, in the order in which the guide recommends them.
    pub const ALL: [Self; 11] = [
        Self::Aes256GcmHkdfSha512CommitKeyEcdsaP384,
        Self::Aes256GcmHkdfSha512CommitKey,
        Self::Aes256GcmHkdfSha384EcdsaP384,
        Self::Aes192GcmHkdfSha384EcdsaP384,
        Self::Aes128GcmHkdfSha256EcdsaP256,
        Self::Aes256GcmHkdfSha256,
        Self::Aes192GcmHkdfSha256,
        Self::Aes128GcmHkdfSha256,
        Self::Aes256GcmNoKdf,
        Self::Aes192GcmNoKdf,
        Self::Aes128GcmNoKdf,
    ];

    /// The id that a message's header carries.
    pub const fn id(self) -> u16 {
        self as u16
    }

    /// The suite with this id.
    pub fn from_id(id: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|suite| suite.id() == id)
    }

    /// The length of the data key, which is the length of the encryption key.
    pub const fn key_length(self) -> usize {
        match self {
            Self::Aes256GcmHkdfSha512CommitKeyEcdsaP384
            | Self::Aes256GcmHkdfSha512CommitKey
            | Self::Aes256GcmHkdfSha384EcdsaP384
            | Self::Aes256GcmHkdfSha256
            | Self::Aes256GcmNoKdf => 32,
            Self::Aes192GcmHkdfSha384EcdsaP384
            | Self::Aes192GcmHkdfSha256
            | Self::Aes192GcmNoKdf => 24,
            Self::Aes128GcmHkdfSha256EcdsaP256
            | Self::Aes128GcmHkdfSha256
            | Self::Aes128GcmNoKdf => 16,
        }
    }

    /// The hash function of HKDF, which derives the encryption key; nothing if the data key is
    /// used as it is.
    pub const fn key_derivation(self) -> Option<Hash> {
        match self {
            Self::Aes256GcmHkdfSha512CommitKeyEcdsaP384 | Self::Aes256GcmHkdfSha512CommitKey => {
                Some(Hash::Sha512)
            }
            Self::Aes256GcmHkdfSha384EcdsaP384 | Self::Aes192GcmHkdfSha384EcdsaP384 => {
                Some(Hash::Sha384)
            }
            Self::Aes128GcmHkdfSha256EcdsaP256
            | Self::Aes256GcmHkdfSha256
            | Self::Aes192GcmHkdfSha256
            | Self::Aes128GcmHkdfSha256 => Some(Hash::Sha256),
            Self::Aes256GcmNoKdf | Self::Aes192GcmNoKdf | Self::Aes128GcmNoKdf => None,
        }
    }

    /// Whether a message can be decrypted under one data key only, the one that it commits to.
    pub const fn is_committing(self) -> bool {
        matches!(self.message_version(), MessageVersion::V2)
    }

    /// The curve of the signature at the end of a message.
    pub const fn signature(self) -> Option<Curve> {
        match self {
            Self::Aes256GcmHkdfSha512CommitKeyEcdsaP384
            | Self::Aes256GcmHkdfSha384EcdsaP384
            | Self::Aes192GcmHkdfSha384EcdsaP384 => Some(Curve::P384),
            Self::Aes128GcmHkdfSha256EcdsaP256 => Some(Curve::P256),
            _ => None,
        }
    }

    /// The version of messages of this suite.
    pub const fn message_version(self) -> MessageVersion {
        match self {
            Self::Aes256GcmHkdfSha512CommitKeyEcdsaP384 | Self::Aes256GcmHkdfSha512CommitKey => {
                MessageVersion::V2
            }
            _ => MessageVersion::V1,
        }
    }

    /// The suite as the specification and most of the SDKs spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aes256GcmHkdfSha512CommitKeyEcdsaP384 => {
                "AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384"
            }
            Self::Aes256GcmHkdfSha512CommitKey => "AES_256_GCM_HKDF_SHA512_COMMIT_KEY",
            Self::Aes256GcmHkdfSha384EcdsaP384 => "AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384",
            Self::Aes192GcmHkdfSha384EcdsaP384 => "AES_192_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384",
            Self::Aes128GcmHkdfSha256EcdsaP256 => "AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256",
            Self::Aes256GcmHkdfSha256 => "AES_256_GCM_IV12_TAG16_HKDF_SHA256",
            Self::Aes192GcmHkdfSha256 => "AES_192_GCM_IV12_TAG16_HKDF_SHA256",
            Self::Aes128GcmHkdfSha256 => "AES_128_GCM_IV12_TAG16_HKDF_SHA256",
            Self::Aes256GcmNoKdf => "AES_256_GCM_IV12_TAG16",
            Self::Aes192GcmNoKdf => "AES_192_GCM_IV12_TAG16",
            Self::Aes128GcmNoKdf => "AES_128_GCM_IV12_TAG16",
        }
    }
}

/// The hash function whose values are signed on a curve.
pub(crate) const fn signature_hash(curve: Curve) -> Hash {
    match curve {
        Curve::P256 => Hash::Sha256,
        Curve::P384 => Hash::Sha384,
    }
}

impl fmt::Display for AlgorithmSuite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:#06x})", self.name(), self.id())
    }
}

/// A text that names no algorithm suite.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no algorithm suite `{0}`; suites have a name, or an id such as 0x0578")]
pub struct UnknownSuite(String);

/// Reads a name, or an id of four hexadecimal digits with or without `0x`.
impl FromStr for AlgorithmSuite {
    type Err = UnknownSuite;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let id = text.strip_prefix("0x").unwrap_or(text);
        let is_id = id.len() == 4 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let id = is_id.then(|| u16::from_str_radix(id, 16).ok()).flatten();
        Self::ALL
            .into_iter()
            .find(|suite| Some(suite.id()) == id || suite.name() == text)
            .ok_or_else(|| UnknownSuite(text.chars().take(80).collect()))
    }
}

/// Whether suites with key commitment are required (AWS Encryption SDK Developer Guide, "Setting
/// your commitment policy").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CommitmentPolicy {
    /// `REQUIRE_ENCRYPT_REQUIRE_DECRYPT`: suites with key commitment only.
    #[default]
    RequireEncryptRequireDecrypt,
    /// `REQUIRE_ENCRYPT_ALLOW_DECRYPT`: encrypts with key commitment, decrypts everything.
    RequireEncryptAllowDecrypt,
    /// `FORBID_ENCRYPT_ALLOW_DECRYPT`: encrypts without key commitment, decrypts everything.
    ForbidEncryptAllowDecrypt,
}

impl CommitmentPolicy {
    /// The policy as AWS spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RequireEncryptRequireDecrypt => "REQUIRE_ENCRYPT_REQUIRE_DECRYPT",
            Self::RequireEncryptAllowDecrypt => "REQUIRE_ENCRYPT_ALLOW_DECRYPT",
            Self::ForbidEncryptAllowDecrypt => "FORBID_ENCRYPT_ALLOW_DECRYPT",
        }
    }

    /// The suite of messages for which none was asked.
    pub const fn default_suite(self) -> AlgorithmSuite {
        match self {
            Self::RequireEncryptRequireDecrypt | Self::RequireEncryptAllowDecrypt => {
                AlgorithmSuite::Aes256GcmHkdfSha512CommitKeyEcdsaP384
            }
            Self::ForbidEncryptAllowDecrypt => AlgorithmSuite::Aes256GcmHkdfSha384EcdsaP384,
        }
    }

    /// Whether messages of this suite may be written.
    pub const fn allows_encrypt(self, suite: AlgorithmSuite) -> bool {
        match self {
            Self::RequireEncryptRequireDecrypt | Self::RequireEncryptAllowDecrypt => {
                suite.is_committing()
            }
            Self::ForbidEncryptAllowDecrypt => !suite.is_committing(),
        }
    }

    /// Whether messages of this suite may be read.
    pub const fn allows_decrypt(self, suite: AlgorithmSuite) -> bool {
        match self {
            Self::RequireEncryptRequireDecrypt => suite.is_committing(),
            Self::RequireEncryptAllowDecrypt | Self::ForbidEncryptAllowDecrypt => true,
        }
    }
}

impl fmt::Display for CommitmentPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_are_found_by_id_and_name() {
        for suite in AlgorithmSuite::ALL {
            assert_eq!(AlgorithmSuite::from_id(suite.id()), Some(suite));
            assert_eq!(suite.name().parse(), Ok(suite));
            assert_eq!(format!("{:04x}", suite.id()).parse(), Ok(suite));
            assert_eq!(format!("{:#06x}", suite.id()).parse(), Ok(suite));
        }
        assert_eq!(AlgorithmSuite::from_id(0x0070), None);
        for text in ["", "0x", "578", "+578", "0x0070", "AES"] {
            assert!(text.parse::<AlgorithmSuite>().is_err(), "{text}");
        }
        let default = AlgorithmSuite::Aes256GcmHkdfSha512CommitKeyEcdsaP384;
        assert_eq!(
            default.to_string(),
            "AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384 (0x0578)"
        );
    }

    /// The last byte of an id is the key length and the nonce length: 78, 46 and 14.
    #[test]
    fn ids_tell_the_key_length() {
        for suite in AlgorithmSuite::ALL {
            let length = match suite.id() & 0xff {
                0x78 => 32,
                0x46 => 24,
                _ => 16,
            };
            assert_eq!(suite.key_length(), length, "{suite}");
        }
    }

    #[test]
    fn policies_choose_suites() {
        use CommitmentPolicy::{
            ForbidEncryptAllowDecrypt, RequireEncryptAllowDecrypt, RequireEncryptRequireDecrypt,
        };
        for suite in AlgorithmSuite::ALL {
            let commits = suite.id() >= 0x0400;
            assert_eq!(suite.is_committing(), commits);
            assert_eq!(RequireEncryptRequireDecrypt.allows_encrypt(suite), commits);
            assert_eq!(RequireEncryptRequireDecrypt.allows_decrypt(suite), commits);
            assert_eq!(RequireEncryptAllowDecrypt.allows_encrypt(suite), commits);
            assert!(RequireEncryptAllowDecrypt.allows_decrypt(suite));
            assert_eq!(ForbidEncryptAllowDecrypt.allows_encrypt(suite), !commits);
            assert!(ForbidEncryptAllowDecrypt.allows_decrypt(suite));
        }
        for policy in [
            RequireEncryptRequireDecrypt,
            RequireEncryptAllowDecrypt,
            ForbidEncryptAllowDecrypt,
        ] {
            assert!(policy.allows_encrypt(policy.default_suite()));
        }
    }
}
