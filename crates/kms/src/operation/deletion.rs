//! `ScheduleKeyDeletion`, `CancelKeyDeletion`, and the deletion itself.

use kmsim_types::{Arn, KeyOrigin, KeyState, MultiRegionKeyType};
use serde_json::json;

use super::check_customer_managed;
use crate::clock::Timestamp;
use crate::error::KmsError;
use crate::members::{members, set};
use crate::service::{Answer, Cx, Service};
use crate::state::Deletion;

/// The waiting period in days: least, most, default (API reference, `ScheduleKeyDeletion`).
const WINDOW: (u32, u32, u32) = (7, 30, 30);

impl Service {
    pub(super) fn schedule_key_deletion(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        check_customer_managed(key, cx)?;
        let arn = key.arn.clone();
        let (least, most, default) = WINDOW;
        let days = cx.input.int("PendingWindowInDays").unwrap_or(default);
        if !(least..=most).contains(&days) {
            return Err(KmsError::validation(format!(
                "1 validation error detected: Value '{days}' at 'pendingWindowInDays' failed to \
                 satisfy constraint: Member must have value between {least} and {most}"
            )));
        }
        // A primary goes after its replicas: its waiting period begins when the last one is gone.
        let is_primary = key.multi_region == Some(MultiRegionKeyType::Primary);
        let waits = is_primary && self.family(key).len() > 1;
        let at = cx.now.plus_days(days);
        let state = if waits {
            KeyState::PendingReplicaDeletion
        } else {
            KeyState::PendingDeletion
        };
        self.change_key(&arn, |key| {
            key.state = state;
            key.resume = None;
            key.settles = None;
            key.deletion = Some(Deletion {
                window_days: days,
                at: (!waits).then_some(at),
            });
        })?;
        let mut answer = members! {
            "KeyId": &arn,
            "KeyState": state.name(),
            "PendingWindowInDays": days,
        };
        let mut response = json!({"keyId": arn.as_str(), "keyState": state.name()});
        if !waits {
            answer.set("DeletionDate", at.to_json());
            set(&mut response, "deletionDate", at.to_string());
        }
        cx.trail.response = Some(response);
        Ok(answer)
    }

    /// The key comes back disabled, whatever it was before; without its imported material it waits
    /// for that (KMS Developer Guide, "Deleting AWS KMS keys").
    pub(super) fn cancel_key_deletion(&mut self, cx: &mut Cx<'_>) -> Answer {
        let arn = cx.key()?.clone();
        self.change_key(&arn, |key| {
            key.state = if key.origin == KeyOrigin::External && key.lacks_material() {
                KeyState::PendingImport
            } else {
                KeyState::Disabled
            };
            key.deletion = None;
        })?;
        self.settle_connection(&arn)?;
        cx.trail.response = Some(json!({"keyId": arn.as_str()}));
        Ok(members! {"KeyId": &arn})
    }

    /// The waiting period is over.
    pub(crate) fn delete_due_key(&mut self, arn: &Arn, at: Timestamp) {
        let Some(key) = self.keys.get(arn.as_str()) else {
            return;
        };
        let primary = self.primary_of(key).map(|primary| primary.arn.clone());
        self.remove_key(arn.as_str());
        self.record_service_event("DeleteKey", arn, at, json!({}));
        if let Some(primary) = primary.filter(|primary| primary != arn) {
            self.stage_material(&primary);
            self.begin_waiting(&primary, at);
        }
    }

    /// A primary whose last replica is gone begins its own waiting period.
    fn begin_waiting(&mut self, primary: &Arn, at: Timestamp) {
        let Some(key) = self.keys.get(primary.as_str()) else {
            return;
        };
        if key.state != KeyState::PendingReplicaDeletion || self.family(key).len() > 1 {
            return;
        }
        // The key is there: it was found above.
        let _ = self.change_key(primary, |key| {
            key.state = KeyState::PendingDeletion;
            if let Some(deletion) = &mut key.deletion {
                deletion.at = Some(at.plus_days(deletion.window_days));
            }
        });
    }
}
