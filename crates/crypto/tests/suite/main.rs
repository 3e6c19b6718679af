//! The integration tests of kmsim-crypto, in one binary.

#[cfg(test)]
mod blob;
#[cfg(test)]
mod differential_ecc;
#[cfg(test)]
mod differential_gcm;
#[cfg(test)]
mod differential_rsa;
#[cfg(test)]
mod ecc_support;
#[cfg(test)]
mod key_pairs;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod root_key;
#[cfg(test)]
mod rsa;
#[cfg(test)]
mod sm2;
#[cfg(test)]
mod wrapping;
#[cfg(test)]
mod wycheproof_ecdh;
#[cfg(test)]
mod wycheproof_ecdsa;
#[cfg(test)]
mod wycheproof_eddsa;
#[cfg(test)]
mod wycheproof_gcm;
#[cfg(test)]
mod wycheproof_hkdf;
#[cfg(test)]
mod wycheproof_ml_dsa;
#[cfg(test)]
mod wycheproof_ml_kem;
#[cfg(test)]
mod wycheproof_rsa_oaep;
#[cfg(test)]
mod wycheproof_rsa_signature;

/// The two implementations.
#[cfg(test)]
const BACKENDS: [kmsim_crypto::Backend; 2] = [
    kmsim_crypto::Backend::Portable,
    kmsim_crypto::Backend::Native,
];

/// A random source that gives the same in every run.
#[cfg(test)]
fn seeded(seed: u8) -> rand_chacha::ChaCha20Rng {
    rand_core::SeedableRng::from_seed([seed; 32])
}
