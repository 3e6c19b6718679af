//! Request quotas.

use crate::error::KmsError;
use crate::service::{Cx, Service};

/// The token buckets.
#[derive(Clone, Debug, Default)]
pub struct Quotas;

impl Service {
    pub(crate) fn throttle(&mut self, _cx: &Cx<'_>) -> Result<(), KmsError> {
        Ok(())
    }
}
