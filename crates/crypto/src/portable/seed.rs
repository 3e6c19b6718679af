//! The private keys of ML-DSA and ML-KEM in PKCS#8 (RFC 9881 and RFC 9935, section 6): a seed, the
//! key that is expanded from it, or both. We write the seed, as KMS does, and read the seed or
//! both; an expanded key alone cannot be turned back into its seed.

use pkcs8::der::asn1::{ContextSpecific, OctetStringRef};
use pkcs8::der::{Decode, Reader, SliceReader, TagNumber};
use pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};

use crate::CryptoError;

/// A seed, and the expanded key that comes with it.
pub(super) struct SeedKey<'a> {
    pub(super) seed: &'a [u8],
    pub(super) expanded: Option<&'a [u8]>,
}

impl<'a> SeedKey<'a> {
    /// Reads the PKCS#8 form of a key of the algorithm.
    pub(super) fn from_pkcs8(
        bytes: &'a [u8],
        algorithm: ObjectIdentifier,
    ) -> Result<Self, CryptoError> {
        let invalid = |_| CryptoError::InvalidMaterial;
        let info = PrivateKeyInfoRef::try_from(bytes).map_err(|_| CryptoError::InvalidMaterial)?;
        if info.algorithm.oid != algorithm || info.algorithm.parameters.is_some() {
            return Err(CryptoError::InvalidMaterial);
        }
        let mut reader = SliceReader::new(info.private_key.as_bytes()).map_err(invalid)?;
        let key = Self::read(&mut reader).map_err(invalid)?;
        reader.finish().map_err(invalid)?;
        Ok(key)
    }

    fn read(reader: &mut SliceReader<'a>) -> pkcs8::der::Result<Self> {
        let seed = ContextSpecific::<&OctetStringRef>::decode_implicit(reader, TagNumber(0))?;
        if let Some(seed) = seed {
            return Ok(Self {
                seed: seed.value.as_bytes(),
                expanded: None,
            });
        }
        reader.sequence(|reader| {
            Ok(Self {
                seed: <&OctetStringRef>::decode(reader)?.as_bytes(),
                expanded: Some(<&OctetStringRef>::decode(reader)?.as_bytes()),
            })
        })
    }
}
