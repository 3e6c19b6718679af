//! Requests that the model refuses, and in which words.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kmsim_kms::error::ErrorCode;
use kmsim_kms::model::{Interface, Shape, Structure, conforms, unknown_members};
use kmsim_kms::{KmsError, input, model};
use kmsim_types::Operation;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn validate(operation: Operation, input: &Value) -> Result<(), KmsError> {
    model::validate(operation, &input::tree(input))
}

fn bytes(count: usize) -> String {
    STANDARD.encode(vec![7; count])
}

/// The operation, the request, and its answer below one another.
fn answers(requests: impl IntoIterator<Item = (Operation, Value)>) -> String {
    let mut out = String::new();
    for (operation, input) in requests {
        let answer = match validate(operation, &input) {
            Ok(()) => "ok".to_owned(),
            Err(error) => error.to_string(),
        };
        let mut shown = input.to_string();
        if let Some((end, _)) = shown.char_indices().nth(100) {
            shown.truncate(end);
            shown.push('…');
        }
        writeln!(out, "{operation} {shown}\n    {answer}").unwrap();
    }
    out
}

#[test]
fn good_requests() {
    let key = "alias/x";
    for (operation, input) in [
        (
            Operation::Encrypt,
            json!({"KeyId": key, "Plaintext": bytes(4096)}),
        ),
        (
            Operation::Encrypt,
            json!({"KeyId": key, "Plaintext": "AA==", "Unknown": 1}),
        ),
        (
            Operation::Decrypt,
            json!({"CiphertextBlob": bytes(6144), "EncryptionContext": {"a": ""}}),
        ),
        (
            Operation::Decrypt,
            json!({"KeyId": null, "GrantTokens": []}),
        ),
        (Operation::CreateKey, json!({})),
        (
            Operation::CreateKey,
            json!({"Tags": [{"TagKey": "a", "TagValue": ""}], "MultiRegion": true}),
        ),
        (Operation::GenerateRandom, json!({"NumberOfBytes": 1024})),
        (
            Operation::ListKeys,
            json!({"Limit": 1.0, "ResourceOwners": ["SELF"]}),
        ),
        (
            Operation::ImportKeyMaterial,
            json!({
                "KeyId": key, "ImportToken": "AA==", "EncryptedKeyMaterial": "AA==",
                "ValidTo": "2026-12-01T00:00:00Z",
            }),
        ),
        (
            Operation::UpdateKeyDescription,
            json!({"KeyId": key, "Description": "é".repeat(8192)}),
        ),
        (
            Operation::PutKeyPolicy,
            json!({"KeyId": key, "Policy": "{\n\t\"é\": 1}\r"}),
        ),
        (
            Operation::GenerateDataKey,
            json!({
                "KeyId": "k".repeat(2048), "KeySpec": "AES_256",
                "Recipient": {"AttestationDocument": "AA==", "KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256"},
            }),
        ),
    ] {
        assert_eq!(validate(operation, &input), Ok(()), "{operation} {input}");
    }
}

