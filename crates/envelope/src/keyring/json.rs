//! A client of KMS by its JSON protocol.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kmsim_types::{EncryptionContext, Operation};
use serde_json::{Value, json};

use super::client::{KmsCiphertext, KmsClient, KmsDataKey, KmsPlaintext};
use super::{BoxError, PlaintextDataKey};

/// A client whose requests and answers are the JSON of the API: a function makes the calls.
pub struct JsonClient<F>(pub F);

impl<F> fmt::Debug for JsonClient<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JsonClient").finish_non_exhaustive()
    }
}

impl<F: FnMut(Operation, &Value) -> Result<Value, BoxError>> KmsClient for JsonClient<F> {
    fn generate_data_key(
        &mut self,
        key_id: &str,
        number_of_bytes: usize,
        context: &EncryptionContext,
        grant_tokens: &[String],
    ) -> Result<KmsDataKey, BoxError> {
        let request = json!({
            "KeyId": key_id, "NumberOfBytes": number_of_bytes,
            "EncryptionContext": context, "GrantTokens": grant_tokens,
        });
        let answer = (self.0)(Operation::GenerateDataKey, &request)?;
        Ok(KmsDataKey {
            key_id: text(&answer, "KeyId"),
            plaintext: PlaintextDataKey::new(bytes(&answer, "Plaintext")?),
            ciphertext_blob: bytes(&answer, "CiphertextBlob")?,
        })
    }

    fn encrypt(
        &mut self,
        key_id: &str,
        plaintext: &[u8],
        context: &EncryptionContext,
        grant_tokens: &[String],
    ) -> Result<KmsCiphertext, BoxError> {
        let request = json!({
            "KeyId": key_id, "Plaintext": STANDARD.encode(plaintext),
            "EncryptionContext": context, "GrantTokens": grant_tokens,
        });
        let answer = (self.0)(Operation::Encrypt, &request)?;
        Ok(KmsCiphertext {
            key_id: text(&answer, "KeyId"),
            ciphertext_blob: bytes(&answer, "CiphertextBlob")?,
        })
    }

    fn decrypt(
        &mut self,
        key_id: &str,
        ciphertext_blob: &[u8],
        context: &EncryptionContext,
        grant_tokens: &[String],
    ) -> Result<KmsPlaintext, BoxError> {
        let request = json!({
            "KeyId": key_id, "CiphertextBlob": STANDARD.encode(ciphertext_blob),
            "EncryptionContext": context, "GrantTokens": grant_tokens,
        });
        let answer = (self.0)(Operation::Decrypt, &request)?;
        Ok(KmsPlaintext {
            key_id: text(&answer, "KeyId"),
            plaintext: PlaintextDataKey::new(bytes(&answer, "Plaintext")?),
        })
    }
}

/// A text of an answer; what is missing is none, which the keyring refuses.
fn text(answer: &Value, name: &str) -> String {
    let text = answer.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn bytes(answer: &Value, name: &str) -> Result<Vec<u8>, BoxError> {
    Ok(STANDARD.decode(text(answer, name))?)
}
