//! RSA (RFC 8017).

use kmsim_types::{EncryptionAlgorithm, KeySpec, MessageType, SigningAlgorithm};
use rand_core::CryptoRng;
use rsa::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use rsa::traits::PublicKeyParts;
use rsa::{Oaep, Pkcs1v15Sign, Pss, RsaPrivateKey, RsaPublicKey};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::Loaded;
use crate::key::{Key, Secret};
use crate::message::Message;
use crate::{CryptoError, Hash};

/// How long the modulus is, in bits.
pub(crate) const fn modulus_bits(spec: KeySpec) -> Result<usize, CryptoError> {
    match spec {
        KeySpec::Rsa2048 => Ok(2048),
        KeySpec::Rsa3072 => Ok(3072),
        KeySpec::Rsa4096 => Ok(4096),
        _ => Err(CryptoError::Unsupported),
    }
}

/// A private key with the public exponent 65537, as PKCS#8.
pub(super) fn generate(spec: KeySpec, rng: &mut dyn CryptoRng) -> Result<Secret, CryptoError> {
    let key = RsaPrivateKey::new(rng, modulus_bits(spec)?).map_err(|_| CryptoError::Failed)?;
    to_pkcs8(&key)
}

pub(super) fn load(spec: KeySpec, bytes: &[u8]) -> Result<Loaded, CryptoError> {
    let key = RsaPrivateKey::from_pkcs8_der(bytes).map_err(|_| CryptoError::InvalidMaterial)?;
    check_modulus(spec, &key)?;
    let public_key = key
        .as_public_key()
        .to_public_key_der()
        .map_err(|_| CryptoError::InvalidMaterial)?;
    Ok(Loaded {
        encoded: to_pkcs8(&key)?,
        public_key: Some(public_key.into_vec()),
        key: Box::new(Private(key)),
    })
}

fn to_pkcs8(key: &RsaPrivateKey) -> Result<Secret, CryptoError> {
    let document = key
        .to_pkcs8_der()
        .map_err(|_| CryptoError::InvalidMaterial)?;
    Ok(Zeroizing::new(document.as_bytes().to_vec()))
}

pub(super) fn load_public(spec: KeySpec, spki: &[u8]) -> Result<Box<dyn Key>, CryptoError> {
    let key = decode_public(spki)?;
    check_modulus(spec, &key)?;
    Ok(Box::new(Public(key)))
}

/// Reads a public key of any size.
pub(crate) fn public_key(spki: &[u8]) -> Result<Box<dyn Key>, CryptoError> {
    Ok(Box::new(Public(decode_public(spki)?)))
}

fn decode_public(spki: &[u8]) -> Result<RsaPublicKey, CryptoError> {
    RsaPublicKey::from_public_key_der(spki).map_err(|_| CryptoError::InvalidMaterial)
}

fn check_modulus(spec: KeySpec, key: &impl PublicKeyParts) -> Result<(), CryptoError> {
    if usize::try_from(key.n().bits()) == Ok(modulus_bits(spec)?) {
        Ok(())
    } else {
        Err(CryptoError::InvalidMaterial)
    }
}

