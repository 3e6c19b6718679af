//! `ReplicateKey` and `UpdatePrimaryRegion`.
//!
//! The keys of a family share id, material, spec, usage, origin and rotation; everything else is
//! each key's own (KMS Developer Guide, "Multi-Region keys in AWS KMS").

use kmsim_types::{Arn, KeyOrigin, KeyState, MultiRegionKeyType, Region};
use serde_json::{Map, Value, json};

use super::check_customer_managed;
use super::create::policy_text;
use super::tag::tags;
use crate::clock::Timestamp;
use crate::error::{ErrorCode, KmsError};
use crate::event::{Elsewhere, members};
use crate::members::{Members, members};
use crate::service::{Answer, Cx, Service, check_primary, in_region};
use crate::state::KeyRecord;

impl Service {
    pub(super) fn replicate_key(&mut self, cx: &mut Cx<'_>) -> Answer {
        let primary = self.key_of(cx)?;
        check_customer_managed(primary, cx)?;
        check_primary(primary, cx)?;
        let primary = primary.arn.clone();
        let arn = self.place_of_replica(cx, &primary)?;
        let key = self.new_replica(cx, &primary, arn.clone())?;
        let (policy, tags) = (key.policy.clone(), key.tags.clone());
        self.add_key(cx, key)?;
        let metadata = self.metadata_of(&arn)?;
        let shown = members(&metadata);
        cx.trail.response = Some(json!({
            "replicaKeyMetadata": shown,
            "replicaPolicy": policy,
        }));
        let key = self.record_of(&arn)?;
        cx.trail.elsewhere = Some(Elsewhere {
            name: "CreateKey",
            key: arn,
            parameters: parameters_of_creation(cx, key),
            response: json!({"keyMetadata": shown}),
        });
        let tags = tags.iter();
        let tags = tags.map(|(name, value)| json!({"TagKey": &**name, "TagValue": &**value}));
        Ok(members! {
            "ReplicaKeyMetadata": metadata,
            "ReplicaPolicy": policy,
            "ReplicaTags": tags.collect::<Value>(),
        })
    }

    /// The ARN of a new replica: in another Region of the partition, in which no key of the family
    /// is, not even one that waits for its deletion.
    fn place_of_replica(&self, cx: &Cx<'_>, primary: &Arn) -> Result<Arn, KmsError> {
        let name = cx.input.required("ReplicaRegion")?;
        let region = Region::new(name).map_err(|why| KmsError::validation(why.to_string()))?;
        if region.partition().name() != primary.partition() {
            return Err(KmsError::validation(format!(
                "The replica Region {region} is not in the partition {} of the primary key.",
                primary.partition()
            )));
        }
        let arn = in_region(primary, region.as_str())?;
        if self.keys.contains_key(arn.as_str()) {
            return Err(KmsError::new(
                ErrorCode::AlreadyExists,
                format!("Key {arn} already exists."),
            ));
        }
        self.check_key_quota(&arn)?;
        Ok(arn)
    }

    fn new_replica(&self, cx: &Cx<'_>, primary: &Arn, arn: Arn) -> Result<KeyRecord, KmsError> {
        let policy = policy_text(cx, &arn);
        let primary = self.record_of(primary)?;
        // Imported material has to be imported into each key of the family.
        let is_imported = primary.origin == KeyOrigin::External;
        let materials = primary.materials.iter();
        let materials = materials.map(|own| {
            if is_imported {
                own.without_key()
            } else {
                own.clone()
            }
        });
        let becomes = if is_imported {
            KeyState::PendingImport
        } else {
            KeyState::Enabled
        };
        let mut key = KeyRecord {
            arn,
            account: primary.account,
            spec: primary.spec,
            usage: primary.usage,
            origin: primary.origin,
            manager: primary.manager,
            state: becomes,
            resume: None,
            settles: None,
            multi_region: Some(MultiRegionKeyType::Replica),
            created: cx.now,
            description: cx.input.str("Description").unwrap_or_default().to_owned(),
            policy,
            tags: tags(cx)?,
            grants: Vec::new(),
            deletion: None,
            rotation: primary.rotation,
            materials: materials.collect(),
            custom_key_store: None,
            xks_key: None,
            metered: cx.now,
        };
        key.pass_through(KeyState::Creating, self.end_of_transition(cx.now));
        Ok(key)
    }

    pub(super) fn update_primary_region(&mut self, cx: &mut Cx<'_>) -> Answer {
        let old = cx.key()?.clone();
        let missing = || KmsError::missing("primaryRegion");
        // The event in this Region names the old primary only.
        let new = cx.other.take().ok_or_else(missing)?;
        let end = self.end_of_transition(cx.now);
        for (arn, sort) in [
            (&old, MultiRegionKeyType::Replica),
            (&new, MultiRegionKeyType::Primary),
        ] {
            self.change_key(arn, |key| {
                key.multi_region = Some(sort);
                key.pass_through(KeyState::Updating, end);
            })?;
        }
        let response = json!({"keyId": old.as_str()});
        let mut parameters = Map::new();
        parameters.insert("keyId".to_owned(), Value::from(new.as_str()));
        parameters.insert("primaryRegion".to_owned(), Value::from(new.region()));
        cx.trail.response = Some(response.clone());
        cx.trail.elsewhere = Some(Elsewhere {
            name: "UpdatePrimaryRegion",
            key: new,
            parameters,
            response,
        });
        Ok(Members::default())
    }

    /// When something that begins now and takes AWS a while is done; none if that is at once.
    pub(super) fn end_of_transition(&self, now: Timestamp) -> Option<Timestamp> {
        let transition = self.settings.transition;
        (!transition.is_zero()).then(|| now + transition)
    }

    /// `Creating` or `Updating` is over.
    pub(crate) fn finish_transition(&mut self, arn: &Arn) {
        // The key is there: it is the one that the time was planned for.
        let _ = self.change_key(arn, |key| {
            key.settles = None;
            // Meanwhile its deletion may have been scheduled, or its material may have expired.
            if matches!(key.state, KeyState::Creating | KeyState::Updating) {
                key.state = key.resume.take().unwrap_or(KeyState::Enabled);
            }
        });
    }
}

/// `requestParameters` of the `CreateKey` in the replica Region.
fn parameters_of_creation(cx: &Cx<'_>, key: &KeyRecord) -> Map<String, Value> {
    let shown = json!({
        "description": key.description,
        "keyUsage": key.usage.name(),
        "customerMasterKeySpec": key.spec.name(),
        "keySpec": key.spec.name(),
        "origin": key.origin.name(),
        "multiRegion": true,
        "policy": key.policy,
        "bypassPolicyLockoutSafetyCheck": cx.input.bool("BypassPolicyLockoutSafetyCheck"),
    });
    match shown {
        Value::Object(shown) => shown,
        _ => Map::new(),
    }
}
