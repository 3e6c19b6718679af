//! Imported key material.

use kmsim_types::Arn;

use crate::clock::Timestamp;
use crate::error::KmsError;
use crate::service::{Answer, Cx, Service};

impl Service {
    pub(super) fn get_parameters_for_import(&mut self, _cx: &mut Cx<'_>) -> Answer {
        Err(KmsError::internal("import"))
    }
    pub(super) fn import_key_material(&mut self, _cx: &mut Cx<'_>) -> Answer {
        Err(KmsError::internal("import"))
    }
    pub(super) fn delete_imported_key_material(&mut self, _cx: &mut Cx<'_>) -> Answer {
        Err(KmsError::internal("import"))
    }
    pub(crate) fn expire_material(&mut self, _arn: &Arn, _at: Timestamp) {}
}
