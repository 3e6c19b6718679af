//! A call of each operation on the key of a scene.

use kmsim_types::Operation;
use serde_json::{Value, json};

use super::{AWAY, Builder, HOME, Scene, Setup, kms_at};
use crate::support::{ACCOUNT, base64};

impl Scene {
    pub(super) fn new(setup: Setup) -> Self {
        let builder = Builder {
            kms: kms_at("2026-11-21T12:00:00Z".parse().unwrap(), None),
            setup,
            region: HOME,
        };
        builder.build()
    }

    /// Where and with what an operation is called on the key.
    pub(super) fn request(&self, operation: Operation) -> (&'static str, Value) {
        use Operation as O;
        let mut region = self.region;
        let mut input = json!({"KeyId": self.key});
        let mut set = |name: &str, value: Value| input[name] = value;
        let message = base64(b"message");
        let made = |name: &str, otherwise: &str| match &self.made[name] {
            Value::Null => json!(otherwise),
            made => made.clone(),
        };
        match operation {
            O::CreateAlias => {
                input = json!({"AliasName": "alias/new", "TargetKeyId": self.key});
            }
            O::UpdateAlias => {
                input = json!({"AliasName": "alias/other", "TargetKeyId": self.key});
            }
            O::DeleteAlias => input = json!({"AliasName": "alias/own"}),
            O::CreateGrant => {
                set(
                    "GranteePrincipal",
                    json!(format!("arn:aws:iam::{ACCOUNT}:role/app")),
                );
                set("Operations", json!(["DescribeKey"]));
            }
            O::RetireGrant | O::RevokeGrant => set("GrantId", self.grant.clone()),
            O::Encrypt => set("Plaintext", json!(message)),
            O::Decrypt => set("CiphertextBlob", made("CiphertextBlob", "AAAA")),
            O::ReEncrypt => {
                input = json!({
                    "SourceKeyId": self.key, "CiphertextBlob": self.made["CiphertextBlob"],
                    "DestinationKeyId": self.other,
                });
            }
            O::GenerateDataKey | O::GenerateDataKeyWithoutPlaintext => {
                set("KeySpec", json!("AES_256"));
            }
            O::GenerateDataKeyPair | O::GenerateDataKeyPairWithoutPlaintext => {
                set("KeyPairSpec", json!("ECC_NIST_P256"));
            }
            O::Sign | O::Verify => {
                set("Message", json!(message));
                set("SigningAlgorithm", json!("ECDSA_SHA_256"));
                if operation == O::Verify {
                    set("Signature", made("Signature", "AAAA"));
                }
            }
            O::GenerateMac | O::VerifyMac => {
                set("Message", json!(message));
                set("MacAlgorithm", json!("HMAC_SHA_256"));
                if operation == O::VerifyMac {
                    set("Mac", made("Mac", "AAAA"));
                }
            }
            O::DeriveSharedSecret => {
                set("KeyAgreementAlgorithm", json!("ECDH"));
                set("PublicKey", made("PublicKey", "AAAA"));
            }
            O::Encapsulate => set("EncapsulationAlgorithm", json!("ML_KEM")),
            O::Decapsulate => {
                set("EncapsulationAlgorithm", json!("ML_KEM"));
                let blob = base64(&[0; 768]);
                set(
                    "SharedSecretCiphertextBlob",
                    made("SharedSecretCiphertextBlob", &blob),
                );
            }
            O::GetParametersForImport => {
                set("WrappingAlgorithm", json!("RSAES_OAEP_SHA_256"));
                set("WrappingKeySpec", json!("RSA_2048"));
            }
            O::ImportKeyMaterial => input = self.import.clone(),
            O::PutKeyPolicy => {
                let root = format!("arn:aws:iam::{ACCOUNT}:root");
                let policy = json!({"Version": "2012-10-17", "Statement": [{
                    "Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*",
                    "Resource": "*",
                }]});
                set("Policy", json!(policy.to_string()));
            }
            O::TagResource => set("Tags", json!([{"TagKey": "c", "TagValue": "d"}])),
            O::UntagResource => set("TagKeys", json!(["a"])),
            O::ListResourceTags => {}
            O::UpdateKeyDescription => set("Description", json!("new")),
            O::ReplicateKey => set("ReplicaRegion", json!("ap-south-1")),
            O::UpdatePrimaryRegion if self.is_primary => set("PrimaryRegion", json!(HOME)),
            O::UpdatePrimaryRegion => {
                // A replica is promoted by a call on its primary.
                region = HOME;
                let primary = self.key.replace(AWAY, HOME);
                input = json!({"KeyId": primary, "PrimaryRegion": AWAY});
            }
            _ => {}
        }
        (region, input)
    }
}
