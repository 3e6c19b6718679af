use kmsim_crypto::{CryptoError, RootKey};

use crate::seeded;

#[test]
fn what_is_sealed_opens_for_the_same_purpose_and_data_only() {
    let key = RootKey::generate(&mut seeded(1));
    let sealed = key
        .seal("key material", b"key 1", b"the secret", &mut seeded(2))
        .unwrap();
    assert_eq!(sealed.len(), 29 + 10 + 16);
    let open = |purpose, associated: &[u8], sealed: &[u8]| key.open(purpose, associated, sealed);
    assert_eq!(
        open("key material", b"key 1", &sealed).unwrap().as_slice(),
        b"the secret"
    );
    assert_eq!(
        open("import token", b"key 1", &sealed),
        Err(CryptoError::Failed)
    );
    assert_eq!(
        open("key material", b"key 2", &sealed),
        Err(CryptoError::Failed)
    );
    assert_eq!(open("key material", b"", &sealed), Err(CryptoError::Failed));
    for index in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[index] ^= 1;
        assert_eq!(
            open("key material", b"key 1", &changed),
            Err(CryptoError::Failed)
        );
        let shorter = &sealed[..index];
        assert_eq!(
            open("key material", b"key 1", shorter),
            Err(CryptoError::Failed)
        );
    }
    let other = RootKey::generate(&mut seeded(3));
    assert_eq!(
        other.open("key material", b"key 1", &sealed),
        Err(CryptoError::Failed)
    );
}

#[test]
fn the_same_message_is_never_sealed_the_same_way() {
    let (key, mut rng) = (RootKey::generate(&mut seeded(1)), seeded(2));
    let mut seal = || key.seal("purpose", b"", b"message", &mut rng).unwrap();
    assert_ne!(seal(), seal());
}

#[test]
fn a_key_is_its_32_bytes() {
    let key = RootKey::generate(&mut seeded(1));
    let same = RootKey::from_bytes(key.to_bytes().as_slice()).unwrap();
    assert_eq!(same.to_bytes(), key.to_bytes());
    for length in [0, 16, 31, 33] {
        let key = RootKey::from_bytes(&vec![1; length]);
        assert_eq!(key.err(), Some(CryptoError::InvalidMaterial));
    }
}

#[test]
fn the_id_names_the_key_and_shows_nothing_of_it() {
    let [one, two] = [1, 2].map(|byte| RootKey::from_bytes(&[byte; 32]).unwrap());
    // A stored id stays the id.
    assert_eq!(one.id(), "5eddd6bcaa3b9ea16c94a816559de7a2");
    assert_ne!(one.id(), two.id());
    assert_eq!(format!("{one:?}"), "RootKey { .. }");
}
