//! `SYMMETRIC_DEFAULT`: a 256-bit key that other keys are derived from.
//!
//! KMS derives a key for every message and encrypts with that one (KMS Cryptographic Details,
//! "Encrypt"). This is all that happens to the key itself; `blob` does the rest.

use ::hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::Loaded;
use crate::CryptoError;
use crate::key::Key;

/// The material of a symmetric key has 256 bits (KMS guide, "Importing key material").
pub(super) const KEY_LEN: usize = 32;

struct Symmetric {
    /// HMAC that has taken in the key: what every derivation begins with.
    keyed: Hmac<Sha256>,
}

pub(super) fn load(bytes: &[u8]) -> Result<Loaded, CryptoError> {
    if bytes.len() != KEY_LEN {
        return Err(CryptoError::InvalidMaterial);
    }
    let keyed = Hmac::new_from_slice(bytes).map_err(|_| CryptoError::InvalidMaterial)?;
    Ok(Loaded {
        key: Box::new(Symmetric { keyed }),
        encoded: Zeroizing::new(bytes.to_vec()),
        public_key: None,
    })
}

impl Key for Symmetric {
    /// NIST SP 800-108r1, section 4.1, with one block of 256 bits: counter, label, a zero byte,
    /// context, and the number of bits.
    fn derive(&self, label: &[u8], context: &[u8]) -> Result<Zeroizing<[u8; 32]>, CryptoError> {
        let mut mac = self.keyed.clone();
        mac.update(&1u32.to_be_bytes());
        mac.update(label);
        mac.update(&[0]);
        mac.update(context);
        mac.update(&256u32.to_be_bytes());
        Ok(Zeroizing::new(mac.finalize().into_bytes().into()))
    }
}

#[cfg(test)]
mod tests;
