//! What can go wrong.

/// A failure of a cryptographic operation.
///
/// Whatever is wrong with a ciphertext, signature or tag is [`CryptoError::Failed`]: to say more
/// would help whoever tries them out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    /// The ciphertext, signature, tag or wrapped key is not right.
    #[error("the cryptographic operation failed")]
    Failed,
    /// Keys of this spec have no such operation or algorithm.
    #[error("keys of this spec have no such algorithm")]
    Unsupported,
    /// The message is not of a length that the algorithm takes.
    #[error("the message has a length that the algorithm does not take")]
    MessageLength,
    /// The bytes are no key of this spec.
    #[error("the bytes are no key of this spec")]
    InvalidMaterial,
}
