//! The table of key states through the real service: keys are brought into each state by calls,
//! and every operation is called on them.
//!
//! For each sort of key and state there is one scene, which is stored and loaded for each call.

use std::collections::BTreeMap;
use std::time::Duration;

use kmsim_authz::world::World;
use kmsim_crypto::{KeyMaterial, RootKey, wrapping};
use kmsim_kms::clock::{ManualClock, Timestamp};
use kmsim_kms::{Caller, Service, Settings, Snapshot};
use kmsim_policy::source::Sources;
use kmsim_types::{KeyOrigin, KeySpec, KeyState, Operation, WrappingAlgorithm};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

use crate::files::{list, table, text};
use crate::support::{ACCOUNT, Kms, base64, caller};

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

impl Builder {
    fn call(&mut self, region: &str, operation: &str, input: Value) -> Value {
        let answer = self.kms.call_as(&root(region), operation, input);
        answer.unwrap_or_else(|error| panic!("{:?}: {operation}: {error}", self.setup))
    }

    fn here(&mut self, operation: &str, input: Value) -> Value {
        self.call(self.region, operation, input)
    }

    fn settle(&self) {
        self.kms.clock.advance(2 * TRANSITION);
    }

    /// The key, enabled and with its material if it has any; in the home Region.
    fn create(&mut self) -> String {
        let (spec, usage) = self.setup.kind.spec_and_usage();
        let origin = self.setup.origin;
        let mut input = json!({"KeySpec": spec, "KeyUsage": usage, "Origin": origin.name()});
        if is_stored(origin) {
            input["CustomKeyStoreId"] = json!(self.key_store());
        } else {
            input["MultiRegion"] = json!(true);
        }
        if origin == KeyOrigin::ExternalKeyStore {
            input["XksKeyId"] = json!("key");
        }
        let answer = self.call(HOME, "CreateKey", input);
        text(&answer["KeyMetadata"]["Arn"]).to_owned()
    }

    fn key_store(&mut self) -> String {
        let input = match self.setup.origin {
            KeyOrigin::AwsCloudHsm => json!({
                "CustomKeyStoreName": "hsm",
                "CloudHsmClusterId": "cluster-234abcd5672",
                "TrustAnchorCertificate": "-----BEGIN CERTIFICATE-----",
                "KeyStorePassword": "kmsPswd",
            }),
            _ => json!({
                "CustomKeyStoreName": "xks",
                "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
                "XksProxyConnectivity": "PUBLIC_ENDPOINT",
                "XksProxyUriEndpoint": "https://myproxy.xks.example.com",
                "XksProxyUriPath": "/kms/xks/v1",
                "XksProxyAuthenticationCredential": {
                    "AccessKeyId": "ABCDEFGHIJKLMNOPQRST",
                    "RawSecretAccessKey": "DXjSUawnel2fr6SKC7G25CNxTyWKE5PF9XX6H/u9pSo=",
                },
            }),
        };
        let answer = self.call(HOME, "CreateCustomKeyStore", input);
        let store = text(&answer["CustomKeyStoreId"]).to_owned();
        self.call(
            HOME,
            "ConnectCustomKeyStore",
            json!({"CustomKeyStoreId": store}),
        );
        self.settle();
        store
    }

    /// What is imported into the key: for symmetric encryption another material, too, which waits
    /// for its rotation.
    fn materials(&self) -> Vec<Vec<u8>> {
        match self.setup.kind {
            Kind::Encrypt => vec![vec![1; 32], vec![2; 32]],
            Kind::Mac => vec![vec![1; 32]],
            Kind::Sign | Kind::Agree | Kind::Encapsulate => {
                let mut rng = ChaCha20Rng::seed_from_u64(9);
                let private = KeyMaterial::generate(KeySpec::EccNistP256, &mut rng).unwrap();
                vec![private.export().to_vec()]
            }
        }
    }

    /// Imports, and gives what imports the current material once more.
    fn import(&mut self, region: &str, key: &str) -> Value {
        let parameters = self.call(
            region,
            "GetParametersForImport",
            json!({
                "KeyId": key, "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
                "WrappingKeySpec": "RSA_2048",
            }),
        );
        let public = base64_simd::STANDARD
            .decode_to_vec(text(&parameters["PublicKey"]))
            .unwrap();
        let is_symmetric = self.setup.kind == Kind::Encrypt;
        let mut rng = ChaCha20Rng::seed_from_u64(5);
        let mut input = |material: &[u8], sort: &str| {
            let algorithm = WrappingAlgorithm::RsaesOaepSha256;
            let wrapped = wrapping::wrap(&public, algorithm, material, &mut rng).unwrap();
            let mut input = json!({
                "KeyId": key, "ImportToken": parameters["ImportToken"],
                "EncryptedKeyMaterial": base64(&wrapped),
                "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
            });
            if is_symmetric {
                input["ImportType"] = json!(sort);
            }
            input
        };
        let sort = match region {
            HOME => "NEW_KEY_MATERIAL",
            _ => "EXISTING_KEY_MATERIAL",
        };
        let materials = self.materials();
        let again = input(&materials[0], "EXISTING_KEY_MATERIAL");
        let all: Vec<Value> = materials.iter().map(|own| input(own, sort)).collect();
        for input in all {
            self.call(region, "ImportKeyMaterial", input);
        }
        again
    }

