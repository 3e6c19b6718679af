//! Request quotas, and `ThrottlingException` for those who exceed them.
//!
//! Source: KMS Developer Guide of 2026, "Request quotas" (`requests-per-second`). A quota holds for
//! an account and Region; the caller's account is charged, whoever owns the key. AWS says nothing of
//! bursts: a bucket holds what flows into it in a second.

use std::collections::BTreeMap;

use kmsim_types::{AccountId, KeySpec, Operation, Region};

use crate::clock::Timestamp;
use crate::error::KmsError;

/// Requests that share one quota.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Cryptographic operations with symmetric keys, HMAC keys, or none.
    SymmetricCryptography,
    /// Cryptographic operations with RSA keys.
    RsaCryptography,
    /// Cryptographic operations with ECC and SM2 keys.
    EllipticCurveCryptography,
    /// Cryptographic operations with ML-DSA keys.
    MlDsaCryptography,
    /// Cryptographic operations in one custom key store.
    CustomKeyStore(Box<str>),
    /// Data key pairs of one spec.
    DataKeyPairs(KeySpec),
    /// One operation of its own.
    Operation(Operation),
}

/// What of a request decides its group.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// The operation.
    pub operation: Operation,
    /// The spec of the key that is used.
    pub key_spec: Option<KeySpec>,
    /// The spec of a data key pair that is generated.
    pub pair_spec: Option<KeySpec>,
    /// The custom key store that the key is in, or random bytes come from.
    pub custom_key_store: Option<&'r str>,
}

impl Group {
    /// The group that a request belongs to; none where AWS documents no quota (ML-KEM).
    pub fn of(request: &Request<'_>) -> Option<Self> {
        match request.operation {
            Operation::GenerateDataKeyPair | Operation::GenerateDataKeyPairWithoutPlaintext => {
                let spec = request.pair_spec?;
                let group = Self::DataKeyPairs(spec);
                (!is_ml_kem(spec)).then_some(group)
            }
            Operation::Decrypt
            | Operation::DeriveSharedSecret
            | Operation::Encrypt
            | Operation::GenerateDataKey
            | Operation::GenerateDataKeyWithoutPlaintext
            | Operation::GenerateMac
            | Operation::GenerateRandom
            | Operation::ReEncrypt
            | Operation::Sign
            | Operation::Verify
            | Operation::VerifyMac => Self::of_cryptography(request),
            Operation::Encapsulate | Operation::Decapsulate => None,
            operation => Some(Self::Operation(operation)),
        }
    }

    fn of_cryptography(request: &Request<'_>) -> Option<Self> {
        if let Some(store) = request.custom_key_store {
            return Some(Self::CustomKeyStore(store.into()));
        }
        match request.key_spec {
            None
            | Some(
                KeySpec::SymmetricDefault
                | KeySpec::Hmac224
                | KeySpec::Hmac256
                | KeySpec::Hmac384
                | KeySpec::Hmac512,
            ) => Some(Self::SymmetricCryptography),
            Some(KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096) => {
                Some(Self::RsaCryptography)
            }
            Some(
                KeySpec::EccNistP256
                | KeySpec::EccNistP384
                | KeySpec::EccNistP521
                | KeySpec::EccSecgP256k1
                | KeySpec::EccNistEdwards25519
                | KeySpec::Sm2,
            ) => Some(Self::EllipticCurveCryptography),
            Some(KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87) => {
                Some(Self::MlDsaCryptography)
            }
            Some(KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024) => None,
        }
    }

    /// The requests a second that AWS grants by default.
    pub fn rate(&self, region: &Region) -> u32 {
        match self {
            Self::SymmetricCryptography => match region.as_str() {
                "us-east-1" | "us-west-2" | "eu-west-1" => 100_000,
                "us-east-2" | "ap-southeast-1" | "ap-southeast-2" | "ap-northeast-1"
                | "eu-central-1" | "eu-west-2" => 20_000,
                _ => 10_000,
            },
            Self::RsaCryptography | Self::EllipticCurveCryptography | Self::MlDsaCryptography => {
                1000
            }
            Self::CustomKeyStore(_) => 1800,
            Self::DataKeyPairs(spec) => match spec {
                KeySpec::Rsa2048 => 20,
                KeySpec::Rsa3072 => 4,
                KeySpec::Rsa4096 => 1,
                KeySpec::Sm2 => 25,
                _ => 100,
            },
            Self::Operation(operation) => rate_of(*operation),
        }
    }
}

