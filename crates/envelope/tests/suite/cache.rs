//! Which messages share a data key.

use std::time::Duration;

use kmsim_envelope::{
    AlgorithmSuite, CacheLimits, CacheLimitsError, CachingManager, CommitmentPolicy, DataKeyCache,
    Encryptor, Header,
};
use kmsim_types::EncryptionContext;

use crate::support::{Counting, context, decryptor, encryptor, keyring, rng};

const HOUR: Duration = Duration::from_hours(1);

struct Scene {
    cache: DataKeyCache,
    manager: CachingManager<Counting>,
    now: Duration,
}

impl Scene {
    fn new(limits: CacheLimits) -> Self {
        Self::with_capacity(limits, 10)
    }

    fn with_capacity(limits: CacheLimits, capacity: usize) -> Self {
        Self {
            cache: DataKeyCache::new(capacity),
            manager: CachingManager::new(Counting::new(), limits, &mut rng(1)).unwrap(),
            now: Duration::from_secs(1_000_000),
        }
    }

    fn encrypt(
        &mut self,
        encryptor: &Encryptor,
        plaintext: &[u8],
        context: &EncryptionContext,
    ) -> Vec<u8> {
        let manager = &mut self.manager.at(&mut self.cache, self.now);
        let mut rng = rng(plaintext.len().try_into().unwrap());
        encryptor
            .encrypt(plaintext, context, manager, &mut rng)
            .unwrap()
    }

    /// Encrypts messages of this length, and tells how many data keys that took.
    fn messages(&mut self, count: u32, length: usize) -> u32 {
        let before = self.generated();
        for _ in 0..count {
            self.encrypt(&Encryptor::default(), &vec![0; length], &context());
        }
        self.generated() - before
    }

    fn decrypt(&mut self, message: &[u8]) {
        let manager = &mut self.manager.at(&mut self.cache, self.now);
        decryptor().decrypt(message, manager).unwrap();
    }

    fn generated(&self) -> u32 {
        self.manager.inner().generated
    }

    fn decrypted(&self) -> u32 {
        self.manager.inner().decrypted
    }
}

#[test]
fn the_number_of_messages_is_limited() {
    for (max_messages, messages, expected) in [(2, 5, 3), (1, 5, 5), (5, 5, 1), (1 << 32, 50, 1)] {
        let limits = CacheLimits {
            max_messages,
            ..CacheLimits::of_age(HOUR)
        };
        let generated = Scene::new(limits).messages(messages, 10);
        assert_eq!(generated, expected, "{max_messages}");
    }
}

#[test]
fn the_number_of_bytes_is_limited() {
    for (max_bytes, length, messages, expected) in [
        (25, 10, 4, 2),
        (25, 10, 5, 3),
        (20, 10, 4, 2),
        (10, 10, 3, 3),
        (0, 0, 3, 1),
    ] {
        let limits = CacheLimits {
            max_bytes,
            ..CacheLimits::of_age(HOUR)
        };
        let generated = Scene::new(limits).messages(messages, length);
        assert_eq!(generated, expected, "{max_bytes}");
    }
}

#[test]
fn a_message_longer_than_the_limit_has_a_key_of_its_own() {
    let limits = CacheLimits {
        max_bytes: 25,
        ..CacheLimits::of_age(HOUR)
    };
    let mut scene = Scene::new(limits);
    assert_eq!(scene.messages(1, 10), 1);
    assert_eq!(scene.messages(3, 26), 3);
    assert_eq!(scene.cache.len(), 1);
    assert_eq!(scene.messages(1, 10), 0, "the cached key is still there");
}

#[test]
fn entries_die_at_their_age_however_often_they_are_used() {
    let mut scene = Scene::new(CacheLimits::of_age(HOUR));
    let first = scene.encrypt(&Encryptor::default(), b"1", &context());
    scene.decrypt(&first);
    assert_eq!((scene.generated(), scene.decrypted()), (1, 1));
    scene.now += HOUR / 2;
    assert_eq!(scene.messages(1, 1), 0);
    scene.now += HOUR / 2;
    assert_eq!(scene.messages(1, 1), 0, "age and limit are equal");
    scene.decrypt(&first);
    assert_eq!(scene.decrypted(), 1);
    scene.now += Duration::from_millis(1);
    assert_eq!(scene.messages(1, 1), 1);
    scene.decrypt(&first);
    assert_eq!(scene.decrypted(), 2);
    scene.now += HOUR;
    assert_eq!(
        scene.messages(1, 1),
        0,
        "the new entry counts from its own start"
    );
}

#[test]
fn a_clock_that_is_set_back_makes_nothing_older() {
    let mut scene = Scene::new(CacheLimits::of_age(HOUR));
    scene.messages(1, 1);
    scene.now -= HOUR;
    assert_eq!(scene.messages(1, 1), 0);
}

