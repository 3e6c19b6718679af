//! Ed25519 and Ed25519ph (RFC 8032).

use ed25519_dalek::pkcs8::KeypairBytes;
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use kmsim_types::{MessageType, SigningAlgorithm};
use pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use rand_core::CryptoRng;
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use super::Loaded;
use crate::CryptoError;
use crate::key::{Key, Secret};

/// The length of the digest that `ED25519_PH_SHA_512` takes.
const DIGEST_LEN: usize = 64;

pub(super) fn generate(rng: &mut dyn CryptoRng) -> Result<Secret, CryptoError> {
    let mut seed = Zeroizing::new([0; 32]);
    rng.fill_bytes(seed.as_mut());
    encode(&SigningKey::from_bytes(&seed))
}

pub(super) fn load(bytes: &[u8]) -> Result<Loaded, CryptoError> {
    let key = SigningKey::from_pkcs8_der(bytes).map_err(|_| CryptoError::InvalidMaterial)?;
    let public_key = key.verifying_key().to_public_key_der();
    Ok(Loaded {
        encoded: encode(&key)?,
        public_key: Some(
            public_key
                .map_err(|_| CryptoError::InvalidMaterial)?
                .into_vec(),
        ),
        key: Box::new(Private(key)),
    })
}

pub(super) fn load_public(spki: &[u8]) -> Result<Box<dyn Key>, CryptoError> {
    let key = VerifyingKey::from_public_key_der(spki);
    Ok(Box::new(Public(
        key.map_err(|_| CryptoError::InvalidMaterial)?,
    )))
}

/// PKCS#8 without the public key: not every tool reads the version that carries it.
fn encode(key: &SigningKey) -> Result<Secret, CryptoError> {
    let key = KeypairBytes {
        secret_key: key.to_bytes(),
        public_key: None,
    };
    let document = key.to_pkcs8_der();
    Ok(document
        .map_err(|_| CryptoError::InvalidMaterial)?
        .to_bytes())
}

struct Private(SigningKey);

struct Public(VerifyingKey);

impl Key for Private {
    fn sign(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        _rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        let signature = match Input::new(algorithm, message_type, message)? {
            Input::Pure(message) => self.0.try_sign(message),
            Input::Prehashed(digest) => self.0.sign_prehashed(digest, None),
        };
        Ok(signature.map_err(|_| CryptoError::Failed)?.to_vec())
    }

    fn verify(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        verify(self.0.as_ref(), algorithm, message_type, message, signature)
    }
}

impl Key for Public {
    fn verify(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        verify(&self.0, algorithm, message_type, message, signature)
    }
}

fn verify(
    key: &VerifyingKey,
    algorithm: SigningAlgorithm,
    message_type: MessageType,
    message: &[u8],
    signature: &[u8],
) -> Result<(), CryptoError> {
    let input = Input::new(algorithm, message_type, message)?;
    let signature = Signature::from_slice(signature).map_err(|_| CryptoError::Failed)?;
    let verified = match input {
        Input::Pure(message) => key.verify(message, &signature),
        Input::Prehashed(digest) => key.verify_prehashed(digest, None, &signature),
    };
    verified.map_err(|_| CryptoError::Failed)
}

/// What Ed25519 or Ed25519ph signs.
enum Input<'a> {
    Pure(&'a [u8]),
    /// The digest of the digest: KMS leaves the hashing of Ed25519ph in place (Developer Guide,
    /// "Key spec reference").
    Prehashed(Sha512),
}

impl<'a> Input<'a> {
    fn new(
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &'a [u8],
    ) -> Result<Self, CryptoError> {
        use SigningAlgorithm::{Ed25519PhSha512, Ed25519Sha512};
        match (algorithm, message_type) {
            (Ed25519Sha512, MessageType::Raw) => Ok(Self::Pure(message)),
            (Ed25519PhSha512, MessageType::Digest) if message.len() == DIGEST_LEN => {
                Ok(Self::Prehashed(Sha512::new().chain_update(message)))
            }
            (Ed25519PhSha512, MessageType::Digest) => Err(CryptoError::MessageLength),
            _ => Err(CryptoError::Unsupported),
        }
    }
}
