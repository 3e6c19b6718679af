//! Keyrings of KMS keys (AWS Encryption SDK specification, "AWS KMS keyring" and the pages around
//! it).

use kmsim_types::{AccountId, EncryptionContext, Operation, Partition, Region};
use rand_core::CryptoRng;

use super::client::{KmsCiphertext, KmsClient, KmsDataKey};
use super::key_arn::{KeyArn, multi_region_id};
use super::{
    BoxError, DataKey, EncryptedDataKey, Keyring, KeyringError, PlaintextDataKey,
    UnexpectedResponse,
};

/// Who encrypted a data key, if KMS did.
const PROVIDER_ID: &str = "aws-kms";

/// A keyring of KMS keys: those that were named, or those that a message names.
#[derive(Debug)]
pub struct KmsKeyring<C> {
    client: C,
    keys: Keys,
    grant_tokens: Vec<String>,
}

#[derive(Debug)]
enum Keys {
    /// Keys that were named. The first generates data keys, the others encrypt them too.
    Named {
        key_ids: Vec<String>,
        /// Whether a message of a replica is decrypted by the related key that is named.
        multi_region: bool,
    },
    /// Any key, to decrypt with.
    Discovered {
        filter: Option<DiscoveryFilter>,
        /// The Region whose replicas decrypt messages of all Regions.
        region: Option<Region>,
    },
}

/// Which keys a discovery keyring calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoveryFilter {
    /// The partition of the accounts.
    pub partition: Partition,
    /// The accounts whose keys may be called.
    pub accounts: Vec<AccountId>,
}

/// Keys that make no keyring.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyIdsError {
    /// There is none.
    #[error("a keyring needs at least one key")]
    None,
    /// One is empty.
    #[error("a key id is empty")]
    Empty,
    /// A multi-Region keyring names replicas of one key.
    #[error("`{0}` is named twice, and all replicas of a multi-Region key are one key")]
    Related(String),
}

