//! ML-KEM (FIPS 203).

use aws_lc_rs::kem::{
    Algorithm, Ciphertext, DecapsulationKey, EncapsulationKey, ML_KEM_512, ML_KEM_768, ML_KEM_1024,
};
use kmsim_types::KeySpec;
use ml_kem::{MlKem512, MlKem768, MlKem1024};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::public_key_bytes;
use crate::CryptoError;
use crate::key::{Key, Secret};
use crate::portable::ml_kem::expand;
use crate::portable::{self, Loaded};

fn algorithm(spec: KeySpec) -> Option<&'static Algorithm> {
    match spec {
        KeySpec::MlKem512 => Some(&ML_KEM_512),
        KeySpec::MlKem768 => Some(&ML_KEM_768),
        KeySpec::MlKem1024 => Some(&ML_KEM_1024),
        _ => None,
    }
}

pub(super) fn load(spec: KeySpec, encoded: &[u8]) -> Option<Box<dyn Key>> {
    let expanded = match spec {
        KeySpec::MlKem512 => expand::<MlKem512>(encoded),
        KeySpec::MlKem768 => expand::<MlKem768>(encoded),
        KeySpec::MlKem1024 => expand::<MlKem1024>(encoded),
        _ => return None,
    };
    let Loaded { public_key, .. } = portable::load(spec, encoded).ok()?;
    Some(Box::new(Private {
        decapsulating: DecapsulationKey::new(algorithm(spec)?, &expanded.ok()?).ok()?,
        public: public(spec, &public_key?)?,
    }))
}

pub(super) fn load_public(spec: KeySpec, spki: &[u8]) -> Option<Box<dyn Key>> {
    Some(Box::new(public(spec, spki)?))
}

fn public(spec: KeySpec, spki: &[u8]) -> Option<Public> {
    let key = EncapsulationKey::new(algorithm(spec)?, public_key_bytes(spki)?);
    Some(Public(key.ok()?))
}

struct Private {
    decapsulating: DecapsulationKey,
    public: Public,
}

struct Public(EncapsulationKey);

impl Key for Private {
    fn encapsulate(&self, rng: &mut dyn CryptoRng) -> Result<(Secret, Vec<u8>), CryptoError> {
        self.public.encapsulate(rng)
    }

    fn decapsulate(&self, ciphertext: &[u8]) -> Result<Secret, CryptoError> {
        let shared = self.decapsulating.decapsulate(Ciphertext::from(ciphertext));
        let shared = shared.map_err(|_| CryptoError::Failed)?;
        Ok(Zeroizing::new(shared.as_ref().to_vec()))
    }
}

impl Key for Public {
    fn encapsulate(&self, _rng: &mut dyn CryptoRng) -> Result<(Secret, Vec<u8>), CryptoError> {
        let (ciphertext, shared) = self.0.encapsulate().map_err(|_| CryptoError::Failed)?;
        let shared = Zeroizing::new(shared.as_ref().to_vec());
        Ok((shared, ciphertext.as_ref().to_vec()))
    }
}
