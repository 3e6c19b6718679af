//! The life of keys with imported material.

use serde_json::{Value, json};

use super::{A, B, DAY, after, decrypts, describe, encrypt, name};
use crate::importing::{Parameters, external, listed, state, wait, wait_days};
use crate::support::Kms;

#[test]
fn a_key_waits_for_its_material_and_works_once_it_is_there() {
    let mut kms = Kms::new();
    let into = external(&mut kms, &json!({}));
    let key = into.key.clone();
    assert_eq!(state(&mut kms, &key), "PendingImport");
    assert_eq!(describe(&mut kms, &key)["ExpirationModel"], Value::Null);
    let error = kms.fails("Encrypt", json!({"KeyId": key, "Plaintext": "AAAA"}));
    assert_eq!(
        error,
        format!(
            "KMSInvalidStateException: {key} is pending import because no key material has ever \
             been imported or one of the imported key materials is deleted or expired."
        )
    );
    let answer = into.import(&mut kms, &A, &json!({})).unwrap();
    assert_eq!(answer["KeyId"], key);
    let metadata = describe(&mut kms, &key);
    assert_eq!(metadata["KeyState"], "Enabled");
    assert_eq!(metadata["ExpirationModel"], "KEY_MATERIAL_DOES_NOT_EXPIRE");
    assert_eq!(metadata["ValidTo"], Value::Null);
    assert_eq!(metadata["CurrentKeyMaterialId"], answer["KeyMaterialId"]);
    let blob = encrypt(&mut kms, &key);
    decrypts(&mut kms, &blob);
}

#[test]
fn parameters_are_fresh_and_valid_for_a_day() {
    let mut kms = Kms::new();
    let into = external(&mut kms, &json!({}));
    assert_eq!(into.answer["KeyId"], into.key);
    assert_eq!(into.answer["ParametersValidTo"], after(DAY));
    let again = Parameters::get(&mut kms, &into.key);
    assert_ne!(into.answer["PublicKey"], again.answer["PublicKey"]);
    assert_ne!(into.answer["ImportToken"], again.answer["ImportToken"]);
    // Each key goes with its own token.
    let crossed = json!({"ImportToken": again.answer["ImportToken"]});
    let error = into.refuses(&mut kms, &A, &crossed);
    assert_eq!(error, "InvalidCiphertextException");
    // Both can be used, and used again.
    for parameters in [&again, &into, &into] {
        parameters.imports(&mut kms, &A, &json!({}));
    }
    wait(&kms, 86_399);
    into.imports(&mut kms, &A, &json!({}));
    wait(&kms, 1);
    let error = into.refuses(&mut kms, &A, &json!({}));
    assert_eq!(
        error,
        "ExpiredImportTokenException: The import token is expired."
    );
}

#[test]
fn only_keys_of_origin_external_take_imports() {
    let mut kms = Kms::new();
    let key = kms.key(json!({}));
    let parameters = json!({
        "KeyId": key, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048",
    });
    let import = json!({"KeyId": key, "ImportToken": "AAAA", "EncryptedKeyMaterial": "AAAA"});
    for (operation, input) in [
        ("GetParametersForImport", parameters),
        ("ImportKeyMaterial", import),
        ("DeleteImportedKeyMaterial", json!({"KeyId": key})),
    ] {
        assert_eq!(
            kms.fails(operation, input),
            format!(
                "UnsupportedOperationException: {key} origin is AWS_KMS which is not valid for \
                 this operation."
            )
        );
    }
}

#[test]
fn an_expiry_is_in_the_future_and_at_most_365_days_off() {
    let mut kms = Kms::new();
    let into = external(&mut kms, &json!({}));
    let expires = "KEY_MATERIAL_EXPIRES";
    let never = "KEY_MATERIAL_DOES_NOT_EXPIRE";
    for wrong in [
        json!({"ExpirationModel": expires}),
        json!({"ExpirationModel": null}),
        json!({"ExpirationModel": never, "ValidTo": after(DAY)}),
        json!({"ExpirationModel": expires, "ValidTo": after(0)}),
        json!({"ValidTo": after(-1)}),
        json!({"ValidTo": after(365 * DAY + 1)}),
    ] {
        let error = into.refuses(&mut kms, &A, &wrong);
        assert_eq!(name(&error), "ValidationException", "{wrong}");
    }
    for right in [
        json!({"ValidTo": after(1)}),
        json!({"ExpirationModel": expires, "ValidTo": after(365 * DAY)}),
    ] {
        into.imports(&mut kms, &A, &right);
        let metadata = describe(&mut kms, &into.key);
        assert_eq!(metadata["ExpirationModel"], expires);
        assert_eq!(metadata["ValidTo"], right["ValidTo"]);
    }
}

