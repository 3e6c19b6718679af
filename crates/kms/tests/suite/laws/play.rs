//! Each step on the service and on the model.

use std::time::Duration;

use kmsim_kms::ErrorCode;
use kmsim_types::Operation;
use serde_json::{Value, json};

use super::model::{DAY, Grant, Key, Kind, REGIONS, State, Who};
use super::run::{Outcome, Run, context};
use super::step::Step;
use crate::support::ACCOUNT;

/// What grants of a key can allow.
const fn operations_of(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Encrypt => &[
            "Decrypt",
            "Encrypt",
            "GenerateDataKey",
            "GenerateDataKeyWithoutPlaintext",
            "ReEncryptFrom",
            "ReEncryptTo",
        ],
        Kind::Sign => &["Sign", "Verify"],
        Kind::Mac => &["GenerateMac", "VerifyMac"],
    }
}

/// Default or open, in which everybody of the account decrypts.
fn policy(is_open: bool) -> String {
    let root = format!("arn:aws:iam::{ACCOUNT}:root");
    let mut statements = vec![json!({
        "Sid": "Owner", "Effect": "Allow", "Principal": {"AWS": root},
        "Action": "kms:*", "Resource": "*",
    })];
    if is_open {
        statements.push(json!({
            "Sid": "Open", "Effect": "Allow", "Principal": {"AWS": Who::Nobody.arn()},
            "Action": "kms:Decrypt", "Resource": "*",
        }));
    }
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

impl Run {
    pub(super) fn play(&mut self, step: &Step) {
        match *step {
            Step::CreateKey { kind, region } => self.create_key(kind, region),
            Step::Replicate(who, key) => self.replicate(who, key),
            Step::Promote(who, key) => self.promote(who, key),
            Step::Encrypt {
                who,
                key,
                text,
                context,
            } => {
                let key = self.key(key);
                let name = self.model.keys[key].arn.clone();
                self.encrypt(who, key, &name, text, context);
            }
            Step::EncryptUnderAlias { name, region } => self.encrypt_under_alias(name, region),
            Step::GenerateDataKey {
                who,
                key,
                context,
                with_plaintext,
            } => self.generate_data_key(who, key, context, with_plaintext),
            Step::Decrypt(who, open) => self.decrypt(who, open),
            Step::ReEncrypt {
                who,
                open,
                to,
                context,
            } => self.re_encrypt(who, open, to, context),
            Step::Sign(who, key) => self.sign(who, key),
            Step::Verify(who, signed) => self.verify(who, signed),
            Step::PutAlias { who, name, key } => self.put_alias(who, name, key),
            Step::DeleteAlias { who, name, region } => self.delete_alias(who, name, region),
            Step::Grant {
                key,
                grantee,
                operations,
                context,
            } => self.create_grant(key, grantee, operations, context),
            Step::EndGrant { who, grant, revoke } => self.end_grant(who, grant, revoke),
            Step::OpenPolicy(who, key, is_open) => self.put_policy(who, key, is_open),
            Step::Enable(who, key) => self.switch(who, key, State::Enabled),
            Step::Disable(who, key) => self.switch(who, key, State::Disabled),
            Step::Schedule(who, key, days) => self.schedule(who, key, days),
            Step::Cancel(who, key) => self.cancel(who, key),
            Step::EnableRotation(who, key, days) => self.set_rotation(who, key, Some(days)),
            Step::DisableRotation(who, key) => self.set_rotation(who, key, None),
            Step::Rotate(who, key) => self.rotate(who, key),
            Step::Import {
                key,
                material,
                days,
            } => self.import(key, material, days),
            Step::DeleteMaterial { key, material } => self.delete_material(key, material),
            Step::Wait(seconds) => {
                let duration = Duration::from_secs(u64::try_from(seconds).unwrap());
                self.kms.clock.advance(duration);
                self.model.wait(seconds);
            }
            Step::Restore { whole } => self.restore(whole),
        }
    }

    /// Mostly one of the youngest keys, so that several things happen to one and the same.
    pub(super) fn key(&self, number: u8) -> usize {
        let count = self.model.keys.len();
        let some = if number < 192 { count.min(2) } else { count };
        count - 1 - usize::from(number) % some
    }

    /// Calls an operation on a key, by its ARN.
    pub(super) fn on(
        &mut self,
        who: Who,
        key: usize,
        operation: Operation,
        mut input: Value,
    ) -> Outcome {
        let key = &self.model.keys[key];
        input["KeyId"] = json!(key.arn);
        self.call(who, key.region, operation, input)
    }

    /// Why somebody cannot manage a key in these states.
    fn unmanageable(&self, key: usize, who: Who, fits: fn(State) -> bool) -> Option<ErrorCode> {
        match self.model.keys[key].state {
            State::Gone => Some(ErrorCode::NotFound),
            _ if !who.manages() => Some(ErrorCode::AccessDenied),
            state if !fits(state) => Some(ErrorCode::KmsInvalidState),
            _ => None,
        }
    }

    fn create_key(&mut self, kind: u8, region: usize) {
        let (kind, spec, usage, multi_region) = match kind {
            0 => (Kind::Encrypt, "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", false),
            1 | 2 => (Kind::Encrypt, "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", true),
            3 => (Kind::Sign, "ECC_NIST_P256", "SIGN_VERIFY", false),
            _ => (Kind::Mac, "HMAC_256", "GENERATE_VERIFY_MAC", false),
        };
        let input = json!({"KeySpec": spec, "KeyUsage": usage, "MultiRegion": multi_region});
        let answer = self.call(Who::Admin, region, Operation::CreateKey, input);
        let arn = answer.unwrap()["KeyMetadata"]["Arn"].clone();
        let mut key = Key::new(arn.as_str().unwrap().to_owned(), region, kind);
        key.is_primary = multi_region.then_some(true);
        self.model.keys.push(key);
    }

    fn replicate(&mut self, who: Who, key: u8) {
        let at = self.key(key);
        let key = self.model.keys[at].clone();
        let region = 1 - key.region;
        let input = json!({"ReplicaRegion": REGIONS[region]});
        let answer = self.on(who, at, Operation::ReplicateKey, input);
        let place = self.model.find(key.id(), region);
        let is_free = place.is_none_or(|at| self.model.keys[at].state == State::Gone);
        let works = key.state == State::Enabled && key.is_primary == Some(true) && is_free;
        assert_eq!(answer.is_ok(), works && who.manages(), "{answer:?}");
        if answer.is_err() {
            return;
        }
        let arn = key.arn.replace(REGIONS[key.region], REGIONS[region]);
        let mut replica = Key::new(arn, region, key.kind);
        replica.is_primary = Some(false);
        match place {
            Some(place) => self.model.keys[place] = replica,
            None => self.model.keys.push(replica),
        }
    }

    fn promote(&mut self, who: Who, key: u8) {
        let at = self.key(key);
        let key = self.model.keys[at].clone();
        let region = 1 - key.region;
        let input = json!({"PrimaryRegion": REGIONS[region]});
        let answer = self.on(who, at, Operation::UpdatePrimaryRegion, input);
        let other = self.model.find(key.id(), region);
        let other = other.filter(|at| self.model.keys[*at].state == State::Enabled);
        let works = key.state == State::Enabled && key.is_primary == Some(true);
        let works = works && other.is_some() && who.manages();
        assert_eq!(answer.is_ok(), works, "{answer:?}");
        if let Some(other) = other.filter(|_| works) {
            self.model.keys[at].is_primary = Some(false);
            self.model.keys[other].is_primary = Some(true);
        }
    }

    fn put_alias(&mut self, who: Who, name: u8, key: u8) {
        let (name, at) = (alias(name), self.key(key));
        let key = self.model.keys[at].clone();
        let place = (key.region, name.clone());
        let old = self.model.aliases.get(&place).copied();
        let operation = match old {
            Some(_) => Operation::UpdateAlias,
            None => Operation::CreateAlias,
        };
        let input = json!({"AliasName": name, "TargetKeyId": key.arn});
        let answer = self.call(who, key.region, operation, input);
        let fits = old.is_none_or(|old| self.model.keys[old].kind == key.kind);
        let alive = key.state != State::Gone && !key.state.is_pending_deletion();
        assert_eq!(answer.is_ok(), who.manages() && alive && fits, "{answer:?}");
        if answer.is_ok() {
            self.model.aliases.insert(place, at);
        }
    }

    fn delete_alias(&mut self, who: Who, name: u8, region: usize) {
        let name = alias(name);
        let input = json!({"AliasName": name});
        let answer = self.call(who, region, Operation::DeleteAlias, input);
        let place = (region, name);
        let is_there = self.model.aliases.contains_key(&place);
        assert_eq!(answer.is_ok(), who.manages() && is_there, "{answer:?}");
        if answer.is_ok() {
            self.model.aliases.remove(&place);
        }
    }

    fn create_grant(&mut self, key: u8, grantee: Who, operations: u8, number: Option<u8>) {
        let at = self.key(key);
        let key = &self.model.keys[at];
        let all = operations_of(key.kind).iter().enumerate();
        let some = all.filter(|(bit, _)| (operations | 1) >> bit & 1 == 1);
        let operations: Vec<&str> = some.map(|(_, name)| *name).collect();
        let number = number.filter(|_| key.kind == Kind::Encrypt);
        let mut input = json!({"GranteePrincipal": grantee.arn(), "Operations": operations});
        if let Some(number) = number {
            input["Constraints"] = json!({"EncryptionContextEquals": context(number)});
        }
        let expected = self.model.refuses(at, Who::Admin, "CreateGrant", None);
        let answer = self.on(Who::Admin, at, Operation::CreateGrant, input);
        assert_eq!(answer.as_ref().err(), expected.as_ref());
        let Ok(answer) = answer else { return };
        let delay = i64::try_from(self.settings.grant_delay.as_secs()).unwrap();
        let visible = self.model.now + delay;
        self.model.keys[at].grants.push(Grant {
            id: answer["GrantId"].as_str().unwrap().to_owned(),
            token: answer["GrantToken"].as_str().unwrap().to_owned(),
            grantee,
            operations,
            context: number,
            visible,
        });
    }

    fn end_grant(&mut self, who: Who, grant: u8, revoke: bool) {
        let keys = self.model.keys.iter().enumerate();
        let all: Vec<(usize, Grant)> = keys
            .flat_map(|(at, key)| key.grants.iter().map(move |grant| (at, grant.clone())))
            .collect();
        let Some(number) = usize::from(grant).checked_rem(all.len()) else {
            return;
        };
        let (key, grant) = &all[number];
        let region = self.model.keys[*key].region;
        let answer = if revoke {
            let input = json!({"GrantId": grant.id});
            self.on(who, *key, Operation::RevokeGrant, input)
        } else {
            let input = json!({"GrantToken": grant.token});
            self.call(who, region, Operation::RetireGrant, input)
        };
        assert_eq!(answer.is_ok(), who.manages(), "{answer:?}");
        if answer.is_ok() {
            let grants = &mut self.model.keys[*key].grants;
            grants.retain(|own| own.id != grant.id);
        }
    }

    fn put_policy(&mut self, who: Who, key: u8, is_open: bool) {
        let key = self.key(key);
        let expected = self.unmanageable(key, who, |_| true);
        let input = json!({"Policy": policy(is_open)});
        let answer = self.on(who, key, Operation::PutKeyPolicy, input);
        assert_eq!(answer.err(), expected);
        if expected.is_none() {
            self.model.keys[key].is_open = is_open;
        }
    }

    fn switch(&mut self, who: Who, key: u8, state: State) {
        let key = self.key(key);
        let fits = |state| matches!(state, State::Enabled | State::Disabled);
        let expected = self.unmanageable(key, who, fits);
        let operation = match state {
            State::Enabled => Operation::EnableKey,
            _ => Operation::DisableKey,
        };
        let answer = self.on(who, key, operation, json!({}));
        assert_eq!(answer.err(), expected);
        if expected.is_none() {
            self.model.keys[key].state = state;
        }
    }

    fn schedule(&mut self, who: Who, key: u8, days: i64) {
        let key = self.key(key);
        let expected = self.unmanageable(key, who, |state| !state.is_pending_deletion());
        let input = json!({"PendingWindowInDays": days});
        let answer = self.on(who, key, Operation::ScheduleKeyDeletion, input);
        assert_eq!(answer.err(), expected);
        if expected.is_some() {
            return;
        }
        let own = &self.model.keys[key];
        let waits = own.is_primary == Some(true) && self.model.family(own.id()).len() > 1;
        self.model.keys[key].state = if waits {
            State::PendingReplicaDeletion { days }
        } else {
            let at = self.model.now + days * DAY;
            State::PendingDeletion { at }
        };
    }

    fn cancel(&mut self, who: Who, key: u8) {
        let key = self.key(key);
        let expected = self.unmanageable(key, who, State::is_pending_deletion);
        let answer = self.on(who, key, Operation::CancelKeyDeletion, json!({}));
        assert_eq!(answer.err(), expected);
        if expected.is_none() {
            let key = &mut self.model.keys[key];
            key.state = State::Disabled;
            key.follow_material();
        }
    }
}

pub(super) fn alias(name: u8) -> String {
    format!("alias/number-{name}")
}
