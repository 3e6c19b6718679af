//! Project Wycheproof: ECDH on the NIST curves. Public keys come as `SubjectPublicKeyInfo`, or as
//! bare points, which are put into one.

use kmsim_crypto::KeyMaterial;
use kmsim_types::KeySpec;
use pkcs8::EncodePrivateKey;
use wycheproof::TestResult;
use wycheproof::ecdh::{EcdhEncoding, Test, TestName, TestSet};

use crate::BACKENDS;
use crate::ecc_support::{judge, spki};

const EC_PUBLIC_KEY: &str = "1.2.840.10045.2.1";

/// The private scalar, which comes as an integer, in PKCS#8.
fn private_key(spec: KeySpec, scalar: &[u8]) -> Vec<u8> {
    let padded = |len: usize| {
        let mut bytes = vec![0; len + scalar.len()];
        bytes[len..].copy_from_slice(scalar);
        let (zeros, scalar) = bytes.split_at(scalar.len());
        assert!(zeros.iter().all(|byte| *byte == 0));
        scalar.to_vec()
    };
    let document = match spec {
        KeySpec::EccNistP256 => {
            let key = p256::SecretKey::from_slice(&padded(32)).unwrap();
            key.to_pkcs8_der()
        }
        KeySpec::EccNistP384 => {
            let key = p384::SecretKey::from_slice(&padded(48)).unwrap();
            key.to_pkcs8_der()
        }
        _ => {
            let key = p521::SecretKey::from_slice(&padded(66)).unwrap();
            key.to_pkcs8_der()
        }
    };
    document.unwrap().as_bytes().to_vec()
}

fn run(names: [TestName; 2], spec: KeySpec, curve: &str) {
    for name in names {
        let set = TestSet::load(name).unwrap();
        for group in &set.test_groups {
            let public_key = |test: &Test| match group.encoding {
                EcdhEncoding::Asn1 => test.public_key.to_vec(),
                EcdhEncoding::EcPoint => spki(EC_PUBLIC_KEY, Some(curve), &test.public_key),
            };
            for test in &group.tests {
                let label = format!("{name:?} {} {}", test.tc_id, test.comment);
                let private_key = private_key(spec, &test.private_key);
                let public_key = public_key(test);
                let shared = BACKENDS.map(|backend| {
                    let key = KeyMaterial::import_with(backend, spec, &private_key).unwrap();
                    key.agree(&public_key).ok()
                });
                if let (Some(shared), false) = (&shared[0], test.result == TestResult::Invalid) {
                    assert_eq!(**shared, *test.shared_secret, "{label}");
                }
                judge(&label, test.result, &shared);
            }
        }
    }
}

#[test]
fn p256() {
    let names = [TestName::EcdhSecp256r1, TestName::EcdhSecp256r1Ecpoint];
    run(names, KeySpec::EccNistP256, "1.2.840.10045.3.1.7");
}

#[test]
fn p384() {
    let names = [TestName::EcdhSecp384r1, TestName::EcdhSecp384r1Ecpoint];
    run(names, KeySpec::EccNistP384, "1.3.132.0.34");
}

#[test]
fn p521() {
    let names = [TestName::EcdhSecp521r1, TestName::EcdhSecp521r1Ecpoint];
    run(names, KeySpec::EccNistP521, "1.3.132.0.35");
}