impl<C: KmsClient> KmsKeyring<C> {
    /// A strict keyring: encrypts under all of these keys, the first of which generates the data
    /// key, and decrypts with these only. A key of any identifier encrypts; to decrypt, it must be
    /// named by its key ARN, because that is what messages carry.
    ///
    /// # Errors
    /// When there is no key, or an empty key id.
    pub fn strict(
        client: C,
        key_ids: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Self, KeyIdsError> {
        Self::named(client, key_ids, false)
    }

    /// A strict keyring that decrypts messages of a multi-Region key's replica with the related
    /// key that it names.
    ///
    /// # Errors
    /// When there is no key, an empty key id, or the same multi-Region key twice.
    pub fn multi_region(
        client: C,
        key_ids: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Self, KeyIdsError> {
        Self::named(client, key_ids, true)
    }

    fn named(
        client: C,
        key_ids: impl IntoIterator<Item = impl Into<String>>,
        multi_region: bool,
    ) -> Result<Self, KeyIdsError> {
        let key_ids: Vec<String> = key_ids.into_iter().map(Into::into).collect();
        if key_ids.is_empty() {
            return Err(KeyIdsError::None);
        }
        if key_ids.iter().any(String::is_empty) {
            return Err(KeyIdsError::Empty);
        }
        if multi_region {
            let mut ids: Vec<&str> = Vec::new();
            for id in key_ids.iter().filter_map(|id| multi_region_id(id)) {
                if ids.contains(&id) {
                    return Err(KeyIdsError::Related(id.to_owned()));
                }
                ids.push(id);
            }
        }
        Ok(Self::new(
            client,
            Keys::Named {
                key_ids,
                multi_region,
            },
        ))
    }

    /// A discovery keyring: decrypts with whatever key the message names, within the filter. It
    /// can't encrypt.
    pub fn discovery(client: C, filter: Option<DiscoveryFilter>) -> Self {
        let region = None;
        Self::new(client, Keys::Discovered { filter, region })
    }

    /// A discovery keyring of one Region: messages of a multi-Region key are decrypted by its
    /// replica in this Region, messages of other keys if they are in this Region.
    pub fn multi_region_discovery(
        client: C,
        region: Region,
        filter: Option<DiscoveryFilter>,
    ) -> Self {
        let region = Some(region);
        Self::new(client, Keys::Discovered { filter, region })
    }

    fn new(client: C, keys: Keys) -> Self {
        Self {
            client,
            keys,
            grant_tokens: Vec::new(),
        }
    }

    /// The same keyring with grant tokens for every call.
    #[must_use]
    pub fn with_grant_tokens(self, grant_tokens: Vec<String>) -> Self {
        Self {
            grant_tokens,
            ..self
        }
    }

    /// The client.
    pub fn client(&self) -> &C {
        &self.client
    }

    /// The client, to be changed between messages.
    pub fn client_mut(&mut self) -> &mut C {
        &mut self.client
    }

    fn generate_data_key(
        &mut self,
        key_id: &str,
        length: usize,
        context: &EncryptionContext,
    ) -> Result<DataKey, KeyringError> {
        let operation = Operation::GenerateDataKey;
        let KmsDataKey {
            key_id: arn,
            plaintext,
            ciphertext_blob,
        } = self
            .client
            .generate_data_key(key_id, length, context, &self.grant_tokens)
            .map_err(failed(operation, key_id))?;
        let found = plaintext.as_bytes().len();
        if found != length {
            let found = UnexpectedResponse::Length(found);
            return Err(unexpected(operation, key_id, found));
        }
        let encrypted = vec![encrypted_data_key(operation, key_id, arn, ciphertext_blob)?];
        Ok(DataKey {
            plaintext,
            encrypted,
        })
    }

    fn encrypt_data_key(
        &mut self,
        key_id: &str,
        data_key: &PlaintextDataKey,
        context: &EncryptionContext,
    ) -> Result<EncryptedDataKey, KeyringError> {
        let operation = Operation::Encrypt;
        let KmsCiphertext {
            key_id: arn,
            ciphertext_blob,
        } = self
            .client
            .encrypt(key_id, data_key.as_bytes(), context, &self.grant_tokens)
            .map_err(failed(operation, key_id))?;
        encrypted_data_key(operation, key_id, arn, ciphertext_blob)
    }

    fn decrypt_data_key(
        &mut self,
        key_id: &str,
        ciphertext_blob: &[u8],
        length: usize,
        context: &EncryptionContext,
    ) -> Result<PlaintextDataKey, KeyringError> {
        let operation = Operation::Decrypt;
        let response = self
            .client
            .decrypt(key_id, ciphertext_blob, context, &self.grant_tokens)
            .map_err(failed(operation, key_id))?;
        let found = response.plaintext.as_bytes().len();
        if response.key_id != key_id {
            let found = UnexpectedResponse::KeyId(response.key_id);
            Err(unexpected(operation, key_id, found))
        } else if found != length {
            let found = UnexpectedResponse::Length(found);
            Err(unexpected(operation, key_id, found))
        } else {
            Ok(response.plaintext)
        }
    }
}

impl<C: KmsClient> Keyring for KmsKeyring<C> {
    fn generate(
        &mut self,
        length: usize,
        context: &EncryptionContext,
        _rng: &mut dyn CryptoRng,
    ) -> Result<DataKey, KeyringError> {
        let (generator, further) = match &self.keys {
            Keys::Named { key_ids, .. } => {
                let key_ids = key_ids.clone();
                let mut key_ids = key_ids.into_iter();
                (key_ids.next(), key_ids)
            }
            Keys::Discovered { .. } => (None, Vec::new().into_iter()),
        };
        let generator = generator.ok_or(KeyringError::DiscoveryEncrypts)?;
        let mut data_key = self.generate_data_key(&generator, length, context)?;
        for key_id in further {
            let encrypted = self.encrypt_data_key(&key_id, &data_key.plaintext, context)?;
            data_key.encrypted.push(encrypted);
        }
        Ok(data_key)
    }

    fn decrypt(
        &mut self,
        encrypted: &[EncryptedDataKey],
        length: usize,
        context: &EncryptionContext,
    ) -> Result<PlaintextDataKey, KeyringError> {
        let mut attempts = Vec::new();
        for (key_id, ciphertext_blob) in self.keys.matching(encrypted) {
            match self.decrypt_data_key(&key_id, ciphertext_blob, length, context) {
                Ok(data_key) => return Ok(data_key),
                Err(error) => attempts.push(error),
            }
        }
        Err(KeyringError::not_decrypted(encrypted, attempts))
    }
}

impl Keys {
    /// The calls of `Decrypt` to try, in order: key and ciphertext. Named keys are tried one after
    /// the other, as a multi-keyring does, each with the data keys in the order of the message.
    fn matching<'m>(&self, encrypted: &'m [EncryptedDataKey]) -> Vec<(String, &'m [u8])> {
        let of_kms: Vec<_> = encrypted.iter().filter_map(of_kms).collect();
        match self {
            Self::Named {
                key_ids,
                multi_region,
            } => {
                let calls = key_ids.iter().flat_map(|key_id| {
                    of_kms
                        .iter()
                        .filter(|key| key.is_of(key_id, *multi_region))
                        .map(|key| (key_id.clone(), key.ciphertext))
                });
                calls.collect()
            }
            Self::Discovered { filter, region } => {
                let passing = of_kms
                    .iter()
                    .filter(|key| filter.as_ref().is_none_or(|filter| filter.passes(key.arn)));
                let calls = passing.filter_map(|key| {
                    let key_id = match region {
                        Some(region) if key.arn.is_multi_region() => {
                            key.arn.in_region(region.as_str())
                        }
                        Some(region) if key.arn.region != region.as_str() => return None,
                        _ => key.text.to_owned(),
                    };
                    Some((key_id, key.ciphertext))
                });
                calls.collect()
            }
        }
    }
}

impl DiscoveryFilter {
    fn passes(&self, key: KeyArn<'_>) -> bool {
        let mut accounts = self.accounts.iter();
        key.partition == self.partition.name()
            && accounts.any(|account| account.as_str() == key.account)
    }
}

/// A data key under a KMS key.
#[derive(Clone, Copy)]
struct OfKms<'m> {
    arn: KeyArn<'m>,
    text: &'m str,
    ciphertext: &'m [u8],
}