const fn is_ml_kem(spec: KeySpec) -> bool {
    matches!(
        spec,
        KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024
    )
}

const fn rate_of(operation: Operation) -> u32 {
    match operation {
        Operation::DescribeKey | Operation::GetPublicKey | Operation::ListResourceTags => 2000,
        Operation::GetKeyPolicy | Operation::GetKeyRotationStatus => 1000,
        Operation::ListAliases | Operation::ListKeys => 500,
        Operation::ListGrants
        | Operation::ListKeyPolicies
        | Operation::ListKeyRotations
        | Operation::ListRetirableGrants => 100,
        Operation::CreateGrant | Operation::RetireGrant | Operation::RevokeGrant => 50,
        Operation::PutKeyPolicy
        | Operation::EnableKeyRotation
        | Operation::ScheduleKeyDeletion
        | Operation::DeleteAlias
        | Operation::DeleteImportedKeyMaterial
        | Operation::ImportKeyMaterial => 15,
        Operation::TagResource => 10,
        Operation::GetParametersForImport => 1,
        _ => 5,
    }
}

/// The requests of all accounts and Regions, counted against their quotas; nothing is counted
/// unless the quotas are on.
#[derive(Clone, Debug, Default)]
pub struct Quotas {
    on: bool,
    buckets: BTreeMap<AccountId, BTreeMap<Region, BTreeMap<Group, Bucket>>>,
}

impl Quotas {
    /// Nobody is throttled.
    pub fn off() -> Self {
        Self::default()
    }

    /// AWS's default quotas hold.
    pub fn on() -> Self {
        Self {
            on: true,
            ..Self::default()
        }
    }

    /// Whether anybody can be throttled.
    pub const fn are_on(&self) -> bool {
        self.on
    }

    /// Takes a request from the quota of a group.
    ///
    /// # Errors
    /// `ThrottlingException` if nothing is left.
    pub fn take(
        &mut self,
        account: AccountId,
        region: &Region,
        group: Group,
        now: Timestamp,
    ) -> Result<(), KmsError> {
        if !self.on {
            return Ok(());
        }
        let rate = group.rate(region);
        let regions = self.buckets.entry(account).or_default();
        if !regions.contains_key(region) {
            regions.insert(region.clone(), BTreeMap::new());
        }
        let taken = regions
            .get_mut(region)
            .map(|groups| {
                groups
                    .entry(group)
                    .or_insert_with(|| Bucket::full(rate, now))
            })
            .is_some_and(|bucket| bucket.take(rate, now));
        if taken {
            Ok(())
        } else {
            Err(KmsError::throttling())
        }
    }
}

/// A token bucket. It counts thousandths of requests, which is what flows in within a millisecond
/// at one request a second.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    thousandths: u64,
    filled: Timestamp,
}

impl Bucket {
    const REQUEST: u64 = 1000;

    fn full(rate: u32, now: Timestamp) -> Self {
        Self {
            thousandths: u64::from(rate) * Self::REQUEST,
            filled: now,
        }
    }

    fn take(&mut self, rate: u32, now: Timestamp) -> bool {
        let passed = now.millis().saturating_sub(self.filled.millis());
        let inflow = u64::try_from(passed)
            .unwrap_or(0)
            .saturating_mul(rate.into());
        let capacity = u64::from(rate) * Self::REQUEST;
        self.thousandths = self.thousandths.saturating_add(inflow).min(capacity);
        self.filled = now;
        let Some(left) = self.thousandths.checked_sub(Self::REQUEST) else {
            return false;
        };
        self.thousandths = left;
        true
    }
}

#[cfg(test)]
mod tests;
