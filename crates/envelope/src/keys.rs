//! From data key to message (AWS Encryption SDK specification, "Key derivation").

use kmsim_crypto::{GcmKey, hkdf};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::{Check, Error};
use crate::keyring::PlaintextDataKey;
use crate::suite::{AlgorithmSuite, MessageVersion};

/// The nonce of every header that we write. A derived key encrypts one header only.
pub(crate) const HEADER_NONCE: [u8; 12] = [0; 12];

/// What one message is encrypted with.
pub(crate) struct MessageKeys {
    pub(crate) cipher: GcmKey,
    pub(crate) commitment: Option<[u8; 32]>,
}

impl MessageKeys {
    pub(crate) fn derive(
        suite: AlgorithmSuite,
        message_id: &[u8],
        data_key: &PlaintextDataKey,
    ) -> Result<Self, Error> {
        let data_key = data_key.as_bytes();
        if data_key.len() != suite.key_length() {
            let found = data_key.len();
            return Err(Error::DataKeyLength { found, suite });
        }
        let Some(hash) = suite.key_derivation() else {
            return Ok(Self {
                cipher: GcmKey::new(data_key)?,
                commitment: None,
            });
        };
        let mut key = Zeroizing::new(vec![0; suite.key_length()]);
        let suite_id = suite.id().to_be_bytes();
        let commitment = match suite.message_version() {
            MessageVersion::V1 => {
                // No salt is a salt of as many zeros as a hash value has bytes.
                let info = [&suite_id, message_id].concat();
                hkdf::derive(hash, &[], data_key, &info, &mut key)?;
                None
            }
            MessageVersion::V2 => {
                let info = [&suite_id[..], b"DERIVEKEY"].concat();
                hkdf::derive(hash, message_id, data_key, &info, &mut key)?;
                let mut commitment = [0; 32];
                hkdf::derive(hash, message_id, data_key, b"COMMITKEY", &mut commitment)?;
                Some(commitment)
            }
        };
        Ok(Self {
            cipher: GcmKey::new(&key)?,
            commitment,
        })
    }

    /// Compares, in constant time, with what the header commits to.
    pub(crate) fn check_commitment(&self, header: Option<&[u8; 32]>) -> Result<(), Error> {
        let same = match (&self.commitment, header) {
            (Some(derived), Some(found)) => bool::from(derived.ct_eq(found)),
            (None, None) => true,
            _ => false,
        };
        if same {
            Ok(())
        } else {
            Err(Error::NotAuthentic(Check::Commitment))
        }
    }
}
