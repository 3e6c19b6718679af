//! Calls of the KMS service: whatever requests come, each has an answer as the API model describes
//! it or an exception that it knows, and what was accepted can be stored and loaded.
//!
//! This is not part of the library, which is for text and knows nothing of cryptography: target and
//! test include the file.

use kmsim_authz::principal::Principal;
use kmsim_authz::world::World;
use kmsim_crypto::RootKey;
use kmsim_kms::clock::{ManualClock, Timestamp};
use kmsim_kms::model::{Interface, conforms};
use kmsim_kms::{Caller, ErrorCode, Reply, Service, Settings, Snapshot};
use kmsim_policy::source::Sources;
use kmsim_types::{Operation, Region};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::Value;

/// The keys that requests can name by their aliases.
const KEYS: [(&str, &str); 4] = [
    ("alias/encrypt", r#"{"MultiRegion": true}"#),
    (
        "alias/mac",
        r#"{"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}"#,
    ),
    (
        "alias/sign",
        r#"{"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}"#,
    ),
    ("alias/import", r#"{"Origin": "EXTERNAL"}"#),
];

/// Errors that every service has.
const COMMON: [ErrorCode; 3] = [
    ErrorCode::AccessDenied,
    ErrorCode::Serialization,
    ErrorCode::Validation,
];

/// A call in each line: the operation, a space, and the request of the JSON protocol. Between
/// calls, an hour goes by.
pub fn kms_call(text: &str) {
    let clock = ManualClock::new(Timestamp::from_seconds(1_795_262_400));
    let mut service = load(None, &clock);
    for (alias, request) in KEYS {
        let made = handle(&mut service, Operation::CreateKey, request);
        let key = made.pointer("/KeyMetadata/Arn").and_then(Value::as_str);
        let key = key.unwrap_or_default();
        let request = format!(r#"{{"AliasName": "{alias}", "TargetKeyId": "{key}"}}"#);
        handle(&mut service, Operation::CreateAlias, &request);
    }
    for line in text.lines().take(50) {
        let (name, request) = line.split_once(' ').unwrap_or((line, ""));
        // RSA keys take so long to make that nothing else would be tried.
        let Some(operation) = Operation::from_name(name).filter(|_| !request.contains("RSA_"))
        else {
            continue;
        };
        handle(&mut service, operation, request);
        clock.advance(std::time::Duration::from_hours(1));
    }
    let snapshot = service.snapshot();
    assert!(snapshot.is_ok_and(|snapshot| {
        let again = load(Some(&snapshot), &clock).snapshot();
        again.is_ok_and(|again| again.rows.keys().eq(snapshot.rows.keys()))
    }));
}

/// Performs a call, and looks at what came of it; gives the body of the answer.
fn handle(service: &mut Service, operation: Operation, request: &str) -> Value {
    let (Ok(root), Ok(region)) = (
        Principal::parse("arn:aws:iam::111122223333:root"),
        Region::new("us-east-1"),
    ) else {
        unreachable!("both are valid")
    };
    let Reply { status, body } = service.handle(&Caller::new(root, region), operation, request);
    let Ok(answer) = serde_json::from_str::<Value>(&body) else {
        unreachable!("answers are JSON")
    };
    if status == 200 {
        assert_eq!(conforms(operation, &answer), Ok(()), "{operation}: {body}");
    } else {
        let name = answer.get("__type").and_then(Value::as_str);
        let code = name.and_then(ErrorCode::from_name);
        let declared = Interface::of(operation).errors;
        let known = code.is_some_and(|code| {
            COMMON.contains(&code) || declared.contains(&code) && code != ErrorCode::KmsInternal
        });
        assert!(known, "{operation} has no such exception: {body}");
    }
    answer
}

fn load(snapshot: Option<&Snapshot>, clock: &ManualClock) -> Service {
    let (world, sources, settings) = (World::default(), Sources::new(), Settings::default());
    let rng = Box::new(ChaCha20Rng::seed_from_u64(snapshot.map_or(1, |_| 2)));
    let Ok(root_key) = RootKey::from_bytes(&[7; 32]) else {
        unreachable!("32 bytes are a root key")
    };
    let clock = Box::new(clock.clone());
    let loaded = match snapshot {
        None => Service::with_root_key(world, sources, settings, clock, rng, root_key).ok(),
        Some(snapshot) => {
            Service::restore(snapshot, world, sources, settings, clock, rng, root_key).ok()
        }
    };
    match loaded {
        Some(service) => service,
        None => unreachable!("what was stored can be loaded"),
    }
}