#[test]
fn expired_material_is_deleted_and_can_come_back() {
    let mut kms = Kms::new();
    let into = external(&mut kms, &json!({}));
    let material = into.imports(&mut kms, &A, &json!({"ValidTo": after(3600)}));
    let blob = encrypt(&mut kms, &into.key);
    wait(&kms, 3599);
    assert_eq!(state(&mut kms, &into.key), "Enabled");
    kms.service.take_events();
    wait(&kms, 2);
    let metadata = describe(&mut kms, &into.key);
    assert_eq!(metadata["KeyState"], "PendingImport");
    assert_eq!(metadata["ExpirationModel"], Value::Null);
    assert_eq!(metadata["ValidTo"], Value::Null);
    let event = kms.service.take_events()[0].to_json();
    assert_eq!(event["eventName"], "DeleteExpiredKeyMaterial");
    assert_eq!(event["eventType"], "AwsServiceEvent");
    assert_eq!(event["eventTime"], "2026-11-21T13:00:00Z");
    assert_eq!(
        event["serviceEventDetails"],
        json!({"keyId": metadata["KeyId"], "keyMaterialId": material})
    );
    let again = into.imports(&mut kms, &A, &json!({}));
    assert_eq!(again, material);
    assert_eq!(state(&mut kms, &into.key), "Enabled");
    decrypts(&mut kms, &blob);
}

#[test]
fn an_import_once_more_changes_the_expiry() {
    let mut kms = Kms::new();
    let into = external(&mut kms, &json!({}));
    into.imports(&mut kms, &A, &json!({"ValidTo": after(3600)}));
    into.imports(&mut kms, &A, &json!({"ValidTo": after(7200)}));
    wait(&kms, 3600);
    assert_eq!(describe(&mut kms, &into.key)["ValidTo"], after(7200));
    into.imports(&mut kms, &A, &json!({}));
    wait_days(&kms, 3);
    assert_eq!(state(&mut kms, &into.key), "Enabled");
}

#[test]
fn only_the_same_material_comes_back() {
    let mut kms = Kms::new();
    let into = external(&mut kms, &json!({}));
    // Nothing exists yet.
    let existing = json!({"ImportType": "EXISTING_KEY_MATERIAL"});
    let error = into.refuses(&mut kms, &A, &existing);
    assert_eq!(name(&error), "IncorrectKeyMaterialException");
    let id = into.imports(&mut kms, &A, &json!({"ImportType": "NEW_KEY_MATERIAL"}));
    for deleted in [false, true] {
        if deleted {
            kms.ok("DeleteImportedKeyMaterial", json!({"KeyId": into.key}));
        }
        for more in [json!({}), existing.clone(), json!({"KeyMaterialId": id})] {
            let error = into.refuses(&mut kms, &B, &more);
            assert_eq!(name(&error), "IncorrectKeyMaterialException", "{more}");
        }
        let new = json!({"ImportType": "NEW_KEY_MATERIAL"});
        let error = into.refuses(&mut kms, &A, &new);
        assert_eq!(name(&error), "IncorrectKeyMaterialException");
    }
    into.imports(&mut kms, &A, &json!({"KeyMaterialId": id}));
    assert_eq!(state(&mut kms, &into.key), "Enabled");
}

#[test]
fn a_material_id_must_be_that_of_the_material_and_goes_with_existing_only() {
    let mut kms = Kms::new();
    let into = external(&mut kms, &json!({}));
    let id = into.imports(&mut kms, &A, &json!({}));
    let error = into.refuses(&mut kms, &A, &json!({"KeyMaterialId": "0".repeat(64)}));
    assert_eq!(name(&error), "IncorrectKeyMaterialException");
    let both = json!({"KeyMaterialId": id, "ImportType": "NEW_KEY_MATERIAL"});
    let error = into.refuses(&mut kms, &B, &both);
    assert_eq!(name(&error), "ValidationException");
}

