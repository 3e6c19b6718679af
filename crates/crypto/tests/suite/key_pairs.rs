//! Key pairs: their forms outside, and which messages their algorithms take.

use kmsim_crypto::{Backend, CryptoError, KeyMaterial, PublicKey};
use kmsim_types::{EncryptionAlgorithm, KeySpec, MessageType, SigningAlgorithm};
use pkcs8::DecodePublicKey;
use pkcs8::der::Encode;
use pkcs8::der::asn1::OctetStringRef;
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use sha2::{Digest, Sha512};

use crate::BACKENDS;
use crate::ecc_support::{ML_DSA_OIDS, ML_KEM_OIDS, SPECS, message_len, pkcs8, seed_pkcs8};

fn generate(spec: KeySpec, seed: u64) -> KeyMaterial {
    KeyMaterial::generate(spec, &mut ChaCha20Rng::seed_from_u64(seed)).unwrap()
}

#[test]
fn keys_follow_from_the_random_source() {
    for spec in SPECS {
        let key = generate(spec, 1);
        assert_eq!(key.export(), generate(spec, 1).export(), "{spec}");
        assert_ne!(key.export(), generate(spec, 2).export(), "{spec}");
        assert_ne!(key.public_key(), generate(spec, 2).public_key(), "{spec}");
    }
}

/// `SubjectPublicKeyInfo` and signature as long as KMS gives them; 1334 and 2420 bytes are
/// reported for `ML_DSA_44`, the others follow from the standards.
#[test]
fn public_keys_and_signatures_are_as_long_as_those_of_kms() {
    let lengths = [91, 120, 158, 88, 44, 1334, 1974, 2614, 822, 1206, 1590, 91];
    for (spec, len) in SPECS.into_iter().zip(lengths) {
        assert_eq!(generate(spec, 3).public_key().unwrap().len(), len, "{spec}");
    }
    let rng = &mut ChaCha20Rng::seed_from_u64(3);
    for (spec, algorithm, len) in [
        (
            KeySpec::EccNistEdwards25519,
            SigningAlgorithm::Ed25519Sha512,
            64,
        ),
        (KeySpec::MlDsa44, SigningAlgorithm::MlDsaShake256, 2420),
        (KeySpec::MlDsa65, SigningAlgorithm::MlDsaShake256, 3309),
        (KeySpec::MlDsa87, SigningAlgorithm::MlDsaShake256, 4627),
    ] {
        for backend in BACKENDS {
            let key = KeyMaterial::import_with(backend, spec, &generate(spec, 3).export()).unwrap();
            let signature = key.sign(algorithm, MessageType::Raw, b"m", rng).unwrap();
            assert_eq!(signature.len(), len, "{spec} {backend:?}");
        }
    }
}

#[test]
fn what_is_exported_can_be_imported() {
    for spec in SPECS {
        let key = generate(spec, 4);
        for backend in BACKENDS {
            let again = KeyMaterial::import_with(backend, spec, &key.export()).unwrap();
            assert_eq!(again.export(), key.export(), "{spec}");
            assert_eq!(again.public_key(), key.public_key(), "{spec}");
        }
    }
}

#[test]
fn keys_of_other_specs_and_parts_of_keys_are_refused() {
    for spec in SPECS {
        let key = generate(spec, 5);
        let (private, public) = (key.export(), key.public_key().unwrap());
        for other in SPECS.into_iter().filter(|other| *other != spec) {
            let imported = KeyMaterial::import(other, &private);
            assert_eq!(
                imported.err(),
                Some(CryptoError::InvalidMaterial),
                "{spec} {other}"
            );
            let imported = PublicKey::import(other, public);
            assert_eq!(
                imported.err(),
                Some(CryptoError::InvalidMaterial),
                "{spec} {other}"
            );
        }
        for len in 0..private.len() {
            assert!(
                KeyMaterial::import(spec, &private[..len]).is_err(),
                "{spec} {len}"
            );
        }
        for len in 0..public.len() {
            assert!(
                PublicKey::import(spec, &public[..len]).is_err(),
                "{spec} {len}"
            );
        }
        let longer = |bytes: &[u8]| [bytes, &[0]].concat();
        assert!(
            KeyMaterial::import(spec, &longer(&private)).is_err(),
            "{spec}"
        );
        assert!(PublicKey::import(spec, &longer(public)).is_err(), "{spec}");
    }
}

