//! Keys on the NIST curves and on secp256k1: ECDSA (FIPS 186-5), and on the NIST curves ECDH
//! (SP 800-56A, 5.7.1.2).

use ecdsa::signature::hazmat::{PrehashVerifier, RandomizedPrehashSigner};
use ecdsa::{DigestAlgorithm, Signature, SigningKey, VerifyingKey};
use kmsim_types::{MessageType, SigningAlgorithm};
use p256::elliptic_curve::ops::Invert;
use p256::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point, ValidatePublicKey};
use p256::elliptic_curve::subtle::CtOption;
use p256::elliptic_curve::{self, CurveArithmetic, Generate, PublicKey, SecretKey, ecdh};
use pkcs8::{AssociatedOid, DecodePrivateKey, EncodePrivateKey, EncodePublicKey};
use rand_core::CryptoRng;
use sha2::Digest;
use spki::SubjectPublicKeyInfoRef;
use zeroize::Zeroizing;

use super::Loaded;
use crate::CryptoError;
use crate::key::{Key, Secret};
use crate::message::Message;

/// A curve of a key spec.
pub(super) trait Curve:
    DigestAlgorithm
    + AssociatedOid
    + ValidatePublicKey
    + elliptic_curve::Curve<FieldBytesSize: ModulusSize>
    + elliptic_curve::point::PointCompression
    + CurveArithmetic<
        AffinePoint: FromSec1Point<Self> + ToSec1Point<Self>,
        Scalar: Invert<Output = CtOption<<Self as CurveArithmetic>::Scalar>>,
    >
{
    /// The one signing algorithm of the spec.
    const ALGORITHM: SigningAlgorithm;
    /// Whether the spec has the usage `KEY_AGREEMENT`.
    const AGREES: bool;

    /// The DER form of a signature.
    fn to_der(signature: &Signature<Self>) -> Vec<u8>;
    /// The signature of a DER form.
    fn from_der(bytes: &[u8]) -> ecdsa::Result<Signature<Self>>;
}

macro_rules! curve {
    ($curve:ty, $algorithm:ident, agrees: $agrees:literal) => {
        impl Curve for $curve {
            const ALGORITHM: SigningAlgorithm = SigningAlgorithm::$algorithm;
            const AGREES: bool = $agrees;

            fn to_der(signature: &Signature<Self>) -> Vec<u8> {
                signature.to_der().as_bytes().to_vec()
            }

            fn from_der(bytes: &[u8]) -> ecdsa::Result<Signature<Self>> {
                Signature::from_der(bytes)
            }
        }
    };
}

curve!(p256::NistP256, EcdsaSha256, agrees: true);
curve!(p384::NistP384, EcdsaSha384, agrees: true);
curve!(p521::NistP521, EcdsaSha512, agrees: true);
curve!(k256::Secp256k1, EcdsaSha256, agrees: false);

pub(super) fn generate<C: Curve>(rng: &mut dyn CryptoRng) -> Result<Secret, CryptoError> {
    encode(&SecretKey::<C>::generate_from_rng(rng))
}

pub(super) fn load<C: Curve>(bytes: &[u8]) -> Result<Loaded, CryptoError> {
    let secret = SecretKey::<C>::from_pkcs8_der(bytes).map_err(|_| CryptoError::InvalidMaterial)?;
    let key = SigningKey::from(&secret);
    let public_key = key.verifying_key().to_public_key_der();
    Ok(Loaded {
        encoded: encode(&secret)?,
        public_key: Some(
            public_key
                .map_err(|_| CryptoError::InvalidMaterial)?
                .into_vec(),
        ),
        key: Box::new(Private(key)),
    })
}

pub(super) fn load_public<C: Curve>(spki: &[u8]) -> Result<Box<dyn Key>, CryptoError> {
    Ok(Box::new(Public::<C>(public_key(spki)?.into())))
}

fn encode<C: Curve>(secret: &SecretKey<C>) -> Result<Secret, CryptoError> {
    let document = secret.to_pkcs8_der();
    Ok(document
        .map_err(|_| CryptoError::InvalidMaterial)?
        .to_bytes())
}

/// The point of a `SubjectPublicKeyInfo` that names this curve.
fn public_key<C: Curve>(spki: &[u8]) -> Result<PublicKey<C>, CryptoError> {
    let invalid = |_| CryptoError::InvalidMaterial;
    let spki = SubjectPublicKeyInfoRef::try_from(spki).map_err(|_| CryptoError::InvalidMaterial)?;
    PublicKey::try_from(spki).map_err(invalid)
}

struct Private<C: Curve>(SigningKey<C>);

struct Public<C: Curve>(VerifyingKey<C>);

impl<C: Curve> Key for Private<C> {
    fn sign(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        let digest = digest::<C>(algorithm, message_type, message)?;
        let signature = self.0.sign_prehash_with_rng(rng, &digest);
        let signature: Signature<C> = signature.map_err(|_| CryptoError::Failed)?;
        // The crate gives the lower of the two values of s on secp256k1, as blockchains want it.
        // KMS does not care, and who forgets to normalize should find out here.
        if C::NORMALIZE_S && rng.next_u32() & 1 == 1 {
            let high = Signature::from_scalars(signature.r(), -signature.s());
            return Ok(C::to_der(&high.map_err(|_| CryptoError::Failed)?));
        }
        Ok(C::to_der(&signature))
    }

    fn verify(
        &self,
        algorithm: SigningAlgorithm,
        message_type: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        verify(
            self.0.verifying_key(),
            algorithm,
            message_type,
            message,
            signature,
        )
    }

    fn agree(&self, peer_public_key: &[u8]) -> Result<Secret, CryptoError> {
        if !C::AGREES {
            return Err(CryptoError::Unsupported);
        }
        let peer = public_key::<C>(peer_public_key)?;
        let shared = ecdh::diffie_hellman(self.0.as_nonzero_scalar(), peer.as_affine());
        Ok(Zeroizing::new(shared.raw_secret_bytes().to_vec()))
    }
}

impl<C: Curve> Key for Public<C> {
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

fn verify<C: Curve>(
    key: &VerifyingKey<C>,
    algorithm: SigningAlgorithm,
    message_type: MessageType,
    message: &[u8],
    signature: &[u8],
) -> Result<(), CryptoError> {
    let digest = digest::<C>(algorithm, message_type, message)?;
    let mut signature = C::from_der(signature).map_err(|_| CryptoError::Failed)?;
    if C::NORMALIZE_S {
        // Either value of s is right by FIPS 186-5; the crate takes the lower one only.
        signature = signature.normalize_s();
    }
    let verified = key.verify_prehash(&digest, &signature);
    verified.map_err(|_| CryptoError::Failed)
}

/// The digest that is signed.
fn digest<C: Curve>(
    algorithm: SigningAlgorithm,
    message_type: MessageType,
    message: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    if algorithm != C::ALGORITHM {
        return Err(CryptoError::Unsupported);
    }
    let len = <C::Digest as Digest>::output_size();
    Ok(match Message::new(message_type, message, len)? {
        Message::Raw(message) => C::Digest::digest(message).to_vec(),
        Message::Digest(digest) => digest.to_vec(),
    })
}
