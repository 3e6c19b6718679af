//! What can go wrong with a message.

use std::io;

use kmsim_crypto::CryptoError;

use crate::context::ContextError;
use crate::keyring::KeyringError;
use crate::suite::{AlgorithmSuite, CommitmentPolicy};

/// Why a message was not written or not read.
///
/// Bytes count from 0 at the start of the message.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The bytes are no message.
    #[error("malformed message: {reason}, at byte {offset}")]
    Malformed {
        /// Where it shows.
        offset: u64,
        /// What is wrong.
        reason: Malformed,
    },
    /// The message ends too soon.
    #[error("the message ends too soon: at byte {length}, within {part}")]
    Truncated {
        /// How many bytes there are.
        length: u64,
        /// What the end is missing of.
        part: &'static str,
    },
    /// The message is not what was written, or the data key is another one.
    #[error("the message is not authentic: {0}")]
    NotAuthentic(Check),
    /// Without looking at more than the header.
    #[error("the commitment policy {policy} forbids to {verb} messages of {suite}")]
    CommitmentPolicy {
        /// The policy.
        policy: CommitmentPolicy,
        /// `encrypt` or `decrypt`.
        verb: &'static str,
        /// The suite that was asked for, or that the message has.
        suite: AlgorithmSuite,
    },
    /// The message is signed, and signatures were to be refused.
    #[error(
        "the message is signed, and streaming would release plaintext before the signature is checked"
    )]
    Signed,
    /// More encrypted data keys than the limit.
    #[error("the message has {found} encrypted data keys, the limit is {limit}")]
    TooManyDataKeys {
        /// How many there are.
        found: usize,
        /// The limit that was set.
        limit: u16,
    },
    /// Something would need more memory than the limit.
    #[error("{part} would take {length} bytes of memory, the limit is {limit}")]
    TooLarge {
        /// What would need the memory.
        part: &'static str,
        /// What the message declares, or has brought so far.
        length: u64,
        /// The limit that was set.
        limit: usize,
    },
    /// A message has at most 2^32 - 1 frames.
    #[error("the plaintext takes more than 2^32 - 1 frames: choose longer ones")]
    TooManyFrames,
    /// A data key, its provider's id or information is longer than 65535 bytes, or there are more
    /// than 65535 data keys, or none.
    #[error("the encrypted data keys have no place in a header")]
    EncryptedDataKeys,
    /// The plaintext is longer than declared.
    #[error("the plaintext is longer than the {declared} bytes that were declared")]
    LongerThanDeclared {
        /// What was declared.
        declared: u64,
    },
    /// The data key doesn't fit the suite.
    #[error("the data key has {found} bytes, {suite} needs {}", suite.key_length())]
    DataKeyLength {
        /// How long it is.
        found: usize,
        /// The suite of the message.
        suite: AlgorithmSuite,
    },
    /// The encryption context can't be used, or isn't the expected one.
    #[error(transparent)]
    Context(#[from] ContextError),
    /// There is no data key.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The input can't be read.
    #[error("can't read the input: {0}")]
    Read(#[source] io::Error),
    /// The output can't be written.
    #[error("can't write the output: {0}")]
    Write(#[source] io::Error),
    /// A primitive refused; no message makes it.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
}

/// What was checked and is not so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Check {
    /// The header commits to another data key.
    #[error("it commits to another data key")]
    Commitment,
    /// The tag of the header.
    #[error("the tag of its header is wrong")]
    Header,
    /// The tag of a frame.
    #[error("the tag of frame {0} is wrong")]
    Frame(u32),
    /// The tag of an unframed body.
    #[error("the tag of its body is wrong")]
    Body,
    /// The signature.
    #[error("its signature is wrong")]
    Signature,
}

/// In which way bytes are no message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The first byte is neither 1 nor 2.
    #[error("version {0:#04x} is none that exists")]
    Version(u8),
    /// The message was encoded as text and must be decoded first.
    #[error("it is base64, and must be decoded first")]
    Base64,
    /// The type of a version 1 message.
    #[error("type {0:#04x} is none that exists")]
    Type(u8),
    /// The suite.
    #[error("algorithm suite {0:#06x} is none that exists")]
    Suite(u16),
    /// A suite of the other version.
    #[error("{0} stands in a message of the other version")]
    SuiteVersion(AlgorithmSuite),
    /// The encryption context's lengths don't add up.
    #[error("the lengths in the encryption context don't add up")]
    ContextLength,
    /// An encryption context without pairs has no count either.
    #[error("the encryption context counts no pair")]
    EmptyContext,
    /// Keys stand in ascending order, each once.
    #[error("the keys of the encryption context are not in ascending order")]
    ContextOrder,
    /// A text that isn't UTF-8.
    #[error("a text is not UTF-8")]
    Utf8,
    /// Signed messages name their public key.
    #[error("the message is signed and its encryption context has no public key")]
    NoPublicKey,
    /// Other messages don't.
    #[error("the message is not signed and its encryption context has a public key")]
    UnexpectedPublicKey,
    /// The public key is not base64 of a compressed point.
    #[error("the public key in the encryption context can't be read")]
    PublicKey,
    /// There is at least one.
    #[error("there is no encrypted data key")]
    NoDataKeys,
    /// The content type.
    #[error("content type {0:#04x} is none that exists")]
    ContentType(u8),
    /// Reserved bytes are zero.
    #[error("reserved bytes are not zero")]
    Reserved,
    /// Nonces have 12 bytes.
    #[error("nonces of {0} bytes don't exist")]
    NonceLength(u8),
    /// Zero if the body has no frames, not zero if it has.
    #[error("the frame length {0} doesn't fit the content type")]
    FrameLength(u32),
    /// Frames are counted from 1.
    #[error("frame {found} stands where {expected} should")]
    FrameOrder {
        /// The number that is next.
        expected: u32,
        /// The number that is there.
        found: u32,
    },
    /// The final frame is no longer than the others.
    #[error("the final frame has {found} bytes, others have {limit}")]
    FinalFrame {
        /// Its length.
        found: u32,
        /// The frame length.
        limit: u32,
    },
    /// An unframed body has at most 2^36 - 32 bytes.
    #[error("the body has {0} bytes, more than AES-GCM can encrypt")]
    BodyLength(u64),
    /// Something stands behind the message.
    #[error("bytes follow the end of the message")]
    Trailing,
}

impl Malformed {
    /// This, of the bytes from `offset` on.
    pub(crate) fn at<T>(self, offset: u64) -> Result<T, Error> {
        Err(Error::Malformed {
            offset,
            reason: self,
        })
    }
}
