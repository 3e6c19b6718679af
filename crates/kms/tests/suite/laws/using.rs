//! Cryptographic operations, and what must come of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kmsim_kms::ErrorCode;
use kmsim_types::Operation;
use serde_json::{Value, json};

use super::model::{Kind, REGIONS, State, Who};
use super::play::alias;
use super::run::{Run, Sealed, Signed, context};
use super::step::{Name, Open};
use crate::support::{ACCOUNT, base64};

impl Run {
    pub(super) fn encrypt(&mut self, who: Who, key: usize, name: &str, text: u8, number: u8) {
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

    pub(super) fn encrypt_under_alias(&mut self, name: u8, region: usize) {
        let name = alias(name);
        if let Some(&key) = self.model.aliases.get(&(region, name.clone())) {
            self.encrypt(Who::Root, key, &name, 0, 0);
            return;
        }
        let input = json!({"KeyId": name, "Plaintext": "AAAA"});
        let answer = self.call(Who::Root, region, Operation::Encrypt, input);
        assert_eq!(answer, Err(ErrorCode::NotFound));
    }

    pub(super) fn generate_data_key(
        &mut self,
        who: Who,
        key: u8,
        number: u8,
        with_plaintext: bool,
    ) {
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

    pub(super) fn re_encrypt(&mut self, who: Who, open: Open, to: u8, number: u8) {
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

    pub(super) fn sign(&mut self, who: Who, key: u8) {
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
    pub(super) fn verify(&mut self, who: Who, signed: u8) {
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
    /// What there is to say where no key is: a ciphertext alone does not tell whether there is one.
    const fn not_found(&self) -> ErrorCode {
        match self.name {
            Some(_) => ErrorCode::NotFound,
            None => ErrorCode::AccessDenied,
        }
    }
}
