//! Messages in `fixtures/envelope`: those that the official SDK for Python wrote, and our own from
//! earlier versions.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kmsim_envelope::keyring::RawAesKeyring;
use kmsim_envelope::{AlgorithmSuite, Content};
use kmsim_types::EncryptionContext;
use serde_json::{Value, json};

use crate::support::{decryptor, encryptor, plaintext, rng};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/envelope")
        .join(name)
}

fn bytes(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap()).unwrap()
}

/// The keyrings of a file, each with one of its wrapping keys.
fn keyrings(file: &Value) -> Vec<(String, RawAesKeyring)> {
    let namespace = file["namespace"].as_str().unwrap();
    let keys = file["keys"].as_object().unwrap().iter();
    keys.map(|(name, key)| {
        let keyring = RawAesKeyring::new(namespace, name, &bytes(key)).unwrap();
        (name.clone(), keyring)
    })
    .collect()
}

/// Decrypts each message with each of its keys, and returns which suites and contents there were.
fn check(name: &str) -> BTreeSet<(u16, Option<u32>)> {
    let file: Value = serde_json::from_str(&fs::read_to_string(file(name)).unwrap()).unwrap();
    let mut seen = BTreeSet::new();
    for message in file["messages"].as_array().unwrap() {
        let name = message["name"].as_str().unwrap();
        let wrapped_by = message["wrappedBy"].as_array().unwrap();
        let (encrypted, plaintext) = (bytes(&message["message"]), bytes(&message["plaintext"]));
        for (key, mut keyring) in keyrings(&file) {
            let result = decryptor().decrypt(&encrypted, &mut keyring);
            if !wrapped_by.iter().any(|by| by == key.as_str()) {
                assert!(result.is_err(), "{name} under {key}");
                continue;
            }
            let decrypted = result.unwrap_or_else(|error| panic!("{name} under {key}: {error}"));
            assert_eq!(decrypted.plaintext, plaintext, "{name}");
            let mut header = decrypted.header;
            let frame_length = match header.content {
                Content::Framed(length) => Some(length.get()),
                Content::Unframed => None,
            };
            seen.insert((header.suite.id(), frame_length));
            assert_eq!(
                header.suite,
                message["suite"].as_str().unwrap().parse().unwrap()
            );
            assert_eq!(json!(frame_length), message["frameLength"], "{name}");
            assert_eq!(header.encrypted_data_keys.len(), wrapped_by.len(), "{name}");
            header.context.0.remove("aws-crypto-public-key");
            assert_eq!(json!(header.context), message["context"], "{name}");
        }
    }
    seen
}

#[test]
fn messages_of_the_official_sdk() {
    let seen = check("sdk.json");
    for suite in AlgorithmSuite::ALL {
        for frame_length in [None, Some(128), Some(4096)] {
            let case = (suite.id(), frame_length);
            assert!(seen.contains(&case), "no message of {case:?}");
        }
    }
}

#[test]
fn our_own_messages_of_earlier_versions() {
    if env::var_os("UPDATE").is_some() {
        fs::write(file("own.json"), own()).unwrap();
    }
    let seen = check("own.json");
    for suite in AlgorithmSuite::ALL {
        assert!(seen.contains(&(suite.id(), Some(64))), "{suite}");
    }
}

fn own() -> String {
    let keys = [
        ("128", vec![1; 16]),
        ("192", vec![2; 24]),
        ("256", vec![3; 32]),
    ];
    let mut messages = Vec::new();
    for suite in AlgorithmSuite::ALL {
        for (length, wrapped_by, pairs) in [
            (0, &keys[2..], vec![]),
            (64, &keys[1..2], vec![("purpose", "test")]),
            (150, &keys[..], vec![("b", "2"), ("a", ""), ("é", "ü")]),
        ] {
            let mut wrapping = wrapped_by.iter();
            let (first, key) = wrapping.next().unwrap();
            let mut keyring = RawAesKeyring::new("kmsim", *first, key).unwrap();
            for (name, key) in wrapping {
                keyring = keyring.with_key(*name, key).unwrap();
            }
            let context = EncryptionContext::from_iter(pairs);
            let plaintext = plaintext(length);
            let message = encryptor(suite, 64)
                .encrypt(&plaintext, &context, &mut keyring, &mut rng(77))
                .unwrap();
            messages.push(json!({
                "name": format!("{:04x}, {length} bytes", suite.id()),
                "suite": format!("{:#06x}", suite.id()),
                "frameLength": 64,
                "wrappedBy": wrapped_by.iter().map(|(name, _)| name).collect::<Vec<_>>(),
                "context": context,
                "plaintext": STANDARD.encode(plaintext),
                "message": STANDARD.encode(message),
            }));
        }
    }
    let keys = keys.map(|(name, key)| (name.to_owned(), Value::from(STANDARD.encode(key))));
    let file = json!({
        "description": "Messages of kmsim-envelope, which the official SDK can read",
        "namespace": "kmsim",
        "keys": Value::Object(keys.into_iter().collect()),
        "messages": messages,
    });
    format!("{file:#}\n")
}
