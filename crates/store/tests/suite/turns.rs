//! Several processes that use one state at once.

use std::process::{Child, Command};

use serde_json::json;

use crate::support::{Folder, ask, call, key, service};

const STATE: &str = "KMSIM_TEST_TURNS";
const ROUNDS: u32 = 25;

/// What each process does: reads a number, and writes the next one.
#[test]
fn process() {
    let Some(path) = std::env::var_os(STATE) else {
        return;
    };
    let source = kmsim_store::RootKeySource::File;
    let mut store = kmsim_store::Store::open(path.as_ref(), source, crate::support::rng()).unwrap();
    for _ in 0..ROUNDS {
        let session = store.begin().unwrap();
        let mut service = service(&session);
        let key = json!({"KeyId": "alias/app"});
        let answer = ask(&mut service, "DescribeKey", &key);
        let metadata = &answer["KeyMetadata"];
        let number: u32 = metadata["Description"].as_str().unwrap().parse().unwrap();
        let next = json!({"KeyId": metadata["Arn"], "Description": (number + 1).to_string()});
        ask(&mut service, "UpdateKeyDescription", &next);
        let changes = service.take_changes().unwrap();
        session.commit(&changes, &service.take_events()).unwrap();
    }
}

#[test]
fn no_update_is_lost() {
    let folder = Folder::new();
    let mut store = folder.open().unwrap();
    let arn = key(&mut store, "alias/app");
    call(
        &mut store,
        "UpdateKeyDescription",
        &json!({"KeyId": arn, "Description": "0"}),
    );
    let spawn = |_| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "turns::process"])
            .env(STATE, folder.state())
            .spawn()
            .unwrap()
    };
    let children: Vec<Child> = (0..4).map(spawn).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let answer = call(&mut store, "DescribeKey", &json!({"KeyId": arn}));
    let description = answer["KeyMetadata"]["Description"].as_str().unwrap();
    assert_eq!(description, (4 * ROUNDS).to_string());
}

/// Of processes that make the same state at once, one makes it, and all use it.
#[test]
fn a_state_is_made_by_one_process() {
    let folder = Folder::new();
    std::thread::scope(|threads| {
        let made: Vec<_> = (0..8)
            .map(|_| threads.spawn(|| folder.open().unwrap().is_new()))
            .collect();
        let made = made
            .into_iter()
            .filter(|_| true)
            .map(|made| made.join().unwrap());
        assert_eq!(made.filter(|made| *made).count(), 1);
    });
    assert_eq!(folder.files(), ["my.kms", "my.kms.key"]);
}
