//! Request quotas.

use kmsim_types::{KeySpec, Operation, Region};

use super::{Cx, Service};
use crate::error::KmsError;
use crate::quota::{Group, Request};

impl Service {
    /// Takes the request from its quota. The caller's account is charged, also where a service
    /// calls for it or the key is another account's; services that call for themselves are not
    /// counted.
    pub(super) fn throttle(&mut self, cx: &Cx<'_>) -> Result<(), KmsError> {
        let account = cx.caller.account().filter(|_| self.quotas.are_on());
        let Some(account) = account else {
            return Ok(());
        };
        let region = cx.caller.region();
        for group in self.groups(cx) {
            self.quotas.take(account, region, group, cx.now)?;
        }
        // "Two CreateKey requests in the replica key's Region. One of the CreateKey requests is a
        // dry run" (KMS Developer Guide, "Request quotas").
        if cx.operation == Operation::ReplicateKey
            && let Some(replica) = cx.input.enum_of::<Region>("ReplicaRegion")?
        {
            for _ in 0..2 {
                let group = Group::Operation(Operation::CreateKey);
                self.quotas.take(account, &replica, group, cx.now)?;
            }
        }
        Ok(())
    }

    /// The quotas that the call counts against: one for each kind of its keys.
    fn groups(&self, cx: &Cx<'_>) -> Vec<Group> {
        let keys = [&cx.key, &cx.other].into_iter().flatten();
        let keys = keys.filter_map(|arn| self.keys.get(arn.as_str()));
        let mut keys: Vec<_> = keys.map(Some).collect();
        if keys.is_empty() {
            keys.push(None);
        }
        let mut groups: Vec<_> = keys
            .into_iter()
            .filter_map(|key| {
                Group::of(&Request {
                    operation: cx.operation,
                    key_spec: key.map(|key| key.spec),
                    pair_spec: cx.input.str("KeyPairSpec").and_then(KeySpec::from_name),
                    custom_key_store: key
                        .and_then(|key| key.custom_key_store.as_deref())
                        .or(cx.input.str("CustomKeyStoreId")),
                })
            })
            .collect();
        groups.sort();
        groups.dedup();
        groups
    }
}
