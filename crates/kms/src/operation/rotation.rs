//! Rotation of key material: automatic and on demand.
//!
//! Sources: KMS Developer Guide of 2026, "Rotate AWS KMS keys" and "Perform on-demand key
//! rotation"; the API reference of the five operations. The schedule of a multi-Region key stands
//! in each of the related keys, so that any of them can become the primary, and only the primary's
//! is acted on.

use std::borrow::Cow;
use std::time::Duration;

use kmsim_types::{Arn, KeyMaterialState, KeyOrigin, KeyState, RotationType};
use serde_json::{Value, json};

use super::check_customer_managed;
use crate::clock::Timestamp;
use crate::error::{ErrorCode, KmsError};
use crate::members::{Members, members, object};
use crate::service::{Answer, Cx, Service, check_primary, listing};
use crate::state::{KeyRecord, Material, Rotation};

/// How long a rotation on demand is under way. AWS says "a slight delay"; until it is over the key
/// encrypts with the material that it had.
pub(crate) const ON_DEMAND_ROTATION_TIME: Duration = Duration::from_secs(5);

/// `RotationPeriodInDays`, if it is not said (API reference, `EnableKeyRotation`).
const DEFAULT_PERIOD: u32 = 365;

/// Rotations on demand of one key, ever (KMS Developer Guide, "Resource quotas"; cannot be raised).
const MOST_ON_DEMAND: u32 = 25;

/// So long before an automatic rotation none can be asked for (API reference,
/// `ConflictException`).
const BEFORE_AUTOMATIC: Duration = Duration::from_mins(20);

/// When and why material became the current one.
type Occasion = (Timestamp, RotationType);

impl Service {
    /// Saying the period again that the key has already changes nothing; another one begins anew.
    pub(super) fn enable_key_rotation(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.schedulable_key(cx)?;
        let (arn, mut rotation) = (key.arn.clone(), key.rotation);
        let days = cx.input.int("RotationPeriodInDays");
        let days = days.unwrap_or(DEFAULT_PERIOD);
        if rotation.period_days != Some(days) {
            rotation.period_days = Some(days);
            rotation.next = Some(cx.now.plus_days(days));
        }
        self.share_rotation(&arn, rotation)?;
        cx.trail.response = Some(json!({"keyId": arn.as_str()}));
        Ok(Members::default())
    }

    /// A rotation on demand that is under way goes on.
    pub(super) fn disable_key_rotation(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.schedulable_key(cx)?;
        let arn = key.arn.clone();
        let rotation = Rotation {
            period_days: None,
            next: None,
            ..key.rotation
        };
        self.share_rotation(&arn, rotation)?;
        cx.trail.response = Some(json!({"keyId": arn.as_str()}));
        Ok(Members::default())
    }

    /// A key that is pending deletion says that it does not rotate, and remembers whether it did.
    /// Keys of imported material, which rotate on demand only, say the same.
    pub(super) fn get_key_rotation_status(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        check_kind(key)?;
        let primary = self.primary_of(key).unwrap_or(key);
        let rotation = primary.rotation;
        let goes = key.deletion.is_some() || primary.deletion.is_some();
        let period = rotation.period_days.filter(|_| !goes);
        let next = rotation.next.filter(|_| period.is_some());
        Ok(object([
            ("KeyId", Some(Value::from(key.id()))),
            ("KeyRotationEnabled", Some(Value::from(period.is_some()))),
            ("RotationPeriodInDays", period.map(Value::from)),
            ("NextRotationDate", next.map(Timestamp::to_json)),
            (
                "OnDemandRotationStartDate",
                rotation.on_demand_started.map(Timestamp::to_json),
            ),
        ])
        .into())
    }

    pub(super) fn list_key_rotations(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        check_kind(key)?;
        let include = cx.input.str("IncludeKeyMaterial");
        let all = include == Some("ALL_KEY_MATERIAL");
        let listed = key.materials.iter().enumerate();
        let listed = listed.filter(|(_, own)| all || own.rotation.is_some());
        let binding = format!("{} {}", key.arn, include.unwrap_or("ROTATIONS_ONLY"));
        // Generations have an order and are never taken out of it.
        listing(
            cx,
            "Rotations",
            &binding,
            listed,
            |(at, _)| Cow::Owned(format!("{at:06}")),
            |(_, own)| list_entry(key, own),
        )
    }

