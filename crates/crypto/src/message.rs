//! What a message that is to be signed consists of.

use kmsim_types::MessageType;

use crate::CryptoError;

/// The input of a signature over a digest.
pub(crate) enum Message<'a> {
    /// The message: it is yet to be hashed.
    Raw(&'a [u8]),
    /// Its digest.
    Digest(&'a [u8]),
}

impl<'a> Message<'a> {
    /// The message of a request. A digest must be as long as the hash of the signing algorithm
    /// makes it (API reference, `Sign`: "If you specify `DIGEST`, the message must match the
    /// length of the hash").
    pub(crate) fn new(
        message_type: MessageType,
        message: &'a [u8],
        digest_len: usize,
    ) -> Result<Self, CryptoError> {
        match message_type {
            MessageType::Raw => Ok(Self::Raw(message)),
            MessageType::Digest if message.len() == digest_len => Ok(Self::Digest(message)),
            MessageType::Digest => Err(CryptoError::MessageLength),
            MessageType::ExternalMu => Err(CryptoError::Unsupported),
        }
    }
}
