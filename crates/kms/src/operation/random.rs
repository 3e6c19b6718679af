//! `GenerateRandom`, and how secrets get to the caller or to an enclave.

use kmsim_crypto::Secret;

use crate::error::KmsError;
use crate::members::{Member, Members};
use crate::recipient::invalid_attestation;
use crate::service::{Answer, Cx, Service};

impl Service {
    pub(super) fn generate_random(&mut self, cx: &mut Cx<'_>) -> Answer {
        if let Some(store) = cx.input.str("CustomKeyStoreId") {
            self.check_random_source(cx, store)?;
        }
        let bytes = self.secret_bytes(cx.input.int("NumberOfBytes").unwrap_or(32));
        let mut answer = Members::default();
        self.deliver(cx, &mut answer, "Plaintext", bytes)?;
        Ok(answer)
    }

    /// Random bytes that are erased when they are dropped.
    pub(super) fn secret_bytes(&mut self, count: u32) -> Secret {
        let mut bytes = vec![0; count as usize];
        self.rng.fill_bytes(&mut bytes);
        bytes.into()
    }

    /// Puts a secret into an answer: in the clear, or with a `Recipient` under the public key of
    /// its attestation document (API reference, `RecipientInfo`).
    pub(super) fn deliver(
        &mut self,
        cx: &Cx<'_>,
        answer: &mut Members,
        name: &'static str,
        secret: Secret,
    ) -> Result<(), KmsError> {
        let Some(recipient) = &cx.recipient else {
            answer.set(name, secret);
            return Ok(());
        };
        let sealed = recipient.encrypt(&secret, &mut *self.rng);
        let sealed = sealed.map_err(|_| invalid_attestation())?;
        answer.set("CiphertextForRecipient", Member::Blob(sealed));
        // API reference, `KeyMaterialId` in the answers of `Decrypt` and `GenerateDataKey`.
        answer.remove("KeyMaterialId");
        Ok(())
    }
}
