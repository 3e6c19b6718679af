//! The header of a message (AWS Encryption SDK specification, "Message header").

use std::io::Read;
use std::num::NonZeroU32;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kmsim_types::EncryptionContext;

use crate::context;
use crate::error::{Error, Malformed};
use crate::source::Source;
use crate::suite::{AlgorithmSuite, MessageVersion};

/// The most bytes that a header may have: 65535 data keys of a usual size.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// The type of a version 1 message: customer authenticated encrypted data.
const TYPE: u8 = 0x80;
const NONCE_LENGTH: u8 = 12;

/// What stands in front of a message. As long as the message isn't decrypted, nothing in it can be
/// trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The algorithm suite.
    pub suite: AlgorithmSuite,
    /// Random: 16 bytes in version 1, 32 in version 2.
    pub message_id: Vec<u8>,
    /// The encryption context, with the public key of a signed message.
    pub context: EncryptionContext,
    /// The data key under each of the wrapping keys.
    pub encrypted_data_keys: Vec<EncryptedDataKey>,
    /// How the body is divided.
    pub content: Content,
    /// What ties the message to one data key; version 2 only.
    pub commitment: Option<[u8; 32]>,
}

/// A data key under one wrapping key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EncryptedDataKey {
    /// Whose it is: `aws-kms`, or the namespace of a raw key.
    pub provider_id: String,
    /// The wrapping key: the ARN of a KMS key.
    pub provider_info: Vec<u8>,
    /// The data key as the provider encrypted it.
    pub ciphertext: Vec<u8>,
}

/// How the body of a message is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// One piece. Such messages are read and never written (specification, "Non-framed data").
    Unframed,
    /// Frames of this length, the last one shorter.
    Framed(NonZeroU32),
}

impl Header {
    /// Reads the header in front of a message, without checking that it is authentic.
    ///
    /// ```
    /// let error = kmsim_envelope::Header::read_unverified(&b"\x02\x05\x78"[..]).unwrap_err();
    /// assert_eq!(error.to_string(), "the message ends too soon: at byte 3, within the message id");
    /// ```
    pub fn read_unverified(message: impl Read) -> Result<Self, Error> {
        Self::parse(&mut Source::new(message), None)
    }

    /// The header's bytes, up to its tag.
    ///
    /// # Errors
    /// When something is longer than its length field can say, or there is no data key.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::with_capacity(512);
        match self.suite.message_version() {
            MessageVersion::V1 => bytes.extend([1, TYPE]),
            MessageVersion::V2 => bytes.push(2),
        }
        bytes.extend(self.suite.id().to_be_bytes());
        bytes.extend(&self.message_id);
        let too_long = |_| Error::EncryptedDataKeys;
        let context = context::serialize(&self.context)?;
        put_prefixed(&mut bytes, &context)?;
        let count = u16::try_from(self.encrypted_data_keys.len()).map_err(too_long)?;
        if count == 0 {
            return Err(Error::EncryptedDataKeys);
        }
        bytes.extend(count.to_be_bytes());
        for key in &self.encrypted_data_keys {
            key.write(&mut bytes)?;
        }
        let (content_type, frame_length) = match self.content {
            Content::Unframed => (1, 0),
            Content::Framed(length) => (2, length.get()),
        };
        bytes.push(content_type);
        if self.suite.message_version() == MessageVersion::V1 {
            bytes.extend([0, 0, 0, 0, NONCE_LENGTH]);
        }
        bytes.extend(frame_length.to_be_bytes());
        bytes.extend(self.commitment.iter().flatten());
        Ok(bytes)
    }

    /// Reads a header up to its tag. More than `most_keys` encrypted data keys are refused as soon
    /// as they are counted.
    pub(crate) fn parse<R: Read>(
        source: &mut Source<R>,
        most_keys: Option<u16>,
    ) -> Result<Self, Error> {
        let suite = suite(source)?;
        let version = suite.message_version();
        let mut message_id = Vec::new();
        let length = match version {
            MessageVersion::V1 => 16,
            MessageVersion::V2 => 32,
        };
        source.fill(&mut message_id, length, "the message id")?;

        let serialized = source.prefixed("the encryption context")?;
        let start = source.offset() - u64::try_from(serialized.len()).unwrap_or(0);
        let context = context::parse(&serialized).map_err(|(place, reason)| Error::Malformed {
            offset: start + u64::try_from(place).unwrap_or(0),
            reason,
        })?;
        check_public_key(suite, &context, start)?;

        // In the order in which they stand in the message.
        Ok(Self {
            suite,
            message_id,
            context,
            encrypted_data_keys: data_keys(source, most_keys)?,
            content: Content::parse(source, version)?,
            commitment: match version {
                MessageVersion::V1 => None,
                MessageVersion::V2 => Some(source.array("the commitment")?),
            },
        })
    }
}