fn encrypt(
    key: &RsaPublicKey,
    algorithm: EncryptionAlgorithm,
    plaintext: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, CryptoError> {
    match algorithm {
        EncryptionAlgorithm::RsaesOaepSha1 => key.encrypt(rng, Oaep::<Sha1>::new(), plaintext),
        EncryptionAlgorithm::RsaesOaepSha256 => key.encrypt(rng, Oaep::<Sha256>::new(), plaintext),
        _ => return Err(CryptoError::Unsupported),
    }
    .map_err(|error| match error {
        rsa::Error::MessageTooLong => CryptoError::MessageLength,
        _ => CryptoError::Failed,
    })
}

fn verify(
    key: &RsaPublicKey,
    algorithm: SigningAlgorithm,
    message_type: MessageType,
    message: &[u8],
    signature: &[u8],
) -> Result<(), CryptoError> {
    use SigningAlgorithm as A;
    let digest = digest(algorithm, message_type, message)?;
    match algorithm {
        A::RsassaPkcs1V15Sha256 => key.verify(Pkcs1v15Sign::new::<Sha256>(), &digest, signature),
        A::RsassaPkcs1V15Sha384 => key.verify(Pkcs1v15Sign::new::<Sha384>(), &digest, signature),
        A::RsassaPkcs1V15Sha512 => key.verify(Pkcs1v15Sign::new::<Sha512>(), &digest, signature),
        A::RsassaPssSha256 => key.verify(Pss::<Sha256>::new(), &digest, signature),
        A::RsassaPssSha384 => key.verify(Pss::<Sha384>::new(), &digest, signature),
        A::RsassaPssSha512 => key.verify(Pss::<Sha512>::new(), &digest, signature),
        _ => return Err(CryptoError::Unsupported),
    }
    .map_err(|_| CryptoError::Failed)
}

/// What is signed: the hash value of the message, or the message if it is one already.
fn digest(
    algorithm: SigningAlgorithm,
    message_type: MessageType,
    message: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    use SigningAlgorithm as A;
    let hash = match algorithm {
        A::RsassaPkcs1V15Sha256 | A::RsassaPssSha256 => Hash::Sha256,
        A::RsassaPkcs1V15Sha384 | A::RsassaPssSha384 => Hash::Sha384,
        A::RsassaPkcs1V15Sha512 | A::RsassaPssSha512 => Hash::Sha512,
        _ => return Err(CryptoError::Unsupported),
    };
    match Message::new(message_type, message, hash.output_len())? {
        Message::Raw(message) => Ok(hash.digest(message)),
        Message::Digest(digest) => Ok(digest.to_vec()),
    }
}

struct Private(RsaPrivateKey);

struct Public(RsaPublicKey);

impl Key for Private {
    fn encrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        plaintext: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        encrypt(self.0.as_public_key(), algorithm, plaintext, rng)
    }

    fn decrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        ciphertext: &[u8],
    ) -> Result<Secret, CryptoError> {
        match algorithm {
            EncryptionAlgorithm::RsaesOaepSha1 => self.0.decrypt(Oaep::<Sha1>::new(), ciphertext),
            EncryptionAlgorithm::RsaesOaepSha256 => {
                self.0.decrypt(Oaep::<Sha256>::new(), ciphertext)
            }
            _ => return Err(CryptoError::Unsupported),
        }
        .map(Zeroizing::new)
        .map_err(|_| CryptoError::Failed)
    }

    /// The salt of PSS is as long as the hash value (KMS guide, "RSA key specs").
    fn sign(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        use SigningAlgorithm as A;
        let digest = digest(algorithm, message_type, message)?;
        let key = &self.0;
        match algorithm {
            A::RsassaPkcs1V15Sha256 => {
                key.sign_with_rng(rng, Pkcs1v15Sign::new::<Sha256>(), &digest)
            }
            A::RsassaPkcs1V15Sha384 => {
                key.sign_with_rng(rng, Pkcs1v15Sign::new::<Sha384>(), &digest)
            }
            A::RsassaPkcs1V15Sha512 => {
                key.sign_with_rng(rng, Pkcs1v15Sign::new::<Sha512>(), &digest)
            }
            A::RsassaPssSha256 => key.sign_with_rng(rng, Pss::<Sha256>::new(), &digest),
            A::RsassaPssSha384 => key.sign_with_rng(rng, Pss::<Sha384>::new(), &digest),
            A::RsassaPssSha512 => key.sign_with_rng(rng, Pss::<Sha512>::new(), &digest),
            _ => return Err(CryptoError::Unsupported),
        }
        .map_err(|_| CryptoError::Failed)
    }

    fn verify(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        verify(
            self.0.as_public_key(),
            algorithm,
            message_type,
            message,
            signature,
        )
    }
}

impl Key for Public {
    fn encrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        plaintext: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        encrypt(&self.0, algorithm, plaintext, rng)
    }

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
