//! `ConnectCustomKeyStore`, `DisconnectCustomKeyStore`, and what they do to the keys of the store.

use kmsim_types::{Arn, KeyState};

use super::{check_connection, tell_store};
use crate::clock::Timestamp;
use crate::error::KmsError;
use crate::members::Members;
use crate::service::{Answer, Cx, Service};
use crate::state::{Connection, KeyRecord};

impl Service {
    /// Connecting what is connected changes nothing.
    pub(in crate::operation) fn connect_custom_key_store(&mut self, cx: &mut Cx<'_>) -> Answer {
        let store = self.named_store(cx)?;
        let valid = [
            Connection::Disconnected,
            Connection::Connecting,
            Connection::Connected,
        ];
        check_connection(store, cx, &valid)?;
        tell_store(cx, store);
        if store.connection == Connection::Disconnected {
            let id = store.id.clone();
            self.begin_connection(&id, Connection::Connecting, cx.now);
        }
        Ok(Members::default())
    }

    /// Keys of the store are unavailable from now on.
    pub(in crate::operation) fn disconnect_custom_key_store(&mut self, cx: &mut Cx<'_>) -> Answer {
        let store = self.named_store(cx)?;
        check_connection(store, cx, &[Connection::Connected, Connection::Connecting])?;
        tell_store(cx, store);
        let id = store.id.clone();
        self.begin_connection(&id, Connection::Disconnecting, cx.now);
        for arn in self.keys_in_store(&id).cloned().collect::<Vec<_>>() {
            self.change_key(&arn, become_unavailable)?;
        }
        Ok(Members::default())
    }

    fn begin_connection(&mut self, id: &str, connection: Connection, now: Timestamp) {
        let end = self.end_of_transition(now);
        self.change_store(id, |store| {
            store.connection = connection;
            store.settles = end;
        });
        match end {
            Some(end) => self.plan_at(end),
            None => self.finish_connection(id),
        }
    }

    /// `CONNECTING` or `DISCONNECTING` is over.
    pub(crate) fn finish_connection(&mut self, id: &str) {
        let mut connected = false;
        self.change_store(id, |store| {
            connected = store.connection == Connection::Connecting;
            store.settles = None;
            store.connection = if connected {
                Connection::Connected
            } else {
                Connection::Disconnected
            };
        });
        if !connected {
            return;
        }
        for arn in self.keys_in_store(id).cloned().collect::<Vec<_>>() {
            // The key is there: it was found in the store.
            let _ = self.change_key(&arn, |key| {
                if key.state == KeyState::Unavailable {
                    key.state = key.resume.take().unwrap_or(KeyState::Enabled);
                }
            });
        }
    }

    /// The keys of a store.
    pub(super) fn keys_in_store<'s>(
        &'s self,
        id: &'s str,
    ) -> impl Iterator<Item = &'s Arn> + use<'s> {
        let keys = self.keys.values();
        let own = keys.filter(move |key| key.custom_key_store.as_deref() == Some(id));
        own.map(|key| &key.arn)
    }

    /// A key whose deletion was cancelled is unavailable if its store is disconnected.
    pub(in crate::operation) fn settle_connection(&mut self, arn: &Arn) -> Result<(), KmsError> {
        let id = self.record_of(arn)?.custom_key_store.as_deref();
        let store = id.and_then(|id| self.custom_key_stores.get(id));
        if store.is_some_and(|store| store.connection != Connection::Connected) {
            self.change_key(arn, become_unavailable)?;
        }
        Ok(())
    }
}

/// Keys that are pending deletion stay that: the deletion can be cancelled without connecting the
/// store (KMS Developer Guide, "How to fix unavailable KMS keys").
fn become_unavailable(key: &mut KeyRecord) {
    if matches!(key.state, KeyState::Enabled | KeyState::Disabled) {
        key.resume = Some(key.state);
        key.state = KeyState::Unavailable;
    }
}
