use std::sync::LazyLock;

use kmsim_crypto::{CryptoError, KeyMaterial};
use kmsim_types::{EncryptionAlgorithm, KeySpec, MessageType, SigningAlgorithm};
use proptest::prelude::*;

use crate::{BACKENDS, seeded};

/// One key of each spec, in both implementations.
pub(crate) static KEYS: LazyLock<Vec<[KeyMaterial; 2]>> = LazyLock::new(|| {
    [KeySpec::Rsa2048, KeySpec::Rsa3072, KeySpec::Rsa4096]
        .map(|spec| {
            let encoded = KeyMaterial::generate(spec, &mut seeded(4))
                .unwrap()
                .export();
            BACKENDS.map(|backend| KeyMaterial::import_with(backend, spec, &encoded).unwrap())
        })
        .into()
});

fn key() -> impl Strategy<Value = &'static [KeyMaterial; 2]> {
    // The longer keys do the same, and take their time.
    prop_oneof![6 => Just(0_usize), 1 => Just(1), 1 => Just(2)].prop_map(|index| &KEYS[index])
}

fn signing_algorithm() -> impl Strategy<Value = SigningAlgorithm> {
    prop::sample::select(KeySpec::Rsa2048.signing_algorithms())
}

fn encryption_algorithm() -> impl Strategy<Value = EncryptionAlgorithm> {
    prop::sample::select(KeySpec::Rsa2048.encryption_algorithms())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_one_implementation_signs_the_other_verifies(
        pair in key(),
        algorithm in signing_algorithm(),
        message in prop::collection::vec(any::<u8>(), 0..300),
        flipped: prop::sample::Index,
    ) {
        let mut rng = seeded(5);
        let signatures = [&pair[0], &pair[1]]
            .map(|key| key.sign(algorithm, MessageType::Raw, &message, &mut rng).unwrap());
        let has_salt = algorithm.name().contains("PSS");
        prop_assert_eq!(signatures[0] == signatures[1], !has_salt);
        for signature in &signatures {
            let mut changed = signature.clone();
            let index = flipped.index(changed.len() * 8);
            changed[index / 8] ^= 1 << (index % 8);
            for key in pair {
                let verify = |message: &[u8], signature: &[u8]| {
                    key.verify(algorithm, MessageType::Raw, message, signature)
                };
                prop_assert_eq!(verify(&message, signature), Ok(()));
                prop_assert_eq!(verify(&message, &changed), Err(CryptoError::Failed));
                prop_assert_eq!(verify(b"another", signature), Err(CryptoError::Failed));
            }
        }
    }

    #[test]
    fn what_one_implementation_encrypts_the_other_decrypts(
        pair in key(),
        algorithm in encryption_algorithm(),
        message in prop::collection::vec(any::<u8>(), 0..=190),
        flipped: prop::sample::Index,
    ) {
        let mut rng = seeded(6);
        for key in pair {
            let ciphertext = key.encrypt(algorithm, &message, &mut rng).unwrap();
            let mut changed = ciphertext.clone();
            let index = flipped.index(changed.len() * 8);
            changed[index / 8] ^= 1 << (index % 8);
            for key in pair {
                let decrypted = key.decrypt(algorithm, &ciphertext).unwrap();
                prop_assert_eq!(decrypted.as_slice(), &message[..]);
                prop_assert_eq!(key.decrypt(algorithm, &changed), Err(CryptoError::Failed));
            }
        }
    }
}