#[test]
fn values_outside_their_limits() {
    let key = "alias/x";
    let tokens: Vec<_> = (0..11).map(|n| format!("token{n}")).collect();
    let answers = answers([
        (Operation::DescribeKey, json!({})),
        (Operation::DescribeKey, json!({"KeyId": null})),
        (Operation::DescribeKey, json!({"KeyId": ""})),
        (Operation::CreateAlias, json!({})),
        (
            Operation::CreateAlias,
            json!({"AliasName": "", "TargetKeyId": key}),
        ),
        (
            Operation::CreateAlias,
            json!({"AliasName": "alias/a b", "TargetKeyId": key}),
        ),
        (Operation::Encrypt, json!({"KeyId": key})),
        (Operation::Encrypt, json!({"KeyId": key, "Plaintext": ""})),
        (
            Operation::Encrypt,
            json!({"KeyId": key, "Plaintext": bytes(4097)}),
        ),
        (
            Operation::Encrypt,
            json!({"KeyId": key, "Plaintext": "AA==", "EncryptionAlgorithm": "AES"}),
        ),
        (
            Operation::Encrypt,
            json!({"KeyId": key, "Plaintext": "AA==", "GrantTokens": tokens}),
        ),
        (
            Operation::Encrypt,
            json!({"KeyId": key, "Plaintext": "AA==", "GrantTokens": ["", null]}),
        ),
        (
            Operation::Encrypt,
            json!({"KeyId": key, "Plaintext": "AA==", "EncryptionContext": {"a": null, "b": "c"}}),
        ),
        (Operation::Decrypt, json!({"CiphertextBlob": bytes(6145)})),
        (
            Operation::Verify,
            json!({"KeyId": key, "Message": "AA==", "SigningAlgorithm": "ECDSA_SHA_256"}),
        ),
        (Operation::GenerateRandom, json!({"NumberOfBytes": 0})),
        (Operation::GenerateRandom, json!({"NumberOfBytes": 1025})),
        (
            Operation::GenerateRandom,
            json!({"NumberOfBytes": 99_999_999_999_i64}),
        ),
        (
            Operation::EnableKeyRotation,
            json!({"KeyId": key, "RotationPeriodInDays": 89}),
        ),
        (
            Operation::ScheduleKeyDeletion,
            json!({"KeyId": key, "PendingWindowInDays": 366}),
        ),
        (Operation::TagResource, json!({"KeyId": key})),
        (
            Operation::TagResource,
            json!({"KeyId": key, "Tags": [{"TagKey": "", "TagValue": "v"}, {"TagKey": "k"}, null]}),
        ),
        (
            Operation::UntagResource,
            json!({"KeyId": key, "TagKeys": ["a", "é".repeat(129)]}),
        ),
        (
            Operation::CreateGrant,
            json!({"KeyId": key, "Operations": ["Decrypt", "Delete"], "GranteePrincipal": "a b"}),
        ),
        (
            Operation::CreateGrant,
            json!({"KeyId": key, "Operations": ["Decrypt"], "Constraints": {"SourceArn": "arn:aws:s3:::bucket-name"}}),
        ),
        (
            Operation::ListKeys,
            json!({"Limit": 1001, "Marker": "\u{100}", "ResourceOwners": []}),
        ),
        (
            Operation::ReplicateKey,
            json!({"KeyId": key, "ReplicaRegion": "Frankfurt", "Policy": "\u{1}"}),
        ),
        (
            Operation::DeleteImportedKeyMaterial,
            json!({"KeyId": key, "KeyMaterialId": "ABC"}),
        ),
        (
            Operation::CreateCustomKeyStore,
            json!({
                "CustomKeyStoreName": "n", "KeyStorePassword": "secret",
                "XksProxyAuthenticationCredential": {"AccessKeyId": "very secret"},
            }),
        ),
    ]);
    insta::assert_snapshot!(answers);
}

#[test]
fn lengths_are_counted_in_characters() {
    let tag = |length| json!({"KeyId": "k", "TagKeys": ["é".repeat(length)]});
    assert!(validate(Operation::UntagResource, &tag(128)).is_ok());
    assert!(validate(Operation::UntagResource, &tag(129)).is_err());
    for (length, ok) in [(2048, true), (2049, false)] {
        let input = json!({"KeyId": "ß".repeat(length)});
        assert_eq!(validate(Operation::DescribeKey, &input).is_ok(), ok);
    }
}

