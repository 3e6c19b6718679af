//! A run: the service and the model side by side.

use std::collections::BTreeMap;
use std::time::Duration;

use kmsim_authz::decision::Verdict;
use kmsim_kms::clock::ManualClock;
use kmsim_kms::{ErrorCode, Event, KmsError, Row, Settings, Snapshot};
use kmsim_types::Operation;
use serde_json::{Map, Value, json};

use super::model::{Key, Kind, Model, REGIONS, State, Who};
use super::scene::{self, SCENE};
use super::step::{Name, Open};
use crate::support::{Kms, caller};

/// What was encrypted under a key, which related keys have too.
pub(super) struct Sealed {
    pub(super) id: String,
    pub(super) blob: String,
    pub(super) text: String,
    pub(super) context: u8,
}

/// A signature or MAC of a message.
pub(super) struct Signed {
    pub(super) key: usize,
    pub(super) value: Value,
}

pub(super) struct Run {
    pub(super) kms: Kms,
    pub(super) model: Model,
    pub(super) settings: Settings,
    pub(super) sealed: Vec<Sealed>,
    pub(super) signed: Vec<Signed>,
    /// The ids of imported material, by key and material.
    pub(super) material_ids: BTreeMap<(usize, usize), Value>,
    /// The state as it was stored after each call.
    rows: BTreeMap<Row, Value>,
    deletions: usize,
    seed: u64,
}

/// What a call came to.
pub(super) type Outcome = Result<Value, ErrorCode>;

impl Run {
    /// `slow`: grants take five minutes until they count.
    pub(super) fn new(slow: bool) -> Self {
        let settings = Settings {
            grant_delay: Duration::from_secs(if slow { 300 } else { 0 }),
            ..Settings::default()
        };
        let scene = &*SCENE;
        let clock = ManualClock::new(scene::start());
        let kms = scene::kms(Some(&scene.snapshot), &settings, clock, 2);
        let mut model = Model::default();
        for (at, prepared) in scene.prepared.iter().enumerate() {
            model.keys.push(Key {
                state: State::PendingImport,
                import: Some(at),
                ..Key::new(prepared.arn.clone(), 0, Kind::Encrypt)
            });
        }
        Self {
            kms,
            model,
            settings,
            sealed: Vec::new(),
            signed: Vec::new(),
            material_ids: BTreeMap::new(),
            rows: scene.snapshot.rows.clone(),
            deletions: 0,
            seed: 2,
        }
    }

    /// A call with all that holds for every call.
    pub(super) fn call(
        &mut self,
        who: Who,
        region: usize,
        operation: Operation,
        input: Value,
    ) -> Outcome {
        let caller = caller(who.arn(), REGIONS[region]);
        let answer = self.kms.call_as(&caller, operation.name(), input);
        self.check_events(who, operation, &answer);
        self.store();
        answer.map_err(|error| error.code)
    }

    /// One event for a call; another one for the account or Region of a key that is elsewhere.
    fn check_events(&mut self, who: Who, operation: Operation, answer: &Result<Value, KmsError>) {
        let (own, others): (Vec<Event>, Vec<Event>) = self
            .kms
            .service
            .take_events()
            .into_iter()
            .partition(|event| event.request_id.is_some());
        for event in others {
            let known = ["RotateKey", "DeleteKey", "DeleteExpiredKeyMaterial"];
            assert!(known.contains(&event.name), "{}", event.name);
            self.deletions += usize::from(event.name == "DeleteKey");
        }
        let first = own.first().expect("a call leaves an event");
        let across = who == Who::Guest && !first.resources.is_empty();
        let replicates = matches!(
            operation,
            Operation::ReplicateKey | Operation::UpdatePrimaryRegion
        );
        let expected = 1 + usize::from(across || replicates && answer.is_ok());
        assert_eq!(own.len(), expected, "events of {operation}: {own:?}");
        assert_eq!(first.name, operation.name());
        let secrets = ["Plaintext", "PrivateKeyPlaintext"];
        let secrets = secrets.map(|name| answer.as_ref().ok().and_then(|own| own[name].as_str()));
        for event in &own {
            assert_eq!(event.error.as_ref(), answer.as_ref().err());
            assert!(answer.is_err() || event.verdict == Some(Verdict::Allowed));
            let text = event.to_json().to_string();
            let mut secrets = secrets.iter().flatten();
            assert!(!secrets.any(|secret| text.contains(secret)), "{text}");
        }
    }

    /// Writes the rows that changed, as a database does.
    fn store(&mut self) {
        for change in self.kms.service.take_changes().unwrap() {
            match change.record {
                Some(record) => drop(self.rows.insert(change.row, record)),
                None => drop(self.rows.remove(&change.row)),
            }
        }
    }

    /// Saves and loads, all at once and compared, or what was stored call by call.
    pub(super) fn restore(&mut self, whole: bool) {
        let mut snapshot = Snapshot {
            header: self.kms.service.header(),
            rows: self.rows.clone(),
        };
        if !whole {
            self.load(&snapshot);
            return;
        }
        let plaintexts = self.plaintexts();
        let answers = self.answers();
        snapshot = self.kms.service.snapshot().unwrap();
        assert_eq!(bare(&self.rows), bare(&snapshot.rows), "all was stored");
        self.load(&snapshot);
        let again = self.kms.service.snapshot().unwrap();
        assert_eq!(bare(&snapshot.rows), bare(&again.rows), "all was loaded");
        assert_eq!(answers, self.answers());
        assert_eq!(plaintexts, self.plaintexts());
    }

