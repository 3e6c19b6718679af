use serde_json::json;

use super::*;

fn value_of(operation: Operation, name: &str, texts: &[&str]) -> Result<Value, String> {
    let member = Interface::of(operation).input.member(name).unwrap();
    let texts = texts.iter().map(|text| (*text).to_owned()).collect();
    Given { member, texts }
        .value()
        .map_err(|failure| failure.message)
}

#[test]
fn names_are_those_of_the_aws_cli() {
    assert_eq!(kebab("KeyId"), "key-id");
    assert_eq!(kebab("ReEncrypt"), "re-encrypt");
    assert_eq!(kebab("Mac"), "mac");
}

#[test]
fn values_become_what_the_api_takes() {
    use Operation as O;
    assert_eq!(
        value_of(O::CreateGrant, "Operations", &["Decrypt", "Encrypt"]),
        Ok(json!(["Decrypt", "Encrypt"]))
    );
    assert_eq!(
        value_of(O::CreateGrant, "Operations", &["[\"Decrypt\"]"]),
        Ok(json!(["Decrypt"]))
    );
    assert_eq!(
        value_of(
            O::CreateKey,
            "Tags",
            &["TagKey=a,TagValue=b", "{\"TagKey\": \"c\"}"]
        ),
        Ok(json!([{"TagKey": "a", "TagValue": "b"}, {"TagKey": "c"}]))
    );
    assert_eq!(value_of(O::ListKeys, "Limit", &["10"]), Ok(json!(10)));
    assert_eq!(value_of(O::Encrypt, "DryRun", &["true"]), Ok(json!(true)));
    assert_eq!(
        value_of(O::ImportKeyMaterial, "ValidTo", &["2026-11-21T12:00:00Z"]),
        Ok(json!(1_795_262_400))
    );
    assert_eq!(
        value_of(O::Encrypt, "EncryptionContext", &["{\"a\": \"1\"}"]),
        Ok(json!({"a": "1"}))
    );
}

#[test]
fn wrong_values_are_named() {
    use Operation as O;
    let wrong = |operation, name, text: &str| value_of(operation, name, &[text]).unwrap_err();
    assert_eq!(
        wrong(O::ListKeys, "Limit", "ten"),
        "--limit: `ten` is no whole number"
    );
    assert!(wrong(O::Encrypt, "Plaintext", "hello!").starts_with("--plaintext: it is no base64"));
    assert!(
        wrong(O::Encrypt, "Plaintext", "fileb://nowhere")
            .starts_with("--plaintext: cannot read `nowhere`")
    );
    assert!(wrong(O::CreateKey, "Tags", "[").starts_with("--tags: it is no JSON"));
}
