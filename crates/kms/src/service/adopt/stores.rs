//! Custom key stores for the keys of a world that are in one. A world says that much of a key, by
//! its origin, and nothing of the store.

use kmsim_authz::world::Key;
use kmsim_types::{KeyOrigin, KeyState};

use super::Service;
use crate::change::Row;
use crate::clock::Timestamp;
use crate::state::{Backing, CloudHsm, Connection, CustomKeyStore, Proxy};

impl Service {
    /// The store of a key: all keys of an account, Region and origin are in one, those that are
    /// unavailable in another one, which is disconnected.
    pub(super) fn adopted_store(&mut self, key: &Key, now: Timestamp) -> Option<Box<str>> {
        let backing: fn(&mut Self, &str) -> Backing = match key.origin {
            KeyOrigin::AwsCloudHsm => |service, _| Backing::CloudHsm(service.adopted_cluster()),
            KeyOrigin::ExternalKeyStore => |_, id| Backing::External(adopted_proxy(id)),
            KeyOrigin::AwsKms | KeyOrigin::External => return None,
        };
        let connection = match key.state {
            KeyState::Unavailable => Connection::Disconnected,
            _ => Connection::Connected,
        };
        let (account, region) = (key.account.as_str(), key.region.as_str());
        let found = self.custom_key_stores.values().find(|store| {
            *store.account == *account
                && *store.region == *region
                && store.backing.name() == key.origin.name()
                && store.connection == connection
        });
        if let Some(store) = found {
            return Some(store.id.clone());
        }
        let id = self.custom_key_store_id();
        let store = CustomKeyStore {
            id: id.clone(),
            account: account.into(),
            region: region.into(),
            name: id.clone(),
            created: now,
            connection,
            settles: None,
            backing: backing(self, &id),
        };
        self.custom_key_stores.insert(id.clone().into(), store);
        self.changed.insert(Row::CustomKeyStore(id.clone().into()));
        Some(id)
    }

    /// Ids of clusters have no 0, 1, 8 and 9.
    fn adopted_cluster(&mut self) -> CloudHsm {
        let letters = self.hex_id::<8>();
        let letters = letters.chars().map(|letter| match letter {
            '0' => 'w',
            '1' => 'x',
            '8' => 'y',
            '9' => 'z',
            letter => letter,
        });
        CloudHsm {
            cluster: format!("cluster-{}", letters.collect::<String>()).into(),
            trust_anchor: "(not told)".into(),
        }
    }
}

fn adopted_proxy(id: &str) -> Proxy {
    Proxy {
        endpoint: "https://xks.example.com".into(),
        path: format!("/{id}/kms/xks/v1").into(),
        access_key_id: "AAAAAAAAAAAAAAAAAAAA".into(),
        vpc_endpoint_service: None,
    }
}
