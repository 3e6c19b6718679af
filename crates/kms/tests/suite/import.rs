//! Imported key material: parameters, checks, expiry, deletion, and coming back.

use kmsim_crypto::KeyMaterial;
use kmsim_types::KeySpec;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

use crate::importing::{Parameters, external, listed, state, wait, wait_days};
use crate::support::{Kms, base64, caller};

const A: [u8; 32] = [0xaa; 32];
const B: [u8; 32] = [0xbb; 32];

/// So many seconds after the clock's start, as the API writes times.
fn after(seconds: i64) -> Value {
    json!(1_795_262_400 + seconds)
}

const DAY: i64 = 86_400;

fn describe(kms: &mut Kms, key: &str) -> Value {
    kms.ok("DescribeKey", json!({"KeyId": key}))["KeyMetadata"].clone()
}

fn encrypt(kms: &mut Kms, key: &str) -> Value {
    let input = json!({"KeyId": key, "Plaintext": base64(b"text")});
    kms.ok("Encrypt", input)["CiphertextBlob"].clone()
}

fn decrypts(kms: &mut Kms, blob: &Value) {
    let opened = kms.ok("Decrypt", json!({"CiphertextBlob": blob}));
    assert_eq!(opened["Plaintext"], base64(b"text"));
}

fn name(error: &str) -> &str {
    error.split(':').next().unwrap()
}

/// PKCS #8 of a private key.
fn private_key(spec: KeySpec, seed: u64) -> Vec<u8> {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    KeyMaterial::generate(spec, &mut rng)
        .unwrap()
        .export()
        .to_vec()
}

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
fn a_token_is_good_for_its_own_key_only() {
    let mut kms = Kms::new();
    let into = external(&mut kms, &json!({}));
    let other = kms.key(json!({"Origin": "EXTERNAL"}));
    let mut tokens = vec![base64(b"x"), base64(&[0; 3000])];
    let own = into.answer["ImportToken"].as_str().unwrap();
    tokens.push(own.get(..own.len() - 8).unwrap().to_owned());
    tokens.push(format!("AAAA{}", own.get(4..).unwrap()));
    for token in tokens {
        let error = into.refuses(&mut kms, &A, &json!({"ImportToken": token}));
        assert_eq!(name(&error), "InvalidImportTokenException");
    }
    let error = into.refuses(&mut kms, &A, &json!({"KeyId": other}));
    assert_eq!(name(&error), "InvalidImportTokenException");
    assert_eq!(state(&mut kms, &other), "PendingImport");
}

#[test]
fn what_does_not_unwrap_is_an_invalid_ciphertext() {
    let mut kms = Kms::new();
    let into = external(&mut kms, &json!({}));
    let mut flipped = into.wrapped(&A);
    flipped[100] ^= 1;
    for wrapped in [vec![1], vec![0; 256], A.to_vec(), flipped] {
        let more = json!({"EncryptedKeyMaterial": base64(&wrapped)});
        let error = into.refuses(&mut kms, &A, &more);
        assert_eq!(error, "InvalidCiphertextException");
    }
    // Wrapped for another algorithm than was asked for.
    let caller = kms.caller.clone();
    let other = Parameters::get_as(&mut kms, &caller, &into.key, "RSAES_OAEP_SHA_1");
    let more = json!({"ImportToken": other.answer["ImportToken"]});
    let error = into.refuses(&mut kms, &A, &more);
    assert_eq!(error, "InvalidCiphertextException");
    assert_eq!(state(&mut kms, &into.key), "PendingImport");
}

#[test]
fn symmetric_material_has_32_bytes() {
    let mut kms = Kms::new();
    let into = external(&mut kms, &json!({}));
    for length in [1, 16, 31, 33, 64] {
        let error = into.refuses(&mut kms, &vec![1; length], &json!({}));
        assert_eq!(name(&error), "IncorrectKeyMaterialException");
    }
}

