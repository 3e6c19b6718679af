//! AES-GCM with 96-bit nonces and 128-bit tags (NIST SP 800-38D).

use std::fmt;

use aes_gcm::aead::AeadInOut;
use aes_gcm::aead::consts::U12;
use aes_gcm::{AesGcm, KeyInit};
#[cfg(not(target_arch = "wasm32"))]
use aws_lc_rs::aead;

use crate::{Backend, CryptoError};

/// An AES-GCM key that is ready for use. It is erased when it is dropped.
pub struct GcmKey(Cipher);

enum Cipher {
    Aes128(Box<AesGcm<aes::Aes128, U12>>),
    Aes192(Box<AesGcm<aes::Aes192, U12>>),
    Aes256(Box<AesGcm<aes::Aes256, U12>>),
    #[cfg(not(target_arch = "wasm32"))]
    Native(aead::LessSafeKey),
}

impl GcmKey {
    /// A key of 16, 24 or 32 bytes.
    pub fn new(key: &[u8]) -> Result<Self, CryptoError> {
        Self::with_backend(Backend::default(), key)
    }

    /// A key that is used by one of the implementations.
    pub fn with_backend(backend: Backend, key: &[u8]) -> Result<Self, CryptoError> {
        match backend {
            Backend::Portable => portable(key),
            #[cfg(not(target_arch = "wasm32"))]
            Backend::Native => native(key),
        }
        .map(Self)
    }

    /// Encrypts `data` where it is and returns the tag. A nonce must not be used a second time
    /// with the same key.
    pub fn seal_in_place(
        &self,
        nonce: &[u8; 12],
        aad: &[u8],
        data: &mut [u8],
    ) -> Result<[u8; 16], CryptoError> {
        let nonce_array = nonce.into();
        let tag = match &self.0 {
            Cipher::Aes128(key) => key.encrypt_inout_detached(nonce_array, aad, data.into()),
            Cipher::Aes192(key) => key.encrypt_inout_detached(nonce_array, aad, data.into()),
            Cipher::Aes256(key) => key.encrypt_inout_detached(nonce_array, aad, data.into()),
            #[cfg(not(target_arch = "wasm32"))]
            Cipher::Native(key) => {
                let nonce = aead::Nonce::assume_unique_for_key(*nonce);
                let tag = key
                    .seal_in_place_separate_tag(nonce, aead::Aad::from(aad), data)
                    .map_err(|_| CryptoError::MessageLength)?;
                return tag.as_ref().try_into().map_err(|_| CryptoError::Failed);
            }
        };
        // The only reason to refuse is a message of more than 64 GiB.
        tag.map(Into::into).map_err(|_| CryptoError::MessageLength)
    }

    /// Decrypts `data` where it is. After a failure it holds neither the plaintext nor necessarily
    /// the ciphertext.
    pub fn open_in_place(
        &self,
        nonce: &[u8; 12],
        aad: &[u8],
        data: &mut [u8],
        tag: &[u8; 16],
    ) -> Result<(), CryptoError> {
        let (nonce_array, tag_array) = (nonce.into(), tag.into());
        match &self.0 {
            Cipher::Aes128(key) => {
                key.decrypt_inout_detached(nonce_array, aad, data.into(), tag_array)
            }
            Cipher::Aes192(key) => {
                key.decrypt_inout_detached(nonce_array, aad, data.into(), tag_array)
            }
            Cipher::Aes256(key) => {
                key.decrypt_inout_detached(nonce_array, aad, data.into(), tag_array)
            }
            #[cfg(not(target_arch = "wasm32"))]
            Cipher::Native(key) => {
                let nonce = aead::Nonce::assume_unique_for_key(*nonce);
                return key
                    .open_in_place_separate_tag(nonce, aead::Aad::from(aad), tag, data)
                    .map(|_| ())
                    .map_err(|_| CryptoError::Failed);
            }
        }
        .map_err(|_| CryptoError::Failed)
    }
}

fn portable(key: &[u8]) -> Result<Cipher, CryptoError> {
    match key.len() {
        16 => KeyInit::new_from_slice(key).map(|key| Cipher::Aes128(Box::new(key))),
        24 => KeyInit::new_from_slice(key).map(|key| Cipher::Aes192(Box::new(key))),
        _ => KeyInit::new_from_slice(key).map(|key| Cipher::Aes256(Box::new(key))),
    }
    .map_err(|_| CryptoError::InvalidMaterial)
}

#[cfg(not(target_arch = "wasm32"))]
fn native(key: &[u8]) -> Result<Cipher, CryptoError> {
    let algorithm = match key.len() {
        16 => &aead::AES_128_GCM,
        24 => &aead::AES_192_GCM,
        _ => &aead::AES_256_GCM,
    };
    aead::UnboundKey::new(algorithm, key)
        .map(|key| Cipher::Native(aead::LessSafeKey::new(key)))
        .map_err(|_| CryptoError::InvalidMaterial)
}

/// Prints nothing of the key.
impl fmt::Debug for GcmKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GcmKey").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
