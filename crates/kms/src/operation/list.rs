//! `ListKeys`.

use std::borrow::Cow;
use std::ops::Bound;

use serde_json::json;

use crate::service::{Answer, Cx, Service, listing, local_arn};
use crate::state::KeyRecord;

impl Service {
    pub(super) fn list_keys(&mut self, cx: &mut Cx<'_>) -> Answer {
        let own = local_arn(cx, "key/0")?;
        let prefix = own.as_str().trim_end_matches('0');
        let owners: Vec<&str> = cx.input.strings("ResourceOwners").collect();
        let shows = |owner| owners.is_empty() && owner == "SELF" || owners.contains(&owner);
        let (mine, shared) = (shows("SELF"), shows("OTHER_ACCOUNTS_VIA_RAM"));
        // A key of another account is shared through its second policy, which RAM manages.
        let is_shared = |key: &&KeyRecord| {
            key.region() == cx.caller.region().as_str()
                && Some(key.account) != cx.caller.account()
                && self.is_shared_with(key, cx)
        };
        let mut keys: Vec<&KeyRecord> = Vec::new();
        if mine {
            keys.extend(self.keys_with_prefix(prefix));
        }
        if shared {
            keys.extend(self.keys.values().filter(is_shared));
        }
        keys.sort_by(|a, b| a.arn.as_str().cmp(b.arn.as_str()));
        let about = owners.join(",");
        listing(
            cx,
            "Keys",
            &about,
            keys,
            |key| Cow::Borrowed(key.arn.as_str()),
            |key| json!({"KeyId": key.id(), "KeyArn": key.arn.as_str()}),
        )
    }

    /// The keys whose ARNs begin this way, in order.
    pub(crate) fn keys_with_prefix<'s>(
        &'s self,
        prefix: &str,
    ) -> impl Iterator<Item = &'s KeyRecord> + use<'s> {
        let prefix = prefix.to_owned();
        self.keys
            .range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded))
            .map(|(_, key)| key)
            .take_while(move |key| key.arn.as_str().starts_with(&prefix))
    }

    /// Whether the key's policy of RAM names the caller's account.
    fn is_shared_with(&self, key: &KeyRecord, cx: &Cx<'_>) -> bool {
        let policy = self
            .world
            .key(key.arn.as_str())
            .and_then(|key| key.ram_policy.as_ref());
        let (Some(policy), Some(account)) = (policy, cx.caller.account()) else {
            return false;
        };
        let elements = policy
            .policy
            .statements
            .iter()
            .filter_map(|own| own.principal.as_ref());
        elements
            .flat_map(|scope| &scope.items)
            .any(|item| item.value.text.contains(account.as_str()))
    }
}
