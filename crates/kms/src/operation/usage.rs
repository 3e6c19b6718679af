//! `GetKeyLastUsage`.

use serde_json::json;

use crate::clock::Timestamp;
use crate::members::members;
use crate::service::{Answer, Cx, Service};

/// When AWS began to track usage: 2026-04-23 (KMS Developer Guide of 2026, "Determining past usage
/// of a KMS key").
const TRACKING_BEGAN: Timestamp = Timestamp::from_seconds(1_776_902_400);

impl Service {
    pub(super) fn get_key_last_usage(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        let mut answer = members! {
            "KeyId": &key.arn,
            "KeyCreationDate": key.created.to_json(),
            "TrackingStartDate": key.created.max(TRACKING_BEGAN).to_json(),
        };
        if let Some(last) = self.last_usage.get(key.arn.as_str()) {
            let usage = json!({
                "Operation": last.operation.name(),
                "Timestamp": last.at.to_json(),
                "CloudTrailEventId": last.event_id,
                "KmsRequestId": last.request_id,
            });
            answer.set("KeyLastUsage", usage);
        }
        Ok(answer)
    }
}
