//! The seam between key material and the implementations of its algorithms.

use kmsim_types::{EncryptionAlgorithm, MessageType, SigningAlgorithm};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::CryptoError;

/// Bytes that are erased when they are dropped.
pub(crate) type Secret = Zeroizing<Vec<u8>>;

/// A key that an implementation has made ready for use. What its spec does not have is
/// [`CryptoError::Unsupported`].
pub(crate) trait Key: Send + Sync {
    /// Asymmetric encryption: the plain standard format.
    fn encrypt(
        &self,
        _algorithm: EncryptionAlgorithm,
        _plaintext: &[u8],
        _rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        Err(CryptoError::Unsupported)
    }

    fn decrypt(
        &self,
        _algorithm: EncryptionAlgorithm,
        _ciphertext: &[u8],
    ) -> Result<Secret, CryptoError> {
        Err(CryptoError::Unsupported)
    }

    fn sign(
        &self,
        _algorithm: SigningAlgorithm,
        _message_type: MessageType,
        _message: &[u8],
        _rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        Err(CryptoError::Unsupported)
    }

    fn verify(
        &self,
        _algorithm: SigningAlgorithm,
        _message_type: MessageType,
        _message: &[u8],
        _signature: &[u8],
    ) -> Result<(), CryptoError> {
        Err(CryptoError::Unsupported)
    }

    fn mac(&self, _message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        Err(CryptoError::Unsupported)
    }

    fn verify_mac(&self, _message: &[u8], _mac: &[u8]) -> Result<(), CryptoError> {
        Err(CryptoError::Unsupported)
    }

    /// ECDH: the raw x coordinate of the shared point.
    fn agree(&self, _peer_public_key: &[u8]) -> Result<Secret, CryptoError> {
        Err(CryptoError::Unsupported)
    }

    /// ML-KEM: the shared secret and its ciphertext.
    fn encapsulate(&self, _rng: &mut dyn CryptoRng) -> Result<(Secret, Vec<u8>), CryptoError> {
        Err(CryptoError::Unsupported)
    }

    fn decapsulate(&self, _ciphertext: &[u8]) -> Result<Secret, CryptoError> {
        Err(CryptoError::Unsupported)
    }

    /// Derives bytes from a symmetric key (NIST SP 800-108, counter mode, HMAC-SHA-256): the keys
    /// of ciphertext blobs and the ids of key material.
    fn derive(&self, _label: &[u8], _context: &[u8]) -> Result<Zeroizing<[u8; 32]>, CryptoError> {
        Err(CryptoError::Unsupported)
    }
}