    pub(super) fn rotate_key_on_demand(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        check_customer_managed(key, cx)?;
        check_kind(key)?;
        check_not_replica(key, cx)?;
        check_conflict(key, cx.now)?;
        if key.rotation.on_demand >= MOST_ON_DEMAND {
            return Err(KmsError::limit_exceeded(format!(
                "The on-demand rotations limit has been reached for the given keyId. No more \
                 on-demand rotations can be performed for this key: {}",
                key.arn
            )));
        }
        if key.origin == KeyOrigin::External {
            self.check_pending_material(key)?;
        }
        let (arn, id) = (key.arn.clone(), key.id().to_owned());
        let rotation = Rotation {
            on_demand: key.rotation.on_demand + 1,
            on_demand_started: Some(cx.now),
            ..key.rotation
        };
        self.share_rotation(&arn, rotation)?;
        cx.trail.response = Some(json!({"keyId": id}));
        Ok(members! {"KeyId": id})
    }

    /// The key that the call is on, if its automatic rotation can be switched.
    fn schedulable_key(&self, cx: &Cx<'_>) -> Result<&KeyRecord, KmsError> {
        let key = self.key_of(cx)?;
        check_customer_managed(key, cx)?;
        check_kind(key)?;
        if key.origin == KeyOrigin::External {
            return Err(KmsError::unsupported_origin(key.arn.as_str(), key.origin));
        }
        check_not_replica(key, cx)?;
        Ok(key)
    }

    /// Imported material must wait for its rotation in each of the related keys, so that none
    /// encrypts what another one cannot decrypt.
    fn check_pending_material(&self, key: &KeyRecord) -> Result<(), KmsError> {
        let waits = |key: &KeyRecord| {
            let mut all = key.materials.iter();
            all.any(|own| own.state == KeyMaterialState::PendingRotation && own.key.is_some())
        };
        if self.family(key).into_iter().all(waits) {
            return Ok(());
        }
        let staged = key.materials.iter().any(|own| !key.is_permanent(own));
        let why = if staged {
            "has new key material that is not imported into all of its related multi-Region keys."
        } else {
            "has no key material that is pending rotation."
        };
        Err(KmsError::invalid_state(key.arn.as_str(), why))
    }

    /// The rotation date has come.
    pub(crate) fn rotate_automatically(&mut self, arn: &Arn, at: Timestamp) {
        let Some(key) = self.keys.get(arn.as_str()) else {
            return;
        };
        let period = key.rotation.period_days;
        let rotation = Rotation {
            next: period.map(|days| at.plus_days(days)),
            ..key.rotation
        };
        self.rotate(arn, rotation, (at, RotationType::Automatic));
    }

    /// A rotation on demand is over: the new material encrypts from now on.
    pub(crate) fn finish_on_demand_rotation(&mut self, arn: &Arn, at: Timestamp) {
        let Some(key) = self.keys.get(arn.as_str()) else {
            return;
        };
        let rotation = Rotation {
            on_demand_started: None,
            ..key.rotation
        };
        self.rotate(arn, rotation, (at, RotationType::OnDemand));
    }

    /// A key that can rotate again makes up for the rotation that it missed, once.
    pub(crate) fn rotate_if_overdue(&mut self, arn: &Arn, now: Timestamp) {
        let Some(key) = self.keys.get(arn.as_str()) else {
            return;
        };
        let due = key.rotation.next.is_some_and(|next| next <= now);
        if due && key.state == KeyState::Enabled && !key.is_replica() {
            self.rotate_automatically(arn, now);
        }
    }

    /// Puts new material in the place of the current one, in all related keys at once: no key
    /// encrypts with it before the others have it. A key of imported material takes the one that
    /// waits for it.
    fn rotate(&mut self, arn: &Arn, rotation: Rotation, occasion: Occasion) {
        let Some(key) = self.keys.get(arn.as_str()) else {
            return;
        };
        let (origin, spec, id) = (key.origin, key.spec, key.id().to_owned());
        let previous = key.current().and_then(|own| own.id);
        // Making symmetric material cannot fail; the schedule must go on in any case.
        let new = match origin {
            KeyOrigin::External => None,
            _ => self.new_material(arn, spec).ok(),
        };
        for related in self.related(arn) {
            let new = new.as_ref().map(|new| Material {
                state: KeyMaterialState::PendingRotation,
                ..new.clone()
            });
            // The key is there: it was found among the related ones.
            let _ = self.change_key(&related, |key| {
                key.materials.extend(new);
                promote(key, occasion);
                key.rotation = rotation;
                key.follow_material();
            });
        }
        let key = self.keys.get(arn.as_str());
        let current = key.and_then(KeyRecord::current).and_then(|own| own.id);
        let details = json!({
            "rotationType": occasion.1.name(),
            "keyOrigin": origin.name(),
            "previousKeyMaterialId": previous.map(|id| id.to_string()),
            "currentKeyMaterialId": current.map(|id| id.to_string()),
            "keyId": id,
        });
        self.record_service_event("RotateKey", arn, occasion.0, details);
    }

