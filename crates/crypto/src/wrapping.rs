//! How key material is wrapped on its way into KMS (KMS guide, "Encrypt key material"; the
//! `WrappingAlgorithm` of `GetParametersForImport`).

use aes_kw::{KeyInit, KwpAes256};
use kmsim_types::{EncryptionAlgorithm, KeySpec, WrappingAlgorithm};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::key::Secret;
use crate::portable::rsa;
use crate::{CryptoError, KeyMaterial, PublicKey};

/// AES key wrap with padding works on blocks of 8 bytes and adds one.
const SEMIBLOCK: usize = 8;

/// Unwraps key material with the private key of `GetParametersForImport`.
pub fn unwrap(
    private: &KeyMaterial,
    algorithm: WrappingAlgorithm,
    wrapped: &[u8],
) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    use EncryptionAlgorithm as E;
    match algorithm {
        WrappingAlgorithm::RsaesPkcs1V15 => Err(CryptoError::Unsupported),
        WrappingAlgorithm::RsaesOaepSha1 => private.decrypt(E::RsaesOaepSha1, wrapped),
        WrappingAlgorithm::RsaesOaepSha256 => private.decrypt(E::RsaesOaepSha256, wrapped),
        WrappingAlgorithm::RsaAesKeyWrapSha1 => unwrap_twice(private, E::RsaesOaepSha1, wrapped),
        WrappingAlgorithm::RsaAesKeyWrapSha256 => {
            unwrap_twice(private, E::RsaesOaepSha256, wrapped)
        }
        WrappingAlgorithm::Sm2Pke => private.decrypt(E::Sm2Pke, wrapped),
    }
}

/// Wraps key material under the public key of `GetParametersForImport` (DER
/// `SubjectPublicKeyInfo`): what a client does before `ImportKeyMaterial`.
pub fn wrap(
    public_key: &[u8],
    algorithm: WrappingAlgorithm,
    material: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, CryptoError> {
    use EncryptionAlgorithm as E;
    match algorithm {
        WrappingAlgorithm::RsaesPkcs1V15 => Err(CryptoError::Unsupported),
        WrappingAlgorithm::RsaesOaepSha1 => {
            rsa::public_key(public_key)?.encrypt(E::RsaesOaepSha1, material, rng)
        }
        WrappingAlgorithm::RsaesOaepSha256 => {
            rsa::public_key(public_key)?.encrypt(E::RsaesOaepSha256, material, rng)
        }
        WrappingAlgorithm::RsaAesKeyWrapSha1 => {
            wrap_twice(public_key, E::RsaesOaepSha1, material, rng)
        }
        WrappingAlgorithm::RsaAesKeyWrapSha256 => {
            wrap_twice(public_key, E::RsaesOaepSha256, material, rng)
        }
        WrappingAlgorithm::Sm2Pke => {
            PublicKey::import(KeySpec::Sm2, public_key)?.encrypt(E::Sm2Pke, material, rng)
        }
    }
}

/// `CKM_RSA_AES_KEY_WRAP` (PKCS #11 v3.0, section 2.1.21): an AES-256 key under OAEP, then the
/// material under the AES key.
fn wrap_twice(
    public_key: &[u8],
    oaep: EncryptionAlgorithm,
    material: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, CryptoError> {
    let public_key = rsa::public_key(public_key)?;
    let mut wrapping_key = Zeroizing::new([0; 32]);
    rng.fill_bytes(wrapping_key.as_mut_slice());
    let mut wrapped = public_key.encrypt(oaep, wrapping_key.as_slice(), rng)?;
    wrapped.extend(wrap_with_aes(wrapping_key.as_slice(), material)?);
    Ok(wrapped)
}

/// The reverse of [`wrap_twice`].
fn unwrap_twice(
    private: &KeyMaterial,
    oaep: EncryptionAlgorithm,
    wrapped: &[u8],
) -> Result<Secret, CryptoError> {
    let modulus_len = rsa::modulus_bits(private.spec())? / 8;
    let (wrapping_key, material) = wrapped
        .split_at_checked(modulus_len)
        .ok_or(CryptoError::Failed)?;
    let wrapping_key = private.decrypt(oaep, wrapping_key)?;
    unwrap_with_aes(&wrapping_key, material)
}

/// AES key wrap with padding (RFC 5649), with a key of 256 bits.
fn wrap_with_aes(wrapping_key: &[u8], material: &[u8]) -> Result<Vec<u8>, CryptoError> {
    if material.is_empty() {
        return Err(CryptoError::MessageLength);
    }
    let cipher = KwpAes256::new_from_slice(wrapping_key).map_err(|_| CryptoError::Failed)?;
    let mut wrapped = vec![0; SEMIBLOCK + material.len().next_multiple_of(SEMIBLOCK)];
    cipher
        .wrap_key(material, &mut wrapped)
        .map_err(|_| CryptoError::MessageLength)?;
    Ok(wrapped)
}

fn unwrap_with_aes(wrapping_key: &[u8], wrapped: &[u8]) -> Result<Secret, CryptoError> {
    let cipher = KwpAes256::new_from_slice(wrapping_key).map_err(|_| CryptoError::Failed)?;
    // There is no key of no bytes, though its wrapping could be computed.
    let padded_len = wrapped
        .len()
        .checked_sub(SEMIBLOCK)
        .filter(|length| *length > 0)
        .ok_or(CryptoError::Failed)?;
    let mut material = Zeroizing::new(vec![0; padded_len]);
    let length = cipher
        .unwrap_key(wrapped, &mut material)
        .map_err(|_| CryptoError::Failed)?
        .len();
    material.truncate(length);
    Ok(material)
}

#[cfg(test)]
mod tests;
