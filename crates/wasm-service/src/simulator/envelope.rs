//! Envelope encryption with the keys of a simulator: messages of the AWS Encryption SDK.

use kmsim_embed::Unreadable;
use kmsim_envelope::keyring::{BoxError, JsonClient, KmsKeyring};
use kmsim_envelope::{Decryptor, Encryptor, Error};
use kmsim_kms::Caller;
use kmsim_types::{EncryptionContext, Operation};
use rand_chacha::ChaCha20Rng;
use serde_json::Value;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Simulator, rng, thrown};

#[wasm_bindgen]
impl Simulator {
    /// Encrypts bytes under a data key of a KMS key, as the AWS Encryption SDK does: `GenerateDataKey`
    /// is called for it. `caller` is as for [`Simulator::call`], `key` an ARN, `context` an object of texts
    /// as JSON.
    ///
    /// # Errors
    /// An `Error` whose message is `{"errors": […]}`.
    #[wasm_bindgen(js_name = encryptMessage)]
    pub fn encrypt_message(
        &mut self,
        caller: &str,
        key: &str,
        context: &str,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, JsError> {
        self.encrypted(caller, key, context, plaintext)
            .map_err(thrown)
    }

    /// Decrypts a message, with whatever keys it names.
    ///
    /// # Errors
    /// An `Error` whose message is `{"errors": […]}`.
    #[wasm_bindgen(js_name = decryptMessage)]
    pub fn decrypt_message(&mut self, caller: &str, message: &[u8]) -> Result<Vec<u8>, JsError> {
        self.decrypted(caller, message).map_err(thrown)
    }
}

impl Simulator {
    pub(crate) fn encrypted(
        &mut self,
        caller: &str,
        key: &str,
        context: &str,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, Unreadable> {
        let context = read_context(context)?;
        let caller = self.settled(caller)?;
        let mut rng: ChaCha20Rng = rng(None)?;
        let client = self.client(&caller);
        let mut keyring = KmsKeyring::multi_region(client, [key])
            .map_err(|why| Unreadable::because(why.to_string()))?;
        let result = Encryptor::default().encrypt(plaintext, &context, &mut keyring, &mut rng);
        drop(keyring);
        self.keep_events();
        result.map_err(|why| refused(&why))
    }

    pub(crate) fn decrypted(
        &mut self,
        caller: &str,
        message: &[u8],
    ) -> Result<Vec<u8>, Unreadable> {
        let caller = self.settled(caller)?;
        let mut keyring = KmsKeyring::discovery(self.client(&caller), None);
        let result = Decryptor::default().decrypt(message, &mut keyring);
        drop(keyring);
        self.keep_events();
        result
            .map(|found| found.plaintext)
            .map_err(|why| refused(&why))
    }

    /// The caller of whom a text tells, after what fell due before the call.
    fn settled(&mut self, caller: &str) -> Result<Caller, Unreadable> {
        let caller = self.caller(caller)?;
        self.settle();
        Ok(caller)
    }

    fn client(
        &mut self,
        caller: &Caller,
    ) -> JsonClient<impl FnMut(Operation, &Value) -> Result<Value, BoxError>> {
        JsonClient(|operation, input: &Value| Ok(self.service.call(caller, operation, input)?))
    }
}

fn refused(why: &Error) -> Unreadable {
    Unreadable::because(why.to_string())
}

fn read_context(text: &str) -> Result<EncryptionContext, Unreadable> {
    let wrong = || Unreadable::because("an encryption context is a JSON object of texts");
    if text.trim().is_empty() {
        return Ok(EncryptionContext::new());
    }
    let Ok(Value::Object(pairs)) = serde_json::from_str(text) else {
        return Err(wrong());
    };
    let pairs = pairs.into_iter().map(|(key, value)| match value {
        Value::String(value) => Ok((key, value)),
        _ => Err(wrong()),
    });
    Ok(EncryptionContext(pairs.collect::<Result<_, _>>()?))
}
