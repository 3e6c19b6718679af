//! Double encryption with the external keys of external key stores.
//!
//! KMS encrypts with its own material first, and what comes out is encrypted by the external key
//! manager with the external key (KMS Developer Guide, "External key stores", "Double
//! encryption"). Both are ciphertext blobs here, one in the other, under the same context.

use kmsim_crypto::{CryptoError, Hash, KeyMaterial, RootKey, Secret, blob, hkdf};
use kmsim_types::{EncryptionContext, KeySpec};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::error::{ErrorCode, KmsError};
use crate::state::KeyRecord;

/// Encrypts a blob of KMS once more if the key is in an external key store.
pub(in crate::operation) fn seal(
    root: &RootKey,
    key: &KeyRecord,
    context: &EncryptionContext,
    inner: Vec<u8>,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, CryptoError> {
    match external_key(root, key)? {
        None => Ok(inner),
        Some(external) => blob::seal(&external, key.id(), context, &inner, rng),
    }
}

/// The blob of KMS in that of the external key manager; none for keys without external key.
pub(in crate::operation) fn open(
    root: &RootKey,
    key: &KeyRecord,
    context: &EncryptionContext,
    outer: &[u8],
) -> Result<Option<Secret>, KmsError> {
    let external = external_key(root, key).map_err(|why| KmsError::internal(why.to_string()))?;
    let Some(external) = external else {
        return Ok(None);
    };
    match blob::open(&external, context, outer) {
        Ok(inner) => Ok(Some(inner)),
        // KMS Developer Guide, "Troubleshooting external key stores", "Decryption errors".
        Err(_) => Err(KmsError::new(
            ErrorCode::KmsInvalidState,
            "The external key store proxy rejected the request because the specified ciphertext \
             or additional authenticated data is corrupted, missing, or otherwise invalid.",
        )),
    }
}

/// The AES-256 key of the simulated external key manager. The manager of each store has a key for
/// every id, which follows from the service's root key: it is there without having been made,
/// and the same after the state was stored and loaded.
fn external_key(root: &RootKey, key: &KeyRecord) -> Result<Option<KeyMaterial>, CryptoError> {
    let (Some(store), Some(id)) = (&key.custom_key_store, &key.xks_key) else {
        return Ok(None);
    };
    let info = format!("kmsim external key v1:{store}:{id}");
    let mut bytes = Zeroizing::new([0; 32]);
    let secret = root.to_bytes();
    hkdf::derive(
        Hash::Sha256,
        &[],
        secret.as_slice(),
        info.as_bytes(),
        bytes.as_mut_slice(),
    )?;
    KeyMaterial::import(KeySpec::SymmetricDefault, bytes.as_slice()).map(Some)
}
