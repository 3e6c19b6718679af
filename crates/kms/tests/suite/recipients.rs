//! Answers for attested recipients.

use kmsim_crypto::KeyMaterial;
use kmsim_types::{EncryptionAlgorithm, KeySpec};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

use crate::support::{ACCOUNT, Kms, base64, caller};

/// A head of CBOR (RFC 8949, 3): what follows, and how much of it.
fn head(sort: u8, count: usize) -> Vec<u8> {
    let sort = sort << 5;
    match u8::try_from(count) {
        Ok(count) if count < 24 => vec![sort | count],
        Ok(count) => vec![sort | 0x18, count],
        Err(_) => {
            let [high, low] = u16::try_from(count).unwrap().to_be_bytes();
            vec![sort | 0x19, high, low]
        }
    }
}

fn bytes(bytes: &[u8]) -> Vec<u8> {
    [head(2, bytes.len()), bytes.to_vec()].concat()
}

fn text(text: &str) -> Vec<u8> {
    [head(3, text.len()), text.as_bytes().to_vec()].concat()
}

/// An attestation document with two registers, under which name it may be.
fn document(registers: &str, public_key: Option<&[u8]>) -> Vec<u8> {
    let pcrs = [
        head(5, 2),
        head(0, 0),
        bytes(&[0xa0; 48]),
        head(0, 8),
        bytes(&[0xa8; 48]),
    ];
    let mut fields = vec![
        [text("module_id"), text("i-1234-enc5678")].concat(),
        [text("digest"), text("SHA384")].concat(),
        [text(registers), pcrs.concat()].concat(),
    ];
    if let Some(key) = public_key {
        fields.push([text("public_key"), bytes(key)].concat());
    }
    let payload = [head(5, fields.len()), fields.concat()].concat();
    let parts = [
        bytes(&head(5, 0)),
        head(5, 0),
        bytes(&payload),
        bytes(&[0; 96]),
    ];
    [head(4, 4), parts.concat()].concat()
}

fn enclave_key() -> KeyMaterial {
    KeyMaterial::generate(KeySpec::Rsa2048, &mut ChaCha20Rng::seed_from_u64(11)).unwrap()
}

fn recipient(document: &[u8]) -> Value {
    json!({
        "AttestationDocument": base64(document),
        "KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256",
    })
}

/// The content key of an answer: the one octet string of 256 bytes, under the enclave's key.
fn content_key(enclave: &KeyMaterial, answer: &Value) -> Vec<u8> {
    let sealed = answer["CiphertextForRecipient"].as_str().unwrap();
    let sealed = base64_simd::STANDARD.decode_to_vec(sealed).unwrap();
    let at = sealed
        .windows(4)
        .position(|tag| tag == [4, 0x82, 1, 0])
        .unwrap();
    let wrapped = &sealed[at + 4..at + 260];
    let key = enclave.decrypt(EncryptionAlgorithm::RsaesOaepSha256, wrapped);
    key.unwrap().to_vec()
}

