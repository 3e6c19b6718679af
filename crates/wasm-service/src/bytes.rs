//! What stands in front of ciphertexts: of those of KMS, and of messages of the AWS Encryption SDK.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kmsim_crypto::blob;
use kmsim_embed::Unreadable;
use kmsim_envelope::{Content, Header};
use serde_json::{Value, json};

/// The parts of a ciphertext blob (docs/ciphertext-blob.md), each with its bytes in hexadecimal.
pub(crate) fn of_blob(text: &str) -> Result<Value, Unreadable> {
    let bytes = STANDARD
        .decode(text.trim())
        .map_err(|why| Unreadable::because(format!("the ciphertext is no base64: {why}")))?;
    let foreign = |_| {
        Unreadable::because("this is no ciphertext of the simulated KMS")
            .help("AWS does not document the format of its own; nobody else can read it")
    };
    let header = blob::Header::parse(&bytes).map_err(foreign)?;
    let mut at = 0;
    let parts = blob::layout(&bytes)
        .map_err(foreign)?
        .map(|(name, length)| {
            let part = bytes.get(at..at + length).unwrap_or_default();
            at += length;
            json!({ "name": name, "length": length, "hex": hex(part) })
        });
    Ok(json!({
        "version": 1,
        "keyId": header.key_id(),
        "keyMaterialId": hex(&header.material_id().0),
        "length": bytes.len(),
        "parts": parts.as_slice(),
    }))
}

/// The header of a message, which nobody has verified yet.
pub(crate) fn of_message(message: &[u8]) -> Result<Value, Unreadable> {
    let header =
        Header::read_unverified(message).map_err(|why| Unreadable::because(why.to_string()))?;
    Ok(described(&header))
}

/// A header as JSON.
pub(crate) fn described(header: &Header) -> Value {
    let keys = header.encrypted_data_keys.iter().map(|key| {
        json!({
            "providerId": key.provider_id,
            "providerInfo": String::from_utf8_lossy(&key.provider_info),
            "ciphertext": STANDARD.encode(&key.ciphertext),
        })
    });
    json!({
        "version": 1,
        "algorithmSuite": header.suite.to_string(),
        "messageId": hex(&header.message_id),
        "encryptionContext": header.context.0,
        "encryptedDataKeys": keys.collect::<Vec<_>>(),
        "frameLength": match header.content {
            Content::Framed(length) => Some(length.get()),
            Content::Unframed => None,
        },
        "commitment": header.commitment.as_ref().map(|bytes| hex(bytes)),
    })
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
