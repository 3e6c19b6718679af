//! ECDSA with keys of one message: the trailing signature of signed Encryption SDK messages
//! (AWS Encryption SDK Developer Guide, "AWS Encryption SDK algorithms reference").

use std::fmt;

use p256::ecdsa::signature::hazmat::{PrehashVerifier, RandomizedPrehashSigner};
use p256::elliptic_curve::Generate;
use rand_core::CryptoRng;

use crate::CryptoError;

/// The curve of a signed algorithm suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Curve {
    /// NIST P-256 (secp256r1), with SHA-256.
    P256,
    /// NIST P-384 (secp384r1), with SHA-384.
    P384,
}

/// A signing key that lives no longer than the message, or the cached data key, that it belongs
/// to. It is erased when it is dropped.
#[derive(Clone)]
pub struct EphemeralKey(Scalar);

#[derive(Clone)]
enum Scalar {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
}

impl Curve {
    /// The length of the digests that are signed.
    pub const fn digest_len(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
        }
    }

    fn check_digest(self, digest: &[u8]) -> Result<(), CryptoError> {
        if digest.len() == self.digest_len() {
            Ok(())
        } else {
            Err(CryptoError::MessageLength)
        }
    }
}

impl EphemeralKey {
    /// A new key.
    pub fn generate(curve: Curve, rng: &mut dyn CryptoRng) -> Self {
        Self(match curve {
            Curve::P256 => Scalar::P256(p256::ecdsa::SigningKey::generate_from_rng(rng)),
            Curve::P384 => Scalar::P384(p384::ecdsa::SigningKey::generate_from_rng(rng)),
        })
    }

    /// The curve of the key.
    pub fn curve(&self) -> Curve {
        match self.0 {
            Scalar::P256(_) => Curve::P256,
            Scalar::P384(_) => Curve::P384,
        }
    }

    /// The public key as a compressed point (SEC 1, 2.3.3), as the encryption context of a
    /// message carries it.
    pub fn public_key_compressed(&self) -> Vec<u8> {
        match &self.0 {
            Scalar::P256(key) => key.verifying_key().to_sec1_point(true).as_bytes().to_vec(),
            Scalar::P384(key) => key.verifying_key().to_sec1_point(true).as_bytes().to_vec(),
        }
    }

    /// Signs a digest; the signature is a DER `ECDSA-Sig-Value` (RFC 3279).
    pub fn sign_digest(
        &self,
        digest: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, CryptoError> {
        self.curve().check_digest(digest)?;
        let failed = |_| CryptoError::Failed;
        match &self.0 {
            Scalar::P256(key) => {
                let signature: p256::ecdsa::DerSignature =
                    key.sign_prehash_with_rng(rng, digest).map_err(failed)?;
                Ok(signature.as_bytes().to_vec())
            }
            Scalar::P384(key) => {
                let signature: p384::ecdsa::DerSignature =
                    key.sign_prehash_with_rng(rng, digest).map_err(failed)?;
                Ok(signature.as_bytes().to_vec())
            }
        }
    }
}

/// Prints the curve and nothing of the key.
impl fmt::Debug for EphemeralKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EphemeralKey").field(&self.curve()).finish()
    }
}

/// Checks a signature of [`EphemeralKey::sign_digest`]. A point in another form than the
/// compressed one is [`CryptoError::InvalidMaterial`].
pub fn verify_digest(
    curve: Curve,
    compressed_public: &[u8],
    digest: &[u8],
    signature_der: &[u8],
) -> Result<(), CryptoError> {
    curve.check_digest(digest)?;
    if !matches!(compressed_public.first(), Some(2 | 3)) {
        return Err(CryptoError::InvalidMaterial);
    }
    let invalid = |_| CryptoError::InvalidMaterial;
    let failed = |_| CryptoError::Failed;
    match curve {
        Curve::P256 => {
            let key =
                p256::ecdsa::VerifyingKey::from_sec1_bytes(compressed_public).map_err(invalid)?;
            let signature = p256::ecdsa::Signature::from_der(signature_der).map_err(failed)?;
            key.verify_prehash(digest, &signature).map_err(failed)
        }
        Curve::P384 => {
            let key =
                p384::ecdsa::VerifyingKey::from_sec1_bytes(compressed_public).map_err(invalid)?;
            let signature = p384::ecdsa::Signature::from_der(signature_der).map_err(failed)?;
            key.verify_prehash(digest, &signature).map_err(failed)
        }
    }
}

#[cfg(test)]
mod tests;
