//! What encryptor and decryptor are told to refuse.

use std::io;

use kmsim_envelope::{
    AlgorithmSuite, CommitmentPolicy, ContextError, Decryptor, Encryptor, Error, Signatures,
};
use kmsim_types::EncryptionContext;

use crate::support::{Counting, context, decryptor, encryptor, keyring, rng};

fn message(suite: AlgorithmSuite) -> Vec<u8> {
    encryptor(suite, 64)
        .encrypt(b"plaintext", &context(), &mut keyring(), &mut rng(3))
        .unwrap()
}

/// The error of a decryptor, which must not have asked for the data key.
fn refused(decryptor: &Decryptor, message: &[u8]) -> Error {
    let mut keyring = Counting::new();
    let error = decryptor.decrypt(message, &mut keyring).unwrap_err();
    assert_eq!(keyring.decrypted, 0, "{error}");
    error
}

#[test]
fn the_commitment_policy_is_asked_before_kms() {
    for suite in AlgorithmSuite::ALL {
        let message = message(suite);
        if suite.is_committing() {
            assert!(
                Decryptor::default()
                    .decrypt(&message, &mut keyring())
                    .is_ok()
            );
        } else {
            let error = refused(&Decryptor::default(), &message);
            assert_eq!(
                error.to_string(),
                format!(
                    "the commitment policy REQUIRE_ENCRYPT_REQUIRE_DECRYPT forbids to decrypt \
                     messages of {suite}"
                )
            );
        }
        let wrong = Encryptor {
            commitment_policy: if suite.is_committing() {
                CommitmentPolicy::ForbidEncryptAllowDecrypt
            } else {
                CommitmentPolicy::RequireEncryptAllowDecrypt
            },
            ..encryptor(suite, 64)
        };
        let mut keyring = Counting::new();
        let error = wrong
            .encrypt(b"", &context(), &mut keyring, &mut rng(1))
            .unwrap_err();
        assert!(matches!(error, Error::CommitmentPolicy { .. }), "{error}");
        assert_eq!(keyring.generated, 0);
    }
}

#[test]
fn without_a_suite_the_policy_chooses() {
    for (commitment_policy, id) in [
        (CommitmentPolicy::RequireEncryptRequireDecrypt, 0x0578),
        (CommitmentPolicy::RequireEncryptAllowDecrypt, 0x0578),
        (CommitmentPolicy::ForbidEncryptAllowDecrypt, 0x0378),
    ] {
        let encryptor = Encryptor {
            commitment_policy,
            ..Encryptor::default()
        };
        let message = encryptor
            .encrypt(b"", &context(), &mut keyring(), &mut rng(1))
            .unwrap();
        let decrypted = decryptor().decrypt(&message, &mut keyring()).unwrap();
        assert_eq!(decrypted.header.suite.id(), id);
    }
}

#[test]
fn signed_messages_can_be_refused() {
    let unsigned = Decryptor {
        signatures: Signatures::Refuse,
        ..decryptor()
    };
    for suite in AlgorithmSuite::ALL {
        let message = message(suite);
        if suite.signature().is_some() {
            let error = refused(&unsigned, &message);
            assert!(matches!(error, Error::Signed), "{error}");
        } else {
            assert!(unsigned.decrypt(&message, &mut keyring()).is_ok());
        }
    }
}

#[test]
fn the_number_of_data_keys_is_limited_both_ways() {
    let suite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKey;
    let limited = |limit: u16| {
        let max_encrypted_data_keys = limit.try_into().ok();
        let encryptor = Encryptor {
            max_encrypted_data_keys,
            ..encryptor(suite, 64)
        };
        let decryptor = Decryptor {
            max_encrypted_data_keys,
            ..decryptor()
        };
        (encryptor, decryptor)
    };
    let (encryptor, decryptor) = limited(2);
    let message = encryptor
        .encrypt(b"", &context(), &mut keyring(), &mut rng(1))
        .unwrap();
    assert!(decryptor.decrypt(&message, &mut keyring()).is_ok());

    let (encryptor, decryptor) = limited(1);
    let error = encryptor
        .encrypt(b"", &context(), &mut keyring(), &mut rng(1))
        .unwrap_err();
    let expected = "the message has 2 encrypted data keys, the limit is 1";
    assert_eq!(error.to_string(), expected);
    assert_eq!(refused(&decryptor, &message).to_string(), expected);
}

