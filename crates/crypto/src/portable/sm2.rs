//! SM2 (GB/T 32918): SM2DSA, SM2PKE, and ECDH on its curve.

use kmsim_types::{EncryptionAlgorithm, MessageType, SigningAlgorithm};
use pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use rand_core::CryptoRng;
use sm2::dsa::signature::hazmat::{PrehashVerifier, RandomizedPrehashSigner};
use sm2::dsa::signature::{RandomizedSigner, Verifier};
use sm2::dsa::{Signature, SigningKey, VerifyingKey};
use sm2::elliptic_curve::{Generate, ecdh};
use sm2::pke::{DecryptingKey, EncryptingKey, Mode};
use sm2::{PublicKey, SecretKey};
use zeroize::Zeroizing;

use super::Loaded;
use crate::CryptoError;
use crate::key::{Key, Secret};
use crate::message::Message;

/// The distinguishing id of the signer: the standard's default, as KMS has it (Developer Guide,
/// "Key spec reference").
const ID: &str = "1234567812345678";
/// The length of an SM3 digest.
const DIGEST_LEN: usize = 32;

pub(super) fn generate(rng: &mut dyn CryptoRng) -> Result<Secret, CryptoError> {
    encode(&SecretKey::generate_from_rng(rng))
}

pub(super) fn load(bytes: &[u8]) -> Result<Loaded, CryptoError> {
    let secret = SecretKey::from_pkcs8_der(bytes).map_err(|_| CryptoError::InvalidMaterial)?;
    let public_key = secret.public_key().to_public_key_der();
    let signing = SigningKey::new(ID, &secret).map_err(|_| CryptoError::InvalidMaterial)?;
    Ok(Loaded {
        encoded: encode(&secret)?,
        public_key: Some(
            public_key
                .map_err(|_| CryptoError::InvalidMaterial)?
                .into_vec(),
        ),
        key: Box::new(Private {
            signing,
            decrypting: DecryptingKey::new_with_mode(secret.to_nonzero_scalar(), Mode::C1C3C2),
        }),
    })
}

pub(super) fn load_public(spki: &[u8]) -> Result<Box<dyn Key>, CryptoError> {
    let key = public_key(spki)?;
    Ok(Box::new(Public {
        verifying: VerifyingKey::new(ID, key).map_err(|_| CryptoError::InvalidMaterial)?,
        encrypting: EncryptingKey::new_with_mode(key, Mode::C1C3C2),
    }))
}

fn public_key(spki: &[u8]) -> Result<PublicKey, CryptoError> {
    PublicKey::from_public_key_der(spki).map_err(|_| CryptoError::InvalidMaterial)
}

fn encode(secret: &SecretKey) -> Result<Secret, CryptoError> {
    let document = secret.to_pkcs8_der();
    Ok(document
        .map_err(|_| CryptoError::InvalidMaterial)?
        .to_bytes())
}

struct Private {
    signing: SigningKey,
    decrypting: DecryptingKey,
}

struct Public {
    verifying: VerifyingKey,
    encrypting: EncryptingKey,
}

impl Key for Private {
    fn encrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        plaintext: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        encrypt(self.decrypting.encrypting_key(), algorithm, plaintext, rng)
    }

    fn decrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        ciphertext: &[u8],
    ) -> Result<Secret, CryptoError> {
        if algorithm != EncryptionAlgorithm::Sm2Pke {
            return Err(CryptoError::Unsupported);
        }
        let plaintext = self.decrypting.decrypt_der(ciphertext);
        Ok(Zeroizing::new(plaintext.map_err(|_| CryptoError::Failed)?))
    }

    fn sign(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        let signature = match input(algorithm, message_type, message)? {
            Message::Raw(message) => self.signing.try_sign_with_rng(rng, message),
            Message::Digest(digest) => self.signing.sign_prehash_with_rng(rng, digest),
        };
        Ok(signature
            .map_err(|_| CryptoError::Failed)?
            .to_der()
            .to_vec())
    }

    fn verify(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        verify(
            self.signing.verifying_key(),
            algorithm,
            message_type,
            message,
            signature,
        )
    }

    fn agree(&self, peer_public_key: &[u8]) -> Result<Secret, CryptoError> {
        let peer = public_key(peer_public_key)?;
        let shared = ecdh::diffie_hellman(self.signing.as_nonzero_scalar(), peer.as_affine());
        Ok(Zeroizing::new(shared.raw_secret_bytes().to_vec()))
    }
}

impl Key for Public {
    fn encrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        plaintext: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        encrypt(&self.encrypting, algorithm, plaintext, rng)
    }

    fn verify(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        verify(&self.verifying, algorithm, message_type, message, signature)
    }
}

/// The ciphertext is the DER form of GM/T 0009-2012 (`SM2Cipher`). It can be of any length: the
/// limit of `Encrypt` is that operation's, and private keys that are imported are longer.
fn encrypt(
    key: &EncryptingKey,
    algorithm: EncryptionAlgorithm,
    plaintext: &[u8],
    mut rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, CryptoError> {
    if algorithm != EncryptionAlgorithm::Sm2Pke {
        return Err(CryptoError::Unsupported);
    }
    if plaintext.is_empty() {
        return Err(CryptoError::MessageLength);
    }
    let ciphertext = key.encrypt_der(&mut rng, plaintext);
    ciphertext.map_err(|_| CryptoError::Failed)
}

fn verify(
    key: &VerifyingKey,
    algorithm: SigningAlgorithm,
    message_type: MessageType,
    message: &[u8],
    signature: &[u8],
) -> Result<(), CryptoError> {
    let input = input(algorithm, message_type, message)?;
    let signature = Signature::from_der(signature).map_err(|_| CryptoError::Failed)?;
    let verified = match input {
        Message::Raw(message) => key.verify(message, &signature),
        Message::Digest(digest) => key.verify_prehash(digest, &signature),
    };
    verified.map_err(|_| CryptoError::Failed)
}

/// A digest is that of the signer's hash value Z and the message (GB/T 32918.2, 6.1).
fn input(
    algorithm: SigningAlgorithm,
    message_type: MessageType,
    message: &[u8],
) -> Result<Message<'_>, CryptoError> {
    if algorithm != SigningAlgorithm::Sm2Dsa {
        return Err(CryptoError::Unsupported);
    }
    Message::new(message_type, message, DIGEST_LEN)
}
