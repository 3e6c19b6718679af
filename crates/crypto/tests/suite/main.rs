//! The integration tests of kmsim-crypto, in one binary.

#[cfg(test)]
mod differential_ecc;
#[cfg(test)]
mod ecc_support;
#[cfg(test)]
mod key_pairs;
#[cfg(test)]
mod sm2;
#[cfg(test)]
mod wycheproof_ecdh;
#[cfg(test)]
mod wycheproof_ecdsa;
#[cfg(test)]
mod wycheproof_eddsa;
#[cfg(test)]
mod wycheproof_ml_dsa;
#[cfg(test)]
mod wycheproof_ml_kem;
