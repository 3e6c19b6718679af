//! Request quotas.

use kmsim_types::KeySpec;

use super::{Cx, Service};
use crate::error::KmsError;
use crate::quota::Request;

impl Service {
    /// Takes the request from its quota. The caller's account is charged, also where a service
    /// calls for it or the key is another account's; services that call for themselves are not
    /// counted.
    pub(super) fn throttle(&mut self, cx: &Cx<'_>) -> Result<(), KmsError> {
        let Some(account) = cx.caller.account() else {
            return Ok(());
        };
        let key = cx.key.as_ref().and_then(|arn| self.keys.get(arn.as_str()));
        let request = Request {
            operation: cx.operation,
            key_spec: key.map(|key| key.spec),
            pair_spec: cx.input.str("KeyPairSpec").and_then(KeySpec::from_name),
            custom_key_store: key
                .and_then(|key| key.custom_key_store.as_deref())
                .or(cx.input.str("CustomKeyStoreId")),
        };
        self.quotas
            .take(account, cx.caller.region(), &request, cx.now)
    }
}
