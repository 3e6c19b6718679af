//! The way of a call through the service.

use serde_json::json;

use crate::support::{Kms, base64, caller};

#[test]
fn what_was_encrypted_is_decrypted_under_its_context_only() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    let sealed = kms.ok(
        "Encrypt",
        json!({"KeyId": key, "Plaintext": base64(b"hello"), "EncryptionContext": {"a": "1"}}),
    );
    let blob = &sealed["CiphertextBlob"];
    let opened = kms.ok(
        "Decrypt",
        json!({"CiphertextBlob": blob, "EncryptionContext": {"a": "1"}}),
    );
    assert_eq!(opened["Plaintext"], base64(b"hello"));
    assert_eq!(opened["KeyId"], key);
    for context in [json!({}), json!({"a": "2"}), json!({"A": "1"})] {
        let wrong = json!({"CiphertextBlob": blob, "EncryptionContext": context});
        assert_eq!(kms.fails("Decrypt", wrong), "InvalidCiphertextException");
    }
}

#[test]
fn nobody_without_permission_gets_through() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    let stranger = caller("arn:aws:iam::444455556666:user/eve", "us-east-1");
    let error = kms
        .call_as(
            &stranger,
            "Encrypt",
            json!({"KeyId": key, "Plaintext": "AAAA"}),
        )
        .unwrap_err();
    assert_eq!(error.code.name(), "AccessDeniedException");
    let denial = error.denial.unwrap();
    assert_eq!(denial.explanations.len(), 1);
    let events = kms.service.take_events();
    let event = events.last().unwrap().to_json();
    assert_eq!(event["errorCode"], "AccessDenied");
    assert_eq!(event["kmsim"]["decision"], "implicitDeny");
}