    /// Uses the key.
    fn make(&mut self, key: &str) -> Value {
        let named = json!({"KeyId": key});
        let with = |more: Value| {
            let mut input = named.clone();
            input
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            input
        };
        let message = base64(b"message");
        let (operation, input) = match self.setup.kind {
            Kind::Encrypt => ("Encrypt", json!({"Plaintext": message})),
            Kind::Sign => (
                "Sign",
                json!({"Message": message, "SigningAlgorithm": "ECDSA_SHA_256"}),
            ),
            Kind::Mac => (
                "GenerateMac",
                json!({"Message": message, "MacAlgorithm": "HMAC_SHA_256"}),
            ),
            Kind::Agree => ("GetPublicKey", json!({})),
            Kind::Encapsulate => ("Encapsulate", json!({"EncapsulationAlgorithm": "ML_KEM"})),
        };
        self.call(HOME, operation, with(input))
    }

    fn build(mut self) -> Scene {
        let Setup {
            state,
            origin,
            kind,
            is_replica,
        } = self.setup;
        let home = self.create();
        // Material for encapsulation cannot be imported: such a key waits for ever.
        let has_material = origin != KeyOrigin::External || kind != Kind::Encapsulate;
        let mut import = json!({
            "KeyId": home, "ImportToken": "AAAA", "EncryptedKeyMaterial": "AAAA",
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        });
        if origin == KeyOrigin::External && has_material {
            import = self.import(HOME, &home);
        }
        let made = if has_material {
            self.make(&home)
        } else {
            json!({})
        };
        let away = home.replace(HOME, AWAY);
        let needs_replica =
            is_replica || matches!(state, KeyState::Updating | KeyState::PendingReplicaDeletion);
        if needs_replica {
            self.call(
                HOME,
                "ReplicateKey",
                json!({"KeyId": home, "ReplicaRegion": AWAY}),
            );
        }
        if state != KeyState::Creating {
            self.settle();
        }
        if needs_replica && origin == KeyOrigin::External && state != KeyState::Creating {
            let again = self.import(AWAY, &away);
            if state != KeyState::PendingReplicaDeletion {
                import = again;
            }
        }
        let key = if is_replica || state == KeyState::Updating {
            self.region = AWAY;
            away
        } else {
            home
        };
        import["KeyId"] = json!(key);
        let grant = self.surroundings(&key);
        let (spec, usage) = kind.spec_and_usage();
        let other = self.here("CreateKey", json!({"KeySpec": spec, "KeyUsage": usage}));
        let other = text(&other["KeyMetadata"]["Arn"]).to_owned();
        self.here(
            "CreateAlias",
            json!({"AliasName": "alias/other", "TargetKeyId": other}),
        );
        if has_material {
            self.enter_state(&key);
        }
        let told = self.here("DescribeKey", json!({"KeyId": key}));
        assert_eq!(
            told["KeyMetadata"]["KeyState"],
            state.name(),
            "{:?}",
            self.setup
        );
        Scene {
            snapshot: self.kms.service.snapshot().unwrap(),
            now: kmsim_kms::clock::Clock::now(&self.kms.clock),
            region: self.region,
            key,
            is_primary: state == KeyState::Updating,
            other,
            made,
            grant,
            import,
        }
    }

    /// An alias, a tag, and if possible a grant.
    fn surroundings(&mut self, key: &str) -> Value {
        self.here(
            "CreateAlias",
            json!({"AliasName": "alias/own", "TargetKeyId": key}),
        );
        let tags = json!([{"TagKey": "a", "TagValue": "b"}]);
        self.here("TagResource", json!({"KeyId": key, "Tags": tags}));
        let told = self.here("DescribeKey", json!({"KeyId": key}));
        if told["KeyMetadata"]["KeyState"] != "Enabled" {
            return Value::Null;
        }
        let root = format!("arn:aws:iam::{ACCOUNT}:root");
        let grant = json!({
            "KeyId": key, "GranteePrincipal": format!("arn:aws:iam::{ACCOUNT}:role/app"),
            "RetiringPrincipal": root, "Operations": ["DescribeKey"],
        });
        self.here("CreateGrant", grant)["GrantId"].clone()
    }

