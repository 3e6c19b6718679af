//! The implementation on `RustCrypto`: every spec, on every target.

mod hmac;
pub(crate) mod rsa;
mod symmetric;

use kmsim_types::KeySpec;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::CryptoError;
use crate::key::{Key, Secret};

/// A key that is ready for use.
pub(crate) struct Loaded {
    pub(crate) key: Box<dyn Key>,
    /// The key in its canonical form.
    pub(crate) encoded: Secret,
    /// DER `SubjectPublicKeyInfo` of the public half.
    pub(crate) public_key: Option<Vec<u8>>,
}

/// Makes a key of a spec, in the form in which it is imported.
pub(crate) fn generate(spec: KeySpec, rng: &mut dyn CryptoRng) -> Result<Secret, CryptoError> {
    use KeySpec as S;
    match spec {
        S::SymmetricDefault => Ok(random(symmetric::KEY_LEN, rng)),
        S::Hmac224 | S::Hmac256 | S::Hmac384 | S::Hmac512 => hmac::generate(spec, rng),
        S::Rsa2048 | S::Rsa3072 | S::Rsa4096 => rsa::generate(spec, rng),
        _ => Err(CryptoError::Unsupported),
    }
}

/// Reads a key of a spec.
pub(crate) fn load(spec: KeySpec, bytes: &[u8]) -> Result<Loaded, CryptoError> {
    use KeySpec as S;
    match spec {
        S::SymmetricDefault => symmetric::load(bytes),
        S::Hmac224 | S::Hmac256 | S::Hmac384 | S::Hmac512 => hmac::load(spec, bytes),
        S::Rsa2048 | S::Rsa3072 | S::Rsa4096 => rsa::load(spec, bytes),
        _ => Err(CryptoError::Unsupported),
    }
}

/// Bytes that nobody can guess.
fn random(length: usize, rng: &mut dyn CryptoRng) -> Secret {
    let mut bytes = Zeroizing::new(vec![0; length]);
    rng.fill_bytes(&mut bytes);
    bytes
}