#[test]
fn values_that_cannot_be_read() {
    let key = "alias/x";
    let answers = answers([
        (Operation::ListKeys, json!([])),
        (Operation::ListKeys, json!("KeyId")),
        (Operation::ListKeys, Value::Null),
        (Operation::DescribeKey, json!({"KeyId": 1})),
        (Operation::DescribeKey, json!({"KeyId": true})),
        (Operation::DescribeKey, json!({"KeyId": [key]})),
        (Operation::DescribeKey, json!({"KeyId": {"Ref": key}})),
        (
            Operation::DescribeKey,
            json!({"KeyId": key, "GrantTokens": "t"}),
        ),
        (
            Operation::DescribeKey,
            json!({"KeyId": key, "GrantTokens": ["t", 1]}),
        ),
        (
            Operation::Encrypt,
            json!({"KeyId": key, "Plaintext": "hello"}),
        ),
        (
            Operation::Encrypt,
            json!({"KeyId": key, "Plaintext": "he!!"}),
        ),
        (
            Operation::Encrypt,
            json!({"KeyId": key, "Plaintext": "AB=="}),
        ),
        (Operation::Encrypt, json!({"KeyId": key, "Plaintext": 1})),
        (
            Operation::Encrypt,
            json!({"KeyId": key, "Plaintext": "AA==", "EncryptionContext": "a=b"}),
        ),
        (
            Operation::Encrypt,
            json!({"KeyId": key, "Plaintext": "AA==", "EncryptionContext": {"a": 1}}),
        ),
        (
            Operation::Encrypt,
            json!({"KeyId": "", "Plaintext": "AA==", "DryRun": "true"}),
        ),
        (Operation::GenerateRandom, json!({"NumberOfBytes": "32"})),
        (Operation::GenerateRandom, json!({"NumberOfBytes": 1.5})),
        (Operation::GenerateRandom, json!({"NumberOfBytes": 1e300})),
        (
            Operation::TagResource,
            json!({"KeyId": key, "Tags": {"a": "b"}}),
        ),
        (Operation::TagResource, json!({"KeyId": key, "Tags": ["a"]})),
        (
            Operation::ImportKeyMaterial,
            json!({"KeyId": key, "ImportToken": "AA==", "ValidTo": "tomorrow"}),
        ),
    ]);
    insta::assert_snapshot!(answers);
}

#[test]
fn unknown_parameters_are_found_with_what_was_meant() {
    let input = json!({
        "Keyid": "alias/x", "Color": "red", "Plaintext": "AA==",
        "EncryptionContext": {"anything": "goes"},
    });
    assert_eq!(
        unknown_members(Operation::Encrypt, &input),
        [
            ("Keyid".to_owned(), Some("KeyId")),
            ("Color".to_owned(), None)
        ]
    );
    let input = json!({"Tags": [{"TagKey": "a"}, {"TagKye": "b"}], "Constraints": 1});
    assert_eq!(
        unknown_members(Operation::CreateKey, &input),
        [
            ("Tags.2.TagKye".to_owned(), Some("TagKey")),
            ("Constraints".to_owned(), None)
        ]
    );
    let input = json!({"Constraints": {"EncryptionContextSuperset": {}}});
    assert_eq!(
        unknown_members(Operation::CreateGrant, &input),
        [(
            "Constraints.EncryptionContextSuperset".to_owned(),
            Some("EncryptionContextSubset")
        )]
    );
}

#[test]
fn answers_conform_or_not() {
    let ok = json!({"KeyId": "arn:aws:kms:us-east-1:111122223333:key/1", "CiphertextBlob": "AA=="});
    assert_eq!(conforms(Operation::Encrypt, &ok), Ok(()));
    assert_eq!(conforms(Operation::EnableKey, &Value::Null), Ok(()));
    assert_eq!(conforms(Operation::EnableKey, &json!({})), Ok(()));
    let metadata = |spec, older| {
        let metadata = json!({"KeyId": "1", "KeySpec": spec, "CustomerMasterKeySpec": older});
        conforms(Operation::DescribeKey, &json!({"KeyMetadata": metadata}))
    };
    assert_eq!(metadata("ML_DSA_44", "ML_DSA_44"), Ok(()));
    assert!(metadata("ML_DSA_44", "ML_DSA_65").is_err());
    for (operation, output) in [
        (Operation::EnableKey, json!({"KeyId": "x"})),
        (Operation::Encrypt, json!({"Ciphertext": "AA=="})),
        (Operation::Encrypt, json!({"CiphertextBlob": 1})),
        (
            Operation::DescribeKey,
            json!({"KeyMetadata": {"KeyState": "Enabled"}}),
        ),
        (
            Operation::DescribeKey,
            json!({"KeyMetadata": {"KeyId": "1", "KeyState": "Fine"}}),
        ),
    ] {
        assert!(
            conforms(operation, &output).is_err(),
            "{operation} {output}"
        );
    }
}