#[test]
fn algorithms_take_the_message_types_of_their_specs_and_the_lengths_of_their_digests() {
    let rng = &mut ChaCha20Rng::seed_from_u64(6);
    let lens = [0, 1, 20, 28, 31, 32, 33, 48, 63, 64, 65, 1000];
    for (spec, backend) in SPECS
        .into_iter()
        .flat_map(|spec| BACKENDS.map(|b| (spec, b)))
    {
        let key = KeyMaterial::import_with(backend, spec, &generate(spec, 6).export()).unwrap();
        let public = PublicKey::import_with(backend, spec, key.public_key().unwrap()).unwrap();
        for (algorithm, message_type) in SigningAlgorithm::ALL
            .iter()
            .flat_map(|algorithm| MessageType::ALL.iter().map(|t| (*algorithm, *t)))
        {
            let fits = |len| match message_len(algorithm, message_type)? {
                _ if !spec.signing_algorithms().contains(&algorithm) => {
                    Err(CryptoError::Unsupported)
                }
                Some(expected) if expected != len => Err(CryptoError::MessageLength),
                _ => Ok(()),
            };
            for len in lens {
                let label = format!("{spec} {backend:?} {algorithm} {message_type} {len}");
                let message = vec![9; len];
                let signature = key.sign(algorithm, message_type, &message, rng);
                let verify = |signature: &[u8]| {
                    [
                        key.verify(algorithm, message_type, &message, signature),
                        public.verify(algorithm, message_type, &message, signature),
                    ]
                };
                match (fits(len), signature) {
                    (Ok(()), Ok(signature)) => {
                        assert_eq!(verify(&signature), [Ok(()); 2], "{label}");
                        assert_eq!(verify(&[]), [Err(CryptoError::Failed); 2], "{label}");
                    }
                    (Err(expected), Err(error)) => {
                        assert_eq!(error, expected, "{label}");
                        assert_eq!(verify(&[]), [Err(expected); 2], "{label}");
                    }
                    (expected, found) => panic!("{label}: {found:?} instead of {expected:?}"),
                }
            }
        }
    }
}

#[test]
fn what_a_spec_has_not_is_unsupported() {
    let rng = &mut ChaCha20Rng::seed_from_u64(7);
    let unsupported = Some(CryptoError::Unsupported);
    for (spec, backend) in SPECS
        .into_iter()
        .flat_map(|spec| BACKENDS.map(|b| (spec, b)))
    {
        let key = KeyMaterial::import_with(backend, spec, &generate(spec, 7).export()).unwrap();
        let public = PublicKey::import_with(backend, spec, key.public_key().unwrap()).unwrap();
        let is_kem = ML_KEM.contains(&spec);
        assert_eq!(key.encapsulate(rng).is_ok(), is_kem, "{spec}");
        assert_eq!(public.encapsulate(rng).is_ok(), is_kem, "{spec}");
        if !is_kem {
            assert_eq!(key.decapsulate(&[0; 768]).err(), unsupported, "{spec}");
        }
        let agrees = matches!(
            spec,
            KeySpec::EccNistP256 | KeySpec::EccNistP384 | KeySpec::EccNistP521 | KeySpec::Sm2
        );
        let shared = key.agree(generate(spec, 8).public_key().unwrap());
        assert_eq!(shared.err(), unsupported.filter(|_| !agrees), "{spec}");
        for algorithm in EncryptionAlgorithm::ALL.iter().copied() {
            let encrypts = spec.encryption_algorithms().contains(&algorithm);
            let expected = unsupported.filter(|_| !encrypts);
            assert_eq!(key.encrypt(algorithm, b"m", rng).err(), expected, "{spec}");
            assert_eq!(
                public.encrypt(algorithm, b"m", rng).err(),
                expected,
                "{spec}"
            );
            if !encrypts {
                assert_eq!(key.decrypt(algorithm, b"m").err(), unsupported, "{spec}");
            }
        }
        assert_eq!(key.mac(b"m").err(), unsupported, "{spec}");
    }
}

const ML_KEM: [KeySpec; 3] = [KeySpec::MlKem512, KeySpec::MlKem768, KeySpec::MlKem1024];

