//! HKDF (RFC 5869).

use sha2::{Sha256, Sha384, Sha512};

use crate::{CryptoError, Hash};

/// Derives `out` from the key `ikm`. An empty salt is the same as none.
///
/// More than 255 times the length of a hash value can't be derived:
/// [`CryptoError::MessageLength`].
pub fn derive(
    hash: Hash,
    salt: &[u8],
    ikm: &[u8],
    info: &[u8],
    out: &mut [u8],
) -> Result<(), CryptoError> {
    match hash {
        Hash::Sha256 => hkdf::Hkdf::<Sha256>::new(Some(salt), ikm).expand(info, out),
        Hash::Sha384 => hkdf::Hkdf::<Sha384>::new(Some(salt), ikm).expand(info, out),
        Hash::Sha512 => hkdf::Hkdf::<Sha512>::new(Some(salt), ikm).expand(info, out),
    }
    .map_err(|_| CryptoError::MessageLength)
}

#[cfg(test)]
mod tests;
