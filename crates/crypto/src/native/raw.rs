//! Keys of which AWS-LC signs messages and nothing else: Ed25519 (RFC 8032) without Ed25519ph,
//! ML-DSA (FIPS 204) without external mu. The portable implementation does the rest.

use aws_lc_rs::signature::{
    ED25519, Ed25519KeyPair, ML_DSA_44, ML_DSA_44_SIGNING, ML_DSA_65, ML_DSA_65_SIGNING, ML_DSA_87,
    ML_DSA_87_SIGNING, ParsedPublicKey, PqdsaKeyPair, PqdsaSigningAlgorithm, VerificationAlgorithm,
};
use kmsim_types::{KeySpec, MessageType, SigningAlgorithm};
use rand_core::CryptoRng;

use super::public_key_bytes;
use crate::CryptoError;
use crate::key::Key;
use crate::portable::{self, Loaded};

/// How AWS-LC calls the scheme of a key spec.
struct Scheme {
    algorithm: SigningAlgorithm,
    verification: &'static dyn VerificationAlgorithm,
    signer: fn(encoded: &[u8]) -> Option<Box<dyn Sign>>,
}

impl Scheme {
    fn of(spec: KeySpec) -> Option<Self> {
        use SigningAlgorithm::{Ed25519Sha512, MlDsaShake256};
        let (algorithm, verification, signer): (_, &'static dyn VerificationAlgorithm, _) =
            match spec {
                KeySpec::EccNistEdwards25519 => (Ed25519Sha512, &ED25519, ed25519 as fn(&_) -> _),
                KeySpec::MlDsa44 => (MlDsaShake256, &ML_DSA_44, |key| {
                    ml_dsa(&ML_DSA_44_SIGNING, key)
                }),
                KeySpec::MlDsa65 => (MlDsaShake256, &ML_DSA_65, |key| {
                    ml_dsa(&ML_DSA_65_SIGNING, key)
                }),
                KeySpec::MlDsa87 => (MlDsaShake256, &ML_DSA_87, |key| {
                    ml_dsa(&ML_DSA_87_SIGNING, key)
                }),
                _ => return None,
            };
        Some(Self {
            algorithm,
            verification,
            signer,
        })
    }

    fn public(&self, spki: &[u8], portable: Box<dyn Key>) -> Option<Public> {
        Some(Public {
            algorithm: self.algorithm,
            verifying: ParsedPublicKey::new(self.verification, public_key_bytes(spki)?).ok()?,
            portable,
        })
    }
}

pub(super) fn load(spec: KeySpec, encoded: &[u8]) -> Option<Box<dyn Key>> {
    let scheme = Scheme::of(spec)?;
    let Loaded {
        key, public_key, ..
    } = portable::load(spec, encoded).ok()?;
    Some(Box::new(Private {
        signing: (scheme.signer)(encoded)?,
        public: scheme.public(&public_key?, key)?,
    }))
}

pub(super) fn load_public(spec: KeySpec, spki: &[u8]) -> Option<Box<dyn Key>> {
    let portable = portable::load_public(spec, spki).ok()?;
    Some(Box::new(Scheme::of(spec)?.public(spki, portable)?))
}

/// Signs whole messages.
trait Sign: Send + Sync {
    fn sign(&self, message: &[u8]) -> Option<Vec<u8>>;
}

fn ed25519(encoded: &[u8]) -> Option<Box<dyn Sign>> {
    Some(Box::new(
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(encoded).ok()?,
    ))
}

impl Sign for Ed25519KeyPair {
    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        Some(self.try_sign(message).ok()?.as_ref().to_vec())
    }
}

fn ml_dsa(algorithm: &'static PqdsaSigningAlgorithm, encoded: &[u8]) -> Option<Box<dyn Sign>> {
    Some(Box::new(PqdsaKeyPair::from_pkcs8(algorithm, encoded).ok()?))
}

impl Sign for PqdsaKeyPair {
    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let mut signature = vec![0; self.algorithm().signature_len()];
        let len = Self::sign(self, message, &mut signature).ok()?;
        signature.truncate(len);
        Some(signature)
    }
}

struct Private {
    signing: Box<dyn Sign>,
    public: Public,
}

struct Public {
    /// The algorithm that AWS-LC has.
    algorithm: SigningAlgorithm,
    verifying: ParsedPublicKey,
    /// For everything else.
    portable: Box<dyn Key>,
}

impl Public {
    fn is_native(&self, algorithm: SigningAlgorithm, message_type: MessageType) -> bool {
        algorithm == self.algorithm && message_type == MessageType::Raw
    }
}

impl Key for Private {
    fn sign(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        if self.public.is_native(algorithm, message_type) {
            self.signing.sign(message).ok_or(CryptoError::Failed)
        } else {
            let portable = &self.public.portable;
            portable.sign(algorithm, message_type, message, rng)
        }
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

impl Key for Public {
    fn verify(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        if self.is_native(algorithm, message_type) {
            let verified = self.verifying.verify_sig(message, signature);
            verified.map_err(|_| CryptoError::Failed)
        } else {
            self.portable
                .verify(algorithm, message_type, message, signature)
        }
    }
}
