//! What RSA keys take and refuse, in both implementations.

use kmsim_crypto::{CryptoError, Hash, KeyMaterial};
use kmsim_types::{EncryptionAlgorithm, KeySpec, MessageType, SigningAlgorithm};

use crate::differential_rsa::KEYS;
use crate::seeded;

fn keys() -> impl Iterator<Item = &'static KeyMaterial> {
    KEYS.iter().flatten()
}

#[test]
fn the_modulus_has_the_size_of_the_spec() {
    for [key, _] in KEYS.iter() {
        for spec in [KeySpec::Rsa2048, KeySpec::Rsa3072, KeySpec::Rsa4096] {
            let imported = KeyMaterial::import(spec, &key.export());
            assert_eq!(
                imported.err(),
                (spec != key.spec()).then_some(CryptoError::InvalidMaterial)
            );
        }
    }
}

#[test]
fn what_is_exported_is_the_key() {
    for [key, _] in KEYS.iter() {
        let exported = key.export();
        let again = KeyMaterial::import(key.spec(), &exported).unwrap();
        assert_eq!(again.export(), exported);
        assert_eq!(again.public_key(), key.public_key());
        let printed = format!("{key:?}");
        assert_eq!(
            printed,
            format!("KeyMaterial {{ spec: {:?}, .. }}", key.spec())
        );

        for damaged in [&exported[..exported.len() - 1], &[], b"no key"] {
            let imported = KeyMaterial::import(key.spec(), damaged);
            assert_eq!(imported.err(), Some(CryptoError::InvalidMaterial));
        }
        let mut another_prime = exported.to_vec();
        let middle = another_prime.len() / 2;
        another_prime[middle] ^= 1;
        let imported = KeyMaterial::import(key.spec(), &another_prime);
        assert_eq!(imported.err(), Some(CryptoError::InvalidMaterial));
    }
}

/// KMS guide, "RSA key specs": 190, 318 and 446 bytes with SHA-256, 24 more with SHA-1.
#[test]
fn plaintexts_have_a_largest_size() {
    for key in keys() {
        let largest = match key.spec() {
            KeySpec::Rsa2048 => 190,
            KeySpec::Rsa3072 => 318,
            _ => 446,
        };
        for (algorithm, largest) in [
            (EncryptionAlgorithm::RsaesOaepSha256, largest),
            (EncryptionAlgorithm::RsaesOaepSha1, largest + 24),
        ] {
            let encrypt = |length| key.encrypt(algorithm, &vec![1; length], &mut seeded(1));
            let ciphertext = encrypt(largest).unwrap();
            assert_eq!(key.decrypt(algorithm, &ciphertext).unwrap().len(), largest);
            assert_eq!(encrypt(largest + 1), Err(CryptoError::MessageLength));
        }
    }
}

#[test]
fn a_digest_is_signed_as_the_message_it_is_of() {
    let (message, mut rng) = (b"the message", seeded(1));
    for key in keys() {
        for &algorithm in key.spec().signing_algorithms() {
            let hash = match algorithm.name() {
                name if name.ends_with("256") => Hash::Sha256,
                name if name.ends_with("384") => Hash::Sha384,
                _ => Hash::Sha512,
            };
            let digest = hash.digest(message);
            let mut sign =
                |message_type, message: &[u8]| key.sign(algorithm, message_type, message, &mut rng);
            let verify = |message_type, message: &[u8], signature: &[u8]| {
                key.verify(algorithm, message_type, message, signature)
            };
            let of_digest = sign(MessageType::Digest, &digest).unwrap();
            let of_message = sign(MessageType::Raw, message).unwrap();
            assert_eq!(verify(MessageType::Raw, message, &of_digest), Ok(()));
            assert_eq!(verify(MessageType::Digest, &digest, &of_message), Ok(()));
            assert_eq!(
                verify(MessageType::Raw, &digest, &of_message),
                Err(CryptoError::Failed)
            );

            let wrong = &digest[1..];
            assert_eq!(
                sign(MessageType::Digest, wrong),
                Err(CryptoError::MessageLength)
            );
            assert_eq!(
                verify(MessageType::Digest, wrong, &of_digest),
                Err(CryptoError::MessageLength)
            );
            assert_eq!(
                sign(MessageType::ExternalMu, &digest),
                Err(CryptoError::Unsupported)
            );
        }
    }
}

#[test]
fn rsa_keys_do_nothing_else() {
    let mut rng = seeded(1);
    for key in keys() {
        let (encrypt, sign) = (
            key.encrypt(EncryptionAlgorithm::Sm2Pke, b"", &mut rng),
            key.sign(
                SigningAlgorithm::EcdsaSha256,
                MessageType::Raw,
                b"",
                &mut rng,
            ),
        );
        assert_eq!(encrypt, Err(CryptoError::Unsupported));
        assert_eq!(sign, Err(CryptoError::Unsupported));
        assert_eq!(
            key.decrypt(EncryptionAlgorithm::SymmetricDefault, b""),
            Err(CryptoError::Unsupported)
        );
        assert_eq!(
            key.verify(SigningAlgorithm::Sm2Dsa, MessageType::Raw, b"", b""),
            Err(CryptoError::Unsupported)
        );
        assert_eq!(key.mac(b""), Err(CryptoError::Unsupported));
        assert_eq!(key.id("key"), Err(CryptoError::Unsupported));
    }
}