/// A value that a shape takes.
fn good(shape: &Shape) -> Value {
    match shape {
        Shape::Text(text) => {
            let candidates = [
                "a",
                "alias/x",
                "111122223333",
                "0f",
                "cluster-2a23b4cdefg",
                "arn:aws:sns:us-east-1:111122223333:topic",
                "us-east-1",
                "logs.amazonaws.com",
                "AAAAAAAAAAAAAAAAAAAA",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "https://xks.example.com",
                "/kms/xks/v1",
                "com.amazonaws.vpce.us-east-1.vpce-svc-0f",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            ];
            let fits = |candidate: &&str| {
                let length = u32::try_from(candidate.len()).unwrap();
                length >= text.characters.min
                    && text.characters.max.is_none_or(|max| length <= max)
                    && text
                        .pattern
                        .is_none_or(|pattern| pattern.matches(candidate))
            };
            candidates.into_iter().find(fits).unwrap().into()
        }
        Shape::Enumeration(values) => values[0].into(),
        Shape::Blob { .. } => "AA==".into(),
        Shape::Integer { min, .. } => (*min).into(),
        Shape::Boolean => true.into(),
        Shape::Timestamp => 1.5.into(),
        Shape::List { element, .. } => json!([good(element)]),
        Shape::Map { value, .. } => json!({"key": good(value)}),
        Shape::Structure(structure) => all_members(structure),
    }
}

fn all_members(structure: &Structure) -> Value {
    let members = structure.members.iter();
    let values = members.map(|member| (member.name.to_owned(), good(member.shape)));
    Value::Object(values.collect())
}

#[test]
fn every_operation_takes_all_its_parameters_and_misses_the_required_ones() {
    for operation in Operation::ALL {
        let structure = Interface::of(operation).input;
        let input = all_members(structure);
        assert_eq!(validate(operation, &input), Ok(()), "{operation} {input}");
        assert!(unknown_members(operation, &input).is_empty());
        let required = structure
            .members
            .iter()
            .filter(|member| member.required)
            .count();
        match validate(operation, &json!({})) {
            Ok(()) => assert_eq!(required, 0),
            Err(error) => {
                assert_eq!(error.code, ErrorCode::Validation);
                assert!(
                    error
                        .message
                        .starts_with(&format!("{required} validation error"))
                );
            }
        }
        if let Some(structure) = Interface::of(operation).output {
            assert_eq!(conforms(operation, &all_members(structure)), Ok(()));
        }
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[A-Za-z0-9+/=:éß ]{0,12}".prop_map(Value::from),
        (0..7000_usize).prop_map(|count| bytes(count).into()),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[A-Za-z]{1,3}", inner), 0..3)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_comes_is_answered(
        operation in prop::sample::select(Operation::ALL.to_vec()),
        values in prop::collection::vec(any_value(), 12),
    ) {
        let members = Interface::of(operation).input.members;
        let input: Map<_, _> = members
            .iter()
            .map(|member| member.name.to_owned())
            .zip(values)
            .collect();
        if let Err(error) = validate(operation, &Value::Object(input)) {
            prop_assert!([ErrorCode::Validation, ErrorCode::Serialization].contains(&error.code));
            prop_assert!(!error.message.is_empty());
        }
    }

    #[test]
    fn a_secret_is_never_repeated(secret in "[a-z]{40,60}", length in 0..9000_usize) {
        let blob = STANDARD.encode(&secret).repeat(length / 40);
        for (operation, input) in [
            (Operation::Encrypt, json!({"KeyId": "", "Plaintext": blob})),
            (Operation::Encrypt, json!({"KeyId": "", "Plaintext": secret.clone() + "!"})),
            (Operation::CreateCustomKeyStore, json!({"KeyStorePassword": secret})),
            (Operation::CreateCustomKeyStore, json!({
                "XksProxyAuthenticationCredential": {"RawSecretAccessKey": secret.clone() + "!"},
            })),
        ] {
            let error = validate(operation, &input).unwrap_err();
            prop_assert!(!error.message.contains(&secret));
            prop_assert!(blob.is_empty() || !error.message.contains(&blob));
        }
    }
}
