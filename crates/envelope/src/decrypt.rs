//! Reading messages (AWS Encryption SDK specification, "Decrypt").

use std::io::{Read, Write};
use std::num::{NonZeroU16, NonZeroU32};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kmsim_crypto::ecdsa::{Curve, verify_digest};
use kmsim_types::EncryptionContext;

use crate::body::{FINAL, MOST_UNFRAMED, Piece};
use crate::context::{ContextError, PUBLIC_KEY};
use crate::error::{Check, Error, Malformed};
use crate::header::{Content, Header};
use crate::keys::{HEADER_NONCE, MessageKeys};
use crate::materials::MaterialsManager;
use crate::source::Source;
use crate::suite::{CommitmentPolicy, MessageVersion, signature_hash};

/// How messages are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decryptor {
    /// Which suites are read.
    pub commitment_policy: CommitmentPolicy,
    /// How many encrypted data keys a message may have. Each may cost a call of KMS, and the
    /// message says how many there are.
    pub max_encrypted_data_keys: Option<NonZeroU16>,
    /// What happens to signed messages.
    pub signatures: Signatures,
    /// Pairs that the message's encryption context must have, besides any others.
    pub expected_context: EncryptionContext,
    /// The most bytes that are held at once: one frame, or an unframed body.
    pub max_buffer: usize,
}

/// What happens to signed messages.
///
/// The signature stands at the end. Whoever can decrypt could have written a message too, and only
/// the signature says that it was somebody who may encrypt. A stream releases the frames before
/// the last one earlier than that: use them only after the end, or refuse signed messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Signatures {
    /// The signature is checked before the last plaintext is released.
    #[default]
    Verify,
    /// Signed messages are not read, as by `decrypt-unsigned` of the official SDKs.
    Refuse,
}

/// A message that is authentic.
#[derive(Clone, PartialEq, Eq)]
pub struct Decrypted {
    /// The plaintext.
    pub plaintext: Vec<u8>,
    /// The header, with the encryption context.
    pub header: Header,
}

/// Doesn't show the plaintext.
impl std::fmt::Debug for Decrypted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decrypted")
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}

impl Default for Decryptor {
    fn default() -> Self {
        Self {
            commitment_policy: CommitmentPolicy::default(),
            max_encrypted_data_keys: None,
            signatures: Signatures::default(),
            expected_context: EncryptionContext::new(),
            max_buffer: 256 * 1024 * 1024,
        }
    }
}

impl Decryptor {
    /// Decrypts a message that is in memory. Nothing of it is released before all is verified.
    pub fn decrypt(
        &self,
        message: &[u8],
        manager: &mut (impl MaterialsManager + ?Sized),
    ) -> Result<Decrypted, Error> {
        let mut plaintext = Vec::with_capacity(message.len());
        let header = self.decrypt_stream(message, &mut plaintext, manager)?;
        Ok(Decrypted { plaintext, header })
    }

    /// Decrypts all of `input` to `output`, holding two frames at a time, or an unframed body as a
    /// whole. The input is read in small pieces: give it a [`BufReader`](std::io::BufReader) for
    /// files.
    ///
    /// A frame is released when the next one was authentic, the last two when everything was: the
    /// signature, and that nothing follows. After an error, what was released is not all of a
    /// message, and a signed message's may be anybody's: throw it away, or see
    /// [`Signatures::Refuse`].
    pub fn decrypt_stream(
        &self,
        input: impl Read,
        output: impl Write,
        manager: &mut (impl MaterialsManager + ?Sized),
    ) -> Result<Header, Error> {
        let mut source = Source::new(input);
        source.record();
        let most_keys = self.max_encrypted_data_keys.map(NonZeroU16::get);
        let header = Header::parse(&mut source, most_keys)?;
        let header_bytes = source.recorded();
        self.check(&header)?;

        let (suite, context) = (header.suite, &header.context);
        let data_key = manager.decryption_key(suite, &header.encrypted_data_keys, context)?;
        let keys = MessageKeys::derive(suite, &header.message_id, &data_key)?;
        keys.check_commitment(header.commitment.as_ref())?;
        if let Some(curve) = suite.signature() {
            source.hash(signature_hash(curve), &header_bytes);
        }
        check_header(&mut source, &header, &header_bytes, &keys)?;
        Body {
            source,
            output,
            header: &header,
            keys: &keys,
            max_buffer: self.max_buffer,
        }
        .decrypt()?;
        Ok(header)
    }

    /// What can be refused before anybody is asked for the data key.
    fn check(&self, header: &Header) -> Result<(), Error> {
        let (policy, suite) = (self.commitment_policy, header.suite);
        if !policy.allows_decrypt(suite) {
            let verb = "decrypt";
            return Err(Error::CommitmentPolicy {
                policy,
                verb,
                suite,
            });
        }
        if self.signatures == Signatures::Refuse && suite.signature().is_some() {
            return Err(Error::Signed);
        }
        for (key, value) in self.expected_context.iter() {
            if header.context.get(key) != Some(value) {
                let key = key.to_owned();
                return Err(ContextError::Unexpected { key }.into());
            }
        }
        if let Content::Framed(length) = header.content {
            within(self.max_buffer, length.get().into(), "a frame")?;
        }
        Ok(())
    }
}

