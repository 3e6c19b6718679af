//! The key that everything secret is encrypted under before it is stored.

use std::fmt;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::{CryptoError, Digest, GcmKey, Hash, hkdf};

const VERSION: u8 = 1;
const SALT_LEN: usize = 16;
const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;
const HEADER_LEN: usize = 1 + SALT_LEN + NONCE_LEN;

/// The key of a store of keys: 256 bits that are erased when they are dropped.
///
/// It encrypts nothing itself. Each sealing has a key of its own, derived with HKDF-SHA-256 from
/// the root key, a random salt and the purpose. What is sealed for one purpose does not open for
/// another.
///
/// A sealed message is the version (one byte: 1), the salt (16), the nonce (12), the ciphertext
/// under AES-256-GCM and the tag (16). Additional authenticated data: the first 29 bytes and the
/// associated data.
pub struct RootKey(Zeroizing<[u8; 32]>);

impl RootKey {
    /// A new key.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        rng.fill_bytes(key.as_mut_slice());
        Self(key)
    }

    /// A key from the 32 bytes of [`RootKey::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CryptoError> {
        let mut key = Zeroizing::new([0; 32]);
        if bytes.len() != key.len() {
            return Err(CryptoError::InvalidMaterial);
        }
        key.copy_from_slice(bytes);
        Ok(Self(key))
    }

    /// The key itself.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        self.0.clone()
    }

    /// A name for the key, to tell it from others: 32 hexadecimal digits that say nothing about
    /// it.
    pub fn id(&self) -> String {
        let mut digest = Digest::new(Hash::Sha256);
        digest.update(b"kmsim root key v1 id");
        digest.update(self.0.as_slice());
        let id = digest.finish();
        let id = id.first_chunk().copied().unwrap_or_default();
        format!("{:032x}", u128::from_be_bytes(id))
    }

    /// Encrypts for a purpose. To open it takes the same associated data.
    pub fn seal(
        &self,
        purpose: &str,
        associated: &[u8],
        plaintext: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        let (mut salt, mut nonce) = ([0; SALT_LEN], [0; NONCE_LEN]);
        rng.fill_bytes(&mut salt);
        rng.fill_bytes(&mut nonce);
        let key = self.derive(purpose, &salt)?;

        let mut sealed = Vec::with_capacity(HEADER_LEN + plaintext.len() + TAG_LEN);
        sealed.push(VERSION);
        sealed.extend_from_slice(&salt);
        sealed.extend_from_slice(&nonce);
        let aad = [&sealed, associated].concat();
        sealed.extend_from_slice(plaintext);
        let (_, message) = sealed.split_at_mut(HEADER_LEN);
        let tag = key.seal_in_place(&nonce, &aad, message)?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// Decrypts what was sealed for the same purpose and with the same associated data.
    pub fn open(
        &self,
        purpose: &str,
        associated: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        let (header, rest) = sealed
            .split_first_chunk::<HEADER_LEN>()
            .ok_or(CryptoError::Failed)?;
        let (message, tag) = rest.split_last_chunk().ok_or(CryptoError::Failed)?;
        let (version_and_salt, nonce) = header.split_last_chunk().ok_or(CryptoError::Failed)?;
        let [VERSION, salt @ ..] = version_and_salt else {
            return Err(CryptoError::Failed);
        };
        let key = self.derive(purpose, salt)?;
        let aad = [header, associated].concat();
        let mut message = Zeroizing::new(message.to_vec());
        key.open_in_place(nonce, &aad, &mut message, tag)?;
        Ok(message)
    }

    fn derive(&self, purpose: &str, salt: &[u8]) -> Result<GcmKey, CryptoError> {
        let info = [b"kmsim root key v1 seal ", purpose.as_bytes()].concat();
        let mut key = Zeroizing::new([0; 32]);
        hkdf::derive(
            Hash::Sha256,
            salt,
            self.0.as_slice(),
            &info,
            key.as_mut_slice(),
        )?;
        GcmKey::new(key.as_slice())
    }
}

/// Prints nothing of the key.
impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RootKey").finish_non_exhaustive()
    }
}
