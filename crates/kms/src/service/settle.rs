//! What happens by itself as time goes on: keys are deleted, material rotates and expires, grants
//! become visible, transient states of keys and key stores end.
//!
//! Everything due is done in the order of its time before the next call is looked at, so that a
//! clock that jumps by years gives the same state as one that ticks.

use kmsim_authz::reader::Moment;
use kmsim_policy::instant::Instant;
use kmsim_types::{Arn, KeyState};
use smol_str::ToSmolStr;

use super::Service;
use crate::change::Row;
use crate::clock::Timestamp;
use crate::operation::ON_DEMAND_ROTATION_TIME;
use crate::state::KeyRecord;

/// One thing that becomes due.
enum Due {
    Deletion,
    Rotation,
    OnDemandRotation,
    Expiry,
    Visibility,
    Transition,
}

/// What it happens to.
enum Whom {
    Key(Arn, Due),
    CustomKeyStore(Box<str>),
}

impl Service {
    /// Does what has become due until now.
    pub fn settle(&mut self, now: Timestamp) {
        while let Some(due) = self.next_due
            && due <= now
        {
            let Some((at, whom)) = self.next_thing() else {
                self.next_due = None;
                break;
            };
            if at > now {
                self.next_due = Some(at);
                break;
            }
            self.now = at.max(self.now);
            match whom {
                Whom::Key(arn, what) => self.happen(&arn, &what, at),
                Whom::CustomKeyStore(id) => self.finish_connection(&id),
            }
            self.plan_next();
        }
        self.now = now;
        if self.moment.instant != instant(now) {
            self.moment = moment(now);
        }
    }

    /// The next thing that becomes due.
    fn next_thing(&self) -> Option<(Timestamp, Whom)> {
        let keys = self.keys.values().filter_map(|key| {
            let (at, what) = due_of(key)?;
            Some((at, key, what))
        });
        let key = keys.min_by_key(|(at, _, _)| *at);
        let key = key.map(|(at, key, what)| (at, Whom::Key(key.arn.clone(), what)));
        let stores = self.custom_key_stores.values();
        let store = stores
            .filter_map(|store| Some((store.settles?, store)))
            .min_by_key(|(at, _)| *at)
            .map(|(at, store)| (at, Whom::CustomKeyStore(store.id.clone())));
        key.into_iter().chain(store).min_by_key(|(at, _)| *at)
    }

    fn happen(&mut self, arn: &Arn, what: &Due, at: Timestamp) {
        match what {
            Due::Deletion => self.delete_due_key(arn, at),
            Due::Rotation => self.rotate_automatically(arn, at),
            Due::OnDemandRotation => self.finish_on_demand_rotation(arn, at),
            Due::Expiry => self.expire_material(arn, at),
            Due::Visibility => self.show_grants(arn, at),
            Due::Transition => self.finish_transition(arn),
        }
    }

    /// A key has changed: something may be due earlier than anything so far.
    pub(super) fn plan(&mut self, arn: &str) {
        let due = self.keys.get(arn).and_then(due_of).map(|(at, _)| at);
        self.next_due = self.next_due.into_iter().chain(due).min();
    }

    /// Something is due at a time.
    pub(crate) fn plan_at(&mut self, at: Timestamp) {
        self.next_due = self.next_due.into_iter().chain([at]).min();
    }

    /// Finds out when the next thing is due.
    pub(super) fn plan_next(&mut self) {
        let keys = self.keys.values().filter_map(due_of).map(|(at, _)| at);
        let stores = self.custom_key_stores.values();
        let stores = stores.filter_map(|store| store.settles);
        self.next_due = keys.chain(stores).min();
    }

    /// Grants whose delay is over count without their token.
    fn show_grants(&mut self, arn: &Arn, at: Timestamp) {
        let Some(key) = self.keys.get_mut(arn.as_str()) else {
            return;
        };
        for grant in key.grants.iter_mut().filter(|grant| grant.visible <= at) {
            // Visible since it was made, as far as anybody can still tell.
            grant.visible = grant.created;
            self.changed.insert(Row::Key(arn.as_str().into()));
            if let Some(compiled) = self.world.key_mut(arn.as_str()) {
                let own = compiled.grants.iter_mut().find(|own| own.id == grant.id);
                if let Some(own) = own {
                    own.pending = false;
                }
            }
        }
    }
}

/// A point in time as decisions see it: the whole second.
pub(super) fn moment(now: Timestamp) -> Moment {
    Moment {
        instant: instant(now),
        text: now.whole_second().to_smolstr(),
    }
}

fn instant(now: Timestamp) -> Instant {
    Instant::from_epoch_seconds(now.seconds())
}

/// The next thing that becomes due for a key.
fn due_of(key: &KeyRecord) -> Option<(Timestamp, Due)> {
    let deletion = key.deletion.and_then(|deletion| deletion.at);
    // A disabled key, or one that waits for its deletion, keeps its schedule and does not rotate.
    // Replicas rotate with their primary.
    let rotates = matches!(key.state, KeyState::Enabled) && !key.is_replica();
    let rotation = key.rotation.next.filter(|_| rotates);
    // A rotation on demand that is under way is finished in every state.
    let on_demand = key.rotation.on_demand_started;
    let on_demand = on_demand.map(|began| began + ON_DEMAND_ROTATION_TIME);
    let on_demand = on_demand.filter(|_| !key.is_replica());
    let expiry = key.materials.iter().filter(|own| own.key.is_some());
    let expiry = expiry.filter_map(|own| own.valid_to).min();
    let pending = key
        .grants
        .iter()
        .filter(|grant| grant.visible > grant.created);
    let visibility = pending.map(|grant| grant.visible).min();
    let all = [
        (deletion, Due::Deletion),
        (expiry, Due::Expiry),
        (rotation, Due::Rotation),
        (on_demand, Due::OnDemandRotation),
        (visibility, Due::Visibility),
        (key.settles, Due::Transition),
    ];
    all.into_iter()
        .filter_map(|(at, what)| Some((at?, what)))
        .min_by_key(|(at, _)| *at)
}
