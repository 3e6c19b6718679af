//! Keys on the NIST curves: ECDSA (FIPS 186-5) and ECDH (SP 800-56A, 5.7.1.2).

use aws_lc_rs::agreement::{self, ECDH_P256, ECDH_P384, ECDH_P521};
use aws_lc_rs::digest::{self, Digest, SHA256, SHA384, SHA512};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1,
    ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1, ECDSA_P521_SHA512_ASN1_SIGNING,
    EcdsaKeyPair, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm, KeyPair, ParsedPublicKey,
};
use kmsim_types::{MessageType, SigningAlgorithm};
use pkcs8::{AssociatedOid, ObjectIdentifier};
use rand_core::CryptoRng;
use spki::SubjectPublicKeyInfoRef;
use zeroize::Zeroizing;

use crate::CryptoError;
use crate::key::{Key, Secret};
use crate::message::Message;

/// A curve of a key spec, with its algorithms.
pub(super) struct Curve {
    oid: ObjectIdentifier,
    algorithm: SigningAlgorithm,
    digest: &'static digest::Algorithm,
    signing: &'static EcdsaSigningAlgorithm,
    verification: &'static EcdsaVerificationAlgorithm,
    agreement: &'static agreement::Algorithm,
}

pub(super) static P256: Curve = Curve {
    oid: p256::NistP256::OID,
    algorithm: SigningAlgorithm::EcdsaSha256,
    digest: &SHA256,
    signing: &ECDSA_P256_SHA256_ASN1_SIGNING,
    verification: &ECDSA_P256_SHA256_ASN1,
    agreement: &ECDH_P256,
};

pub(super) static P384: Curve = Curve {
    oid: p384::NistP384::OID,
    algorithm: SigningAlgorithm::EcdsaSha384,
    digest: &SHA384,
    signing: &ECDSA_P384_SHA384_ASN1_SIGNING,
    verification: &ECDSA_P384_SHA384_ASN1,
    agreement: &ECDH_P384,
};

pub(super) static P521: Curve = Curve {
    oid: p521::NistP521::OID,
    algorithm: SigningAlgorithm::EcdsaSha512,
    digest: &SHA512,
    signing: &ECDSA_P521_SHA512_ASN1_SIGNING,
    verification: &ECDSA_P521_SHA512_ASN1,
    agreement: &ECDH_P521,
};

pub(super) fn load(curve: &'static Curve, encoded: &[u8]) -> Option<Box<dyn Key>> {
    let signing = EcdsaKeyPair::from_pkcs8(curve.signing, encoded).ok()?;
    let agreeing = agreement::PrivateKey::from_private_key_der(curve.agreement, encoded).ok()?;
    let verifying = ParsedPublicKey::new(curve.verification, signing.public_key()).ok()?;
    Some(Box::new(Private {
        signing,
        agreeing,
        public: Public { curve, verifying },
    }))
}

pub(super) fn load_public(curve: &'static Curve, spki: &[u8]) -> Option<Box<dyn Key>> {
    let verifying = ParsedPublicKey::new(curve.verification, curve.point(spki)?).ok()?;
    Some(Box::new(Public { curve, verifying }))
}

impl Curve {
    /// The point of a `SubjectPublicKeyInfo` that names this curve, in one of the forms that
    /// RFC 5480 allows: AWS-LC by itself takes others as well.
    fn point<'a>(&self, spki: &'a [u8]) -> Option<&'a [u8]> {
        let spki = SubjectPublicKeyInfoRef::try_from(spki).ok()?;
        let named = spki.algorithm.assert_oids(EC_PUBLIC_KEY, self.oid).is_ok();
        let point = spki.subject_public_key.as_bytes()?;
        (named && matches!(point.first(), Some(2..=4))).then_some(point)
    }

    /// The message of a request for a signature.
    fn message<'a>(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &'a [u8],
    ) -> Result<Message<'a>, CryptoError> {
        if algorithm != self.algorithm {
            return Err(CryptoError::Unsupported);
        }
        Message::new(message_type, message, self.digest.output_len())
    }

    fn digest(&self, digest: &[u8]) -> Result<Digest, CryptoError> {
        Digest::import_less_safe(digest, self.digest).map_err(|_| CryptoError::MessageLength)
    }
}

/// `id-ecPublicKey` (RFC 5480, 2.1.1).
const EC_PUBLIC_KEY: ObjectIdentifier = p256::elliptic_curve::ALGORITHM_OID;

struct Private {
    signing: EcdsaKeyPair,
    agreeing: agreement::PrivateKey,
    public: Public,
}

struct Public {
    curve: &'static Curve,
    verifying: ParsedPublicKey,
}

impl Key for Private {
    fn sign(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        _rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        let curve = self.public.curve;
        let signature = match curve.message(algorithm, message_type, message)? {
            Message::Raw(message) => self.signing.sign(&SystemRandom::new(), message),
            Message::Digest(digest) => self.signing.sign_digest(&curve.digest(digest)?),
        };
        Ok(signature
            .map_err(|_| CryptoError::Failed)?
            .as_ref()
            .to_vec())
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

    fn agree(&self, peer_public_key: &[u8]) -> Result<Secret, CryptoError> {
        let curve = self.public.curve;
        let point = curve
            .point(peer_public_key)
            .ok_or(CryptoError::InvalidMaterial)?;
        let peer = agreement::UnparsedPublicKey::new(curve.agreement, point);
        agreement::agree(
            &self.agreeing,
            peer,
            CryptoError::InvalidMaterial,
            |shared| Ok(Zeroizing::new(shared.to_vec())),
        )
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
        let verified = match self.curve.message(algorithm, message_type, message)? {
            Message::Raw(message) => self.verifying.verify_sig(message, signature),
            Message::Digest(digest) => {
                let digest = self.curve.digest(digest)?;
                self.verifying.verify_digest_sig(&digest, signature)
            }
        };
        verified.map_err(|_| CryptoError::Failed)
    }
}
