//! Files that are no state, or not a whole one: refused, and left as they are.

use std::fs;

use kmsim_store::{RootKeySource, StoreError};
use proptest::prelude::*;
use rusqlite::Connection;
use serde_json::json;

use crate::support::{Folder, call, key};

/// Opens a file that must be refused, and gives the message. It and its folder stay as they are.
fn refused(folder: &Folder) -> String {
    let before = (folder.files(), fs::read(folder.state()).ok());
    let error = match folder.open() {
        Ok(store) => store.load().expect_err("the file is refused"),
        Err(error) => error,
    };
    assert_eq!((folder.files(), fs::read(folder.state()).ok()), before);
    error.to_string()
}

#[test]
fn foreign_files_are_left_alone() {
    let folder = Folder::new();
    for (bytes, why) in [
        (&b""[..], "it is empty"),
        (b"account,amount\n1,2\n", "it is no SQLite database"),
        (b"SQLite format 3\0", "it is cut off"),
        (&[0; 8192], "it is no SQLite database"),
    ] {
        fs::write(folder.state(), bytes).unwrap();
        let message = refused(&folder);
        assert!(
            message.ends_with(&format!("is not a state of kmsim: {why}")),
            "{message}"
        );
    }
    fs::remove_file(folder.state()).unwrap();
    fs::create_dir(folder.state()).unwrap();
    assert!(refused(&folder).ends_with("it is a directory"));
}

#[test]
fn databases_of_other_programs_are_left_alone() {
    let folder = Folder::new();
    for journal in ["DELETE", "WAL"] {
        let foreign = Connection::open(folder.state()).unwrap();
        foreign
            .pragma_update(None, "journal_mode", journal)
            .unwrap();
        foreign
            .execute_batch("CREATE TABLE keys (id TEXT); INSERT INTO keys VALUES ('a')")
            .unwrap();
        drop(foreign);
        let message = refused(&folder);
        assert!(
            message.ends_with("it is a database of another program"),
            "{message}"
        );
        fs::remove_file(folder.state()).unwrap();
    }
}

#[test]
fn later_versions_are_left_alone() {
    let folder = Folder::new();
    drop(folder.open().unwrap());
    let newer = Connection::open(folder.state()).unwrap();
    newer.pragma_update(None, "user_version", 2).unwrap();
    drop(newer);
    assert!(refused(&folder).ends_with("has format version 2, this kmsim reads version 1"));
}

#[test]
fn changed_rows_are_named() {
    let change = |statement: &str| {
        let folder = Folder::new();
        let arn = key(&mut folder.open().unwrap(), "alias/app");
        key(&mut folder.open().unwrap(), "alias/other");
        let database = Connection::open(folder.state()).unwrap();
        let statement = statement.replace("ARN", &arn);
        assert!(database.execute_batch(&statement).is_ok(), "{statement}");
        drop(database);
        (refused(&folder), arn)
    };
    let (message, arn) =
        change("UPDATE keys SET record = replace(record, 'Enabled', 'Disabled') WHERE id = 'ARN'");
    assert!(
        message.ends_with(&format!("is damaged: `{arn}` of keys was changed")),
        "{message}"
    );
    // A record of another row is no better.
    let (message, _) = change(
        "UPDATE aliases SET (record, seal) = (SELECT record, seal FROM aliases WHERE id LIKE '%other')
            WHERE id LIKE '%app'",
    );
    assert!(
        message.contains("alias/app` of aliases was changed"),
        "{message}"
    );
    let (message, _) = change("DROP TABLE aliases");
    assert!(message.contains("is damaged: "), "{message}");
    let (message, _) = change("DELETE FROM meta WHERE name = 'root_key_id'");
    assert!(
        message.ends_with("is damaged: `root_key_id` is missing"),
        "{message}"
    );
}

/// A file that was cut off is refused, unless only events are missing.
#[test]
fn short_files_are_refused() {
    let folder = Folder::new();
    key(&mut folder.open().unwrap(), "alias/app");
    let whole = fs::read(folder.state()).unwrap();
    let expected = folder.open().unwrap().load().unwrap();
    let mut refused = 0;
    for length in (0..whole.len()).step_by(1024) {
        fs::write(folder.state(), &whole[..length]).unwrap();
        match folder.open().and_then(|store| store.load()) {
            Ok(found) => assert_eq!(found, expected),
            Err(_) => refused += 1,
        }
        assert_eq!(fs::read(folder.state()).unwrap(), whole[..length]);
    }
    assert!(
        refused * 1024 >= whole.len() / 2,
        "{refused} of {}",
        whole.len() / 1024
    );
}

/// A log that a killed process left does not move into the file when that is refused.
#[test]
fn a_log_stays_where_it_is_until_somebody_may_write() {
    let folder = Folder::new();
    key(&mut folder.open().unwrap(), "alias/app");
    let mut store = folder.open().unwrap();
    call(
        &mut store,
        "DeleteAlias",
        &json!({"AliasName": "alias/app"}),
    );
    // As it is while the process runs: the last call is in the log only.
    let copy = Folder::new();
    for name in ["my.kms", "my.kms-wal", "my.kms.key"] {
        fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
    }
    let files = ["my.kms", "my.kms-wal"].map(|name| fs::read(copy.path().join(name)).unwrap());
    let wrong = RootKeySource::Given(crate::support::root_key(1));
    copy.open_with(wrong).unwrap_err();
    let after = ["my.kms", "my.kms-wal"].map(|name| fs::read(copy.path().join(name)).unwrap());
    assert_eq!(files, after);
    let snapshot = copy.open().unwrap().load().unwrap();
    assert_eq!(snapshot, store.load().unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever byte is wrong: the state is refused, or nothing that counts is missing or wrong.
    #[test]
    fn damage_never_changes_a_state(at in any::<prop::sample::Index>(), bits in 1..=255_u8) {
        thread_local! {
            static STATE: (Folder, Vec<u8>) = {
                let folder = Folder::new();
                for alias in ["alias/a", "alias/b", "alias/c"] {
                    key(&mut folder.open().unwrap(), alias);
                }
                let bytes = fs::read(folder.state()).unwrap();
                (folder, bytes)
            };
        }
        STATE.with(|(folder, whole)| {
            fs::write(folder.state(), whole).unwrap();
            let expected = folder.open().unwrap().load().unwrap();
            let mut damaged = whole.clone();
            damaged[at.index(whole.len())] ^= bits;
            fs::write(folder.state(), &damaged).unwrap();
            let found = folder.open().and_then(|store| store.load());
            assert_eq!(fs::read(folder.state()).unwrap(), damaged);
            match found {
                Ok(found) => assert_eq!(found, expected),
                Err(StoreError::Io { .. } | StoreError::Busy(_)) => panic!("it is there to be read"),
                Err(_) => {}
            }
        });
    }
}