    fn enter_state(&mut self, key: &str) {
        let named = json!({"KeyId": key});
        match self.setup.state {
            KeyState::Enabled | KeyState::Creating => {}
            KeyState::Disabled => drop(self.here("DisableKey", named)),
            KeyState::PendingDeletion | KeyState::PendingReplicaDeletion => {
                self.here("ScheduleKeyDeletion", named);
            }
            KeyState::PendingImport => drop(self.here("DeleteImportedKeyMaterial", named)),
            KeyState::Unavailable => {
                let told = self.here("DescribeKey", named);
                let store = told["KeyMetadata"]["CustomKeyStoreId"].clone();
                self.here(
                    "DisconnectCustomKeyStore",
                    json!({"CustomKeyStoreId": store}),
                );
            }
            KeyState::Updating => {
                let input = json!({"KeyId": key.replace(AWAY, HOME), "PrimaryRegion": AWAY});
                self.call(HOME, "UpdatePrimaryRegion", input);
            }
        }
    }
}

impl Scene {
    fn new(setup: Setup) -> Self {
        let builder = Builder {
            kms: kms_at("2026-11-21T12:00:00Z".parse().unwrap(), None),
            setup,
            region: HOME,
        };
        builder.build()
    }

    /// Where and with what an operation is called on the key.
    fn request(&self, operation: Operation) -> (&'static str, Value) {
        use Operation as O;
        let mut region = self.region;
        let mut input = json!({"KeyId": self.key});
        let mut set = |name: &str, value: Value| input[name] = value;
        let message = base64(b"message");
        let made = |name: &str, otherwise: &str| match &self.made[name] {
            Value::Null => json!(otherwise),
            made => made.clone(),
        };
        match operation {
            O::CreateAlias => {
                input = json!({"AliasName": "alias/new", "TargetKeyId": self.key});
            }
            O::UpdateAlias => {
                input = json!({"AliasName": "alias/other", "TargetKeyId": self.key});
            }
            O::DeleteAlias => input = json!({"AliasName": "alias/own"}),
            O::CreateGrant => {
                set(
                    "GranteePrincipal",
                    json!(format!("arn:aws:iam::{ACCOUNT}:role/app")),
                );
                set("Operations", json!(["DescribeKey"]));
            }
            O::RetireGrant | O::RevokeGrant => set("GrantId", self.grant.clone()),
            O::Encrypt => set("Plaintext", json!(message)),
            O::Decrypt => set("CiphertextBlob", made("CiphertextBlob", "AAAA")),
            O::ReEncrypt => {
                input = json!({
                    "SourceKeyId": self.key, "CiphertextBlob": self.made["CiphertextBlob"],
                    "DestinationKeyId": self.other,
                });
            }
            O::GenerateDataKey | O::GenerateDataKeyWithoutPlaintext => {
                set("KeySpec", json!("AES_256"));
            }
            O::GenerateDataKeyPair | O::GenerateDataKeyPairWithoutPlaintext => {
                set("KeyPairSpec", json!("ECC_NIST_P256"));
            }
            O::Sign | O::Verify => {
                set("Message", json!(message));
                set("SigningAlgorithm", json!("ECDSA_SHA_256"));
                if operation == O::Verify {
                    set("Signature", made("Signature", "AAAA"));
                }
            }
            O::GenerateMac | O::VerifyMac => {
                set("Message", json!(message));
                set("MacAlgorithm", json!("HMAC_SHA_256"));
                if operation == O::VerifyMac {
                    set("Mac", made("Mac", "AAAA"));
                }
            }
            O::DeriveSharedSecret => {
                set("KeyAgreementAlgorithm", json!("ECDH"));
                set("PublicKey", made("PublicKey", "AAAA"));
            }
            O::Encapsulate => set("EncapsulationAlgorithm", json!("ML_KEM")),
            O::Decapsulate => {
                set("EncapsulationAlgorithm", json!("ML_KEM"));
                let blob = base64(&[0; 768]);
                set(
                    "SharedSecretCiphertextBlob",
                    made("SharedSecretCiphertextBlob", &blob),
                );
            }
            O::GetParametersForImport => {
                set("WrappingAlgorithm", json!("RSAES_OAEP_SHA_256"));
                set("WrappingKeySpec", json!("RSA_2048"));
            }
            O::ImportKeyMaterial => input = self.import.clone(),
            O::PutKeyPolicy => {
                let root = format!("arn:aws:iam::{ACCOUNT}:root");
                let policy = json!({"Version": "2012-10-17", "Statement": [{
                    "Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*",
                    "Resource": "*",
                }]});
                set("Policy", json!(policy.to_string()));
            }
            O::TagResource => set("Tags", json!([{"TagKey": "c", "TagValue": "d"}])),
            O::UntagResource => set("TagKeys", json!(["a"])),
            O::ListResourceTags => {}
            O::UpdateKeyDescription => set("Description", json!("new")),
            O::ReplicateKey => set("ReplicaRegion", json!("ap-south-1")),
            O::UpdatePrimaryRegion if self.is_primary => set("PrimaryRegion", json!(HOME)),
            O::UpdatePrimaryRegion => {
                // A replica is promoted by a call on its primary.
                region = HOME;
                let primary = self.key.replace(AWAY, HOME);
                input = json!({"KeyId": primary, "PrimaryRegion": AWAY});
            }
            _ => {}
        }
        (region, input)
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
