//! What a client does by itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kmsim_crypto::{CryptoError, PublicKey, wrapping};
use serde_json::json;

use super::{Came, Failure, Run};
use crate::scenario::Local;
use crate::template::Incomplete;

impl Run<'_> {
    pub(super) fn local(&mut self, local: &Local) -> Result<Came, Incomplete> {
        match local {
            Local::Wrap {
                public_key,
                algorithm,
                material,
            } => {
                let (key, material) = (self.bytes(public_key)?, self.bytes(material)?);
                let wrapped = wrapping::wrap(&key, *algorithm, &material, &mut self.rng);
                Ok(encoded("EncryptedKeyMaterial", wrapped))
            }
            Local::Encrypt {
                public_key,
                spec,
                algorithm,
                plaintext,
            } => {
                let (key, plaintext) = (self.bytes(public_key)?, self.bytes(plaintext)?);
                let key = PublicKey::import(*spec, &key);
                let rng = &mut self.rng;
                let sealed = key.and_then(|key| key.encrypt(*algorithm, &plaintext, rng));
                Ok(encoded("CiphertextBlob", sealed))
            }
            Local::Verify {
                public_key,
                spec,
                algorithm,
                message_type,
                message,
                signature,
            } => {
                let key = self.bytes(public_key)?;
                let (message, signature) = (self.bytes(message)?, self.bytes(signature)?);
                let key = PublicKey::import(*spec, &key);
                let verified =
                    key.and_then(|key| key.verify(*algorithm, *message_type, &message, &signature));
                Ok(match verified {
                    Ok(()) => Came::answer(json!({"SignatureValid": true})),
                    Err(CryptoError::Failed) => Came::answer(json!({"SignatureValid": false})),
                    Err(why) => failure(why),
                })
            }
        }
    }
}

fn encoded(name: &str, bytes: Result<Vec<u8>, CryptoError>) -> Came {
    match bytes {
        Ok(bytes) => Came::answer(json!({name: STANDARD.encode(bytes)})),
        Err(why) => failure(why),
    }
}

fn failure(why: CryptoError) -> Came {
    Came::Failure(Failure {
        name: "ClientException".to_owned(),
        message: why.to_string(),
        explanations: Vec::new(),
    })
}

impl Local {
    pub(super) fn title(&self) -> &'static str {
        match self {
            Self::Wrap { .. } => "key material is wrapped",
            Self::Encrypt { .. } => "somebody encrypts with the public key",
            Self::Verify { .. } => "somebody verifies with the public key",
        }
    }
}
