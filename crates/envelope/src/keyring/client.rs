//! What a keyring needs of KMS.

use kmsim_types::EncryptionContext;

use super::{BoxError, PlaintextDataKey};

/// The three operations that a keyring calls. It names keys as they were configured or as a
/// message names them, so the Region to call is the one of the key ARN, if it is an ARN.
pub trait KmsClient {
    /// `GenerateDataKey` with `NumberOfBytes`.
    fn generate_data_key(
        &mut self,
        key_id: &str,
        number_of_bytes: usize,
        context: &EncryptionContext,
        grant_tokens: &[String],
    ) -> Result<KmsDataKey, BoxError>;

    /// `Encrypt`.
    fn encrypt(
        &mut self,
        key_id: &str,
        plaintext: &[u8],
        context: &EncryptionContext,
        grant_tokens: &[String],
    ) -> Result<KmsCiphertext, BoxError>;

    /// `Decrypt`.
    fn decrypt(
        &mut self,
        key_id: &str,
        ciphertext_blob: &[u8],
        context: &EncryptionContext,
        grant_tokens: &[String],
    ) -> Result<KmsPlaintext, BoxError>;
}

/// The response of `GenerateDataKey`.
#[derive(Debug)]
pub struct KmsDataKey {
    /// The ARN of the key.
    pub key_id: String,
    /// The data key.
    pub plaintext: PlaintextDataKey,
    /// The data key under the KMS key.
    pub ciphertext_blob: Vec<u8>,
}

/// The response of `Encrypt`.
#[derive(Debug)]
pub struct KmsCiphertext {
    /// The ARN of the key.
    pub key_id: String,
    /// The ciphertext.
    pub ciphertext_blob: Vec<u8>,
}

/// The response of `Decrypt`.
#[derive(Debug)]
pub struct KmsPlaintext {
    /// The ARN of the key.
    pub key_id: String,
    /// The data key.
    pub plaintext: PlaintextDataKey,
}

impl<C: KmsClient + ?Sized> KmsClient for &mut C {
    fn generate_data_key(
        &mut self,
        key_id: &str,
        number_of_bytes: usize,
        context: &EncryptionContext,
        grant_tokens: &[String],
    ) -> Result<KmsDataKey, BoxError> {
        (**self).generate_data_key(key_id, number_of_bytes, context, grant_tokens)
    }

    fn encrypt(
        &mut self,
        key_id: &str,
        plaintext: &[u8],
        context: &EncryptionContext,
        grant_tokens: &[String],
    ) -> Result<KmsCiphertext, BoxError> {
        (**self).encrypt(key_id, plaintext, context, grant_tokens)
    }

    fn decrypt(
        &mut self,
        key_id: &str,
        ciphertext_blob: &[u8],
        context: &EncryptionContext,
        grant_tokens: &[String],
    ) -> Result<KmsPlaintext, BoxError> {
        (**self).decrypt(key_id, ciphertext_blob, context, grant_tokens)
    }
}
