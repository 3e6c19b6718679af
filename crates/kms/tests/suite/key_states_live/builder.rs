//! Keys brought into a state by calls.

use kmsim_crypto::{KeyMaterial, wrapping};
use kmsim_types::{KeyOrigin, KeySpec, KeyState, WrappingAlgorithm};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

use super::{AWAY, Builder, HOME, Kind, Scene, Setup, TRANSITION, is_stored, root};
use crate::files::text;
use crate::support::{ACCOUNT, base64};

impl Builder {
    pub(super) fn call(&mut self, region: &str, operation: &str, input: Value) -> Value {
        let answer = self.kms.call_as(&root(region), operation, input);
        answer.unwrap_or_else(|error| panic!("{:?}: {operation}: {error}", self.setup))
    }

    pub(super) fn here(&mut self, operation: &str, input: Value) -> Value {
        self.call(self.region, operation, input)
    }

    pub(super) fn settle(&self) {
        self.kms.clock.advance(2 * TRANSITION);
    }

    /// The key, enabled and with its material if it has any; in the home Region.
    pub(super) fn create(&mut self) -> String {
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

    pub(super) fn key_store(&mut self) -> String {
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
    pub(super) fn materials(&self) -> Vec<Vec<u8>> {
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
    pub(super) fn import(&mut self, region: &str, key: &str) -> Value {
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
    pub(super) fn make(&mut self, key: &str) -> Value {
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

    pub(super) fn build(mut self) -> Scene {
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
    pub(super) fn surroundings(&mut self, key: &str) -> Value {
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

    pub(super) fn enter_state(&mut self, key: &str) {
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
