//! HMAC with SHA-2 (FIPS 198-1).

use ::hmac::{Hmac, KeyInit, Mac};
use kmsim_types::KeySpec;
use rand_core::CryptoRng;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::{Loaded, random};
use crate::CryptoError;
use crate::key::{Key, Secret};

/// HMAC that has taken in the key.
struct Keyed<M>(M);

/// The longest key that can be imported: 1024 bits (KMS guide, "Requirements for imported key
/// material").
const LONGEST: usize = 128;

/// The key of an HMAC spec is as long as the hash value (KMS guide, "Key spec reference").
pub(super) fn generate(spec: KeySpec, rng: &mut dyn CryptoRng) -> Result<Secret, CryptoError> {
    let length = match spec {
        KeySpec::Hmac224 => 28,
        KeySpec::Hmac256 => 32,
        KeySpec::Hmac384 => 48,
        KeySpec::Hmac512 => 64,
        _ => return Err(CryptoError::Unsupported),
    };
    Ok(random(length, rng))
}

pub(super) fn load(spec: KeySpec, bytes: &[u8]) -> Result<Loaded, CryptoError> {
    match spec {
        KeySpec::Hmac224 => keyed::<Hmac<Sha224>>(bytes),
        KeySpec::Hmac256 => keyed::<Hmac<Sha256>>(bytes),
        KeySpec::Hmac384 => keyed::<Hmac<Sha384>>(bytes),
        KeySpec::Hmac512 => keyed::<Hmac<Sha512>>(bytes),
        _ => Err(CryptoError::Unsupported),
    }
}

fn keyed<M>(bytes: &[u8]) -> Result<Loaded, CryptoError>
where
    M: Mac + KeyInit + Clone + Send + Sync + 'static,
{
    // An imported key can be longer than the hash value, not shorter.
    if !(M::output_size()..=LONGEST).contains(&bytes.len()) {
        return Err(CryptoError::InvalidMaterial);
    }
    let keyed = <M as KeyInit>::new_from_slice(bytes).map_err(|_| CryptoError::InvalidMaterial)?;
    Ok(Loaded {
        key: Box::new(Keyed(keyed)),
        encoded: Zeroizing::new(bytes.to_vec()),
        public_key: None,
    })
}

impl<M: Mac + Clone + Send + Sync> Key for Keyed<M> {
    fn mac(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let mac = self.0.clone().chain_update(message).finalize();
        Ok(mac.into_bytes().to_vec())
    }

    fn verify_mac(&self, message: &[u8], mac: &[u8]) -> Result<(), CryptoError> {
        self.0
            .clone()
            .chain_update(message)
            .verify_slice(mac)
            .map_err(|_| CryptoError::Failed)
    }
}

#[cfg(test)]
mod tests;
