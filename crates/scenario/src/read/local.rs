//! Reading what a client does by itself.

use kmsim_policy::fields::Fields;
use kmsim_policy::json::Node;
use kmsim_types::MessageType;

use super::Reading;
use crate::scenario::Local;
use crate::template::Template;

impl Reading<'_, '_, '_, '_, '_> {
    pub(super) fn local(&mut self, what: &'static str, node: &Node<'_>) -> Option<Local> {
        let fields = Fields::of(node, what, &mut self.reader.diagnostics)?;
        let local = match what {
            "wrap" => self.wrap(&fields),
            "encryptLocally" => self.encrypt_locally(&fields),
            _ => self.verify_locally(&fields),
        };
        fields.finish(&mut self.reader.diagnostics);
        local
    }

    fn wrap(&mut self, fields: &Fields<'_, '_>) -> Option<Local> {
        let public_key = self.bytes_of(fields, "publicKey");
        let material = self.bytes_of(fields, "material");
        fields.require("algorithm", &mut self.reader.diagnostics);
        Some(Local::Wrap {
            algorithm: self.one_of(fields, "algorithm")?,
            public_key: public_key?,
            material: material?,
        })
    }

    fn encrypt_locally(&mut self, fields: &Fields<'_, '_>) -> Option<Local> {
        let public_key = self.bytes_of(fields, "publicKey");
        let plaintext = self.bytes_of(fields, "plaintext");
        for name in ["keySpec", "algorithm"] {
            fields.require(name, &mut self.reader.diagnostics);
        }
        let spec = self.one_of(fields, "keySpec");
        Some(Local::Encrypt {
            algorithm: self.one_of(fields, "algorithm")?,
            spec: spec?,
            public_key: public_key?,
            plaintext: plaintext?,
        })
    }

    fn verify_locally(&mut self, fields: &Fields<'_, '_>) -> Option<Local> {
        let [public_key, message, signature] =
            ["publicKey", "message", "signature"].map(|name| self.bytes_of(fields, name));
        for name in ["keySpec", "algorithm"] {
            fields.require(name, &mut self.reader.diagnostics);
        }
        let message_type = self.one_of(fields, "messageType");
        let spec = self.one_of(fields, "keySpec");
        let algorithm = self.one_of(fields, "algorithm");
        Some(Local::Verify {
            public_key: public_key?,
            spec: spec?,
            algorithm: algorithm?,
            message_type: message_type.unwrap_or(MessageType::Raw),
            message: message?,
            signature: signature?,
        })
    }

    fn bytes_of(&mut self, fields: &Fields<'_, '_>, name: &'static str) -> Option<Template> {
        let node = fields.require(name, &mut self.reader.diagnostics)?;
        Some(self.blob(node))
    }
}
