//! The implementation on `RustCrypto`: every spec, on every target.

mod ec;
mod ed25519;
mod hmac;
mod ml_dsa;
pub(crate) mod ml_kem;
pub(crate) mod rsa;
mod seed;
mod sm2;
mod symmetric;

use ::ml_dsa::{MlDsa44, MlDsa65, MlDsa87};
use ::ml_kem::{MlKem512, MlKem768, MlKem1024};
use k256::Secp256k1;
use kmsim_types::KeySpec;
use p256::NistP256;
use p384::NistP384;
use p521::NistP521;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::CryptoError;
use crate::key::{Key, Secret};

/// A key that is ready for use.
pub(crate) struct Loaded {
    pub(crate) key: Box<dyn Key>,
    /// The key in its canonical form.
    pub(crate) encoded: Secret,
    /// DER `SubjectPublicKeyInfo` of the public half.
    pub(crate) public_key: Option<Vec<u8>>,
}

/// Makes a key of a spec, in the form in which it is imported.
pub(crate) fn generate(spec: KeySpec, rng: &mut dyn CryptoRng) -> Result<Secret, CryptoError> {
    match spec {
        KeySpec::EccNistP256 => ec::generate::<NistP256>(rng),
        KeySpec::EccNistP384 => ec::generate::<NistP384>(rng),
        KeySpec::EccNistP521 => ec::generate::<NistP521>(rng),
        KeySpec::EccSecgP256k1 => ec::generate::<Secp256k1>(rng),
        KeySpec::EccNistEdwards25519 => ed25519::generate(rng),
        KeySpec::MlDsa44 => ml_dsa::generate::<MlDsa44>(rng),
        KeySpec::MlDsa65 => ml_dsa::generate::<MlDsa65>(rng),
        KeySpec::MlDsa87 => ml_dsa::generate::<MlDsa87>(rng),
        KeySpec::MlKem512 => ml_kem::generate::<MlKem512>(rng),
        KeySpec::MlKem768 => ml_kem::generate::<MlKem768>(rng),
        KeySpec::MlKem1024 => ml_kem::generate::<MlKem1024>(rng),
        KeySpec::Sm2 => sm2::generate(rng),
        KeySpec::SymmetricDefault => Ok(random(symmetric::KEY_LEN, rng)),
        KeySpec::Hmac224 | KeySpec::Hmac256 | KeySpec::Hmac384 | KeySpec::Hmac512 => {
            hmac::generate(spec, rng)
        }
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => rsa::generate(spec, rng),
    }
}

/// Reads a key of a spec.
pub(crate) fn load(spec: KeySpec, bytes: &[u8]) -> Result<Loaded, CryptoError> {
    match spec {
        KeySpec::EccNistP256 => ec::load::<NistP256>(bytes),
        KeySpec::EccNistP384 => ec::load::<NistP384>(bytes),
        KeySpec::EccNistP521 => ec::load::<NistP521>(bytes),
        KeySpec::EccSecgP256k1 => ec::load::<Secp256k1>(bytes),
        KeySpec::EccNistEdwards25519 => ed25519::load(bytes),
        KeySpec::MlDsa44 => ml_dsa::load::<MlDsa44>(bytes),
        KeySpec::MlDsa65 => ml_dsa::load::<MlDsa65>(bytes),
        KeySpec::MlDsa87 => ml_dsa::load::<MlDsa87>(bytes),
        KeySpec::MlKem512 => ml_kem::load::<MlKem512>(bytes),
        KeySpec::MlKem768 => ml_kem::load::<MlKem768>(bytes),
        KeySpec::MlKem1024 => ml_kem::load::<MlKem1024>(bytes),
        KeySpec::Sm2 => sm2::load(bytes),
        KeySpec::SymmetricDefault => symmetric::load(bytes),
        KeySpec::Hmac224 | KeySpec::Hmac256 | KeySpec::Hmac384 | KeySpec::Hmac512 => {
            hmac::load(spec, bytes)
        }
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => rsa::load(spec, bytes),
    }
}

/// Reads the public half of a key of a spec: a DER `SubjectPublicKeyInfo`.
pub(crate) fn load_public(spec: KeySpec, spki: &[u8]) -> Result<Box<dyn Key>, CryptoError> {
    match spec {
        KeySpec::EccNistP256 => ec::load_public::<NistP256>(spki),
        KeySpec::EccNistP384 => ec::load_public::<NistP384>(spki),
        KeySpec::EccNistP521 => ec::load_public::<NistP521>(spki),
        KeySpec::EccSecgP256k1 => ec::load_public::<Secp256k1>(spki),
        KeySpec::EccNistEdwards25519 => ed25519::load_public(spki),
        KeySpec::MlDsa44 => ml_dsa::load_public::<MlDsa44>(spki),
        KeySpec::MlDsa65 => ml_dsa::load_public::<MlDsa65>(spki),
        KeySpec::MlDsa87 => ml_dsa::load_public::<MlDsa87>(spki),
        KeySpec::MlKem512 => ml_kem::load_public::<MlKem512>(spki),
        KeySpec::MlKem768 => ml_kem::load_public::<MlKem768>(spki),
        KeySpec::MlKem1024 => ml_kem::load_public::<MlKem1024>(spki),
        KeySpec::Sm2 => sm2::load_public(spki),
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => rsa::load_public(spec, spki),
        _ => Err(CryptoError::Unsupported),
    }
}

/// Bytes that nobody can guess.
fn random(length: usize, rng: &mut dyn CryptoRng) -> Secret {
    let mut bytes = Zeroizing::new(vec![0; length]);
    rng.fill_bytes(&mut bytes);
    bytes
}