#[test]
fn a_description_stays_until_another_one_is_said() {
    let mut kms = Kms::new();
    let into = external(&mut kms, &json!({}));
    let descriptions = |kms: &mut Kms| listed(kms, &into.key, "KeyMaterialDescription");
    into.imports(&mut kms, &A, &json!({}));
    assert_eq!(descriptions(&mut kms), [Value::Null]);
    into.imports(&mut kms, &A, &json!({"KeyMaterialDescription": "vault 7"}));
    kms.ok("DeleteImportedKeyMaterial", json!({"KeyId": into.key}));
    into.imports(&mut kms, &A, &json!({}));
    assert_eq!(descriptions(&mut kms), ["vault 7"]);
    into.imports(&mut kms, &A, &json!({"KeyMaterialDescription": "vault 8"}));
    assert_eq!(descriptions(&mut kms), ["vault 8"]);
}

#[test]
fn hmac_keys_have_one_material_for_ever() {
    let mut kms = Kms::new();
    let sort = json!({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"});
    let into = external(&mut kms, &sort);
    for more in [
        json!({"ImportType": "NEW_KEY_MATERIAL"}),
        json!({"KeyMaterialId": "0".repeat(64)}),
        json!({"KeyMaterialDescription": "x"}),
    ] {
        let error = into.refuses(&mut kms, &A, &more);
        assert_eq!(name(&error), "UnsupportedOperationException");
    }
    let answer = into.import(&mut kms, &A, &json!({})).unwrap();
    assert_eq!(answer, json!({"KeyId": into.key}));
    let error = into.refuses(&mut kms, &B, &json!({}));
    assert_eq!(name(&error), "IncorrectKeyMaterialException");
    let named = json!({"KeyId": into.key, "KeyMaterialId": "0".repeat(64)});
    let error = kms.fails("DeleteImportedKeyMaterial", named);
    assert_eq!(name(&error), "UnsupportedOperationException");
    let answer = kms.ok("DeleteImportedKeyMaterial", json!({"KeyId": into.key}));
    assert_eq!(answer, json!({"KeyId": into.key}));
    assert_eq!(state(&mut kms, &into.key), "PendingImport");
    let error = into.refuses(&mut kms, &B, &json!({}));
    assert_eq!(name(&error), "IncorrectKeyMaterialException");
    into.imports(&mut kms, &A, &json!({"ValidTo": after(60)}));
    assert_eq!(state(&mut kms, &into.key), "Enabled");
    kms.service.take_events();
    wait(&kms, 60);
    assert_eq!(state(&mut kms, &into.key), "PendingImport");
    // Its expiry is recorded without an id, since it has none.
    let event = kms.service.take_events()[0].to_json();
    assert_eq!(event["serviceEventDetails"]["keyMaterialId"], Value::Null);
}

#[test]
fn deleting_tells_what_was_deleted() {
    let mut kms = Kms::new();
    let into = external(&mut kms, &json!({}));
    let delete = json!({"KeyId": into.key});
    let empty = kms.ok("DeleteImportedKeyMaterial", delete.clone());
    assert_eq!(empty, json!({"KeyId": into.key}));
    let id = into.imports(&mut kms, &A, &json!({}));
    let answer = json!({"KeyId": into.key, "KeyMaterialId": id});
    // A second time it is still gone.
    for _ in 0..2 {
        assert_eq!(kms.ok("DeleteImportedKeyMaterial", delete.clone()), answer);
        assert_eq!(state(&mut kms, &into.key), "PendingImport");
    }
    let unknown = json!({"KeyId": into.key, "KeyMaterialId": "0".repeat(64)});
    let error = kms.fails("DeleteImportedKeyMaterial", unknown);
    assert_eq!(name(&error), "NotFoundException");
    // The key remembers.
    assert_eq!(listed(&mut kms, &into.key, "KeyMaterialId"), [id]);
    let states = listed(&mut kms, &into.key, "ImportState");
    assert_eq!(states, ["PENDING_IMPORT"]);
    assert_eq!(
        listed(&mut kms, &into.key, "ExpirationModel"),
        [Value::Null]
    );
}

#[test]
fn a_disabled_key_stays_disabled_unless_it_loses_its_material() {
    let mut kms = Kms::new();
    let into = external(&mut kms, &json!({}));
    into.imports(&mut kms, &A, &json!({}));
    kms.ok("DisableKey", json!({"KeyId": into.key}));
    into.imports(&mut kms, &A, &json!({"ValidTo": after(3600)}));
    assert_eq!(state(&mut kms, &into.key), "Disabled");
    wait(&kms, 3600);
    assert_eq!(state(&mut kms, &into.key), "PendingImport");
    into.imports(&mut kms, &A, &json!({}));
    assert_eq!(state(&mut kms, &into.key), "Enabled");
}

#[test]
fn a_key_that_is_pending_deletion_stays_so() {
    let mut kms = Kms::new();
    let into = external(&mut kms, &json!({}));
    into.imports(&mut kms, &A, &json!({"ValidTo": after(3600)}));
    kms.ok("ScheduleKeyDeletion", json!({"KeyId": into.key}));
    let error = into.refuses(&mut kms, &A, &json!({}));
    assert_eq!(name(&error), "KMSInvalidStateException");
    wait(&kms, 3600);
    assert_eq!(state(&mut kms, &into.key), "PendingDeletion");
    kms.ok("DeleteImportedKeyMaterial", json!({"KeyId": into.key}));
    assert_eq!(state(&mut kms, &into.key), "PendingDeletion");
    kms.ok("CancelKeyDeletion", json!({"KeyId": into.key}));
    assert_eq!(state(&mut kms, &into.key), "PendingImport");
    into.imports(&mut kms, &A, &json!({}));
    kms.ok("ScheduleKeyDeletion", json!({"KeyId": into.key}));
    kms.ok("CancelKeyDeletion", json!({"KeyId": into.key}));
    assert_eq!(state(&mut kms, &into.key), "Disabled");
}

#[test]
fn two_keys_with_the_same_material_do_not_share_ciphertexts() {
    let mut kms = Kms::new();
    let one = external(&mut kms, &json!({}));
    let two = external(&mut kms, &json!({}));
    let ids = [&one, &two].map(|into| into.imports(&mut kms, &A, &json!({})));
    assert_ne!(ids[0], ids[1]);
    let blob = encrypt(&mut kms, &one.key);
    let error = kms.fails("Decrypt", json!({"CiphertextBlob": blob, "KeyId": two.key}));
    assert_eq!(name(&error), "IncorrectKeyException");
}

#[test]
fn events_show_what_was_imported_and_never_the_material() {
    let mut kms = Kms::new();
    let into = external(&mut kms, &json!({}));
    let id = into.imports(
        &mut kms,
        &A,
        &json!({"ImportType": "NEW_KEY_MATERIAL", "KeyMaterialDescription": "vault 7"}),
    );
    kms.ok(
        "DeleteImportedKeyMaterial",
        json!({"KeyId": into.key, "KeyMaterialId": id}),
    );
    let events = kms.service.take_events();
    let events: Vec<Value> = events.iter().map(kmsim_kms::Event::to_json).collect();
    let [_, parameters, import, delete] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(
        parameters["requestParameters"],
        json!({
            "keyId": into.key, "wrappingAlgorithm": "RSAES_OAEP_SHA_256",
            "wrappingKeySpec": "RSA_2048",
        })
    );
    assert_eq!(parameters["readOnly"], true);
    assert_eq!(parameters["responseElements"], Value::Null);
    assert_eq!(
        import["requestParameters"],
        json!({
            "keyId": into.key, "expirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
            "importType": "NEW_KEY_MATERIAL", "keyMaterialDescription": "vault 7",
        })
    );
    let response = json!({"keyId": into.key, "keyMaterialId": id});
    assert_eq!(import["responseElements"], response);
    assert_eq!(import["readOnly"], false);
    assert_eq!(delete["responseElements"], response);
}

/// A world's key of imported material has material that nobody outside knows.
#[test]
fn a_key_of_the_world_knows_its_material_from_other_material() {
    let mut kms = Kms::with(
        "
region: us-east-1
accounts:
  - id: '111122223333'
    keys:
      - {id: 1234abcd-12ab-34cd-56ef-1234567890ab, region: us-east-1, origin: EXTERNAL, policy: default}
",
    );
    let key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let into = Parameters::get(&mut kms, key);
    let error = into.refuses(&mut kms, &A, &json!({}));
    assert_eq!(name(&error), "IncorrectKeyMaterialException");
    into.imports(&mut kms, &A, &json!({"ImportType": "NEW_KEY_MATERIAL"}));
    assert_eq!(
        listed(&mut kms, key, "KeyMaterialState"),
        ["CURRENT", "PENDING_ROTATION"]
    );
}
