//! Rotation of key material: automatic and on demand.

use kmsim_types::Arn;

use crate::clock::Timestamp;
use crate::error::KmsError;
use crate::service::{Answer, Cx, Service};

impl Service {
    pub(super) fn enable_key_rotation(&mut self, _cx: &mut Cx<'_>) -> Answer {
        Err(KmsError::internal("rotation"))
    }
    pub(super) fn disable_key_rotation(&mut self, _cx: &mut Cx<'_>) -> Answer {
        Err(KmsError::internal("rotation"))
    }
    pub(super) fn get_key_rotation_status(&mut self, _cx: &mut Cx<'_>) -> Answer {
        Err(KmsError::internal("rotation"))
    }
    pub(super) fn list_key_rotations(&mut self, _cx: &mut Cx<'_>) -> Answer {
        Err(KmsError::internal("rotation"))
    }
    pub(super) fn rotate_key_on_demand(&mut self, _cx: &mut Cx<'_>) -> Answer {
        Err(KmsError::internal("rotation"))
    }
    pub(crate) fn rotate_automatically(&mut self, _arn: &Arn, _at: Timestamp) {}
    pub(crate) fn finish_on_demand_rotation(&mut self, _arn: &Arn, _at: Timestamp) {}
    pub(crate) fn rotate_if_overdue(&mut self, _arn: &Arn, _now: Timestamp) {}
}