impl OfKms<'_> {
    /// Whether the key that was named by `key_id` decrypts it.
    fn is_of(&self, key_id: &str, multi_region: bool) -> bool {
        self.text == key_id
            || (multi_region && KeyArn::parse(key_id).is_some_and(|key| key.is_related(self.arn)))
    }
}

/// Data keys whose provider information is no key ARN are nobody's.
fn of_kms(key: &EncryptedDataKey) -> Option<OfKms<'_>> {
    let text = std::str::from_utf8(&key.provider_info).ok()?;
    (key.provider_id == PROVIDER_ID).then_some(OfKms {
        arn: KeyArn::parse(text)?,
        text,
        ciphertext: &key.ciphertext,
    })
}

fn encrypted_data_key(
    operation: Operation,
    key_id: &str,
    arn: String,
    ciphertext: Vec<u8>,
) -> Result<EncryptedDataKey, KeyringError> {
    if KeyArn::parse(&arn).is_none() {
        return Err(unexpected(
            operation,
            key_id,
            UnexpectedResponse::KeyId(arn),
        ));
    }
    Ok(EncryptedDataKey {
        provider_id: PROVIDER_ID.to_owned(),
        provider_info: arn.into_bytes(),
        ciphertext,
    })
}

fn failed(operation: Operation, key_id: &str) -> impl FnOnce(BoxError) -> KeyringError {
    move |source| KeyringError::Kms {
        operation,
        key_id: key_id.to_owned(),
        source,
    }
}

fn unexpected(operation: Operation, key_id: &str, found: UnexpectedResponse) -> KeyringError {
    KeyringError::Response {
        operation,
        key_id: key_id.to_owned(),
        found,
    }
}