#[test]
fn limits_of_use_concern_encryption_only() {
    let limits = CacheLimits {
        max_messages: 1,
        max_bytes: 10,
        max_age: HOUR,
    };
    let mut scene = Scene::new(limits);
    let message = scene.encrypt(&Encryptor::default(), &[0; 1000], &context());
    for _ in 0..5 {
        scene.decrypt(&message);
    }
    assert_eq!(scene.decrypted(), 1);
}

#[test]
fn a_hit_needs_the_same_suite_and_context() {
    let mut scene = Scene::new(CacheLimits::of_age(HOUR));
    let committed = encryptor(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey, 64);
    let signed = encryptor(AlgorithmSuite::Aes256GcmHkdfSha512CommitKeyEcdsaP384, 64);
    let other = EncryptionContext::from_iter([("purpose", "other")]);
    let default = Encryptor::default();
    for (encryptor, context, expected) in [
        (&committed, &context(), 1),
        (&committed, &context(), 1),
        (&committed, &other, 2),
        // The same suite, asked for by name and not.
        (&signed, &context(), 3),
        (&default, &context(), 4),
        (&default, &other, 5),
        (&committed, &other, 5),
        (&signed, &context(), 5),
        (&default, &context(), 5),
    ] {
        scene.encrypt(encryptor, b"1", context);
        assert_eq!(scene.generated(), expected);
    }
}

#[test]
fn a_policy_gets_no_entry_of_another() {
    let mut scene = Scene::new(CacheLimits::of_age(HOUR));
    let old = Encryptor {
        commitment_policy: CommitmentPolicy::ForbidEncryptAllowDecrypt,
        ..Encryptor::default()
    };
    scene.messages(1, 1);
    let message = scene.encrypt(&old, b"1", &context());
    assert_eq!(scene.generated(), 2);
    let header = Header::read_unverified(&message[..]).unwrap();
    assert_eq!(header.suite.id(), 0x0378);
}

#[test]
fn decryption_needs_the_same_data_keys_and_context() {
    let mut scene = Scene::new(CacheLimits::of_age(HOUR));
    let one = scene.encrypt(&Encryptor::default(), b"1", &context());
    let two = scene.encrypt(&Encryptor::default(), b"22", &context());
    assert_ne!(one, two);
    scene.decrypt(&one);
    scene.decrypt(&two);
    assert_eq!(scene.decrypted(), 1, "two messages under one data key");
    let mut fresh = Counting::new();
    let three = Encryptor::default()
        .encrypt(b"1", &context(), &mut fresh, &mut rng(9))
        .unwrap();
    scene.decrypt(&three);
    assert_eq!(scene.decrypted(), 2);
}

#[test]
fn signed_messages_under_one_data_key_have_one_public_key() {
    let mut scene = Scene::new(CacheLimits::of_age(HOUR));
    let headers = [b"1".as_slice(), b"22"].map(|plaintext| {
        let message = scene.encrypt(&Encryptor::default(), plaintext, &context());
        Header::read_unverified(&message[..]).unwrap()
    });
    let [one, two] = &headers;
    assert_eq!(one.context, two.context);
    assert_eq!(one.encrypted_data_keys, two.encrypted_data_keys);
    assert_ne!(one.message_id, two.message_id);
    assert_ne!(one.commitment, two.commitment);
}

#[test]
fn suites_without_key_derivation_are_never_cached() {
    let mut scene = Scene::new(CacheLimits::of_age(HOUR));
    for suite in [
        AlgorithmSuite::Aes256GcmNoKdf,
        AlgorithmSuite::Aes192GcmNoKdf,
        AlgorithmSuite::Aes128GcmNoKdf,
    ] {
        let before = (scene.generated(), scene.decrypted());
        for _ in 0..2 {
            let message = scene.encrypt(&encryptor(suite, 64), b"1", &context());
            scene.decrypt(&message);
            scene.decrypt(&message);
        }
        let now = (scene.generated(), scene.decrypted());
        assert_eq!(now, (before.0 + 2, before.1 + 4));
    }
    assert!(scene.cache.is_empty());
}

#[test]
fn streams_of_unknown_length_are_never_cached() {
    let mut scene = Scene::new(CacheLimits::of_age(HOUR));
    let mut stream = |length| {
        let manager = &mut scene.manager.at(&mut scene.cache, scene.now);
        let (encryptor, mut output) = (Encryptor::default(), Vec::new());
        encryptor
            .encrypt_stream(
                &b"x"[..],
                length,
                &mut output,
                &context(),
                manager,
                &mut rng(1),
            )
            .unwrap();
        scene.manager.inner().generated
    };
    assert_eq!(stream(None), 1);
    assert_eq!(stream(None), 2);
    assert_eq!(stream(Some(1)), 3);
    assert_eq!(stream(Some(1)), 3);
    assert_eq!(stream(None), 4);
}

