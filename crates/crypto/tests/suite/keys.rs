//! Symmetric and HMAC keys.

use kmsim_crypto::{CryptoError, KeyMaterial};
use kmsim_types::KeySpec;

use crate::seeded;

#[test]
fn generated_keys_follow_from_the_random_source_alone() {
    for spec in [
        KeySpec::SymmetricDefault,
        KeySpec::Hmac384,
        KeySpec::Rsa2048,
    ] {
        let generate = |seed| {
            KeyMaterial::generate(spec, &mut seeded(seed))
                .unwrap()
                .export()
        };
        assert_eq!(generate(1), generate(1));
        assert_ne!(generate(1), generate(2));
    }
}

#[test]
fn material_has_an_id_in_each_key() {
    let material = KeyMaterial::import(KeySpec::SymmetricDefault, &[1; 32]).unwrap();
    let other = KeyMaterial::import(KeySpec::SymmetricDefault, &[2; 32]).unwrap();
    let id = material.id("key").unwrap();
    assert_eq!(material.id("key").unwrap(), id);
    assert_ne!(material.id("another").unwrap(), id);
    assert_ne!(other.id("key").unwrap(), id);
    assert_eq!(id.to_string().len(), 64);
}

#[test]
fn symmetric_material_has_256_bits() {
    for length in [0, 16, 31, 33, 64] {
        assert_eq!(
            KeyMaterial::import(KeySpec::SymmetricDefault, &vec![1; length]).err(),
            Some(CryptoError::InvalidMaterial)
        );
    }
}

#[test]
fn macs_are_checked_whole() {
    for (spec, length) in [
        (KeySpec::Hmac224, 28),
        (KeySpec::Hmac256, 32),
        (KeySpec::Hmac384, 48),
        (KeySpec::Hmac512, 64),
    ] {
        let key = KeyMaterial::generate(spec, &mut seeded(1)).unwrap();
        assert_eq!(key.export().len(), length);
        let mac = key.mac(b"message").unwrap();
        assert_eq!(mac.len(), length);
        assert_eq!(key.verify_mac(b"message", &mac), Ok(()));
        let truncated = &mac[..length / 2];
        for (message, mac) in [
            (&b"another"[..], &mac[..]),
            (b"message", truncated),
            (b"message", b""),
        ] {
            assert_eq!(key.verify_mac(message, mac), Err(CryptoError::Failed));
        }
        assert_eq!(key.id("key"), Err(CryptoError::Unsupported));
        assert_eq!(key.public_key(), None);
    }
}

#[test]
fn nothing_of_a_key_is_printed() {
    let key = KeyMaterial::import(KeySpec::SymmetricDefault, &[0x55; 32]).unwrap();
    assert_eq!(
        format!("{key:?}"),
        "KeyMaterial { spec: SymmetricDefault, .. }"
    );
}

/// Stored material works as imported material does, also if it turns out to be none.
#[test]
fn stored_material_is_read_when_it_is_used() {
    let mut rng = seeded(3);
    for spec in [
        KeySpec::SymmetricDefault,
        KeySpec::Hmac256,
        KeySpec::EccNistP256,
    ] {
        let material = KeyMaterial::generate(spec, &mut rng).unwrap();
        let stored = KeyMaterial::stored(spec, material.export());
        assert_eq!(stored.spec(), spec);
        assert_eq!(stored.public_key(), material.public_key());
        assert_eq!(*stored.export(), *material.export());
        assert_eq!(stored.mac(b"message"), material.mac(b"message"));
        assert_eq!(stored.id("key"), material.id("key"));
    }
    let none = KeyMaterial::stored(KeySpec::EccNistP256, vec![1, 2, 3].into());
    assert_eq!(none.public_key(), None);
    assert_eq!(none.agree(b"").unwrap_err(), CryptoError::InvalidMaterial);
}
