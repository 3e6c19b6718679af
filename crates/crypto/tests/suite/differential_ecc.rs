//! Key pairs on curves and lattices: the two implementations against each other.

use aws_lc_rs::signature::{self as native, EcdsaKeyPair, Ed25519KeyPair, KeyPair, PqdsaKeyPair};
use kmsim_crypto::{Backend, CryptoError, KeyMaterial, PublicKey};
use kmsim_types::MessageType::{ExternalMu, Raw};
use kmsim_types::{KeySpec, MessageType, SigningAlgorithm};
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use shake::{ExtendableOutput, Shake256, Update, XofReader};

use crate::BACKENDS;
use crate::ecc_support::{SPECS, message_len};

/// A key in both implementations.
fn keys(spec: KeySpec, rng: &mut ChaCha20Rng) -> [KeyMaterial; 2] {
    let key = KeyMaterial::generate(spec, rng).unwrap().export();
    BACKENDS.map(|backend| KeyMaterial::import_with(backend, spec, &key).unwrap())
}

fn spec_where(has: impl Fn(KeySpec) -> bool) -> impl Strategy<Value = KeySpec> {
    prop::sample::select(
        SPECS
            .into_iter()
            .filter(|spec| has(*spec))
            .collect::<Vec<_>>(),
    )
}

fn agrees(spec: KeySpec) -> bool {
    use KeySpec::{EccNistP256, EccNistP384, EccNistP521, Sm2};
    matches!(spec, EccNistP256 | EccNistP384 | EccNistP521 | Sm2)
}

