//! The table of key states through the real service: keys are brought into each state by calls,
//! and every operation is called on them.
//!
//! For each sort of key and state there is one scene, which is stored and loaded for each call.

use std::collections::BTreeMap;
use std::time::Duration;

use kmsim_authz::world::World;
use kmsim_crypto::RootKey;
use kmsim_kms::clock::{ManualClock, Timestamp};
use kmsim_kms::{Caller, Service, Settings, Snapshot};
use kmsim_policy::source::Sources;
use kmsim_types::{KeyOrigin, KeyState, Operation};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

use crate::files::{list, table, text};
use crate::support::{ACCOUNT, Kms, caller};

mod builder;
mod scene;

const HOME: &str = "us-east-1";

const AWAY: &str = "eu-west-1";

const TRANSITION: Duration = Duration::from_secs(10);

/// A scene: which key is looked at, and in which state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Setup {
    state: KeyState,
    origin: KeyOrigin,
    kind: Kind,
    /// The key that is looked at is a replica of one that is enabled.
    is_replica: bool,
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Encrypt,
    Sign,
    Mac,
    Agree,
    Encapsulate,
}

impl Kind {
    fn of(operation: Operation) -> Self {
        use Operation as O;
        match operation {
            O::Sign | O::Verify | O::GetPublicKey => Self::Sign,
            O::GenerateMac | O::VerifyMac => Self::Mac,
            O::DeriveSharedSecret => Self::Agree,
            O::Encapsulate | O::Decapsulate => Self::Encapsulate,
            _ => Self::Encrypt,
        }
    }

    fn spec_and_usage(self) -> (&'static str, &'static str) {
        match self {
            Self::Encrypt => ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"),
            Self::Sign => ("ECC_NIST_P256", "SIGN_VERIFY"),
            Self::Mac => ("HMAC_256", "GENERATE_VERIFY_MAC"),
            Self::Agree => ("ECC_NIST_P256", "KEY_AGREEMENT"),
            Self::Encapsulate => ("ML_KEM_512", "ENCAPSULATE_DECAPSULATE"),
        }
    }
}

const fn is_stored(origin: KeyOrigin) -> bool {
    matches!(origin, KeyOrigin::AwsCloudHsm | KeyOrigin::ExternalKeyStore)
}

/// A state of the service with a key in a state, and what it takes to call operations on it.
struct Scene {
    snapshot: Snapshot,
    now: Timestamp,
    region: &'static str,
    key: String,
    /// The key has been promoted from a replica.
    is_primary: bool,
    /// Another key of the same kind in the same Region, enabled.
    other: String,
    /// What was encrypted, signed … with the key before.
    made: Value,
    grant: Value,
    import: Value,
}

struct Builder {
    kms: Kms,
    setup: Setup,
    region: &'static str,
}

fn root(region: &str) -> Caller {
    caller(&format!("arn:aws:iam::{ACCOUNT}:root"), region)
}

fn root_key() -> RootKey {
    RootKey::from_bytes(&[7; 32]).unwrap()
}

fn settings() -> Settings {
    Settings {
        transition: TRANSITION,
        ..Settings::default()
    }
}

fn kms_at(now: Timestamp, snapshot: Option<&Snapshot>) -> Kms {
    let clock = ManualClock::new(now);
    let rng = Box::new(ChaCha20Rng::seed_from_u64(3));
    let (world, sources, its_clock) = (World::default(), Sources::new(), Box::new(clock.clone()));
    let service = match snapshot {
        None => {
            Service::with_root_key(world, sources, settings(), its_clock, rng, root_key()).unwrap()
        }
        Some(snapshot) => Service::restore(
            snapshot,
            world,
            sources,
            settings(),
            its_clock,
            rng,
            root_key(),
        )
        .unwrap(),
    };
    Kms {
        service,
        clock,
        caller: root(HOME),
    }
}

/// The sorts of keys that can be in a state, as far as they tell something about the operation.
fn setups(operation: Operation, state: KeyState) -> Vec<Setup> {
    let kind = Kind::of(operation);
    let promotes = operation == Operation::UpdatePrimaryRegion;
    let of_families = promotes || operation == Operation::ReplicateKey;
    let is_possible = |origin: &KeyOrigin| match state {
        _ if is_stored(*origin) && (of_families || kind != Kind::Encrypt) => false,
        KeyState::PendingImport => *origin == KeyOrigin::External,
        KeyState::Unavailable => is_stored(*origin),
        KeyState::Creating | KeyState::Updating | KeyState::PendingReplicaDeletion => {
            !is_stored(*origin) && (kind == Kind::Encrypt || *origin == KeyOrigin::AwsKms)
        }
        _ => kind == Kind::Encrypt || *origin == KeyOrigin::AwsKms,
    };
    let is_replica = match state {
        KeyState::Creating => true,
        KeyState::Updating | KeyState::PendingReplicaDeletion => false,
        _ => promotes,
    };
    let origins = KeyOrigin::ALL.into_iter().filter(is_possible);
    let setup = |origin| Setup {
        state,
        origin,
        kind,
        is_replica,
    };
    origins.map(setup).collect()
}

