//! Where every run begins: accounts, users, and keys that wait for imported material. Making
//! wrapping keys takes long, so all runs use the same ones.

use std::sync::LazyLock;
use std::time::Duration;

use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_authz::world::World;
use kmsim_crypto::RootKey;
use kmsim_kms::clock::{ManualClock, Timestamp};
use kmsim_kms::{Service, Settings, Snapshot};
use kmsim_policy::source::Sources;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

use super::model::{DAY, REGIONS, Who};
use crate::importing::Parameters;
use crate::support::{Kms, base64, caller};

const WORLD: &str = r#"
accounts:
  - id: "111122223333"
    users:
      - name: Admin
        policies: &all
          all:
            Version: "2012-10-17"
            Statement: [{Sid: All, Effect: Allow, Action: ["kms:*", "iam:CreateServiceLinkedRole"], Resource: "*"}]
      - {name: Nobody}
  - id: "444455556666"
    users: [{name: Guest, policies: *all}]
"#;

/// When every run begins.
pub(super) fn start() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

/// A key that waits for imported material, and the requests that bring it some.
pub(super) struct Prepared {
    pub(super) arn: String,
    token: Value,
    /// Wrapped material.
    materials: Vec<String>,
}

impl Prepared {
    pub(super) fn request(&self, material: usize) -> Value {
        json!({
            "KeyId": self.arn,
            "ImportToken": self.token,
            "EncryptedKeyMaterial": self.materials[material],
        })
    }
}

pub(super) struct Scene {
    pub(super) snapshot: Snapshot,
    pub(super) prepared: Vec<Prepared>,
}

pub(super) static SCENE: LazyLock<Scene> = LazyLock::new(|| {
    let settings = Settings::default();
    let mut kms = kms(None, &settings, ManualClock::new(start()), 1);
    let keys: Vec<String> = (0..2)
        .map(|_| kms.key(json!({"Origin": "EXTERNAL"})))
        .collect();
    let snapshot = kms.service.snapshot().unwrap();
    // Import tokens are good for a day: those of a late day outlast every run.
    let century = u64::try_from(100 * 366 * DAY).unwrap();
    kms.clock.advance(Duration::from_secs(century));
    let prepared = keys.into_iter().map(|arn| {
        let parameters = Parameters::get(&mut kms, &arn);
        let wrap = |byte| base64(&parameters.wrapped(&[byte; 32]));
        Prepared {
            token: parameters.answer["ImportToken"].clone(),
            materials: (1..=3).map(wrap).collect(),
            arn,
        }
    });
    Scene {
        prepared: prepared.collect(),
        snapshot,
    }
});

fn world() -> (World, Sources<'static>) {
    let mut sources = Sources::new();
    let id = sources.add("world.yaml", WORLD.to_owned());
    let mut reader = Reader::new(&mut sources, &NoFiles);
    let node = kmsim_policy::document::parse_any(WORLD, id, "world.yaml", &mut reader.diagnostics);
    let world = node.and_then(|node| reader.world(&node));
    assert_eq!(reader.diagnostics, [], "the world has no mistakes");
    (world.unwrap(), sources)
}

/// A service, new or with a stored state. Another seed gives other keys.
pub(super) fn kms(
    snapshot: Option<&Snapshot>,
    settings: &Settings,
    clock: ManualClock,
    seed: u64,
) -> Kms {
    let (world, sources) = world();
    let rng = Box::new(ChaCha20Rng::seed_from_u64(seed));
    let root_key = RootKey::from_bytes(&[7; 32]).unwrap();
    let settings = settings.clone();
    let time = Box::new(clock.clone());
    let service = match snapshot {
        None => Service::with_root_key(world, sources, settings, time, rng, root_key).unwrap(),
        Some(snapshot) => {
            Service::restore(snapshot, world, sources, settings, time, rng, root_key).unwrap()
        }
    };
    Kms {
        service,
        clock,
        caller: caller(Who::Root.arn(), REGIONS[0]),
    }
}
