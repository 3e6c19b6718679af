//! Which wrapping keys and algorithms go with which keys.

use kmsim_types::{KeySpec, Partition, Region, WrappingAlgorithm};

use crate::error::KmsError;
use crate::state::KeyRecord;

/// Fails unless material of the key can be wrapped this way (KMS Developer Guide of 2026, "Select a
/// wrapping algorithm", its table and notes).
pub(super) fn check(
    key: &KeyRecord,
    region: &Region,
    algorithm: WrappingAlgorithm,
    wrapping_spec: KeySpec,
) -> Result<(), KmsError> {
    use WrappingAlgorithm as W;
    let in_china = region.partition() == Partition::AwsCn;
    if (algorithm == W::Sm2Pke) != (wrapping_spec == KeySpec::Sm2) {
        return Err(KmsError::validation(format!(
            "WrappingAlgorithm {algorithm} is not compatible with WrappingKeySpec {wrapping_spec}."
        )));
    }
    let exists = match algorithm {
        W::RsaesPkcs1V15 => false,
        W::RsaAesKeyWrapSha1 | W::RsaAesKeyWrapSha256 => !in_china,
        W::Sm2Pke => in_china,
        W::RsaesOaepSha1 | W::RsaesOaepSha256 => true,
    };
    if !exists {
        return Err(KmsError::unsupported(format!(
            "WrappingAlgorithm {algorithm} is not supported in the Region {region}."
        )));
    }
    let is_direct = matches!(algorithm, W::RsaesOaepSha1 | W::RsaesOaepSha256);
    let fits = match sort(key.spec) {
        Sort::Bytes => is_direct,
        Sort::Rsa => !is_direct,
        // A private key of P-521 in PKCS #8 is too long for 2048 bits.
        Sort::Curve if key.spec == KeySpec::EccNistP521 => {
            !(is_direct && wrapping_spec == KeySpec::Rsa2048)
        }
        Sort::Curve => true,
        Sort::Sm2 => is_direct || algorithm == W::Sm2Pke,
        Sort::NotImported => false,
    };
    if fits {
        return Ok(());
    }
    Err(KmsError::unsupported(format!(
        "Key material for {}, a KMS key of spec {}, cannot be imported with WrappingAlgorithm \
         {algorithm} and WrappingKeySpec {wrapping_spec}.",
        key.arn, key.spec
    )))
}

/// The rows of the guide's table.
enum Sort {
    /// Symmetric encryption keys and HMAC keys.
    Bytes,
    Rsa,
    Curve,
    Sm2,
    /// ML-DSA by the guide; ML-KEM is not in the table.
    NotImported,
}

const fn sort(spec: KeySpec) -> Sort {
    use KeySpec as S;
    match spec {
        S::SymmetricDefault | S::Hmac224 | S::Hmac256 | S::Hmac384 | S::Hmac512 => Sort::Bytes,
        S::Rsa2048 | S::Rsa3072 | S::Rsa4096 => Sort::Rsa,
        S::EccNistP256
        | S::EccNistP384
        | S::EccNistP521
        | S::EccSecgP256k1
        | S::EccNistEdwards25519 => Sort::Curve,
        S::Sm2 => Sort::Sm2,
        S::MlDsa44 | S::MlDsa65 | S::MlDsa87 | S::MlKem512 | S::MlKem768 | S::MlKem1024 => {
            Sort::NotImported
        }
    }
}
