//! Envelope encryption: a client with the message format of the AWS Encryption SDK, whose calls go
//! to the service.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kmsim_envelope::keyring::{JsonClient, KmsKeyring};
use kmsim_envelope::{
    AlgorithmSuite, CacheLimits, CachingManager, DataKeyCache, Decryptor, Encryptor, Error,
    KeyringError, MaterialsManager,
};
use kmsim_kms::clock::Clock as _;
use kmsim_kms::{Caller, KmsError};
use kmsim_types::EncryptionContext;
use rand_core::CryptoRng;
use serde_json::{Value, json};

use super::{Came, Failure, Run};
use crate::scenario::{Cache, Envelope};
use crate::template::Incomplete;

/// Entries of a cache.
const CAPACITY: usize = 1000;

/// The default suite of the SDK, without its signature.
const UNSIGNED: AlgorithmSuite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKey;

impl Run<'_> {
    /// Encrypts messages, or decrypts one. The result tells how many calls that took.
    pub(super) fn envelope(&mut self, envelope: &Envelope) -> Result<Came, Incomplete> {
        let key = self.complete(&envelope.key)?;
        let Some(key) = key.as_str() else {
            let why = "a client names its key by a text".to_owned();
            return Err(Incomplete(why));
        };
        let data = self.bytes(&envelope.data)?;
        let call = &envelope.call.call;
        let Some(region) = call.region.clone() else {
            let why = "it is not said which Region is called".to_owned();
            return Err(Incomplete(why));
        };
        let now = u64::try_from(self.clock.now().millis()).unwrap_or_default();
        let mut calls = 0;
        let (service, caller) = (
            &mut self.service,
            Caller::with_circumstances(call.clone(), region),
        );
        let client = JsonClient(|operation, input: &Value| {
            calls += 1;
            Ok(service.call(&caller, operation, input)?)
        });
        let keyring = KmsKeyring::multi_region(client, [key]);
        let mut keyring = keyring.map_err(|why| Incomplete(why.to_string()))?;
        let context = EncryptionContext(envelope.context.iter().cloned().collect());
        let result = if envelope.encrypts {
            let messages = Messages {
                envelope,
                plaintext: &data,
                context: &context,
                rng: &mut self.rng,
            };
            let sealed = match &envelope.cache {
                None => messages.encrypt(&mut keyring),
                Some(limits) => {
                    let cache = self.caches.entry(limits.name.clone().unwrap_or_default());
                    let cache = cache.or_insert_with(|| DataKeyCache::new(CAPACITY));
                    if limits.name.is_none() {
                        cache.clear();
                    }
                    messages.encrypt_caching(keyring, limits, cache, Duration::from_millis(now))?
                }
            };
            sealed.map(|message| ("Message", message))
        } else {
            let decryptor = Decryptor {
                expected_context: context,
                ..Decryptor::default()
            };
            let opened = decryptor.decrypt(&data, &mut keyring);
            opened.map(|found| ("Plaintext", found.plaintext))
        };
        Ok(match result {
            Ok((name, bytes)) => {
                Came::answer(json!({name: STANDARD.encode(bytes), "KmsCalls": calls}))
            }
            Err(error) => Came::Failure(failure(error)),
        })
    }
}

/// Messages to encrypt.
struct Messages<'m> {
    envelope: &'m Envelope,
    plaintext: &'m [u8],
    context: &'m EncryptionContext,
    rng: &'m mut dyn CryptoRng,
}

impl Messages<'_> {
    /// Encrypts all messages, and gives the last one.
    fn encrypt(self, manager: &mut impl MaterialsManager) -> Result<Vec<u8>, Error> {
        let encryptor = self.encryptor();
        let mut last = Vec::new();
        for _ in 0..self.envelope.messages {
            last = encryptor.encrypt(self.plaintext, self.context, manager, self.rng)?;
        }
        Ok(last)
    }

    /// The same with a cache between, which may hold data keys of earlier steps.
    fn encrypt_caching(
        self,
        manager: impl MaterialsManager,
        limits: &Cache,
        cache: &mut DataKeyCache,
        now: Duration,
    ) -> Result<Result<Vec<u8>, Error>, Incomplete> {
        let encryptor = self.encryptor();
        let manager = CachingManager::new(manager, limits.limits(), self.rng);
        let manager = manager.map_err(|why| Incomplete(why.to_string()))?;
        let mut manager = manager.with_partition("scenario");
        let mut last = Vec::new();
        for _ in 0..self.envelope.messages {
            let mut manager = manager.at(cache, now);
            match encryptor.encrypt(self.plaintext, self.context, &mut manager, self.rng) {
                Ok(message) => last = message,
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(last))
    }

    fn encryptor(&self) -> Encryptor {
        Encryptor {
            suite: (!self.envelope.signed).then_some(UNSIGNED),
            ..Encryptor::default()
        }
    }
}

impl Cache {
    fn limits(&self) -> CacheLimits {
        let age = CacheLimits::of_age(Duration::from_secs(self.max_age));
        CacheLimits {
            max_messages: self.max_messages.unwrap_or(age.max_messages),
            max_bytes: self.max_bytes.unwrap_or(age.max_bytes),
            ..age
        }
    }
}

/// KMS's own exception if it refused, else `MessageException`: the client refuses the message.
fn failure(error: Error) -> Failure {
    let Error::Keyring(refused) = error else {
        return Failure {
            name: "MessageException".to_owned(),
            message: error.to_string(),
            explanations: Vec::new(),
        };
    };
    match exception(&refused) {
        Some(error) => Failure::of(error.clone()),
        None => Failure {
            name: "MessageException".to_owned(),
            message: refused.to_string(),
            explanations: Vec::new(),
        },
    }
}

fn exception(refused: &KeyringError) -> Option<&KmsError> {
    match refused {
        KeyringError::Kms { source, .. } => source.downcast_ref(),
        KeyringError::NotDecrypted { attempts } => attempts.iter().find_map(exception),
        _ => None,
    }
}
