use kmsim_types::{KeySpec, SigningAlgorithm};
use serde_json::json;

use super::*;

#[test]
fn parameters_of_every_kind() {
    let value = json!({
        "KeyId": "alias/x", "Plaintext": "AQID", "NumberOfBytes": 32.0, "DryRun": true,
        "KeySpec": "RSA_2048", "GrantTokens": ["a", "b"], "ValidTo": 1.5, "Policy": null,
        "EncryptionContext": {"b": "2", "a": "1"},
        "Tags": [{"TagKey": "t", "TagValue": "1"}, {"TagKey": "t", "TagValue": "2"}],
        "Recipient": {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256"},
        "SigningAlgorithm": "ROT13", "CiphertextBlob": "AQI",
    });
    let value = tree(&value);
    let input = Input::new(&value);
    assert_eq!(input.required("KeyId"), Ok("alias/x"));
    assert_eq!(*input.required_blob("Plaintext").unwrap(), [1, 2, 3]);
    assert_eq!(input.int("NumberOfBytes"), Some(32));
    assert!(input.bool("DryRun") && !input.bool("MultiRegion"));
    assert_eq!(input.required_enum("KeySpec"), Ok(KeySpec::Rsa2048));
    assert_eq!(input.strings("GrantTokens").collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(
        input.timestamp("ValidTo"),
        Some(Timestamp::from_millis(1500))
    );
    assert!(!input.has("Policy") && input.str("Policy").is_none());
    assert_eq!(
        input.pairs("EncryptionContext"),
        EncryptionContext::from_iter([("a", "1"), ("b", "2")])
    );
    assert_eq!(input.tags("Tags"), BTreeMap::from([("t", "2")]));
    let recipient = input.object("Recipient").unwrap();
    assert_eq!(
        recipient.str("KeyEncryptionAlgorithm"),
        Some("RSAES_OAEP_SHA_256")
    );
    assert!(input.object("KeyId").is_none());

    assert_eq!(input.enum_of::<KeySpec>("Absent"), Ok(None));
    assert!(input.pairs("Absent").is_empty() && input.tags("Absent").is_empty());
    insta::assert_snapshot!(input.required("GrantId").unwrap_err(), @"ValidationException: 1 validation error detected: Value null at 'grantId' failed to satisfy constraint: Member must not be null");
    insta::assert_snapshot!(input.blob("CiphertextBlob").unwrap_err(), @"SerializationException: STRING_VALUE can not be converted to a Blob, at 'ciphertextBlob'");
    let error = input
        .enum_of::<SigningAlgorithm>("SigningAlgorithm")
        .unwrap_err();
    insta::assert_snapshot!(error, @"ValidationException: 1 validation error detected: Value at 'signingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set");
}

#[test]
fn times_as_the_protocol_and_the_command_line_write_them() {
    for value in [
        json!(1_795_262_400),
        json!("2026-11-21T12:00:00Z"),
        json!(1.795_262_4e9),
    ] {
        assert_eq!(
            timestamp(&tree(&value)),
            Some(Timestamp::from_millis(1_795_262_400_000))
        );
    }
    assert_eq!(timestamp(&tree(&json!(true))), None);
}
