//! Key material: what a KMS key consists of.

use std::fmt;
use std::sync::OnceLock;

use kmsim_types::{EncryptionAlgorithm, KeySpec, MessageType, SigningAlgorithm};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::key::{Key, Secret};
use crate::{Backend, CryptoError, portable};

/// The material of one key: bytes that never leave except by [`KeyMaterial::export`], and the
/// operations on them. They are erased when the material is dropped.
pub struct KeyMaterial {
    spec: KeySpec,
    /// The key in the form in which it is imported.
    encoded: Secret,
    /// What is worked with, made by the first use at the latest.
    ready: OnceLock<Result<Ready, CryptoError>>,
}

/// Key material that has been read and checked.
struct Ready {
    /// The public half.
    public_key: Option<Vec<u8>>,
    key: Box<dyn Key>,
}

/// The id of the material of a symmetric key: 32 bytes that follow from key id and material, so
/// that the same material in two keys has two ids (API reference, `KeyMaterialId`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MaterialId(pub [u8; 32]);

impl KeyMaterial {
    /// New material.
    pub fn generate(spec: KeySpec, rng: &mut dyn CryptoRng) -> Result<Self, CryptoError> {
        let encoded = portable::generate(spec, rng)?;
        Self::import(spec, &encoded)
    }

    /// Material from outside: the raw bytes of a symmetric or HMAC key, the PKCS#8 DER of a
    /// private key (KMS Developer Guide, "Importing key material").
    pub fn import(spec: KeySpec, bytes: &[u8]) -> Result<Self, CryptoError> {
        Self::import_with(Backend::default(), spec, bytes)
    }

    /// Material from outside, used by one of the implementations; by the portable one if the
    /// other does not have the spec.
    pub fn import_with(backend: Backend, spec: KeySpec, bytes: &[u8]) -> Result<Self, CryptoError> {
        let (encoded, ready) = Ready::load(backend, spec, bytes)?;
        Ok(Self {
            spec,
            encoded,
            ready: OnceLock::from(Ok(ready)),
        })
    }

    /// What [`KeyMaterial::export`] gave, from a place where nobody can have changed it: it is read
    /// when it is first used. A store with many keys opens in no time, of which a call uses one.
    pub fn stored(spec: KeySpec, bytes: Zeroizing<Vec<u8>>) -> Self {
        Self {
            spec,
            encoded: bytes,
            ready: OnceLock::new(),
        }
    }

    fn ready(&self) -> Result<&Ready, CryptoError> {
        let load = || Ready::load(Backend::default(), self.spec, &self.encoded);
        let ready = self.ready.get_or_init(|| load().map(|(_, ready)| ready));
        ready.as_ref().map_err(|error| *error)
    }

    fn key(&self) -> Result<&dyn Key, CryptoError> {
        self.ready().map(|ready| &*ready.key)
    }

    /// The key spec.
    pub fn spec(&self) -> KeySpec {
        self.spec
    }

    /// The material as [`KeyMaterial::import`] takes it.
    pub fn export(&self) -> Zeroizing<Vec<u8>> {
        self.encoded.clone()
    }

    /// The public half as a DER `SubjectPublicKeyInfo` (RFC 5280).
    pub fn public_key(&self) -> Option<&[u8]> {
        self.ready().ok()?.public_key.as_deref()
    }

    /// The id of the material of a symmetric key, in the key with this id.
    pub fn id(&self, key_id: &str) -> Result<MaterialId, CryptoError> {
        let id = self
            .key()?
            .derive(b"kmsim key material id", key_id.as_bytes())?;
        Ok(MaterialId(*id))
    }

    /// Encrypts under a public key, in the plain standard format. Symmetric keys have
    /// `blob::seal`.
    pub fn encrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        plaintext: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        self.key()?.encrypt(algorithm, plaintext, rng)
    }

    /// Decrypts with a private key.
    pub fn decrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        self.key()?.decrypt(algorithm, ciphertext)
    }

    /// Signs a message, a digest, or an external mu.
    pub fn sign(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        self.key()?.sign(algorithm, message_type, message, rng)
    }

    /// Checks a signature.
    pub fn verify(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        self.key()?
            .verify(algorithm, message_type, message, signature)
    }

    /// The full-length HMAC of a message.
    pub fn mac(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.key()?.mac(message)
    }

    /// Checks an HMAC in constant time.
    pub fn verify_mac(&self, message: &[u8], mac: &[u8]) -> Result<(), CryptoError> {
        self.key()?.verify_mac(message, mac)
    }

    /// The raw shared secret of ECDH with a peer's public key (DER `SubjectPublicKeyInfo`).
    pub fn agree(&self, peer_public_key: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        self.key()?.agree(peer_public_key)
    }

    /// A new shared secret, and its ciphertext.
    pub fn encapsulate(
        &self,
        rng: &mut dyn CryptoRng,
    ) -> Result<(Zeroizing<Vec<u8>>, Vec<u8>), CryptoError> {
        self.key()?.encapsulate(rng)
    }

    /// The shared secret of a ciphertext. Of a wrong ciphertext of the right length it is 32
    /// bytes that look random (FIPS 203, implicit rejection).
    pub fn decapsulate(&self, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        self.key()?.decapsulate(ciphertext)
    }

    pub(crate) fn derive(
        &self,
        label: &[u8],
        context: &[u8],
    ) -> Result<Zeroizing<[u8; 32]>, CryptoError> {
        self.key()?.derive(label, context)
    }
}

impl Ready {
    /// Reads key material; gives it also in the form in which it is kept.
    fn load(backend: Backend, spec: KeySpec, bytes: &[u8]) -> Result<(Secret, Self), CryptoError> {
        let portable::Loaded {
            key,
            encoded,
            public_key,
        } = portable::load(spec, bytes)?;
        #[cfg(not(target_arch = "wasm32"))]
        let key = match backend {
            Backend::Native => crate::native::load(spec, &encoded).unwrap_or(key),
            Backend::Portable => key,
        };
        #[cfg(target_arch = "wasm32")]
        let Backend::Portable = backend;
        Ok((encoded, Self { public_key, key }))
    }
}

/// Prints the spec and nothing of the key.
impl fmt::Debug for KeyMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyMaterial")
            .field("spec", &self.spec)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for MaterialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// 64 hexadecimal digits, as the API shows it.
impl fmt::Display for MaterialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 64];
        for (pair, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(self.0) {
            let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'0');
            *pair = [digit(byte >> 4), digit(byte & 0x0f)];
        }
        // Digits are ASCII.
        f.write_str(str::from_utf8(&text).unwrap_or_default())
    }
}
