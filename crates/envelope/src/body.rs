//! What the two directions share of a message's body (AWS Encryption SDK specification, "Message
//! body" and "Message body AAD").

/// Stands in front of the final frame, where others have their number.
pub(crate) const FINAL: u32 = u32::MAX;

/// The most bytes of an unframed body: what AES-GCM encrypts under one nonce.
pub(crate) const MOST_UNFRAMED: u64 = (1 << 36) - 32;

/// The kinds of pieces that are encrypted by themselves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A frame with this number that is not the last one.
    Regular(u32),
    /// The last frame.
    Final(u32),
    /// An unframed body.
    Whole,
}

impl Piece {
    fn text(self) -> &'static [u8] {
        match self {
            Self::Regular(_) => b"AWSKMSEncryptionClient Frame",
            Self::Final(_) => b"AWSKMSEncryptionClient Final Frame",
            Self::Whole => b"AWSKMSEncryptionClient Single Block",
        }
    }

    pub(crate) fn sequence(self) -> u32 {
        match self {
            Self::Regular(sequence) | Self::Final(sequence) => sequence,
            Self::Whole => 1,
        }
    }

    /// The number of the piece in the last 4 of 12 bytes.
    pub(crate) fn nonce(self) -> [u8; 12] {
        let [a, b, c, d] = self.sequence().to_be_bytes();
        [0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d]
    }

    /// Replaces `aad` with the additional data of the piece: which message it belongs to, what it
    /// is, its number and its length.
    pub(crate) fn write_aad(self, aad: &mut Vec<u8>, message_id: &[u8], length: usize) {
        aad.clear();
        aad.extend_from_slice(message_id);
        aad.extend_from_slice(self.text());
        aad.extend_from_slice(&self.sequence().to_be_bytes());
        // A length in memory always fits into 64 bits.
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        aad.extend_from_slice(&length.to_be_bytes());
    }
}
