//! What material comes in, and under which wrapping.

use kmsim_crypto::KeyMaterial;
use kmsim_types::KeySpec;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::json;

use super::{A, name};
use crate::importing::{Parameters, external, state};
use crate::support::{Kms, base64, caller};

/// PKCS #8 of a private key.
fn private_key(spec: KeySpec, seed: u64) -> Vec<u8> {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    KeyMaterial::generate(spec, &mut rng)
        .unwrap()
        .export()
        .to_vec()
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
