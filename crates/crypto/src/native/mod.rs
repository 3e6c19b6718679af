//! The implementation on AWS-LC, for the specs where it is faster. Its random source is its own.

mod ec;
mod ml_kem;
mod raw;
mod rsa;

use kmsim_types::KeySpec;
use spki::SubjectPublicKeyInfoRef;

use crate::key::Key;

/// Reads a key whose encoding the portable implementation has accepted; `None` for a spec that
/// AWS-LC does not have, or is slower with.
pub(crate) fn load(spec: KeySpec, encoded: &[u8]) -> Option<Box<dyn Key>> {
    match spec {
        KeySpec::EccNistP256 => ec::load(&ec::P256, encoded),
        KeySpec::EccNistP384 => ec::load(&ec::P384, encoded),
        KeySpec::EccNistP521 => ec::load(&ec::P521, encoded),
        KeySpec::EccNistEdwards25519 => raw::load(spec, encoded),
        KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => raw::load(spec, encoded),
        KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024 => ml_kem::load(spec, encoded),
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => rsa::load(encoded),
        _ => None,
    }
}

/// Reads a public key that the portable implementation has accepted.
pub(crate) fn load_public(spec: KeySpec, spki: &[u8]) -> Option<Box<dyn Key>> {
    match spec {
        KeySpec::EccNistP256 => ec::load_public(&ec::P256, spki),
        KeySpec::EccNistP384 => ec::load_public(&ec::P384, spki),
        KeySpec::EccNistP521 => ec::load_public(&ec::P521, spki),
        KeySpec::EccNistEdwards25519 => raw::load_public(spec, spki),
        KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => raw::load_public(spec, spki),
        KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024 => {
            ml_kem::load_public(spec, spki)
        }
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => rsa::load_public(spki),
        _ => None,
    }
}

/// The key in a `SubjectPublicKeyInfo`.
fn public_key_bytes(spki: &[u8]) -> Option<&[u8]> {
    let spki = SubjectPublicKeyInfoRef::try_from(spki).ok()?;
    spki.subject_public_key.as_bytes()
}
