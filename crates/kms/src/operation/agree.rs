//! `DeriveSharedSecret`.

use kmsim_types::KeyUsage;

use super::check_usage;
use super::encrypt::current_material;
use crate::error::KmsError;
use crate::members::members;
use crate::service::{Answer, Cx, Service};

impl Service {
    pub(super) fn derive_shared_secret(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        check_usage(key, KeyUsage::KeyAgreement, cx)?;
        let peer = cx.input.required_bytes("PublicKey")?;
        let secret = current_material(key)?.agree(&peer).map_err(|_| {
            KmsError::validation(format!(
                "The public key is not valid for a key of spec {}.",
                key.spec
            ))
        })?;
        cx.stop_if_dry()?;
        let mut answer = members! {
            "KeyId": &key.arn,
            "KeyAgreementAlgorithm": "ECDH",
            "KeyOrigin": key.origin.name(),
        };
        self.deliver(cx, &mut answer, "SharedSecret", secret.into())?;
        Ok(answer)
    }
}
