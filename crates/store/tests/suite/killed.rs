//! A process that is killed in the middle of a stream of calls.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use kmsim_store::{RootKeySource, Store};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng};
use serde_json::json;

use crate::support::{Folder, ask, call, key, rng, service};

const STATE: &str = "KMSIM_TEST_KILLED";
const ACKNOWLEDGED: &str = "acknowledged ";

/// What the process does: it makes keys, and says so when each is stored.
#[test]
fn process() {
    let Some(path) = std::env::var_os(STATE) else {
        return;
    };
    let mut store = Store::open(path.as_ref(), RootKeySource::File, rng()).unwrap();
    for number in 0.. {
        let alias = format!("alias/{}-{number}", std::process::id());
        key(&mut store, &alias);
        let sealed = call(
            &mut store,
            "Encrypt",
            &json!({"KeyId": alias, "Plaintext": "AAAA"}),
        );
        let blob = sealed["CiphertextBlob"].as_str().unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "\n{ACKNOWLEDGED}{alias} {blob}").unwrap();
        out.flush().unwrap();
    }
}

/// Starts the process, kills it a while after it acknowledged so many keys, and gives all that it
/// acknowledged.
fn run_and_kill(state: &Path, calls: usize, after: Duration) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::process", "--nocapture"])
        .env(STATE, state)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = lines
        .map_while(Result::ok)
        .filter_map(|line| line.strip_prefix(ACKNOWLEDGED).map(str::to_owned));
    let mut found: Vec<String> = acknowledged.by_ref().take(calls).collect();
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    found.extend(acknowledged);
    found
}

/// Everything that was acknowledged is there, and what is there hangs together.
fn check(folder: &Folder, acknowledged: &BTreeSet<String>) {
    let mut store = folder.open().unwrap();
    let events = store.count_events().unwrap();
    let session = store.begin().unwrap();
    let mut service = service(&session);
    for line in acknowledged {
        let (alias, blob) = line.split_once(' ').unwrap();
        let key = ask(&mut service, "DescribeKey", &json!({"KeyId": alias}));
        let opened = ask(&mut service, "Decrypt", &json!({"CiphertextBlob": blob}));
        assert_eq!(opened["KeyId"], key["KeyMetadata"]["Arn"]);
        assert_eq!(opened["Plaintext"], "AAAA");
    }
    assert!(events >= 3 * u64::try_from(acknowledged.len()).unwrap());
}

#[test]
fn acknowledged_calls_outlast_a_kill() {
    let folder = Folder::new();
    let mut random = ChaCha20Rng::seed_from_u64(4);
    let mut acknowledged = BTreeSet::new();
    for _ in 0..60 {
        let calls = usize::try_from(random.next_u32() % 5).unwrap();
        let after = Duration::from_micros(u64::from(random.next_u32() % 20_000));
        acknowledged.extend(run_and_kill(&folder.state(), calls, after));
        check(&folder, &acknowledged);
    }
    assert!(acknowledged.len() > 60, "{} keys", acknowledged.len());
}

#[test]
fn a_state_whose_making_was_killed_can_be_made_again() {
    let mut random = ChaCha20Rng::seed_from_u64(5);
    for _ in 0..60 {
        let folder = Folder::new();
        let after = Duration::from_micros(u64::from(random.next_u32() % 30_000));
        let acknowledged = run_and_kill(&folder.state(), 0, after)
            .into_iter()
            .collect();
        check(&folder, &acknowledged);
    }
}