#[test]
fn managers_share_entries_of_one_partition_only() {
    let manager = |seed| {
        let limits = CacheLimits::of_age(HOUR);
        CachingManager::new(Counting::new(), limits, &mut rng(seed)).unwrap()
    };
    let mut cache = DataKeyCache::new(10);
    let mut encrypt = |manager: &mut CachingManager<Counting>| {
        let encryptor = Encryptor::default();
        let at = &mut manager.at(&mut cache, HOUR);
        encryptor
            .encrypt(b"1", &context(), at, &mut rng(1))
            .unwrap();
        manager.inner().generated
    };
    let (mut one, mut two) = (manager(1), manager(2));
    assert_eq!((encrypt(&mut one), encrypt(&mut two)), (1, 1));
    let mut one = manager(1).with_partition("shared");
    let mut two = manager(2).with_partition("shared");
    assert_eq!((encrypt(&mut one), encrypt(&mut two)), (1, 0));
}

#[test]
fn the_least_recently_used_entry_makes_room() {
    let mut scene = Scene::with_capacity(CacheLimits::of_age(HOUR), 2);
    let encryptor = encryptor(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey, 64);
    let mut encrypt = |name: &str| {
        let before = scene.generated();
        let context = EncryptionContext::from_iter([("name", name)]);
        scene.encrypt(&encryptor, b"1", &context);
        assert!(scene.cache.len() <= 2);
        scene.generated() - before
    };
    assert_eq!((encrypt("a"), encrypt("b")), (1, 1));
    assert_eq!(encrypt("a"), 0);
    assert_eq!(encrypt("c"), 1, "b makes room");
    assert_eq!((encrypt("a"), encrypt("c")), (0, 0));
    assert_eq!(encrypt("b"), 1, "a makes room");
    assert_eq!((encrypt("c"), encrypt("a")), (0, 1));
}

#[test]
fn a_cache_without_capacity_keeps_nothing() {
    let mut scene = Scene::with_capacity(CacheLimits::of_age(HOUR), 0);
    assert_eq!(scene.messages(3, 1), 3);
    assert!(scene.cache.is_empty());
}

#[test]
fn expired_entries_do_not_stay_forever() {
    let mut scene = Scene::new(CacheLimits::of_age(HOUR));
    let encryptor = encryptor(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey, 64);
    for name in ["a", "b", "c"] {
        let context = EncryptionContext::from_iter([("name", name)]);
        scene.encrypt(&encryptor, b"1", &context);
    }
    assert_eq!(scene.cache.len(), 3);
    scene.now += HOUR * 2;
    scene.encrypt(&encryptor, b"1", &context());
    assert_eq!(scene.cache.len(), 1);
    scene.cache.clear();
    assert!(scene.cache.is_empty());
    assert_eq!(scene.messages(2, 1), 1);
}

#[test]
fn failures_are_not_kept() {
    let limits = CacheLimits::of_age(HOUR);
    let mut manager = CachingManager::new(keyring(), limits, &mut rng(1)).unwrap();
    let mut cache = DataKeyCache::new(10);
    let other = kmsim_envelope::keyring::RawAesKeyring::new("x", "x", &[9; 32]);
    let message = Encryptor::default()
        .encrypt(b"1", &context(), &mut other.unwrap(), &mut rng(1))
        .unwrap();
    for _ in 0..2 {
        let at = &mut manager.at(&mut cache, HOUR);
        assert!(decryptor().decrypt(&message, at).is_err());
    }
    assert!(cache.is_empty());
}

#[test]
fn limits_have_ranges() {
    let age = CacheLimits::of_age(HOUR);
    let check = |limits| CachingManager::new(Counting::new(), limits, &mut rng(1)).err();
    let messages = |max_messages| {
        check(CacheLimits {
            max_messages,
            ..age
        })
    };
    let bytes = |max_bytes| check(CacheLimits { max_bytes, ..age });
    assert_eq!(
        check(CacheLimits::of_age(Duration::ZERO)),
        Some(CacheLimitsError::MaxAge)
    );
    assert_eq!(check(CacheLimits::of_age(Duration::from_nanos(1))), None);
    assert_eq!(messages(0), Some(CacheLimitsError::MaxMessages(0)));
    assert_eq!((messages(1), messages(1 << 32)), (None, None));
    let most = (1 << 32) + 1;
    assert_eq!(messages(most), Some(CacheLimitsError::MaxMessages(most)));
    assert_eq!((bytes(0), bytes((1 << 63) - 1)), (None, None));
    assert_eq!(bytes(1 << 63), Some(CacheLimitsError::MaxBytes(1 << 63)));
    assert_eq!((age.max_messages, age.max_bytes), (1 << 32, (1 << 63) - 1));
}