#[test]
fn hmac_material_has_the_length_of_the_hash_value_up_to_1024_bits() {
    let mut kms = Kms::new();
    let sort = json!({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"});
    let into = external(&mut kms, &sort);
    for length in [20, 31, 129] {
        let error = into.refuses(&mut kms, &vec![1; length], &json!({}));
        assert_eq!(name(&error), "IncorrectKeyMaterialException");
    }
    into.imports(&mut kms, &[7; 128], &json!({}));
    let answer = kms.ok(
        "GenerateMac",
        json!({"KeyId": into.key, "Message": "AAAA", "MacAlgorithm": "HMAC_SHA_256"}),
    );
    let material = KeyMaterial::import(KeySpec::Hmac256, &[7; 128]).unwrap();
    assert_eq!(answer["Mac"], base64(&material.mac(&[0; 3]).unwrap()));
}

#[test]
fn private_keys_of_rsa_come_under_both_wrappings_of_two_steps() {
    let mut kms = Kms::new();
    let private = private_key(KeySpec::Rsa2048, 1);
    let public = KeyMaterial::import(KeySpec::Rsa2048, &private).unwrap();
    let public = base64(public.public_key().unwrap());
    let sort = json!({"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY", "Origin": "EXTERNAL"});
    for algorithm in ["RSA_AES_KEY_WRAP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256"] {
        let key = kms.key(sort.clone());
        let caller = kms.caller.clone();
        let into = Parameters::get_as(&mut kms, &caller, &key, algorithm);
        // Asymmetric keys have no material ids.
        let answer = into.import(&mut kms, &private, &json!({})).unwrap();
        assert_eq!(answer, json!({"KeyId": key}));
        let answer = kms.ok("GetPublicKey", json!({"KeyId": key}));
        assert_eq!(answer["PublicKey"], public);
        // Not a private key of 3072 bits, no symmetric key.
        let other = private_key(KeySpec::Hmac256, 1);
        let error = into.refuses(&mut kms, &other, &json!({}));
        assert_eq!(name(&error), "IncorrectKeyMaterialException");
    }
}

#[test]
fn private_keys_of_curves_come_under_one_step_or_two() {
    let mut kms = Kms::new();
    for (spec, algorithm) in [
        (KeySpec::EccNistP256, "RSAES_OAEP_SHA_256"),
        (KeySpec::EccNistEdwards25519, "RSAES_OAEP_SHA_1"),
        (KeySpec::EccNistP521, "RSA_AES_KEY_WRAP_SHA_256"),
    ] {
        let private = private_key(spec, 1);
        let public = KeyMaterial::import(spec, &private).unwrap();
        let sort = json!({
            "KeySpec": spec.name(), "KeyUsage": "SIGN_VERIFY", "Origin": "EXTERNAL",
        });
        let key = kms.key(sort);
        let caller = kms.caller.clone();
        let into = Parameters::get_as(&mut kms, &caller, &key, algorithm);
        into.imports(&mut kms, &private, &json!({}));
        let answer = kms.ok("GetPublicKey", json!({"KeyId": key}));
        assert_eq!(answer["PublicKey"], base64(public.public_key().unwrap()));
        // The key pair of a key never changes.
        let error = into.refuses(&mut kms, &private_key(spec, 2), &json!({}));
        assert_eq!(name(&error), "IncorrectKeyMaterialException");
        // A key of another curve is none of this spec.
        let other = private_key(KeySpec::EccSecgP256k1, 1);
        let error = into.refuses(&mut kms, &other, &json!({}));
        assert_eq!(name(&error), "IncorrectKeyMaterialException");
        into.imports(&mut kms, &private, &json!({}));
    }
}

#[test]
fn in_china_private_keys_come_under_sm2() {
    let mut kms = Kms::new();
    let caller = caller("arn:aws-cn:iam::111122223333:root", "cn-north-1");
    for spec in [KeySpec::Rsa2048, KeySpec::EccNistP384, KeySpec::Sm2] {
        let input = json!({
            "KeySpec": spec.name(), "KeyUsage": "SIGN_VERIFY", "Origin": "EXTERNAL",
        });
        let key = kms.call_as(&caller, "CreateKey", input).unwrap();
        let key = key["KeyMetadata"]["Arn"].as_str().unwrap();
        let into = Parameters::get_as(&mut kms, &caller, key, "SM2PKE");
        into.imports(&mut kms, &private_key(spec, 1), &json!({}));
    }
}

#[test]
fn the_wrapping_goes_with_the_key() {
    const SYMMETRIC: (&str, &str) = ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT");
    const HMAC: (&str, &str) = ("HMAC_384", "GENERATE_VERIFY_MAC");
    const RSA: (&str, &str) = ("RSA_2048", "SIGN_VERIFY");
    const P521: (&str, &str) = ("ECC_NIST_P521", "SIGN_VERIFY");
    const ML_DSA: (&str, &str) = ("ML_DSA_44", "SIGN_VERIFY");
    const SM2: (&str, &str) = ("SM2", "SIGN_VERIFY");
    const UNSUPPORTED: &str = "UnsupportedOperationException";
    let mut kms = Kms::new();
    let mut check = |region: &str, (spec, usage): (&str, &str), algorithm, wrapping, expected| {
        let partition = if region == "cn-north-1" {
            "aws-cn"
        } else {
            "aws"
        };
        let root = format!("arn:{partition}:iam::111122223333:root");
        let caller = caller(&root, region);
        let input = json!({"Origin": "EXTERNAL", "KeySpec": spec, "KeyUsage": usage});
        let key = kms.call_as(&caller, "CreateKey", input).unwrap();
        let input = json!({
            "KeyId": key["KeyMetadata"]["Arn"],
            "WrappingAlgorithm": algorithm,
            "WrappingKeySpec": wrapping,
        });
        let answer = kms.call_as(&caller, "GetParametersForImport", input);
        let error = answer.err().map(|error| error.code.name());
        assert_eq!(
            error, expected,
            "{region} {spec} {algorithm:?} {wrapping:?}"
        );
    };
    let us = "us-east-1";
    for oaep in ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"] {
        check(us, SYMMETRIC, oaep, "RSA_2048", None);
        check(us, HMAC, oaep, "RSA_2048", None);
        check(us, RSA, oaep, "RSA_2048", Some(UNSUPPORTED));
        check(us, P521, oaep, "RSA_2048", Some(UNSUPPORTED));
        check(us, ML_DSA, oaep, "RSA_2048", Some(UNSUPPORTED));
        check(us, SYMMETRIC, oaep, "SM2", Some("ValidationException"));
    }
    for twice in ["RSA_AES_KEY_WRAP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256"] {
        check(us, SYMMETRIC, twice, "RSA_2048", Some(UNSUPPORTED));
        check(us, HMAC, twice, "RSA_2048", Some(UNSUPPORTED));
        check(us, RSA, twice, "RSA_2048", None);
        check(us, P521, twice, "RSA_2048", None);
        check("cn-north-1", RSA, twice, "RSA_2048", Some(UNSUPPORTED));
    }
    let pkcs1 = "RSAES_PKCS1_V1_5";
    check(us, SYMMETRIC, pkcs1, "RSA_2048", Some(UNSUPPORTED));
    check(us, RSA, "SM2PKE", "SM2", Some(UNSUPPORTED));
    check(us, RSA, "SM2PKE", "RSA_2048", Some("ValidationException"));
    let (china, sm2) = ("cn-north-1", "SM2PKE");
    check(china, SYMMETRIC, sm2, "SM2", Some(UNSUPPORTED));
    check(china, SM2, "RSAES_OAEP_SHA_256", "RSA_2048", None);
    check(china, RSA, sm2, "SM2", None);
}

#[test]
fn a_larger_wrapping_key_takes_a_private_key_of_p521() {
    let mut kms = Kms::new();
    let key = kms.key(json!({
        "Origin": "EXTERNAL", "KeySpec": "ECC_NIST_P521", "KeyUsage": "SIGN_VERIFY",
    }));
    let answer = kms.ok(
        "GetParametersForImport",
        json!({
            "KeyId": key, "WrappingAlgorithm": "RSAES_OAEP_SHA_1", "WrappingKeySpec": "RSA_3072",
        }),
    );
    // SubjectPublicKeyInfo of 3072 bits; and the token fits what it may be long.
    assert_eq!(answer["PublicKey"].as_str().unwrap().len(), 564);
    assert!(answer["ImportToken"].as_str().unwrap().len() < 8192);
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
