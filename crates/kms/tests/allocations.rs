//! Checking a request that is right allocates nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kmsim_kms::input::tree;
use kmsim_kms::model::validate;
use kmsim_types::key_state::{KeyFacts, permits};
use kmsim_types::{KeyOrigin, KeyState, Operation};
use serde_json::json;

#[test]
fn a_good_request_is_checked_without_allocating() {
    let blob = STANDARD.encode(vec![7; 4096]);
    let requests = [
        (
            Operation::Encrypt,
            json!({
                "KeyId": "alias/x", "Plaintext": blob, "EncryptionContext": {"a": "b"},
                "GrantTokens": ["token"], "EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
            }),
        ),
        (
            Operation::CreateKey,
            json!({"Tags": [{"TagKey": "é", "TagValue": "b"}], "Description": "é".repeat(8000)}),
        ),
        (
            Operation::ImportKeyMaterial,
            json!({"KeyId": "k", "ImportToken": blob, "EncryptedKeyMaterial": blob, "ValidTo": 1}),
        ),
        (
            Operation::CreateGrant,
            json!({"KeyId": "k", "Operations": ["Decrypt"], "GranteePrincipal": "arn:aws:iam::1:root"}),
        ),
    ];
    let key = KeyFacts {
        arn: "arn",
        state: KeyState::Enabled,
        origin: KeyOrigin::External,
    };
    for (operation, input) in requests {
        let input = tree(&input);
        let mut result = Ok(());
        let used = allocation_counter::measure(|| {
            result = validate(operation, &input).and_then(|()| Ok(permits(operation, &key)?));
        });
        assert_eq!(result, Ok(()));
        assert_eq!(used.count_total, 0, "{operation}");
    }
}