/// OpenSSL writes the seed and the expanded key of ML-DSA and ML-KEM unless told otherwise.
#[test]
fn seeds_with_expanded_keys_are_read() {
    fn both(oid: &str, seed: &[u8], expanded: &[u8]) -> Vec<u8> {
        let content =
            [seed, expanded].map(|part| OctetStringRef::new(part).unwrap().to_der().unwrap());
        let content = content.concat();
        let mut sequence = vec![0x30, 0x82];
        sequence.extend(u16::try_from(content.len()).unwrap().to_be_bytes());
        sequence.extend(content);
        pkcs8(oid, &sequence)
    }
    #[expect(deprecated, reason = "the form that other tools write")]
    let ml_dsa = ml_dsa::ExpandedSigningKey::<ml_dsa::MlDsa65>::from_seed(&[3; 32].into())
        .to_expanded()
        .to_vec();
    #[expect(deprecated, reason = "the form that other tools write")]
    let ml_kem = {
        use ml_kem::ExpandedKeyEncoding;
        ml_kem::DecapsulationKey::<ml_kem::MlKem768>::from_seed([3; 64].into())
            .to_expanded_bytes()
            .to_vec()
    };
    for (spec, oid, seed, expanded) in [
        (KeySpec::MlDsa65, ML_DSA_OIDS[1], &[3; 32][..], ml_dsa),
        (KeySpec::MlKem768, ML_KEM_OIDS[1], &[3; 64], ml_kem),
    ] {
        let key = KeyMaterial::import(spec, &both(oid, seed, &expanded)).unwrap();
        assert_eq!(**key.export(), seed_pkcs8(oid, seed), "{spec}");
        let mut other = expanded.clone();
        *other.last_mut().unwrap() ^= 1;
        for wrong in [&other[..], &expanded[1..], &[]] {
            let imported = KeyMaterial::import(spec, &both(oid, seed, wrong));
            assert_eq!(imported.err(), Some(CryptoError::InvalidMaterial), "{spec}");
        }
    }
}

/// KMS returns either value of s, and takes either (FIPS 186-5, 6.4.2).
#[test]
fn signatures_on_secp256k1_are_not_normalized() {
    let key = generate(KeySpec::EccSecgP256k1, 9);
    let rng = &mut ChaCha20Rng::seed_from_u64(9);
    let algorithm = SigningAlgorithm::EcdsaSha256;
    let high = (0..64).filter(|_| {
        let signature = key.sign(algorithm, MessageType::Raw, b"m", rng).unwrap();
        assert_eq!(
            key.verify(algorithm, MessageType::Raw, b"m", &signature),
            Ok(())
        );
        let signature = k256::ecdsa::Signature::from_der(&signature).unwrap();
        signature.normalize_s() != signature
    });
    assert!((16..48).contains(&high.count()));
}

/// `ED25519_PH_SHA_512` takes the digest for the message of Ed25519ph, which hashes it once more.
#[test]
fn the_digest_of_ed25519ph_is_hashed_again() {
    let key = generate(KeySpec::EccNistEdwards25519, 13);
    let rng = &mut ChaCha20Rng::seed_from_u64(13);
    let algorithm = SigningAlgorithm::Ed25519PhSha512;
    let digest = Sha512::digest(b"message");
    let signature = key
        .sign(algorithm, MessageType::Digest, &digest, rng)
        .unwrap();
    let signature = ed25519_dalek::Signature::from_slice(&signature).unwrap();
    let public_key = key.public_key().unwrap();
    let public_key = ed25519_dalek::VerifyingKey::from_public_key_der(public_key).unwrap();
    let verify =
        |hashed| public_key.verify_prehashed(Sha512::new_with_prefix(hashed), None, &signature);
    assert!(verify(&digest[..]).is_ok());
    assert!(verify(b"message").is_err());
}

#[test]
fn nothing_of_a_key_is_printed() {
    for spec in SPECS {
        let key = generate(spec, 10);
        assert_eq!(
            format!("{key:?}"),
            format!("KeyMaterial {{ spec: {spec:?}, .. }}")
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn garbage_fails_and_does_no_harm(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        spec in prop::sample::select(SPECS.to_vec()),
        backend in prop::sample::select(BACKENDS.to_vec()),
    ) {
        prop_assert!(KeyMaterial::import_with(backend, spec, &bytes).is_err());
        prop_assert!(PublicKey::import_with(backend, spec, &bytes).is_err());
        let key = KeyMaterial::import_with(backend, spec, &generate(spec, 11).export()).unwrap();
        for algorithm in spec.signing_algorithms() {
            prop_assert!(key.verify(*algorithm, MessageType::Raw, &bytes, &bytes).is_err());
        }
        for algorithm in spec.encryption_algorithms() {
            prop_assert!(key.decrypt(*algorithm, &bytes).is_err());
        }
        prop_assert!(key.agree(&bytes).is_err());
        prop_assert!(key.decapsulate(&bytes).is_err());
    }

    /// A key with one byte changed is either refused or another key, in both implementations.
    #[test]
    fn changed_keys_do_no_harm(
        position in any::<prop::sample::Index>(),
        change in 1u8..,
        spec in prop::sample::select(SPECS.to_vec()),
    ) {
        let key = generate(spec, 12);
        let mut private = key.export();
        let at = position.index(private.len());
        private[at] ^= change;
        let load = |backend: Backend| KeyMaterial::import_with(backend, spec, &private);
        match (load(Backend::Portable), load(Backend::Native)) {
            (Ok(one), Ok(other)) => prop_assert_eq!(one.public_key(), other.public_key()),
            (one, other) => prop_assert_eq!(one.err(), other.err()),
        }
    }
}
