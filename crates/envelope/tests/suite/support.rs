//! What the tests share.

use kmsim_envelope::keyring::{EncryptedDataKey, RawAesKeyring};
use kmsim_envelope::{
    AlgorithmSuite, CommitmentPolicy, DataKey, Decryptor, Encryptor, Keyring, KeyringError,
    PlaintextDataKey,
};
use kmsim_types::EncryptionContext;
use rand_chacha::ChaCha20Rng;
use rand_core::{CryptoRng, SeedableRng};

/// Counts what would be calls of KMS.
#[derive(Debug)]
pub(crate) struct Counting {
    keyring: RawAesKeyring,
    pub(crate) generated: u32,
    pub(crate) decrypted: u32,
}

impl Counting {
    pub(crate) fn new() -> Self {
        Self {
            keyring: keyring(),
            generated: 0,
            decrypted: 0,
        }
    }
}

impl Keyring for Counting {
    fn generate(
        &mut self,
        length: usize,
        context: &EncryptionContext,
        rng: &mut dyn CryptoRng,
    ) -> Result<DataKey, KeyringError> {
        self.generated += 1;
        self.keyring.generate(length, context, rng)
    }

    fn decrypt(
        &mut self,
        encrypted: &[EncryptedDataKey],
        length: usize,
        context: &EncryptionContext,
    ) -> Result<PlaintextDataKey, KeyringError> {
        self.decrypted += 1;
        self.keyring.decrypt(encrypted, length, context)
    }
}

/// A keyring of two keys.
pub(crate) fn keyring() -> RawAesKeyring {
    RawAesKeyring::new("tests", "one", &[1; 32])
        .and_then(|keyring| keyring.with_key("two", &[2; 32]))
        .unwrap()
}

pub(crate) fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// Writes messages of a suite, whichever it is.
pub(crate) fn encryptor(suite: AlgorithmSuite, frame_length: u32) -> Encryptor {
    Encryptor {
        suite: Some(suite),
        commitment_policy: if suite.is_committing() {
            CommitmentPolicy::RequireEncryptRequireDecrypt
        } else {
            CommitmentPolicy::ForbidEncryptAllowDecrypt
        },
        frame_length: frame_length.try_into().unwrap(),
        ..Encryptor::default()
    }
}

/// Reads messages of all suites.
pub(crate) fn decryptor() -> Decryptor {
    Decryptor {
        commitment_policy: CommitmentPolicy::RequireEncryptAllowDecrypt,
        ..Decryptor::default()
    }
}

pub(crate) fn context() -> EncryptionContext {
    EncryptionContext::from_iter([("purpose", "test"), ("é", "ü")])
}

/// Bytes that are not all the same.
pub(crate) fn plaintext(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    let mut rng = rng(length.try_into().unwrap());
    rand_core::Rng::fill_bytes(&mut rng, &mut bytes);
    bytes
}
