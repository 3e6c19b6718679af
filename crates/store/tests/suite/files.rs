//! The files of a state: how they are made, and who may read them.

use kmsim_store::{RootKeyError, RootKeySource, Store, StoreError, parse_root_key};
use serde_json::json;

use crate::support::{Folder, call, key, rng, root_key};

#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_state_and_its_key_are_made_once() {
    let folder = Folder::new();
    let store = folder.open().unwrap();
    assert!(store.is_new());
    assert_eq!(store.new_root_key_file(), Some(folder.key().as_path()));
    drop(store);
    assert_eq!(folder.files(), ["my.kms", "my.kms.key"]);
    let text = std::fs::read(folder.key()).unwrap();
    let again = folder.open().unwrap();
    assert!(!again.is_new() && again.new_root_key_file().is_none());
    assert_eq!(std::fs::read(folder.key()).unwrap(), text);
}

#[test]
fn what_a_call_did_is_there_for_the_next_process() {
    let folder = Folder::new();
    let arn = key(&mut folder.open().unwrap(), "alias/app");
    let sealed = folder.call(
        "Encrypt",
        &json!({"KeyId": "alias/app", "Plaintext": "AAAA"}),
    );
    let opened = folder.call(
        "Decrypt",
        &json!({"CiphertextBlob": sealed["CiphertextBlob"]}),
    );
    assert_eq!(
        (&opened["Plaintext"], &opened["KeyId"]),
        (&json!("AAAA"), &json!(arn))
    );
    let store = folder.open().unwrap();
    let events = store.events(10).unwrap();
    let names: Vec<&str> = events
        .iter()
        .map(|event| event["eventName"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["CreateKey", "CreateAlias", "Encrypt", "Decrypt"]);
    assert_eq!(store.events(1).unwrap(), events[3..]);
    assert_eq!(store.count_events().unwrap(), 4);
    drop(store);
    assert_eq!(folder.files(), ["my.kms", "my.kms.key"]);
}

#[test]
fn without_commit_nothing_changes() {
    let folder = Folder::new();
    let mut store = folder.open().unwrap();
    key(&mut store, "alias/app");
    let before = store.load().unwrap();
    let session = store.begin().unwrap();
    let mut service = crate::support::service(&session);
    crate::support::ask(
        &mut service,
        "DeleteAlias",
        &json!({"AliasName": "alias/app"}),
    );
    drop(session);
    assert_eq!(store.load().unwrap(), before);
}

#[test]
#[cfg(unix)]
fn only_the_owner_reads_state_and_key() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    drop(folder.open().unwrap());
    assert_eq!(mode(&folder.key()), 0o600);
    assert_eq!(mode(&folder.state()), 0o600);
    for loose in [0o640, 0o604, 0o644, 0o620, 0o601] {
        let permissions = std::fs::Permissions::from_mode(loose);
        std::fs::set_permissions(folder.key(), permissions).unwrap();
        let error = folder.open().unwrap_err();
        let is_named = matches!(
            &error,
            StoreError::RootKey(RootKeyError::TooOpen { mode, .. }) if *mode == loose
        );
        assert!(is_named, "{error}");
    }
    std::fs::set_permissions(folder.key(), std::fs::Permissions::from_mode(0o400)).unwrap();
    folder.open().unwrap();
}

#[test]
fn a_wrong_root_key_is_refused() {
    let folder = Folder::new();
    drop(folder.open().unwrap());
    let bytes = std::fs::read(folder.state()).unwrap();
    let error = folder
        .open_with(RootKeySource::Given(root_key(9)))
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("wrong root key: the state needs"),
        "{error}"
    );
    std::fs::remove_file(folder.key()).unwrap();
    let error = folder.open().unwrap_err();
    assert!(
        error.to_string().ends_with("my.kms.key` is not there"),
        "{error}"
    );
    std::fs::write(folder.key(), "not a key").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let permissions = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(folder.key(), permissions).unwrap();
    }
    let error = folder.open().unwrap_err();
    assert!(error.to_string().contains("holds no root key"), "{error}");
    assert_eq!(std::fs::read(folder.state()).unwrap(), bytes);
    assert_eq!(std::fs::read(folder.key()).unwrap(), b"not a key");
}

#[test]
fn a_given_root_key_is_written_nowhere() {
    let folder = Folder::new();
    let mut store = folder.open_with(RootKeySource::Given(root_key(9))).unwrap();
    assert!(store.is_new() && store.new_root_key_file().is_none());
    key(&mut store, "alias/app");
    drop(store);
    assert_eq!(folder.files(), ["my.kms"]);
    let mut again = folder.open_with(RootKeySource::Given(root_key(9))).unwrap();
    call(&mut again, "DescribeKey", &json!({"KeyId": "alias/app"}));
}

/// A crash between key and state leaves a key, which the next attempt takes.
#[test]
fn a_key_that_is_there_is_taken_for_a_new_state() {
    let folder = Folder::new();
    drop(folder.open().unwrap());
    let text = std::fs::read(folder.key()).unwrap();
    std::fs::remove_file(folder.state()).unwrap();
    let store = folder.open().unwrap();
    assert!(store.is_new() && store.new_root_key_file().is_none());
    assert_eq!(std::fs::read(folder.key()).unwrap(), text);
}

#[test]
fn a_state_that_must_be_there_is_not_made() {
    let folder = Folder::new();
    let error = Store::open_existing(&folder.state(), RootKeySource::File, rng()).unwrap_err();
    assert!(matches!(error, StoreError::Missing(_)));
    assert_eq!(folder.files(), [""; 0]);
}

#[test]
fn root_keys_are_base64_or_hexadecimal() {
    let id = root_key(0xab).id();
    let hexadecimal = "ab".repeat(32);
    for text in [
        hexadecimal.clone(),
        hexadecimal.to_uppercase(),
        format!(" {hexadecimal}\n"),
        "q6ur".repeat(10) + "q6s=\n",
    ] {
        assert_eq!(parse_root_key(&text).unwrap().id(), id, "{text}");
    }
    for text in [
        "",
        "ab",
        "xy",
        &"ab".repeat(31),
        &"xy".repeat(32),
        &"q6ur".repeat(11),
    ] {
        assert_eq!(
            parse_root_key(text).unwrap_err(),
            RootKeyError::Malformed,
            "{text}"
        );
    }
}
