//! Custom key stores.

use kmsim_types::{Arn, KeyOrigin, KeySpec};

use crate::error::KmsError;
use crate::service::{Answer, Cx, Service};
use crate::state::CustomKeyStore;

impl Service {
    pub(super) fn connect_custom_key_store(&mut self, _cx: &mut Cx<'_>) -> Answer {
        Err(KmsError::internal("custom key store"))
    }
    pub(super) fn disconnect_custom_key_store(&mut self, _cx: &mut Cx<'_>) -> Answer {
        Err(KmsError::internal("custom key store"))
    }
    pub(super) fn create_custom_key_store(&mut self, _cx: &mut Cx<'_>) -> Answer {
        Err(KmsError::internal("custom key store"))
    }
    pub(super) fn delete_custom_key_store(&mut self, _cx: &mut Cx<'_>) -> Answer {
        Err(KmsError::internal("custom key store"))
    }
    pub(super) fn describe_custom_key_stores(&mut self, _cx: &mut Cx<'_>) -> Answer {
        Err(KmsError::internal("custom key store"))
    }
    pub(super) fn update_custom_key_store(&mut self, _cx: &mut Cx<'_>) -> Answer {
        Err(KmsError::internal("custom key store"))
    }
    /// CreateKey: whether origin, store, spec go together and the store is connected.
    pub(super) fn check_custom_key_store(
        &self,
        cx: &Cx<'_>,
        _origin: KeyOrigin,
        _spec: KeySpec,
        _multi_region: bool,
    ) -> Result<(), KmsError> {
        let _ = cx;
        Ok(())
    }
    /// GenerateRandom in a store.
    pub(super) fn check_random_source(&self, _cx: &Cx<'_>, _store: &str) -> Result<(), KmsError> {
        Ok(())
    }
    /// A key of a disconnected store is unavailable.
    pub(super) fn settle_connection(&mut self, _arn: &Arn) -> Result<(), KmsError> {
        Ok(())
    }
}

impl CustomKeyStore {
    pub(crate) fn cluster(&self) -> Option<&str> {
        None
    }
}
