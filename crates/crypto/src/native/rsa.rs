//! RSA (RFC 8017).

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::rsa::{
    KeyPair, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm, OaepPrivateDecryptingKey,
    OaepPublicEncryptingKey, PrivateDecryptingKey, PublicEncryptingKey,
};
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RSA_PSS_SHA256,
    RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, UnparsedPublicKey, VerificationAlgorithm,
};
use kmsim_types::{EncryptionAlgorithm, MessageType, SigningAlgorithm};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::public_key_bytes;
use crate::CryptoError;
use crate::key::{Key, Secret};
use crate::message::Message;

struct Private {
    signing: KeyPair,
    decrypting: OaepPrivateDecryptingKey,
    public: Public,
}

struct Public {
    /// DER `RSAPublicKey` (RFC 8017): reading it takes little beside the verification.
    verifying: Vec<u8>,
    encrypting: OaepPublicEncryptingKey,
}

pub(super) fn load(pkcs8: &[u8]) -> Option<Box<dyn Key>> {
    let signing = KeyPair::from_pkcs8(pkcs8).ok()?;
    let private = PrivateDecryptingKey::from_pkcs8(pkcs8).ok()?;
    Some(Box::new(Private {
        public: Public {
            verifying: signing.public_key().as_ref().to_vec(),
            encrypting: OaepPublicEncryptingKey::new(private.public_key()).ok()?,
        },
        decrypting: OaepPrivateDecryptingKey::new(private).ok()?,
        signing,
    }))
}

pub(super) fn load_public(spki: &[u8]) -> Option<Box<dyn Key>> {
    let encrypting = PublicEncryptingKey::from_der(spki).ok()?;
    Some(Box::new(Public {
        verifying: public_key_bytes(spki)?.to_vec(),
        encrypting: OaepPublicEncryptingKey::new(encrypting).ok()?,
    }))
}

/// What AWS-LC calls a signing algorithm of KMS.
struct SignatureAlgorithm {
    signing: &'static dyn RsaEncoding,
    verifying: &'static dyn VerificationAlgorithm,
    hash: &'static digest::Algorithm,
}

impl SignatureAlgorithm {
    /// The salt of PSS is as long as the hash value: so are AWS-LC's.
    fn new(algorithm: SigningAlgorithm) -> Result<Self, CryptoError> {
        use SigningAlgorithm as A;
        let (signing, verifying, hash): (_, _, &'static digest::Algorithm) = match algorithm {
            A::RsassaPkcs1V15Sha256 => (
                &RSA_PKCS1_SHA256,
                &RSA_PKCS1_2048_8192_SHA256,
                &digest::SHA256,
            ),
            A::RsassaPkcs1V15Sha384 => (
                &RSA_PKCS1_SHA384,
                &RSA_PKCS1_2048_8192_SHA384,
                &digest::SHA384,
            ),
            A::RsassaPkcs1V15Sha512 => (
                &RSA_PKCS1_SHA512,
                &RSA_PKCS1_2048_8192_SHA512,
                &digest::SHA512,
            ),
            A::RsassaPssSha256 => (&RSA_PSS_SHA256, &RSA_PSS_2048_8192_SHA256, &digest::SHA256),
            A::RsassaPssSha384 => (&RSA_PSS_SHA384, &RSA_PSS_2048_8192_SHA384, &digest::SHA384),
            A::RsassaPssSha512 => (&RSA_PSS_SHA512, &RSA_PSS_2048_8192_SHA512, &digest::SHA512),
            _ => return Err(CryptoError::Unsupported),
        };
        Ok(Self {
            signing,
            verifying,
            hash,
        })
    }

    fn digest(&self, message_type: MessageType, message: &[u8]) -> Result<Digest, CryptoError> {
        match Message::new(message_type, message, self.hash.output_len())? {
            Message::Raw(message) => Ok(digest::digest(self.hash, message)),
            Message::Digest(digest) => {
                Digest::import_less_safe(digest, self.hash).map_err(|_| CryptoError::MessageLength)
            }
        }
    }
}

fn oaep(algorithm: EncryptionAlgorithm) -> Result<&'static OaepAlgorithm, CryptoError> {
    match algorithm {
        EncryptionAlgorithm::RsaesOaepSha1 => Ok(&OAEP_SHA1_MGF1SHA1),
        EncryptionAlgorithm::RsaesOaepSha256 => Ok(&OAEP_SHA256_MGF1SHA256),
        _ => Err(CryptoError::Unsupported),
    }
}

/// AWS-LC takes the seed of OAEP from its own random source.
impl Key for Public {
    fn encrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        plaintext: &[u8],
        _rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        let algorithm = oaep(algorithm)?;
        if plaintext.len() > self.encrypting.max_plaintext_size(algorithm) {
            return Err(CryptoError::MessageLength);
        }
        let mut ciphertext = vec![0; self.encrypting.ciphertext_size()];
        self.encrypting
            .encrypt(algorithm, plaintext, &mut ciphertext, None)
            .map_err(|_| CryptoError::Failed)?;
        Ok(ciphertext)
    }

    fn verify(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        let algorithm = SignatureAlgorithm::new(algorithm)?;
        let digest = algorithm.digest(message_type, message)?;
        UnparsedPublicKey::new(algorithm.verifying, &self.verifying)
            .verify_digest(&digest, signature)
            .map_err(|_| CryptoError::Failed)
    }
}

/// AWS-LC takes the salt of PSS from its own random source.
impl Key for Private {
    fn encrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        plaintext: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        self.public.encrypt(algorithm, plaintext, rng)
    }

    fn decrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        ciphertext: &[u8],
    ) -> Result<Secret, CryptoError> {
        let mut plaintext = Zeroizing::new(vec![0; self.decrypting.min_output_size()]);
        let length = self
            .decrypting
            .decrypt(oaep(algorithm)?, ciphertext, &mut plaintext, None)
            .map_err(|_| CryptoError::Failed)?
            .len();
        plaintext.truncate(length);
        Ok(plaintext)
    }

    fn sign(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        _rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        let algorithm = SignatureAlgorithm::new(algorithm)?;
        let digest = algorithm.digest(message_type, message)?;
        let mut signature = vec![0; self.signing.public_modulus_len()];
        self.signing
            .sign_digest(algorithm.signing, &digest, &mut signature)
            .map_err(|_| CryptoError::Failed)?;
        Ok(signature)
    }

    fn verify(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        self.public
            .verify(algorithm, message_type, message, signature)
    }
}
