//! `GenerateRandom`, and how secrets get to the caller or to an enclave.

use base64_simd::STANDARD;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::error::KmsError;
use crate::members::set;
use crate::recipient::invalid_attestation;
use crate::service::{Answer, Cx, Service};

impl Service {
    pub(super) fn generate_random(&mut self, cx: &mut Cx<'_>) -> Answer {
        if let Some(store) = cx.input.str("CustomKeyStoreId") {
            self.check_random_source(cx, store)?;
        }
        let bytes = self.secret_bytes(cx.input.int("NumberOfBytes").unwrap_or(32));
        let mut answer = json!({});
        self.deliver(cx, &mut answer, "Plaintext", &bytes)?;
        Ok(answer)
    }

    /// Random bytes that are erased when they are dropped.
    pub(super) fn secret_bytes(&mut self, count: u32) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(vec![0; count as usize]);
        self.rng.fill_bytes(&mut bytes);
        bytes
    }

    /// Puts a secret into an answer: in the clear, or with a `Recipient` under the public key of
    /// its attestation document (API reference, `RecipientInfo`).
    pub(super) fn deliver(
        &mut self,
        cx: &Cx<'_>,
        answer: &mut Value,
        name: &str,
        secret: &[u8],
    ) -> Result<(), KmsError> {
        let Some(recipient) = &cx.recipient else {
            set(answer, name, STANDARD.encode_to_string(secret));
            return Ok(());
        };
        let sealed = recipient.encrypt(secret, &mut *self.rng);
        let sealed = sealed.map_err(|_| invalid_attestation())?;
        set(
            answer,
            "CiphertextForRecipient",
            STANDARD.encode_to_string(sealed),
        );
        // API reference, `KeyMaterialId` in the answers of `Decrypt` and `GenerateDataKey`.
        if let Some(members) = answer.as_object_mut() {
            members.remove("KeyMaterialId");
        }
        Ok(())
    }
}
