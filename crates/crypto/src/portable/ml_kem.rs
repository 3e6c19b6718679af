//! ML-KEM (FIPS 203).

use ml_kem::kem::{Ciphertext, Decapsulate, Decapsulator, Encapsulate, Generate, Kem, KeyInit};
use ml_kem::pkcs8::{AssociatedOid, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::Loaded;
use super::seed::SeedKey;
use crate::CryptoError;
use crate::key::{Key, Secret};

/// A parameter set of a key spec.
pub(crate) trait Parameters:
    AssociatedOid
    + Kem<
        DecapsulationKey: Decapsulate + EncodePrivateKey + Expand + KeyInit + Send + Sync + 'static,
        EncapsulationKey: DecodePublicKey + EncodePublicKey + Send + Sync + 'static,
    >
{
}

impl Parameters for ml_kem::MlKem512 {}
impl Parameters for ml_kem::MlKem768 {}
impl Parameters for ml_kem::MlKem1024 {}

/// A key that can be written in the expanded form of FIPS 203. AWS-LC reads no other.
pub(crate) trait Expand {
    fn expand(&self) -> Secret;
}

#[expect(
    deprecated,
    reason = "the crate advises against the form, not against its use"
)]
impl<K: ml_kem::ExpandedKeyEncoding> Expand for K {
    fn expand(&self) -> Secret {
        Zeroizing::new(Zeroizing::new(self.to_expanded_bytes()).to_vec())
    }
}

pub(super) fn generate<P: Parameters>(rng: &mut dyn CryptoRng) -> Result<Secret, CryptoError> {
    encode::<P>(&P::DecapsulationKey::generate_from_rng(rng))
}

pub(super) fn load<P: Parameters>(bytes: &[u8]) -> Result<Loaded, CryptoError> {
    let key = read::<P>(bytes)?;
    let public_key = key.encapsulation_key().to_public_key_der();
    Ok(Loaded {
        encoded: encode::<P>(&key)?,
        public_key: Some(
            public_key
                .map_err(|_| CryptoError::InvalidMaterial)?
                .into_vec(),
        ),
        key: Box::new(Private::<P>(key)),
    })
}

pub(super) fn load_public<P: Parameters>(spki: &[u8]) -> Result<Box<dyn Key>, CryptoError> {
    let key = P::EncapsulationKey::from_public_key_der(spki);
    Ok(Box::new(Public::<P>(
        key.map_err(|_| CryptoError::InvalidMaterial)?,
    )))
}

/// The expanded form of a key.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn expand<P: Parameters>(bytes: &[u8]) -> Result<Secret, CryptoError> {
    Ok(read::<P>(bytes)?.expand())
}

fn read<P: Parameters>(bytes: &[u8]) -> Result<P::DecapsulationKey, CryptoError> {
    let SeedKey { seed, expanded } = SeedKey::from_pkcs8(bytes, P::OID)?;
    let key =
        P::DecapsulationKey::new_from_slice(seed).map_err(|_| CryptoError::InvalidMaterial)?;
    match expanded {
        Some(bytes) if *key.expand() != bytes => Err(CryptoError::InvalidMaterial),
        _ => Ok(key),
    }
}

fn encode<P: Parameters>(key: &P::DecapsulationKey) -> Result<Secret, CryptoError> {
    let document = key.to_pkcs8_der();
    Ok(document
        .map_err(|_| CryptoError::InvalidMaterial)?
        .to_bytes())
}

struct Private<P: Parameters>(P::DecapsulationKey);

struct Public<P: Parameters>(P::EncapsulationKey);

impl<P: Parameters> Key for Private<P> {
    fn encapsulate(&self, rng: &mut dyn CryptoRng) -> Result<(Secret, Vec<u8>), CryptoError> {
        Ok(encapsulate(self.0.encapsulation_key(), rng))
    }

    fn decapsulate(&self, ciphertext: &[u8]) -> Result<Secret, CryptoError> {
        let ciphertext = Ciphertext::<P>::try_from(ciphertext).map_err(|_| CryptoError::Failed)?;
        let shared = Zeroizing::new(self.0.decapsulate(&ciphertext));
        Ok(Zeroizing::new(shared.to_vec()))
    }
}

impl<P: Parameters> Key for Public<P> {
    fn encapsulate(&self, rng: &mut dyn CryptoRng) -> Result<(Secret, Vec<u8>), CryptoError> {
        Ok(encapsulate(&self.0, rng))
    }
}

fn encapsulate<K: Encapsulate>(key: &K, rng: &mut dyn CryptoRng) -> (Secret, Vec<u8>) {
    let (ciphertext, shared) = key.encapsulate_with_rng(rng);
    let shared = Zeroizing::new(shared);
    (Zeroizing::new(shared.to_vec()), ciphertext.to_vec())
}