    /// Related multi-Region keys have one schedule.
    fn share_rotation(&mut self, arn: &Arn, rotation: Rotation) -> Result<(), KmsError> {
        for related in self.related(arn) {
            self.change_key(&related, |key| key.rotation = rotation)?;
        }
        Ok(())
    }

    /// The ARNs of a key's multi-Region family, its own included.
    pub(super) fn related(&self, arn: &Arn) -> Vec<Arn> {
        let key = self.keys.get(arn.as_str());
        let family = key.map(|key| self.family(key)).unwrap_or_default();
        family.into_iter().map(|key| key.arn.clone()).collect()
    }
}

/// The material that waits becomes the current one.
fn promote(key: &mut KeyRecord, occasion: Occasion) {
    let waits = |own: &Material| own.state == KeyMaterialState::PendingRotation;
    if !key.materials.iter().any(waits) {
        return;
    }
    for own in &mut key.materials {
        match own.state {
            KeyMaterialState::Current => own.state = KeyMaterialState::NonCurrent,
            KeyMaterialState::PendingRotation => {
                own.state = KeyMaterialState::Current;
                own.rotation = Some(occasion);
            }
            _ => {}
        }
    }
}

/// Symmetric encryption keys outside custom key stores rotate, no others.
fn check_kind(key: &KeyRecord) -> Result<(), KmsError> {
    if !matches!(key.origin, KeyOrigin::AwsKms | KeyOrigin::External) {
        return Err(KmsError::unsupported_origin(key.arn.as_str(), key.origin));
    }
    if key.is_symmetric_encryption() {
        return Ok(());
    }
    Err(KmsError::unsupported(format!(
        "{} key spec is {} which is not valid for this operation.",
        key.arn, key.spec
    )))
}

/// Rotation is a property that related keys share: it is set on the primary.
fn check_not_replica(key: &KeyRecord, cx: &Cx<'_>) -> Result<(), KmsError> {
    if key.is_replica() {
        return check_primary(key, cx);
    }
    Ok(())
}

/// Only one rotation at a time.
fn check_conflict(key: &KeyRecord, now: Timestamp) -> Result<(), KmsError> {
    let why = if key.rotation.on_demand_started.is_some() {
        "An on-demand rotation of this key is in progress"
    } else if key
        .rotation
        .next
        .is_some_and(|next| next <= now + BEFORE_AUTOMATIC)
    {
        "An automatic rotation of this key is scheduled to begin within the next 20 minutes"
    } else {
        return Ok(());
    };
    Err(KmsError::new(
        ErrorCode::Conflict,
        format!("{why}: {}", key.arn),
    ))
}

/// `RotationsListEntry`
fn list_entry(key: &KeyRecord, own: &Material) -> Value {
    let (import_state, expiration_model) = match (key.origin, &own.key, own.valid_to) {
        (KeyOrigin::External, None, _) => (Some("PENDING_IMPORT"), None),
        (KeyOrigin::External, Some(_), Some(_)) => (Some("IMPORTED"), Some("KEY_MATERIAL_EXPIRES")),
        (KeyOrigin::External, Some(_), None) => {
            (Some("IMPORTED"), Some("KEY_MATERIAL_DOES_NOT_EXPIRE"))
        }
        _ => (None, None),
    };
    let (date, why) = own.rotation.unzip();
    object([
        ("KeyId", Some(Value::from(key.id()))),
        (
            "KeyMaterialId",
            own.id.map(|id| Value::from(id.to_string())),
        ),
        (
            "KeyMaterialDescription",
            own.description.as_deref().map(Value::from),
        ),
        ("ImportState", import_state.map(Value::from)),
        ("KeyMaterialState", Some(Value::from(own.state.name()))),
        ("ExpirationModel", expiration_model.map(Value::from)),
        ("ValidTo", own.valid_to.map(Timestamp::to_json)),
        ("RotationDate", date.map(Timestamp::to_json)),
        ("RotationType", why.map(|why| Value::from(why.name()))),
    ])
}