/// The exception that the table says, or that a rule says which the table does not have.
fn expected(operation: Operation, setup: Setup, cell: &str, data: &Value) -> Option<String> {
    use Operation as O;
    const UNSUPPORTED: &str = "UnsupportedOperationException";
    let notes: Vec<&str> = cell.split(' ').skip(1).collect();
    let external = setup.origin == KeyOrigin::External;
    let of_kind =
        notes.contains(&"7") && is_stored(setup.origin) || notes.contains(&"9") && !external;
    if of_kind {
        return Some(UNSUPPORTED.to_owned());
    }
    let works = !cell.starts_with("fails");
    match operation {
        // The new key of an alias.
        O::UpdateAlias if notes == ["10"] => return Some("KMSInvalidStateException".to_owned()),
        // Imported material rotates on demand only (API reference, `EnableKeyRotation`).
        O::EnableKeyRotation | O::DisableKeyRotation if external && works => {
            return Some(UNSUPPORTED.to_owned());
        }
        // API reference, `GenerateDataKeyPair`: not in custom key stores.
        O::GenerateDataKeyPair | O::GenerateDataKeyPairWithoutPlaintext
            if is_stored(setup.origin) && works =>
        {
            return Some(UNSUPPORTED.to_owned());
        }
        // No key in a key store takes imports, whatever its state.
        O::DeleteImportedKeyMaterial | O::ImportKeyMaterial if !external && works => {
            return Some(UNSUPPORTED.to_owned());
        }
        _ if works => return None,
        _ => {}
    }
    // Where the guide has two exceptions, the last one is what the service gives; notes about
    // kinds of keys have been seen to.
    let note = notes.iter().rfind(|note| !["7", "9", "13"].contains(note));
    let note: u8 = note.map_or(3, |note| note.parse().unwrap());
    let footnotes = list(&data["footnotes"]).iter();
    let mut footnote = footnotes.filter(|own| own["footnote"] == note);
    Some(text(&footnote.next().unwrap()["exception"]).to_owned())
}

#[test]
fn every_operation_on_real_keys_in_every_state() {
    let data = table("key-states.json");
    let mut scenes: BTreeMap<Setup, Scene> = BTreeMap::new();
    let (mut calls, mut wrong) = (0, Vec::new());
    for row in list(&data["operations"]) {
        let operation: Operation = text(&row["operation"]).parse().unwrap();
        for state in KeyState::ALL {
            let column = match state {
                KeyState::PendingReplicaDeletion => "PendingDeletion",
                state => state.name(),
            };
            let cell = text(&row[column]);
            for setup in setups(operation, state) {
                let scene = scenes.entry(setup).or_insert_with(|| Scene::new(setup));
                let ends_grant =
                    matches!(operation, Operation::RetireGrant | Operation::RevokeGrant);
                if scene.grant.is_null() && ends_grant {
                    // A key that is being created has no grants yet.
                    continue;
                }
                let mut kms = kms_at(scene.now, Some(&scene.snapshot));
                let (region, input) = scene.request(operation);
                let answer = kms.call_as(&root(region), operation.name(), input);
                let found = answer.map_err(|error| (error.code.name().to_owned(), error.message));
                let expected = expected(operation, setup, cell, &data);
                let code = found.as_ref().err().map(|(code, _)| code.clone());
                if code != expected {
                    wrong.push(format!(
                        "{operation} {setup:?}: {found:?}, not {expected:?}"
                    ));
                }
                if let Err((code, message)) = &found
                    && ["DisabledException", "KMSInvalidStateException"].contains(&code.as_str())
                {
                    assert!(
                        message.contains(&scene.key),
                        "{operation} {setup:?}: {message}"
                    );
                }
                calls += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(calls > 500, "{calls} calls");
}

#[test]
fn both_keys_of_a_re_encryption_must_be_usable() {
    for (state, code) in [
        (KeyState::Disabled, "DisabledException"),
        (KeyState::PendingDeletion, "KMSInvalidStateException"),
    ] {
        let setup = Setup {
            state,
            origin: KeyOrigin::AwsKms,
            kind: Kind::Encrypt,
            is_replica: false,
        };
        let scene = Scene::new(setup);
        let mut kms = kms_at(scene.now, Some(&scene.snapshot));
        let made = kms.ok(
            "Encrypt",
            json!({"KeyId": scene.other, "Plaintext": "AAAA"}),
        );
        let input = json!({
            "CiphertextBlob": made["CiphertextBlob"], "DestinationKeyId": scene.key,
        });
        let error = kms.fails("ReEncrypt", input);
        assert!(
            error.starts_with(code) && error.contains(&scene.key),
            "{error}"
        );
        // But an alias can leave such a key.
        kms.ok(
            "UpdateAlias",
            json!({"AliasName": "alias/own", "TargetKeyId": scene.other}),
        );
    }
}

#[test]
fn keys_come_out_of_transient_states_after_loading() {
    for state in [KeyState::Creating, KeyState::Updating] {
        let setup = Setup {
            state,
            origin: KeyOrigin::AwsKms,
            kind: Kind::Encrypt,
            is_replica: state == KeyState::Creating,
        };
        let scene = Scene::new(setup);
        let mut kms = kms_at(scene.now, Some(&scene.snapshot));
        kms.clock.advance(TRANSITION);
        let told = kms.call_as(&root(AWAY), "DescribeKey", json!({"KeyId": scene.key}));
        assert_eq!(told.unwrap()["KeyMetadata"]["KeyState"], "Enabled");
    }
}

#[test]
fn a_key_promoted_twice_in_a_row_is_enabled_in_the_end() {
    let setup = Setup {
        state: KeyState::Updating,
        origin: KeyOrigin::AwsKms,
        kind: Kind::Encrypt,
        is_replica: false,
    };
    let scene = Scene::new(setup);
    let mut kms = kms_at(scene.now, Some(&scene.snapshot));
    let back = json!({"KeyId": scene.key, "PrimaryRegion": HOME});
    kms.call_as(&root(AWAY), "UpdatePrimaryRegion", back)
        .unwrap();
    kms.clock.advance(TRANSITION);
    for region in [HOME, AWAY] {
        let input = json!({"KeyId": scene.key.replace(AWAY, region)});
        let told = kms.call_as(&root(region), "DescribeKey", input).unwrap();
        assert_eq!(told["KeyMetadata"]["KeyState"], "Enabled");
    }
}