    fn load(&mut self, snapshot: &Snapshot) {
        let text = snapshot.to_json().to_string();
        let read = Snapshot::from_json(&serde_json::from_str(&text).unwrap()).unwrap();
        assert_eq!(*snapshot, read);
        self.seed += 1;
        self.kms = scene::kms(
            Some(&read),
            &self.settings,
            self.kms.clock.clone(),
            self.seed,
        );
        self.rows = read.rows;
        self.store();
    }

    /// What the service tells of all keys and aliases.
    fn answers(&mut self) -> Vec<Outcome> {
        let keys: Vec<(usize, String)> = self
            .model
            .keys
            .iter()
            .map(|key| (key.region, key.arn.clone()))
            .collect();
        let mut answers = Vec::new();
        for (region, arn) in keys {
            for operation in [
                Operation::DescribeKey,
                Operation::ListGrants,
                Operation::GetKeyPolicy,
                Operation::ListKeyPolicies,
                Operation::ListResourceTags,
                Operation::ListKeyRotations,
                Operation::GetKeyRotationStatus,
                Operation::GetKeyLastUsage,
            ] {
                let mut input = json!({"KeyId": arn});
                if operation == Operation::ListKeyRotations {
                    input["IncludeKeyMaterial"] = json!("ALL_KEY_MATERIAL");
                }
                answers.push(self.call(Who::Root, region, operation, input));
            }
        }
        for region in 0..REGIONS.len() {
            answers.push(self.call(Who::Root, region, Operation::ListKeys, json!({})));
            answers.push(self.call(Who::Root, region, Operation::ListAliases, json!({})));
        }
        answers
    }

    fn plaintexts(&mut self) -> Vec<Outcome> {
        let inputs: Vec<Value> = self
            .sealed
            .iter()
            .map(|own| json!({"CiphertextBlob": own.blob, "EncryptionContext": context(own.context)}))
            .collect();
        let mut plaintexts = Vec::new();
        for input in inputs {
            for region in 0..REGIONS.len() {
                plaintexts.push(self.call(Who::Root, region, Operation::Decrypt, input.clone()));
            }
        }
        plaintexts
    }

    /// Keys, grants and aliases are what the model says.
    pub(super) fn check(&mut self) {
        for at in 0..self.model.keys.len() {
            let key = self.model.keys[at].clone();
            let input = json!({"KeyId": key.arn});
            let told = self.call(Who::Root, key.region, Operation::DescribeKey, input.clone());
            if key.state == State::Gone {
                assert_eq!(told, Err(ErrorCode::NotFound), "{key:?}");
                continue;
            }
            let told = &told.unwrap()["KeyMetadata"];
            assert_eq!(told["KeyState"], key.state.name(), "{key:?}");
            assert_eq!(told["Enabled"], key.state == State::Enabled, "{key:?}");
            let sort = &told["MultiRegionConfiguration"]["MultiRegionKeyType"];
            let expected = key
                .is_primary
                .map(|own| if own { "PRIMARY" } else { "REPLICA" });
            assert_eq!(sort.as_str(), expected, "{key:?}");
            let told = self.call(Who::Root, key.region, Operation::ListGrants, input);
            let mut expected: Vec<&str> = key.grants.iter().map(|own| &*own.id).collect();
            expected.sort_unstable();
            assert_eq!(texts(&told.unwrap()["Grants"], "GrantId"), expected);
        }
        for region in 0..REGIONS.len() {
            let told = self.call(Who::Root, region, Operation::ListAliases, json!({}));
            let told = &told.unwrap()["Aliases"];
            let own = self
                .model
                .aliases
                .iter()
                .filter(|((at, _), _)| *at == region);
            let (names, targets): (Vec<_>, Vec<_>) = own
                .map(|((_, name), key)| (name.as_str(), self.model.keys[*key].id()))
                .unzip();
            assert_eq!(texts(told, "AliasName"), names);
            assert_eq!(texts(told, "TargetKeyId"), targets);
        }
    }

    /// Every ciphertext that there ever was, in every Region.
    pub(super) fn check_ciphertexts(&mut self) {
        for sealed in 0..self.sealed.len() {
            for region in 0..REGIONS.len() {
                for wrong_context in [false, true] {
                    let sealed = u8::try_from(sealed).unwrap();
                    let (name, flip) = (Name::No, None);
                    self.decrypt(
                        Who::Root,
                        Open {
                            sealed,
                            region,
                            name,
                            wrong_context,
                            flip,
                        },
                    );
                }
            }
        }
    }

    /// Every deletion has had its event.
    pub(super) fn check_deletions(&mut self) {
        assert_eq!(self.deletions, self.model.deleted);
    }
}

/// One of a few encryption contexts.
pub(super) fn context(number: u8) -> Value {
    match number {
        0 => json!({}),
        1 => json!({"team": "orders"}),
        _ => json!({"team": "orders", "stage": "test"}),
    }
}

fn texts<'v>(list: &'v Value, name: &str) -> Vec<&'v str> {
    let list = list.as_array().unwrap().iter();
    list.filter_map(|entry| entry[name].as_str()).collect()
}

/// Rows without sealed material, which is another text each time.
fn bare(rows: &BTreeMap<Row, Value>) -> Map<String, Value> {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(members) => {
                if let Some(sealed) = members.get_mut("sealed") {
                    *sealed = Value::Null;
                }
                members.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let rows = rows.iter().map(|(row, record)| {
        let mut record = record.clone();
        strip(&mut record);
        (format!("{} {}", row.table(), row.id()), record)
    });
    rows.collect()
}