#[test]
fn reserved_keys_of_the_encryption_context_are_refused() {
    for key in ["aws-crypto-public-key", "aws-crypto-", "aws-crypto-ec:x"] {
        let context = EncryptionContext::from_iter([("a", "1"), (key, "1")]);
        let mut keyring = Counting::new();
        let error = Encryptor::default()
            .encrypt(b"", &context, &mut keyring, &mut rng(1))
            .unwrap_err();
        assert!(
            matches!(&error, Error::Context(ContextError::Reserved(found)) if found == key),
            "{error}"
        );
        assert_eq!(keyring.generated, 0);
    }
}

#[test]
fn a_context_without_place_in_the_header_costs_no_data_key() {
    // With the public key it is too long.
    let long = "x".repeat(65_535 - 7);
    let context = EncryptionContext::from_iter([("a", long)]);
    let mut keyring = Counting::new();
    let error = Encryptor::default()
        .encrypt(b"", &context, &mut keyring, &mut rng(1))
        .unwrap_err();
    assert!(
        matches!(error, Error::Context(ContextError::TooLong)),
        "{error}"
    );
    assert_eq!(keyring.generated, 0);
    let unsigned = encryptor(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey, 64);
    let message = unsigned
        .encrypt(b"", &context, &mut keyring, &mut rng(1))
        .unwrap();
    assert!(decryptor().decrypt(&message, &mut keyring).is_ok());
}

#[test]
fn expected_pairs_must_be_there() {
    let message = message(AlgorithmSuite::Aes256GcmHkdfSha512CommitKeyEcdsaP384);
    let expecting = |key: &str, value: &str| Decryptor {
        expected_context: EncryptionContext::from_iter([(key, value)]),
        ..decryptor()
    };
    assert!(
        expecting("purpose", "test")
            .decrypt(&message, &mut keyring())
            .is_ok()
    );
    for (key, value) in [("purpose", "tests"), ("Purpose", "test"), ("other", "")] {
        let error = refused(&expecting(key, value), &message);
        assert_eq!(
            error.to_string(),
            format!("the message's encryption context has no `{key}` with the expected value")
        );
    }
}

#[test]
fn no_more_is_encrypted_than_was_declared() {
    let encryptor = encryptor(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey, 4);
    let encrypt = |declared| {
        encryptor.encrypt_stream(
            &b"0123456789"[..],
            Some(declared),
            io::sink(),
            &context(),
            &mut keyring(),
            &mut rng(1),
        )
    };
    for declared in [10, 11, u64::MAX] {
        assert!(encrypt(declared).is_ok());
    }
    for declared in [0, 4, 9] {
        assert_eq!(
            encrypt(declared).unwrap_err().to_string(),
            format!("the plaintext is longer than the {declared} bytes that were declared")
        );
    }
}

struct Broken;

impl io::Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

impl io::Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn inputs_and_outputs_that_fail_are_errors() {
    let encryptor = Encryptor::default();
    let mut keyring = keyring();
    let rng = &mut rng(1);
    let error = encryptor
        .encrypt_stream(Broken, None, io::sink(), &context(), &mut keyring, rng)
        .unwrap_err();
    assert!(matches!(error, Error::Read(_)), "{error}");
    let error = encryptor
        .encrypt_stream(io::empty(), None, Broken, &context(), &mut keyring, rng)
        .unwrap_err();
    assert!(matches!(error, Error::Write(_)), "{error}");
    let error = decryptor()
        .decrypt_stream(Broken, io::sink(), &mut keyring)
        .unwrap_err();
    assert!(matches!(error, Error::Read(_)), "{error}");
    let message = encryptor
        .encrypt(b"plaintext", &context(), &mut keyring, rng)
        .unwrap();
    let error = decryptor()
        .decrypt_stream(&message[..], Broken, &mut keyring)
        .unwrap_err();
    assert!(matches!(error, Error::Write(_)), "{error}");
}