#[test]
fn secrets_go_to_the_recipient_only() {
    let mut kms = Kms::new();
    let enclave = enclave_key();
    let recipient = recipient(&document("pcrs", enclave.public_key()));
    let key = kms.key(json!({}));
    let agreement = kms.key(json!({"KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT"}));
    let peer = kms.ok("GetPublicKey", json!({"KeyId": agreement}))["PublicKey"].clone();
    let sealed = kms.ok("Encrypt", json!({"KeyId": key, "Plaintext": base64(b"x")}));
    for (operation, secret, mut input) in [
        (
            "Decrypt",
            "Plaintext",
            json!({"CiphertextBlob": sealed["CiphertextBlob"]}),
        ),
        (
            "GenerateDataKey",
            "Plaintext",
            json!({"KeyId": key, "KeySpec": "AES_256"}),
        ),
        (
            "GenerateDataKeyPair",
            "PrivateKeyPlaintext",
            json!({"KeyId": key, "KeyPairSpec": "ECC_NIST_P256"}),
        ),
        ("GenerateRandom", "Plaintext", json!({"NumberOfBytes": 16})),
        (
            "DeriveSharedSecret",
            "SharedSecret",
            json!({
                "KeyId": agreement, "KeyAgreementAlgorithm": "ECDH", "PublicKey": peer,
            }),
        ),
    ] {
        let answer = kms.ok(operation, input.clone());
        assert!(answer[secret].is_string(), "{operation}");
        assert_eq!(answer.get("CiphertextForRecipient"), None, "{operation}");
        input["Recipient"] = recipient.clone();
        let answer = kms.ok(operation, input);
        assert_eq!(answer.get(secret), None, "{operation}");
        assert_eq!(answer.get("KeyMaterialId"), None, "{operation}");
        assert_eq!(content_key(&enclave, &answer).len(), 32, "{operation}");
        let events = kms.service.take_events();
        let event = events.last().unwrap().to_json();
        assert_eq!(
            event["additionalEventData"]["recipient"],
            json!({
                "attestationDocumentModuleId": "i-1234-enc5678",
                "attestationDocumentEnclaveImageDigest": "a0".repeat(48),
                "attestationDocumentEnclavePCR8": "a8".repeat(48),
            })
        );
    }
}

#[test]
fn a_document_that_is_none_is_refused() {
    let mut kms = Kms::new();
    let unreadable = document("registers", enclave_key().public_key());
    for document in [b"none".to_vec(), document("pcrs", None), unreadable] {
        let input = json!({"NumberOfBytes": 16, "Recipient": recipient(&document)});
        let error = kms.fails("GenerateRandom", input);
        assert!(error.starts_with("ValidationException"), "{error}");
    }
    let elliptic =
        KeyMaterial::generate(KeySpec::EccNistP256, &mut ChaCha20Rng::seed_from_u64(1)).unwrap();
    let document = document("pcrs", elliptic.public_key());
    for recipient in [recipient(&document), json!({})] {
        let input = json!({"NumberOfBytes": 16, "Recipient": recipient});
        let error = kms.fails("GenerateRandom", input);
        assert!(error.starts_with("ValidationException"), "{error}");
    }
}

#[test]
fn policies_ask_what_the_enclave_has_measured() {
    let world = json!({"accounts": [{"id": ACCOUNT, "roles": [{"name": "app"}]}]}).to_string();
    let mut kms = Kms::with(&world);
    let app = format!("arn:aws:iam::{ACCOUNT}:role/app");
    let enclave = enclave_key();
    for (registers, name, value, allowed) in [
        ("pcrs", "ImageSha384", "a0", true),
        ("pcrs", "ImageSha384", "a1", false),
        ("pcrs", "PCR8", "a8", true),
        ("pcrs", "PCR1", "a8", false),
        ("nitrotpm_pcrs", "NitroTPMPCR8", "a8", true),
        ("nitrotpm_pcrs", "PCR8", "a8", false),
    ] {
        let condition = format!("kms:RecipientAttestation:{name}");
        let policy = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "kms:*", "Resource": "*",
             "Principal": {"AWS": format!("arn:aws:iam::{ACCOUNT}:root")}},
            {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*",
             "Principal": {"AWS": app},
             "Condition": {"StringEqualsIgnoreCase": {condition: value.repeat(48)}}},
        ]});
        let key = kms.key(json!({"Policy": policy.to_string()}));
        let sealed = kms.ok("Encrypt", json!({"KeyId": key, "Plaintext": "AAAA"}));
        let mut input = json!({"CiphertextBlob": sealed["CiphertextBlob"]});
        let app = caller(&app, "us-east-1");
        let error = kms.call_as(&app, "Decrypt", input.clone()).unwrap_err();
        assert_eq!(
            error.code.name(),
            "AccessDeniedException",
            "without attestation"
        );
        input["Recipient"] = recipient(&document(registers, enclave.public_key()));
        let answer = kms.call_as(&app, "Decrypt", input);
        let code = answer.err().map(|error| error.code.name());
        let expected = (!allowed).then_some("AccessDeniedException");
        assert_eq!(code, expected, "{registers} {name} {value}");
    }
}