/// A length as a size in memory, if there may be so much.
fn within(limit: usize, length: u64, part: &'static str) -> Result<usize, Error> {
    let size = usize::try_from(length).ok();
    size.filter(|size| *size <= limit).ok_or(Error::TooLarge {
        part,
        length,
        limit,
    })
}

fn check_header<R: Read>(
    source: &mut Source<R>,
    header: &Header,
    header_bytes: &[u8],
    keys: &MessageKeys,
) -> Result<(), Error> {
    const PART: &str = "the authentication of the header";
    let nonce = match header.suite.message_version() {
        MessageVersion::V1 => source.array(PART)?,
        MessageVersion::V2 => HEADER_NONCE,
    };
    let tag = source.array(PART)?;
    keys.cipher
        .open_in_place(&nonce, header_bytes, &mut [], &tag)
        .map_err(|_| Error::NotAuthentic(Check::Header))
}

/// The message from behind the header on.
struct Body<'a, R, W> {
    source: Source<R>,
    output: W,
    header: &'a Header,
    keys: &'a MessageKeys,
    max_buffer: usize,
}

impl<R: Read, W: Write> Body<'_, R, W> {
    fn decrypt(mut self) -> Result<(), Error> {
        let (held, last) = match self.header.content {
            Content::Framed(length) => self.frames(length)?,
            Content::Unframed => (Vec::new(), self.whole()?),
        };
        if let Some(curve) = self.header.suite.signature() {
            self.check_signature(curve)?;
        }
        if !self.source.at_end()? {
            return Malformed::Trailing.at(self.source.offset());
        }
        self.release(&held)?;
        self.release(&last)?;
        self.output.flush().map_err(Error::Write)
    }

    /// Releases all but the last two frames, and returns those.
    fn frames(&mut self, frame_length: NonZeroU32) -> Result<(Vec<u8>, Vec<u8>), Error> {
        let (mut held, mut frame, mut aad) = (Vec::new(), Vec::new(), Vec::new());
        for expected in 1..=FINAL {
            let piece = self.frame(frame_length.get(), expected, &mut frame, &mut aad)?;
            if matches!(piece, Piece::Final(_)) {
                return Ok((held, frame));
            }
            self.release(&held)?;
            std::mem::swap(&mut held, &mut frame);
        }
        // The last number there is would be read as the mark of the final frame.
        Err(Error::TooManyFrames)
    }

    /// Decrypts a frame into `frame`.
    fn frame(
        &mut self,
        frame_length: u32,
        expected: u32,
        frame: &mut Vec<u8>,
        aad: &mut Vec<u8>,
    ) -> Result<Piece, Error> {
        const PART: &str = "a frame";
        let source = &mut self.source;
        let mut offset = source.offset();
        let mut found = source.u32(PART)?;
        let is_final = found == FINAL;
        if is_final {
            offset = source.offset();
            found = source.u32(PART)?;
        }
        if found != expected {
            return Malformed::FrameOrder { expected, found }.at(offset);
        }
        let nonce = source.array(PART)?;
        let (piece, length) = if is_final {
            let offset = source.offset();
            let (found, limit) = (source.u32(PART)?, frame_length);
            if found > limit {
                return Malformed::FinalFrame { found, limit }.at(offset);
            }
            (Piece::Final(expected), found)
        } else {
            (Piece::Regular(expected), frame_length)
        };
        let length = within(self.max_buffer, length.into(), PART)?;
        source.fill(frame, length, PART)?;
        let tag = source.array(PART)?;
        piece.write_aad(aad, &self.header.message_id, length);
        self.keys
            .cipher
            .open_in_place(&nonce, aad, frame, &tag)
            .map_err(|_| Error::NotAuthentic(Check::Frame(expected)))?;
        Ok(piece)
    }

    /// Decrypts an unframed body. There is one tag, at its end, so it is held as a whole.
    fn whole(&mut self) -> Result<Vec<u8>, Error> {
        const PART: &str = "the body";
        let source = &mut self.source;
        let nonce = source.array(PART)?;
        let offset = source.offset();
        let length = source.u64(PART)?;
        if length > MOST_UNFRAMED {
            return Malformed::BodyLength(length).at(offset);
        }
        let length = within(self.max_buffer, length, PART)?;
        let (mut body, mut aad) = (Vec::new(), Vec::new());
        source.fill(&mut body, length, PART)?;
        let tag = source.array(PART)?;
        Piece::Whole.write_aad(&mut aad, &self.header.message_id, length);
        self.keys
            .cipher
            .open_in_place(&nonce, &aad, &mut body, &tag)
            .map_err(|_| Error::NotAuthentic(Check::Body))?;
        Ok(body)
    }

    fn check_signature(&mut self, curve: Curve) -> Result<(), Error> {
        let wrong = || Error::NotAuthentic(Check::Signature);
        let digest = self.source.finish_hash().ok_or_else(wrong)?;
        let signature = self.source.prefixed("the signature")?;
        let public = self.header.context.get(PUBLIC_KEY).ok_or_else(wrong)?;
        let public = STANDARD.decode(public).map_err(|_| wrong())?;
        verify_digest(curve, &public, &digest, &signature).map_err(|_| wrong())
    }

    fn release(&mut self, plaintext: &[u8]) -> Result<(), Error> {
        self.output.write_all(plaintext).map_err(Error::Write)
    }
}

#[cfg(test)]
mod tests;
