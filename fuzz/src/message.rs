//! Messages of the AWS Encryption SDK: whatever bytes come, reading them ends with an error or with
//! what was written.
//!
//! This is not part of the library, which is for text and knows nothing of cryptography: target and
//! test include the file.

use std::num::NonZeroU32;

use kmsim_envelope::keyring::EncryptedDataKey;
use kmsim_envelope::{
    AlgorithmSuite, CommitmentPolicy, DataKey, Decryptor, Encryptor, Header, Keyring, KeyringError,
    PlaintextDataKey,
};
use kmsim_types::EncryptionContext;
use rand_chacha::ChaCha20Rng;
use rand_core::{CryptoRng, SeedableRng};

/// Has one data key for everybody, so that seeds are messages that can be decrypted.
pub struct OneKey;

impl Keyring for OneKey {
    fn generate(
        &mut self,
        length: usize,
        _context: &EncryptionContext,
        _rng: &mut dyn CryptoRng,
    ) -> Result<DataKey, KeyringError> {
        Ok(DataKey {
            plaintext: PlaintextDataKey::new(vec![1; length]),
            encrypted: vec![EncryptedDataKey {
                provider_id: "one".to_owned(),
                provider_info: b"key".to_vec(),
                ciphertext: Vec::new(),
            }],
        })
    }

    fn decrypt(
        &mut self,
        _encrypted: &[EncryptedDataKey],
        length: usize,
        _context: &EncryptionContext,
    ) -> Result<PlaintextDataKey, KeyringError> {
        Ok(PlaintextDataKey::new(vec![1; length]))
    }
}

/// Reads bytes as a message, and as a plaintext with what to do to its message.
pub fn message(bytes: &[u8]) {
    read(bytes);
    if let Some((plan, plaintext)) = bytes.split_first_chunk() {
        write(*plan, plaintext);
    }
}

fn decryptor() -> Decryptor {
    Decryptor {
        commitment_policy: CommitmentPolicy::RequireEncryptAllowDecrypt,
        max_buffer: 1 << 20,
        ..Decryptor::default()
    }
}

fn read(bytes: &[u8]) {
    let header = match Header::read_unverified(bytes) {
        Ok(header) => header,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            assert!(decryptor().decrypt(bytes, &mut OneKey).is_err());
            return;
        }
    };
    // There is one way to write a header.
    assert!(
        header
            .to_bytes()
            .is_ok_and(|header| bytes.starts_with(&header))
    );
    match decryptor().decrypt(bytes, &mut OneKey) {
        Ok(decrypted) => {
            assert_eq!(decrypted.header, header);
            assert!(decrypted.plaintext.len() < bytes.len());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Writes a message with the settings of the first bytes, and damages it where they say.
fn write([suite, frame_length, at, more, change]: [u8; 5], plaintext: &[u8]) {
    let suites = AlgorithmSuite::ALL;
    let Some(suite) = suites.get(usize::from(suite) % suites.len()).copied() else {
        return;
    };
    let encryptor = Encryptor {
        suite: Some(suite),
        commitment_policy: if suite.is_committing() {
            CommitmentPolicy::RequireEncryptAllowDecrypt
        } else {
            CommitmentPolicy::ForbidEncryptAllowDecrypt
        },
        frame_length: NonZeroU32::new(frame_length.into()).unwrap_or(NonZeroU32::MIN),
        ..Encryptor::default()
    };
    let context = EncryptionContext::from_iter([("frame", frame_length.to_string())]);
    let mut rng = ChaCha20Rng::seed_from_u64(at.into());
    let message = encryptor.encrypt(plaintext, &context, &mut OneKey, &mut rng);
    let Ok(mut message) = message else {
        unreachable!("nothing in it can be refused")
    };
    let decrypted = decryptor().decrypt(&message, &mut OneKey);
    assert!(decrypted.is_ok_and(|decrypted| decrypted.plaintext == plaintext));

    let at = usize::from(u16::from_be_bytes([at, more])) % message.len();
    match message.get_mut(at) {
        Some(byte) if change != 0 => *byte ^= change,
        _ => message.truncate(at),
    }
    let mut released = Vec::new();
    let result = decryptor().decrypt_stream(&message[..], &mut released, &mut OneKey);
    assert!(result.is_err() && plaintext.starts_with(&released));
}
