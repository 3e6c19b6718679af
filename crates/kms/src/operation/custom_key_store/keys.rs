//! Keys in custom key stores: when one can be made, and random bytes from a CloudHSM cluster.

use kmsim_types::{Arn, KeyOrigin, KeySpec};
use serde_json::json;

use super::check_connection;
use crate::error::{ErrorCode, KmsError};
use crate::service::{Cx, Service};
use crate::state::{Backing, Connection, CustomKeyStore};

impl Service {
    /// Whether origin, key store, external key and the sort of key go together (API reference,
    /// `CreateKey`), and the store is connected.
    pub(in crate::operation) fn check_custom_key_store(
        &self,
        cx: &Cx<'_>,
        origin: KeyOrigin,
        spec: KeySpec,
        multi_region: bool,
    ) -> Result<(), KmsError> {
        let (id, external_key) = (cx.input.str("CustomKeyStoreId"), cx.input.str("XksKeyId"));
        check_parameters(origin, id, external_key)?;
        let Some(id) = id else { return Ok(()) };
        let store = self.store(cx, id)?;
        if store.backing.name() != origin.name() {
            return Err(KmsError::validation(format!(
                "The custom key store {id} is of the type {}, in which keys of origin {origin} \
                 cannot be.",
                store.backing.name()
            )));
        }
        if spec != KeySpec::SymmetricDefault || multi_region {
            return Err(KmsError::unsupported(
                "Only single-Region symmetric encryption keys can be in a custom key store.",
            ));
        }
        check_connection(store, cx, &[Connection::Connected])?;
        external_key.map_or(Ok(()), |key| self.check_external_key(store, key))
    }

    /// Each key of an external key store has its own external key.
    fn check_external_key(&self, store: &CustomKeyStore, id: &str) -> Result<(), KmsError> {
        let mut others = self
            .keys_in_store(&store.id)
            .filter_map(|arn| self.keys.get(arn.as_str()));
        match others.find(|key| key.xks_key.as_deref() == Some(id)) {
            None => Ok(()),
            Some(key) => Err(KmsError::new(
                ErrorCode::XksKeyAlreadyInUse,
                format!(
                    "The external key {id} is associated with the KMS key {}.",
                    key.arn
                ),
            )),
        }
    }

    /// Whether random bytes can come from this store: from a CloudHSM cluster that is connected
    /// (API reference, `GenerateRandom`, `CustomKeyStoreId`).
    pub(in crate::operation) fn check_random_source(
        &self,
        cx: &Cx<'_>,
        store: &str,
    ) -> Result<(), KmsError> {
        let store = self.store(cx, store)?;
        if matches!(store.backing, Backing::External(_)) {
            return Err(KmsError::unsupported(format!(
                "The custom key store {} is an external key store, which is not valid for {}.",
                store.id, cx.operation
            )));
        }
        check_connection(store, cx, &[Connection::Connected])
    }

    /// The event of a new key in a CloudHSM key store names the key in the cluster (KMS Developer
    /// Guide, "CloudTrail log entries", `CreateKey`).
    pub(in crate::operation) fn tell_backing_key(&self, cx: &mut Cx<'_>, arn: &Arn) {
        let key = self.keys.get(arn.as_str());
        let key = key.filter(|key| key.origin == KeyOrigin::AwsCloudHsm);
        if let Some(id) = key.and_then(|key| key.current()?.id) {
            let backing_key = json!({"backingKeyId": id.to_string()}).to_string();
            let additional = &mut cx.trail.additional;
            additional.set("backingKey", backing_key);
        }
    }
}

/// Which of `CustomKeyStoreId` and `XksKeyId` an origin has.
fn check_parameters(
    origin: KeyOrigin,
    store: Option<&str>,
    external_key: Option<&str>,
) -> Result<(), KmsError> {
    let (has_store, has_external_key) = match origin {
        KeyOrigin::AwsCloudHsm => (true, false),
        KeyOrigin::ExternalKeyStore => (true, true),
        KeyOrigin::AwsKms | KeyOrigin::External => (false, false),
    };
    let parameters = [
        ("customKeyStoreId", has_store, store.is_some()),
        ("xksKeyId", has_external_key, external_key.is_some()),
    ];
    for (name, needed, there) in parameters {
        match (needed, there) {
            (true, false) => return Err(KmsError::missing(name)),
            (false, true) => {
                return Err(KmsError::validation(format!(
                    "'{name}' cannot be specified for a key of origin {origin}."
                )));
            }
            _ => {}
        }
    }
    Ok(())
}