impl Content {
    fn parse<R: Read>(source: &mut Source<R>, version: MessageVersion) -> Result<Self, Error> {
        const PART: &str = "content type and frame length";
        let offset = source.offset();
        let content_type = source.u8(PART)?;
        if !matches!(content_type, 1 | 2) {
            return Malformed::ContentType(content_type).at(offset);
        }
        if version == MessageVersion::V1 {
            let offset = source.offset();
            if source.u32(PART)? != 0 {
                return Malformed::Reserved.at(offset);
            }
            let offset = source.offset();
            let length = source.u8(PART)?;
            if length != NONCE_LENGTH {
                return Malformed::NonceLength(length).at(offset);
            }
        }
        let offset = source.offset();
        let frame_length = source.u32(PART)?;
        match (content_type, NonZeroU32::new(frame_length)) {
            (1, None) => Ok(Self::Unframed),
            (2, Some(length)) => Ok(Self::Framed(length)),
            _ => Malformed::FrameLength(frame_length).at(offset),
        }
    }
}

impl EncryptedDataKey {
    /// Appends the key as headers and cache ids have it.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) -> Result<(), Error> {
        put_prefixed(bytes, self.provider_id.as_bytes())?;
        put_prefixed(bytes, &self.provider_info)?;
        put_prefixed(bytes, &self.ciphertext)
    }
}

fn put_prefixed(bytes: &mut Vec<u8>, field: &[u8]) -> Result<(), Error> {
    let length = u16::try_from(field.len()).map_err(|_| Error::EncryptedDataKeys)?;
    bytes.extend(length.to_be_bytes());
    bytes.extend(field);
    Ok(())
}

/// Version, type and suite.
fn suite<R: Read>(source: &mut Source<R>) -> Result<AlgorithmSuite, Error> {
    const PART: &str = "version and algorithm suite";
    let version = match source.u8(PART)? {
        1 => MessageVersion::V1,
        2 => MessageVersion::V2,
        // Both versions begin with an A in base64 (specification, "Decrypt", message format).
        b'A' => return Malformed::Base64.at(0),
        other => return Malformed::Version(other).at(0),
    };
    if version == MessageVersion::V1 {
        let found = source.u8(PART)?;
        if found != TYPE {
            return Malformed::Type(found).at(1);
        }
    }
    let offset = source.offset();
    let id = source.u16(PART)?;
    match AlgorithmSuite::from_id(id) {
        None => Malformed::Suite(id).at(offset),
        Some(suite) if suite.message_version() != version => {
            Malformed::SuiteVersion(suite).at(offset)
        }
        Some(suite) => Ok(suite),
    }
}

/// Signed messages have a public key, others must not seem to (specification, "Default
/// cryptographic materials manager", decrypt materials).
fn check_public_key(
    suite: AlgorithmSuite,
    context: &EncryptionContext,
    offset: u64,
) -> Result<(), Error> {
    match (suite.signature(), context.get(context::PUBLIC_KEY)) {
        (Some(_), Some(key)) if STANDARD.decode(key).is_ok() => Ok(()),
        (Some(_), Some(_)) => Malformed::PublicKey.at(offset),
        (None, None) => Ok(()),
        (Some(_), None) => Malformed::NoPublicKey.at(offset),
        (None, Some(_)) => Malformed::UnexpectedPublicKey.at(offset),
    }
}

fn data_keys<R: Read>(
    source: &mut Source<R>,
    most_keys: Option<u16>,
) -> Result<Vec<EncryptedDataKey>, Error> {
    const PART: &str = "the encrypted data keys";
    let offset = source.offset();
    let count = source.u16(PART)?;
    if count == 0 {
        return Malformed::NoDataKeys.at(offset);
    }
    if let Some(limit) = most_keys.filter(|limit| count > *limit) {
        let found = count.into();
        return Err(Error::TooManyDataKeys { found, limit });
    }
    let mut keys = Vec::new();
    for _ in 0..count {
        let provider_id = source.prefixed(PART)?;
        let start = source.offset() - u64::try_from(provider_id.len()).unwrap_or(0);
        let provider_id = String::from_utf8(provider_id).map_err(|error| Error::Malformed {
            offset: start + u64::try_from(error.utf8_error().valid_up_to()).unwrap_or(0),
            reason: Malformed::Utf8,
        })?;
        keys.push(EncryptedDataKey {
            provider_id,
            provider_info: source.prefixed(PART)?,
            ciphertext: source.prefixed(PART)?,
        });
        if usize::try_from(source.offset()).is_ok_and(|length| length > MOST_BYTES) {
            return Err(Error::TooLarge {
                part: "the header",
                length: source.offset(),
                limit: MOST_BYTES,
            });
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests;
