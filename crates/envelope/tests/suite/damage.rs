//! Messages that are not as they were written.

use kmsim_envelope::keyring::RawAesKeyring;
use kmsim_envelope::{AlgorithmSuite, Check, Error, Malformed};
use kmsim_types::EncryptionContext;

use crate::support::{context, decryptor, encryptor, keyring, plaintext, rng};

/// Suites of each kind: signed or not, committing or not, with and without key derivation.
const SUITES: [AlgorithmSuite; 5] = [
    AlgorithmSuite::Aes256GcmHkdfSha512CommitKeyEcdsaP384,
    AlgorithmSuite::Aes256GcmHkdfSha512CommitKey,
    AlgorithmSuite::Aes128GcmHkdfSha256EcdsaP256,
    AlgorithmSuite::Aes192GcmHkdfSha256,
    AlgorithmSuite::Aes256GcmNoKdf,
];

fn message(suite: AlgorithmSuite) -> (Vec<u8>, Vec<u8>) {
    let plaintext = plaintext(70);
    let message = encryptor(suite, 32)
        .encrypt(&plaintext, &context(), &mut keyring(), &mut rng(5))
        .unwrap();
    (plaintext, message)
}

/// The error, after a look at what was released.
fn refused(message: &[u8], plaintext: &[u8]) -> Error {
    let mut released = Vec::new();
    let error = decryptor()
        .decrypt_stream(message, &mut released, &mut keyring())
        .expect_err("a damaged message is no message");
    assert!(
        plaintext.starts_with(&released) && released.len() < plaintext.len(),
        "released {} bytes",
        released.len()
    );
    error
}

#[test]
fn every_changed_byte_is_noticed() {
    for suite in SUITES {
        let (plaintext, message) = message(suite);
        for at in 0..message.len() {
            for mask in [0x01, 0x80, 0xff] {
                let mut message = message.clone();
                message[at] ^= mask;
                let error = refused(&message, &plaintext);
                assert!(!error.to_string().is_empty());
            }
        }
    }
}

#[test]
fn every_shortened_message_ends_too_soon() {
    for suite in SUITES {
        let (plaintext, message) = message(suite);
        for end in 0..message.len() {
            match refused(&message[..end], &plaintext) {
                Error::Truncated { length, .. } => {
                    assert_eq!(usize::try_from(length).unwrap(), end);
                }
                other => panic!("cut at byte {end}: {other}"),
            }
        }
    }
}

#[test]
fn nothing_may_follow() {
    for suite in SUITES {
        let (plaintext, mut message) = message(suite);
        let end = u64::try_from(message.len()).unwrap();
        message.push(0);
        match refused(&message, &plaintext) {
            Error::Malformed {
                offset,
                reason: Malformed::Trailing,
            } => assert_eq!(offset, end),
            other => panic!("{other}"),
        }
    }
}

/// A message whose every tag is right and whose signature isn't: what somebody can write who may
/// decrypt.
#[test]
fn the_last_frames_wait_for_the_signature() {
    let (plaintext, mut message) = message(SUITES[0]);
    *message.last_mut().unwrap() ^= 1;
    let mut released = Vec::new();
    let error = decryptor()
        .decrypt_stream(&message[..], &mut released, &mut keyring())
        .unwrap_err();
    assert!(
        matches!(error, Error::NotAuthentic(Check::Signature)),
        "{error}"
    );
    assert_eq!(released, plaintext[..32], "two of three frames were held");
}

#[test]
fn frames_do_not_change_places() {
    let (plaintext, mut message) = message(AlgorithmSuite::Aes192GcmHkdfSha256);
    // From the end: the final frame, then two frames with everything that belongs to them.
    let last = 4 + 4 + 12 + 4 + 6 + 16;
    let frame = 4 + 12 + 32 + 16;
    let start = message.len() - last - 2 * frame;
    let (first, second) = message[start..].split_at_mut(frame);
    first[4..].swap_with_slice(&mut second[4..frame]);
    let error = refused(&message, &plaintext);
    assert!(
        matches!(error, Error::NotAuthentic(Check::Frame(1))),
        "{error}"
    );
}

#[test]
fn another_data_key_is_noticed_at_the_commitment() {
    // The wrapping key unwraps both data keys, but each belongs to its own message.
    let keyring = || RawAesKeyring::new("ns", "k", &[1; 32]).unwrap();
    let encrypt = |suite, seed| {
        encryptor(suite, 64)
            .encrypt(
                b"x",
                &EncryptionContext::new(),
                &mut keyring(),
                &mut rng(seed),
            )
            .unwrap()
    };
    for (suite, expected) in [
        (
            AlgorithmSuite::Aes256GcmHkdfSha512CommitKey,
            Check::Commitment,
        ),
        (AlgorithmSuite::Aes256GcmHkdfSha256, Check::Header),
    ] {
        let (one, two) = (encrypt(suite, 1), encrypt(suite, 2));
        let start = if suite.is_committing() { 35 } else { 20 } + 2;
        // Count, provider, information (name, lengths, nonce), wrapped key and its tag.
        let end = start + 2 + 2 + 2 + 2 + (1 + 8 + 12) + 2 + (32 + 16);
        let mixed = [&one[..start], &two[start..end], &one[end..]].concat();
        let error = decryptor().decrypt(&mixed, &mut keyring()).unwrap_err();
        match error {
            Error::NotAuthentic(found) => assert_eq!(found, expected),
            other => panic!("{other}"),
        }
    }
}
