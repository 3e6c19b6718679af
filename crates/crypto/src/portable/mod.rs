//! The implementation on `RustCrypto`: every spec, on every target.

use kmsim_types::KeySpec;
use rand_core::CryptoRng;

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
    let _ = (spec, rng);
    Err(CryptoError::Unsupported)
}

/// Reads a key of a spec.
pub(crate) fn load(spec: KeySpec, bytes: &[u8]) -> Result<Loaded, CryptoError> {
    let _ = (spec, bytes);
    Err(CryptoError::Unsupported)
}
