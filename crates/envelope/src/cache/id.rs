//! Under which id materials are kept (specification, "Caching cryptographic materials manager",
//! appendix A): a hash of everything that must be equal for a hit.

use kmsim_crypto::{Digest, Hash};
use kmsim_types::EncryptionContext;

use crate::context;
use crate::error::Error;
use crate::keyring::EncryptedDataKey;
use crate::suite::AlgorithmSuite;

/// A SHA-384 hash value.
pub(super) type CacheId = [u8; 48];

/// Entries of caching managers; other numbers are for other kinds of entries.
const RESOURCE: u8 = 1;

/// The id of what a message is encrypted with.
pub(super) fn encryption(
    partition: &[u8],
    suite: Option<AlgorithmSuite>,
    context: &EncryptionContext,
) -> Result<CacheId, Error> {
    let mut fields = Fields::new(1, partition);
    match suite {
        None => fields.field(&[0]),
        Some(suite) => {
            fields.field(&[1]);
            fields.field(&suite.id().to_be_bytes());
        }
    }
    Ok(fields.finish(&context::serialize(context)?))
}

/// The id of a data key that was decrypted: the order of the encrypted ones doesn't matter.
pub(super) fn decryption(
    partition: &[u8],
    suite: AlgorithmSuite,
    encrypted: &[EncryptedDataKey],
    context: &EncryptionContext,
) -> Result<CacheId, Error> {
    let mut fields = Fields::new(2, partition);
    fields.field(&suite.id().to_be_bytes());
    let mut keys = Vec::with_capacity(encrypted.len());
    for key in encrypted {
        let mut bytes = Vec::new();
        key.write(&mut bytes)?;
        keys.push(bytes);
    }
    keys.sort_unstable();
    fields.field(&keys.concat());
    Ok(fields.finish(&context::serialize(context)?))
}

/// Fields with a null byte between them.
struct Fields(Digest);

impl Fields {
    fn new(scope: u8, partition: &[u8]) -> Self {
        let mut fields = Self(Digest::new(Hash::Sha384));
        fields.field(&[RESOURCE]);
        fields.field(&[scope]);
        fields.field(partition);
        fields
    }

    fn field(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
        self.0.update(&[0]);
    }

    fn finish(mut self, last: &[u8]) -> CacheId {
        self.0.update(last);
        let mut id = [0; 48];
        for (to, from) in id.iter_mut().zip(self.0.finish()) {
            *to = from;
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str) -> EncryptedDataKey {
        EncryptedDataKey {
            provider_id: id.to_owned(),
            provider_info: vec![1],
            ciphertext: vec![2, 3],
        }
    }

    #[test]
    fn the_formulas() {
        let context = EncryptionContext::from_iter([("a", "1")]);
        let suite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKey;
        let hash = |text: &[u8]| Hash::Sha384.digest(text);
        assert_eq!(
            encryption(b"p", None, &context).unwrap().to_vec(),
            hash(b"\x01\0\x01\0p\0\0\0\0\x01\0\x01a\0\x011")
        );
        assert_eq!(
            encryption(b"p", Some(suite), &context).unwrap().to_vec(),
            hash(b"\x01\0\x01\0p\0\x01\0\x04\x78\0\0\x01\0\x01a\0\x011")
        );
        assert_eq!(
            decryption(b"p", suite, &[key("y"), key("x")], &EncryptionContext::new())
                .unwrap()
                .to_vec(),
            hash(b"\x01\0\x02\0p\0\x04\x78\0\0\x01x\0\x01\x01\0\x02\x02\x03\0\x01y\0\x01\x01\0\x02\x02\x03\0")
        );
    }

    #[test]
    fn the_order_of_data_keys_does_not_matter() {
        let suite = AlgorithmSuite::Aes128GcmHkdfSha256;
        let context = EncryptionContext::new();
        let id = |keys: &[EncryptedDataKey]| decryption(b"", suite, keys, &context).unwrap();
        assert_eq!(id(&[key("x"), key("y")]), id(&[key("y"), key("x")]));
        assert_ne!(id(&[key("x"), key("y")]), id(&[key("x")]));
    }
}
