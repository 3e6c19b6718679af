use kmsim_crypto::wrapping::{unwrap, wrap};
use kmsim_crypto::{CryptoError, KeyMaterial};
use kmsim_types::{KeySpec, WrappingAlgorithm};

use crate::differential_rsa::KEYS;
use crate::seeded;

const RSA: [WrappingAlgorithm; 4] = [
    WrappingAlgorithm::RsaesOaepSha1,
    WrappingAlgorithm::RsaesOaepSha256,
    WrappingAlgorithm::RsaAesKeyWrapSha1,
    WrappingAlgorithm::RsaAesKeyWrapSha256,
];

#[test]
fn what_is_wrapped_is_unwrapped() {
    for key in KEYS.iter().flatten() {
        for algorithm in RSA {
            for length in [1, 28, 32, 64, 138] {
                let material = vec![7; length];
                let public_key = key.public_key().unwrap();
                let wrapped = wrap(public_key, algorithm, &material, &mut seeded(1)).unwrap();
                let unwrapped = unwrap(key, algorithm, &wrapped).unwrap();
                assert_eq!(unwrapped.as_slice(), material);
            }
        }
    }
}

#[test]
fn sm2_keys_wrap_too() {
    let key = KeyMaterial::generate(KeySpec::Sm2, &mut seeded(1)).unwrap();
    let (public_key, algorithm) = (key.public_key().unwrap(), WrappingAlgorithm::Sm2Pke);
    let mut wrapped = wrap(public_key, algorithm, &[7; 16], &mut seeded(2)).unwrap();
    assert_eq!(
        unwrap(&key, algorithm, &wrapped).unwrap().as_slice(),
        [7; 16]
    );
    *wrapped.last_mut().unwrap() ^= 1;
    assert_eq!(unwrap(&key, algorithm, &wrapped), Err(CryptoError::Failed));
    for algorithm in RSA {
        let wrapped = wrap(public_key, algorithm, &[7; 16], &mut seeded(2));
        assert_eq!(wrapped, Err(CryptoError::InvalidMaterial));
    }
}

/// The private key of RSA is too long for OAEP alone.
#[test]
fn two_steps_wrap_what_one_cannot() {
    let [[key, _], .., [material, _]] = &KEYS[..] else {
        panic!("there are three keys");
    };
    let public_key = key.public_key().unwrap();
    for algorithm in RSA {
        let wrapped = wrap(public_key, algorithm, &material.export(), &mut seeded(1));
        if algorithm.name().starts_with("RSAES") {
            assert_eq!(wrapped, Err(CryptoError::MessageLength));
        } else {
            let unwrapped = unwrap(key, algorithm, &wrapped.unwrap()).unwrap();
            let imported = KeyMaterial::import(material.spec(), &unwrapped).unwrap();
            assert_eq!(imported.public_key(), material.public_key());
        }
    }
}

#[test]
fn what_was_changed_or_wrapped_otherwise_is_refused() {
    let [key, _] = &KEYS[0];
    let public_key = key.public_key().unwrap();
    for algorithm in RSA {
        let wrapped = wrap(public_key, algorithm, &[7; 32], &mut seeded(1)).unwrap();
        for index in (0..wrapped.len()).step_by(5) {
            let mut changed = wrapped.clone();
            changed[index] ^= 1;
            assert_eq!(unwrap(key, algorithm, &changed), Err(CryptoError::Failed));
            let shorter = &wrapped[..index];
            assert_eq!(unwrap(key, algorithm, shorter), Err(CryptoError::Failed));
        }
        for other in RSA {
            let same = unwrap(key, other, &wrapped).is_ok();
            assert_eq!(same, other == algorithm, "{algorithm} as {other}");
        }
    }
}

#[test]
fn there_is_no_wrapping_by_pkcs1_and_none_by_a_key_of_another_kind() {
    let [key, _] = &KEYS[0];
    let (public_key, mut rng) = (key.public_key().unwrap(), seeded(1));
    let refused = WrappingAlgorithm::RsaesPkcs1V15;
    assert_eq!(
        wrap(public_key, refused, &[7; 32], &mut rng),
        Err(CryptoError::Unsupported)
    );
    assert_eq!(
        unwrap(key, refused, &[7; 256]),
        Err(CryptoError::Unsupported)
    );
    assert_eq!(
        unwrap(key, WrappingAlgorithm::Sm2Pke, &[7; 256]),
        Err(CryptoError::Unsupported)
    );
    assert_eq!(
        wrap(public_key, WrappingAlgorithm::Sm2Pke, &[7; 32], &mut rng),
        Err(CryptoError::InvalidMaterial)
    );
    let symmetric = KeyMaterial::generate(KeySpec::SymmetricDefault, &mut rng).unwrap();
    for algorithm in RSA {
        assert_eq!(
            unwrap(&symmetric, algorithm, &[7; 300]),
            Err(CryptoError::Unsupported)
        );
        assert_eq!(
            wrap(b"no key", algorithm, &[7; 32], &mut rng),
            Err(CryptoError::InvalidMaterial)
        );
    }
}