fn encapsulates(spec: KeySpec) -> bool {
    matches!(
        spec,
        KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn one_verifies_what_the_other_signs(
        seed: u64,
        spec in spec_where(|spec| !spec.signing_algorithms().is_empty()),
        message in prop::collection::vec(any::<u8>(), 0..300),
        digest: [[u8; 32]; 2],
        change in any::<prop::sample::Index>(),
    ) {
        let rng = &mut ChaCha20Rng::seed_from_u64(seed);
        let keys = keys(spec, rng);
        let public_key = keys[0].public_key().unwrap();
        let public_keys =
            BACKENDS.map(|backend| PublicKey::import_with(backend, spec, public_key).unwrap());
        for (algorithm, message_type) in spec
            .signing_algorithms()
            .iter()
            .flat_map(|algorithm| MessageType::ALL.iter().map(|t| (*algorithm, *t)))
        {
            let message = match message_len(algorithm, message_type) {
                Ok(None) => &message,
                Ok(Some(len)) => &digest.concat()[..len],
                Err(_) => continue,
            };
            for signer in &keys {
                let signature = signer.sign(algorithm, message_type, message, rng).unwrap();
                let mut changed = signature.clone();
                let at = change.index(8 * changed.len());
                changed[at / 8] ^= 1 << (at % 8);
                for key in &keys {
                    prop_assert!(key.verify(algorithm, message_type, message, &signature).is_ok());
                    let verified = key.verify(algorithm, message_type, message, &changed);
                    prop_assert_eq!(verified, Err(CryptoError::Failed));
                }
                for key in &public_keys {
                    prop_assert!(key.verify(algorithm, message_type, message, &signature).is_ok());
                    let verified = key.verify(algorithm, message_type, message, &changed);
                    prop_assert_eq!(verified, Err(CryptoError::Failed));
                }
            }
        }
    }

    #[test]
    fn all_agree_on_the_shared_secret(seed: u64, spec in spec_where(agrees)) {
        let rng = &mut ChaCha20Rng::seed_from_u64(seed);
        let (ours, theirs) = (keys(spec, rng), keys(spec, rng));
        let shared = ours[0].agree(theirs[0].public_key().unwrap()).unwrap();
        for (key, peer) in [(&ours[1], &theirs[1]), (&theirs[0], &ours[0]), (&theirs[1], &ours[1])] {
            prop_assert_eq!(&key.agree(peer.public_key().unwrap()).unwrap(), &shared);
        }
    }

    #[test]
    fn one_decapsulates_what_the_other_encapsulates(
        seed: u64,
        spec in spec_where(encapsulates),
        change in any::<prop::sample::Index>(),
    ) {
        let rng = &mut ChaCha20Rng::seed_from_u64(seed);
        let keys = keys(spec, rng);
        let public_key = keys[0].public_key().unwrap();
        let mut encapsulated = vec![keys[0].encapsulate(rng), keys[1].encapsulate(rng)];
        for backend in BACKENDS {
            let key = PublicKey::import_with(backend, spec, public_key).unwrap();
            encapsulated.push(key.encapsulate(rng));
        }
        for encapsulated in encapsulated {
            let (shared, ciphertext) = encapsulated.unwrap();
            let mut changed = ciphertext.clone();
            let at = change.index(8 * changed.len());
            changed[at / 8] ^= 1 << (at % 8);
            // A wrong ciphertext gives a secret as well, and in both implementations the same.
            let rejected = keys[0].decapsulate(&changed).unwrap();
            prop_assert_ne!(&rejected, &shared);
            for key in &keys {
                prop_assert_eq!(&key.decapsulate(&ciphertext).unwrap(), &shared);
                prop_assert_eq!(&key.decapsulate(&changed).unwrap(), &rejected);
                let short = key.decapsulate(&ciphertext[1..]);
                prop_assert_eq!(short.err(), Some(CryptoError::Failed));
            }
        }
    }

    /// FIPS 204, algorithms 2 and 7, with an empty context string.
    #[test]
    fn external_mu_is_that_of_the_message(
        seed: u64,
        spec in prop::sample::select(vec![KeySpec::MlDsa44, KeySpec::MlDsa65, KeySpec::MlDsa87]),
        message in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        fn shake(parts: &[&[u8]]) -> [u8; 64] {
            let mut state = Shake256::default();
            for part in parts {
                state.update(part);
            }
            let mut output = [0; 64];
            state.finalize_xof().read(&mut output);
            output
        }
        let rng = &mut ChaCha20Rng::seed_from_u64(seed);
        let keys = keys(spec, rng);
        let public_key = &keys[0].public_key().unwrap()[22..];
        let mu = shake(&[&shake(&[public_key]), &[0, 0], &message]);
        let algorithm = SigningAlgorithm::MlDsaShake256;
        for (signer, verifier) in [(&keys[0], &keys[1]), (&keys[1], &keys[0])] {
            let signature = signer.sign(algorithm, Raw, &message, rng).unwrap();
            prop_assert!(verifier.verify(algorithm, ExternalMu, &mu, &signature).is_ok());
            let signature = signer.sign(algorithm, ExternalMu, &mu, rng).unwrap();
            prop_assert!(verifier.verify(algorithm, Raw, &message, &signature).is_ok());
        }
    }
}

/// Keys that AWS-LC makes and writes are read, and it reads ours.
#[test]
fn keys_of_the_other_library_are_read() {
    let check = |spec, pkcs8: &[u8], public_key: &[u8]| {
        let key = KeyMaterial::import(spec, pkcs8).unwrap();
        assert!(key.public_key().unwrap().ends_with(public_key), "{spec}");
        key.export()
    };
    for (spec, algorithm) in [
        (
            KeySpec::EccNistP256,
            &native::ECDSA_P256_SHA256_ASN1_SIGNING,
        ),
        (
            KeySpec::EccNistP384,
            &native::ECDSA_P384_SHA384_ASN1_SIGNING,
        ),
        (
            KeySpec::EccNistP521,
            &native::ECDSA_P521_SHA512_ASN1_SIGNING,
        ),
        (
            KeySpec::EccSecgP256k1,
            &native::ECDSA_P256K1_SHA256_ASN1_SIGNING,
        ),
    ] {
        let pair = EcdsaKeyPair::generate(algorithm).unwrap();
        let pkcs8 = pair.to_pkcs8v1().unwrap();
        let exported = check(spec, pkcs8.as_ref(), pair.public_key().as_ref());
        let again = EcdsaKeyPair::from_pkcs8(algorithm, &exported).unwrap();
        assert_eq!(again.public_key().as_ref(), pair.public_key().as_ref());
    }

    let pair = Ed25519KeyPair::generate().unwrap();
    for pkcs8 in [pair.to_pkcs8().unwrap(), pair.to_pkcs8v1().unwrap()] {
        let spec = KeySpec::EccNistEdwards25519;
        let exported = check(spec, pkcs8.as_ref(), pair.public_key().as_ref());
        let again = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&exported).unwrap();
        assert_eq!(again.public_key().as_ref(), pair.public_key().as_ref());
    }

    for (spec, algorithm) in [
        (KeySpec::MlDsa44, &native::ML_DSA_44_SIGNING),
        (KeySpec::MlDsa65, &native::ML_DSA_65_SIGNING),
        (KeySpec::MlDsa87, &native::ML_DSA_87_SIGNING),
    ] {
        let pair = PqdsaKeyPair::generate(algorithm).unwrap();
        let pkcs8 = pair.to_pkcs8v1().unwrap();
        let exported = check(spec, pkcs8.as_ref(), pair.public_key().as_ref());
        assert_eq!(*exported, pkcs8.as_ref());
    }
}

/// An Ed25519 signature is determined; a deterministic random source makes ours so as well.
#[test]
fn portable_signatures_follow_from_the_random_source() {
    for spec in SPECS
        .into_iter()
        .filter(|spec| !spec.signing_algorithms().is_empty())
    {
        let key = KeyMaterial::generate(spec, &mut ChaCha20Rng::seed_from_u64(1)).unwrap();
        let key = KeyMaterial::import_with(Backend::Portable, spec, &key.export()).unwrap();
        let algorithm = spec.signing_algorithms()[0];
        let sign = |seed| {
            let rng = &mut ChaCha20Rng::seed_from_u64(seed);
            key.sign(algorithm, Raw, b"message", rng).unwrap()
        };
        assert_eq!(sign(2), sign(2), "{spec}");
        let determined = spec == KeySpec::EccNistEdwards25519;
        assert_eq!(sign(2) == sign(3), determined, "{spec}");
    }
}
