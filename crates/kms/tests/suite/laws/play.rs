//! Each step on the service and on the model.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kmsim_kms::ErrorCode;
use kmsim_types::Operation;
use serde_json::{Value, json};

use super::model::{DAY, Grant, Imported, Key, Kind, REGIONS, State, Who};
use super::run::{Outcome, Run, Sealed, Signed, context};
use super::scene::{self, SCENE};
use super::step::{Name, Open, Step};
use crate::support::{ACCOUNT, base64};

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

    fn key(&self, number: u8) -> usize {
        usize::from(number) % self.model.keys.len()
    }

    /// Calls an operation on a key, by its ARN.
    fn on(&mut self, who: Who, key: usize, operation: Operation, mut input: Value) -> Outcome {
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

    fn encrypt(&mut self, who: Who, key: usize, name: &str, text: u8, number: u8) {
        let text = base64(format!("a secret text, number {text}").as_bytes());
        let input = json!({
            "KeyId": name, "Plaintext": text, "EncryptionContext": context(number),
        });
        let mut expected = self.model.refuses(key, who, "Encrypt", Some(number));
        if expected.is_none() && self.model.keys[key].kind != Kind::Encrypt {
            expected = Some(ErrorCode::InvalidKeyUsage);
        }
        let region = self.model.keys[key].region;
        let answer = self.call(who, region, Operation::Encrypt, input);
        assert_eq!(answer.as_ref().err(), expected.as_ref());
        let Ok(answer) = answer else { return };
        assert_eq!(answer["KeyId"], *self.model.keys[key].arn);
        self.keep(key, &answer["CiphertextBlob"], text, number);
    }

    fn keep(&mut self, key: usize, blob: &Value, text: String, context: u8) {
        // Steps name ciphertexts by a byte.
        if self.sealed.len() < 256 {
            self.sealed.push(Sealed {
                id: self.model.keys[key].id().to_owned(),
                blob: blob.as_str().unwrap().to_owned(),
                text,
                context,
            });
        }
    }

    fn encrypt_under_alias(&mut self, name: u8, region: usize) {
        let name = alias(name);
        match self.model.aliases.get(&(region, name.clone())) {
            Some(&key) => self.encrypt(Who::Root, key, &name, 0, 0),
            None => {
                let input = json!({"KeyId": name, "Plaintext": "AAAA"});
                let answer = self.call(Who::Root, region, Operation::Encrypt, input);
                assert_eq!(answer, Err(ErrorCode::NotFound));
            }
        }
    }

    fn generate_data_key(&mut self, who: Who, key: u8, number: u8, with_plaintext: bool) {
        let key = self.key(key);
        let operation = if with_plaintext {
            Operation::GenerateDataKey
        } else {
            Operation::GenerateDataKeyWithoutPlaintext
        };
        let mut expected = self.model.refuses(key, who, operation.name(), Some(number));
        if expected.is_none() && self.model.keys[key].kind != Kind::Encrypt {
            expected = Some(ErrorCode::InvalidKeyUsage);
        }
        let input = json!({"KeySpec": "AES_256", "EncryptionContext": context(number)});
        let answer = self.on(who, key, operation, input);
        assert_eq!(answer.as_ref().err(), expected.as_ref());
        let Ok(answer) = answer else { return };
        assert_eq!(answer["Plaintext"].is_string(), with_plaintext);
        if let Some(text) = answer["Plaintext"].as_str() {
            self.keep(key, &answer["CiphertextBlob"], text.to_owned(), number);
        }
    }

    /// The request of an attempt to decrypt without its key, the key that it is on, and its Region;
    /// none as long as there is no ciphertext.
    fn attempt(&self, open: Open) -> Option<Attempt> {
        let count = self.sealed.len();
        let sealed = usize::from(open.sealed).checked_rem(count)?;
        let own = &self.sealed[sealed];
        let (key, region) = match open.name {
            Name::Other(other) => {
                let other = self.key(other);
                (Some(other), self.model.keys[other].region)
            }
            _ => (self.model.find(&own.id, open.region), open.region),
        };
        let name = match open.name {
            Name::No => None,
            Name::Right => Some(format!(
                "arn:aws:kms:{}:{ACCOUNT}:key/{}",
                REGIONS[region], own.id
            )),
            Name::Other(_) => key.map(|key| self.model.keys[key].arn.clone()),
        };
        let mut blob = STANDARD.decode(&own.blob).unwrap();
        if let Some(flip) = open.flip {
            let at = usize::from(flip / 8) % blob.len();
            blob[at] ^= 1 << (flip % 8);
        }
        Some(Attempt {
            sealed,
            key: key.filter(|key| self.model.keys[*key].state != State::Gone),
            region,
            name,
            context: (own.context + u8::from(open.wrong_context)) % 3,
            blob: base64(&blob),
        })
    }

    pub(super) fn decrypt(&mut self, who: Who, open: Open) {
        let Some(attempt) = self.attempt(open) else {
            return;
        };
        let mut input = json!({
            "CiphertextBlob": attempt.blob, "EncryptionContext": context(attempt.context),
        });
        if let Some(name) = &attempt.name {
            input["KeyId"] = json!(name);
        }
        let expected = match attempt.key {
            None => Some(attempt.not_found()),
            Some(key) => self
                .model
                .refuses(key, who, "Decrypt", Some(attempt.context))
                .or_else(|| self.unreadable(&attempt, key)),
        };
        let answer = self.call(who, attempt.region, Operation::Decrypt, input);
        if open.flip.is_some() {
            assert!(answer.is_err(), "a changed ciphertext was decrypted");
            return;
        }
        assert_eq!(answer.as_ref().err(), expected.as_ref());
        if let Ok(answer) = answer {
            assert_eq!(answer["Plaintext"], *self.sealed[attempt.sealed].text);
        }
    }

    /// Why a key that works cannot decrypt a ciphertext.
    fn unreadable(&self, attempt: &Attempt, key: usize) -> Option<ErrorCode> {
        let sealed = &self.sealed[attempt.sealed];
        let key = &self.model.keys[key];
        if key.kind != Kind::Encrypt {
            return Some(ErrorCode::InvalidKeyUsage);
        }
        if key.id() != sealed.id {
            return Some(ErrorCode::IncorrectKey);
        }
        (sealed.context != attempt.context).then_some(ErrorCode::InvalidCiphertext)
    }

    fn re_encrypt(&mut self, who: Who, open: Open, to: u8, number: u8) {
        let Some(attempt) = self.attempt(open) else {
            return;
        };
        let all = self.model.keys.iter().enumerate();
        let here: Vec<usize> = all
            .filter(|(_, key)| key.region == attempt.region)
            .map(|(at, _)| at)
            .collect();
        let Some(to) = usize::from(to).checked_rem(here.len()).map(|at| here[at]) else {
            return;
        };
        let mut input = json!({
            "CiphertextBlob": attempt.blob,
            "SourceEncryptionContext": context(attempt.context),
            "DestinationKeyId": self.model.keys[to].arn,
            "DestinationEncryptionContext": context(number),
        });
        if let Some(name) = &attempt.name {
            input["SourceKeyId"] = json!(name);
        }
        let expected = self.cannot_re_encrypt(who, &attempt, to, number);
        let answer = self.call(who, attempt.region, Operation::ReEncrypt, input);
        if open.flip.is_some() {
            assert!(answer.is_err(), "a changed ciphertext was encrypted again");
            return;
        }
        assert_eq!(answer.as_ref().err(), expected.as_ref());
        if let Ok(answer) = answer {
            let text = self.sealed[attempt.sealed].text.clone();
            self.keep(to, &answer["CiphertextBlob"], text, number);
        }
    }

    /// Both keys must be there, then both permissions, then both states and usages, and then the
    /// ciphertext is looked at.
    fn cannot_re_encrypt(
        &self,
        who: Who,
        attempt: &Attempt,
        to: usize,
        number: u8,
    ) -> Option<ErrorCode> {
        let Some(from) = attempt.key else {
            return Some(attempt.not_found());
        };
        let now = self.model.now;
        let (source, destination) = (&self.model.keys[from], &self.model.keys[to]);
        if destination.state == State::Gone {
            return Some(ErrorCode::NotFound);
        }
        let reads = source.permits(who, "ReEncryptFrom", Some(attempt.context), now);
        let writes = destination.permits(who, "ReEncryptTo", Some(number), now);
        if !(reads && writes) {
            return Some(ErrorCode::AccessDenied);
        }
        let states = source.state.refuses().or(destination.state.refuses());
        let usage = || {
            let fits = source.kind == Kind::Encrypt && destination.kind == Kind::Encrypt;
            (!fits).then_some(ErrorCode::InvalidKeyUsage)
        };
        states
            .or_else(usage)
            .or_else(|| self.unreadable(attempt, from))
    }

    fn sign(&mut self, who: Who, key: u8) {
        let key = self.key(key);
        let kind = self.model.keys[key].kind;
        let message = base64(b"a message");
        let (operation, input) = match kind {
            Kind::Mac => (
                Operation::GenerateMac,
                json!({"Message": message, "MacAlgorithm": "HMAC_SHA_256"}),
            ),
            _ => (
                Operation::Sign,
                json!({"Message": message, "SigningAlgorithm": "ECDSA_SHA_256"}),
            ),
        };
        let mut expected = self.model.refuses(key, who, operation.name(), None);
        if expected.is_none() && kind == Kind::Encrypt {
            expected = Some(ErrorCode::InvalidKeyUsage);
        }
        let answer = self.on(who, key, operation, input);
        assert_eq!(answer.as_ref().err(), expected.as_ref());
        if let Ok(answer) = answer {
            let name = if kind == Kind::Mac {
                "Mac"
            } else {
                "Signature"
            };
            let value = answer[name].clone();
            self.signed.push(Signed { key, value });
        }
    }

    /// Every other time with another message.
    fn verify(&mut self, who: Who, signed: u8) {
        let (is_wrong, signed) = (signed % 2 == 1, usize::from(signed / 2));
        let Some(at) = signed.checked_rem(self.signed.len()) else {
            return;
        };
        let Signed { key, value } = &self.signed[at];
        let (key, value) = (*key, value.clone());
        let message = base64(if is_wrong {
            b"no message"
        } else {
            b"a message"
        });
        let (operation, wrong, input) = match self.model.keys[key].kind {
            Kind::Mac => (
                Operation::VerifyMac,
                ErrorCode::KmsInvalidMac,
                json!({"Message": message, "MacAlgorithm": "HMAC_SHA_256", "Mac": value}),
            ),
            _ => (
                Operation::Verify,
                ErrorCode::KmsInvalidSignature,
                json!({
                    "Message": message, "SigningAlgorithm": "ECDSA_SHA_256", "Signature": value,
                }),
            ),
        };
        let expected = self.model.refuses(key, who, operation.name(), None);
        let expected = expected.or(is_wrong.then_some(wrong));
        let answer = self.on(who, key, operation, input);
        assert_eq!(answer.err(), expected);
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

    fn set_rotation(&mut self, who: Who, key: u8, days: Option<u32>) {
        let key = self.key(key);
        let answer = match days {
            Some(days) => {
                let input = json!({"RotationPeriodInDays": days});
                self.on(who, key, Operation::EnableKeyRotation, input)
            }
            None => self.on(who, key, Operation::DisableKeyRotation, json!({})),
        };
        let works = self.rotates(key) && self.model.keys[key].import.is_none();
        assert_eq!(answer.is_ok(), works && who.manages(), "{answer:?}");
    }

    /// Whether a key is of those that rotate, and in a state for it.
    fn rotates(&self, key: usize) -> bool {
        let key = &self.model.keys[key];
        let is_replica = key.is_primary == Some(false);
        key.state == State::Enabled && key.kind == Kind::Encrypt && !is_replica
    }

    /// It may be too often, or too soon after or before another one.
    fn rotate(&mut self, who: Who, key: u8) {
        let at = self.key(key);
        let answer = self.on(who, at, Operation::RotateKeyOnDemand, json!({}));
        let can = self.rotates(at) && who.manages();
        let key = &mut self.model.keys[at];
        let has_material = key.import.is_none() || key.staged.is_some();
        if !can || !has_material {
            assert!(answer.is_err(), "{key:?}");
        } else if let Err(error) = answer {
            let reasons = [ErrorCode::Conflict, ErrorCode::LimitExceeded];
            assert!(reasons.contains(&error), "{error} {key:?}");
        } else {
            key.imported.extend(key.staged.take());
        }
    }

    fn import(&mut self, key: u8, material: usize, days: Option<i64>) {
        // The keys for it are the first ones.
        let prepared = &SCENE.prepared;
        let at = usize::from(key) % prepared.len();
        let mut input = prepared[at].request(material);
        let expires = days.map(|days| self.model.now + days * DAY);
        match expires {
            Some(expires) => {
                let start = scene::start().seconds();
                input["ExpirationModel"] = json!("KEY_MATERIAL_EXPIRES");
                input["ValidTo"] = json!(start + expires);
            }
            None => input["ExpirationModel"] = json!("KEY_MATERIAL_DOES_NOT_EXPIRE"),
        }
        let key = &self.model.keys[at];
        let mut known = key.imported.iter().chain(&key.staged);
        let is_known = known.any(|own| own.which == material);
        let is_first = key.imported.is_empty();
        input["ImportType"] = json!(if is_known {
            "EXISTING_KEY_MATERIAL"
        } else {
            "NEW_KEY_MATERIAL"
        });
        let alive = key.state != State::Gone && !key.state.is_pending_deletion();
        let answer = self.call(Who::Root, 0, Operation::ImportKeyMaterial, input);
        let key = &mut self.model.keys[at];
        let Ok(answer) = answer else {
            // Other material waits for its rotation, or is on the way to it.
            let is_full = !is_known && !is_first;
            assert!(!alive || is_full, "{answer:?} {key:?}");
            return;
        };
        assert!(alive, "{key:?}");
        let own = Imported {
            which: material,
            there: true,
            expires,
        };
        let mut all = key.imported.iter_mut().chain(&mut key.staged);
        if let Some(known) = all.find(|own| own.which == material) {
            *known = own;
        } else if is_first {
            key.imported.push(own);
        } else {
            assert!(key.staged.is_none(), "{key:?}");
            key.staged = Some(own);
        }
        key.follow_material();
        let id = answer["KeyMaterialId"].clone();
        let before = self.material_ids.insert((at, material), id.clone());
        assert!(before.is_none_or(|before| before == id), "one id for ever");
    }

    fn delete_material(&mut self, key: u8, material: usize) {
        let at = usize::from(key) % SCENE.prepared.len();
        let Some(id) = self.material_ids.get(&(at, material)) else {
            return;
        };
        let input = json!({"KeyMaterialId": id});
        let answer = self.on(Who::Root, at, Operation::DeleteImportedKeyMaterial, input);
        let key = &mut self.model.keys[at];
        let mut known = key.imported.iter().chain(&key.staged);
        let is_known = known.any(|own| own.which == material);
        assert_eq!(answer.is_ok(), is_known && key.state != State::Gone);
        if answer.is_err() {
            return;
        }
        for own in key.imported.iter_mut().filter(|own| own.which == material) {
            (own.there, own.expires) = (false, None);
        }
        key.staged = key.staged.filter(|own| own.which != material);
        key.follow_material();
    }
}

/// A request to decrypt, taken apart.
struct Attempt {
    sealed: usize,
    /// The key, if it is there.
    key: Option<usize>,
    region: usize,
    name: Option<String>,
    context: u8,
    blob: String,
}

impl Attempt {
    /// What there is to say where no key is: a ciphertext alone does not tell what it lacks.
    const fn not_found(&self) -> ErrorCode {
        match self.name {
            Some(_) => ErrorCode::NotFound,
            None => ErrorCode::InvalidCiphertext,
        }
    }
}

fn alias(name: u8) -> String {
    format!("alias/number-{name}")
}
