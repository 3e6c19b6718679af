//! Public keys: what can be done outside KMS with the answer of `GetPublicKey`.

use std::fmt;

use kmsim_types::{EncryptionAlgorithm, KeySpec, MessageType, SigningAlgorithm};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::key::Key;
use crate::{Backend, CryptoError, portable};

/// The public half of a key pair.
pub struct PublicKey {
    spec: KeySpec,
    key: Box<dyn Key>,
}

impl PublicKey {
    /// Reads a DER `SubjectPublicKeyInfo` (RFC 5280) of a spec.
    pub fn import(spec: KeySpec, spki: &[u8]) -> Result<Self, CryptoError> {
        Self::import_with(Backend::default(), spec, spki)
    }

    /// As [`PublicKey::import`], used by one of the implementations; by the portable one if the
    /// other does not have the spec.
    pub fn import_with(backend: Backend, spec: KeySpec, spki: &[u8]) -> Result<Self, CryptoError> {
        let key = portable::load_public(spec, spki)?;
        #[cfg(not(target_arch = "wasm32"))]
        let key = match backend {
            Backend::Native => crate::native::load_public(spec, spki).unwrap_or(key),
            Backend::Portable => key,
        };
        #[cfg(target_arch = "wasm32")]
        let Backend::Portable = backend;
        Ok(Self { spec, key })
    }

    /// The key spec.
    pub fn spec(&self) -> KeySpec {
        self.spec
    }

    /// Encrypts, in the plain standard format.
    pub fn encrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        plaintext: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        self.key.encrypt(algorithm, plaintext, rng)
    }

    /// Checks a signature.
    pub fn verify(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        self.key.verify(algorithm, message_type, message, signature)
    }

    /// A new shared secret, and its ciphertext.
    pub fn encapsulate(
        &self,
        rng: &mut dyn CryptoRng,
    ) -> Result<(Zeroizing<Vec<u8>>, Vec<u8>), CryptoError> {
        self.key.encapsulate(rng)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey")
            .field("spec", &self.spec)
            .finish_non_exhaustive()
    }
}
