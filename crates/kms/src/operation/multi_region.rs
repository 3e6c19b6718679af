//! Multi-Region keys.

use crate::error::KmsError;
use crate::service::{Answer, Cx, Service};

impl Service {
    pub(super) fn replicate_key(&mut self, _cx: &mut Cx<'_>) -> Answer {
        Err(KmsError::internal("multi-Region"))
    }
    pub(super) fn update_primary_region(&mut self, _cx: &mut Cx<'_>) -> Answer {
        Err(KmsError::internal("multi-Region"))
    }
}
