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

#[test]
fn a_repeated_request_for_a_grant_gives_the_same_grant_and_another_token() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    let input = json!({
        "KeyId": key, "Name": "once", "Operations": ["Decrypt"],
        "GranteePrincipal": "arn:aws:iam::444455556666:role/reader",
    });
    let (first, second) = (
        kms.ok("CreateGrant", input.clone()),
        kms.ok("CreateGrant", input),
    );
    assert_eq!(first["GrantId"], second["GrantId"]);
    assert_ne!(first["GrantToken"], second["GrantToken"]);
    kms.ok("RetireGrant", json!({"GrantToken": second["GrantToken"]}));
    let left = kms.ok("ListGrants", json!({"KeyId": key}));
    assert_eq!(left["Grants"], json!([]));
}

#[test]
fn a_token_is_one_of_this_service_or_refused() {
    let mut kms = Kms::new();
    let (key, other) = (kms.key(json!({})), kms.key(json!({})));
    let grant = |key: &str| json!({"KeyId": key, "Operations": ["Decrypt"], "GranteePrincipal": "arn:aws:iam::444455556666:role/reader"});
    let first = kms.ok("CreateGrant", grant(&key));
    let of_other = kms.ok("CreateGrant", grant(&other));
    let encrypt = |token: &serde_json::Value| json!({"KeyId": key, "Plaintext": "AAAA", "GrantTokens": [token]});

    kms.ok("Encrypt", encrypt(&first["GrantToken"]));
    // The token of another key's grant is a token all the same.
    kms.ok("Encrypt", encrypt(&of_other["GrantToken"]));
    // So is that of a grant that is gone, which gives nothing to retire any more.
    kms.ok(
        "RevokeGrant",
        json!({"KeyId": key, "GrantId": first["GrantId"]}),
    );
    kms.ok("Encrypt", encrypt(&first["GrantToken"]));
    let error = kms.fails("RetireGrant", json!({"GrantToken": first["GrantToken"]}));
    assert!(error.starts_with("InvalidGrantTokenException"), "{error}");

    // A grant's id, a changed token and any other text are none.
    let token = of_other["GrantToken"].as_str().unwrap();
    let changed = format!(
        "{}{}",
        if token.starts_with('A') { "B" } else { "A" },
        token.get(1..).unwrap()
    );
    let not_even_base64 = json!("no token!");
    for bad in [&of_other["GrantId"], &json!(changed), &not_even_base64] {
        let error = kms.fails("Encrypt", encrypt(bad));
        assert!(
            error.starts_with("InvalidGrantTokenException"),
            "{bad}: {error}"
        );
    }
    // DescribeKey takes tokens and declares no exception for bad ones.
    kms.ok(
        "DescribeKey",
        json!({"KeyId": key, "GrantTokens": ["no token!"]}),
    );
}

#[test]
fn nobody_learns_whether_the_key_of_a_ciphertext_exists() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    let sealed = kms.ok("Encrypt", json!({"KeyId": key, "Plaintext": "AAAA"}));
    kms.caller = caller("arn:aws:iam::111122223333:root", "eu-west-1");
    let error = kms.fails(
        "Decrypt",
        json!({"CiphertextBlob": sealed["CiphertextBlob"]}),
    );
    assert!(
        error.starts_with("AccessDeniedException")
            && error.contains("associated with this ciphertext"),
        "{error}"
    );
}

#[test]
fn who_is_denied_gets_no_key_of_a_service_made() {
    let world = r#"{"accounts": [{"id": "111122223333", "users": [{"name": "nobody"}],
        "aliases": [{"name": "alias/aws/ebs", "region": "us-east-1"}]}]}"#;
    let mut kms = Kms::with(world);
    let before = kms.ok("ListAliases", json!({}));
    let nobody = caller("arn:aws:iam::111122223333:user/nobody", "us-east-1");
    let input = json!({"KeyId": "alias/aws/ebs"});
    let error = kms
        .call_as(&nobody, "DescribeKey", input.clone())
        .unwrap_err();
    assert_eq!(error.code.name(), "AccessDeniedException");
    assert_eq!(kms.ok("ListKeys", json!({}))["Keys"], json!([]));
    assert_eq!(kms.ok("ListAliases", json!({})), before);
    kms.ok("DescribeKey", input);
    assert_eq!(
        kms.ok("ListKeys", json!({}))["Keys"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn the_policy_of_ram_saves_nobody_from_locking_himself_out() {
    let share = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
        "Action": "kms:*", "Resource": "*",
    }]});
    let world = json!({"accounts": [{"id": "111122223333", "keys": [{
        "id": "1234abcd-12ab-34cd-56ef-1234567890ab", "region": "us-east-1",
        "policy": "default", "ramPolicy": share,
    }]}]});
    let mut kms = Kms::with(&world.to_string());
    let nothing = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "kms:*", "Resource": "*"}]}"#;
    let mut input = json!({"KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab", "Policy": nothing});
    let error = kms.fails("PutKeyPolicy", input.clone());
    assert!(
        error.starts_with("MalformedPolicyDocumentException"),
        "{error}"
    );
    input["BypassPolicyLockoutSafetyCheck"] = json!(true);
    kms.ok("PutKeyPolicy", input);
}
