//! Writing messages (AWS Encryption SDK specification, "Encrypt").

use std::io::{Read, Write};
use std::num::{NonZeroU16, NonZeroU32};

use kmsim_crypto::Digest;
use kmsim_types::EncryptionContext;
use rand_core::CryptoRng;

use crate::body::{FINAL, Piece};
use crate::context;
use crate::error::Error;
use crate::header::{Content, Header};
use crate::keys::{HEADER_NONCE, MessageKeys};
use crate::materials::{EncryptionMaterials, EncryptionRequest, MaterialsManager};
use crate::source::read_up_to;
use crate::suite::{AlgorithmSuite, CommitmentPolicy, MessageVersion, signature_hash};

/// How messages are written. Bodies are always framed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encryptor {
    /// The algorithm suite; the default of the commitment policy if nothing.
    pub suite: Option<AlgorithmSuite>,
    /// Which suites may be used.
    pub commitment_policy: CommitmentPolicy,
    /// How much plaintext is encrypted at a time. Whoever reads the message must hold as much in
    /// memory; the official SDKs read up to 2^31 - 1 bytes.
    pub frame_length: NonZeroU32,
    /// How many wrapping keys a message may have.
    pub max_encrypted_data_keys: Option<NonZeroU16>,
}

impl Default for Encryptor {
    fn default() -> Self {
        Self {
            suite: None,
            commitment_policy: CommitmentPolicy::default(),
            frame_length: const { NonZeroU32::new(4096).unwrap() },
            max_encrypted_data_keys: None,
        }
    }
}

impl Encryptor {
    /// Encrypts a plaintext that is in memory.
    pub fn encrypt(
        &self,
        plaintext: &[u8],
        context: &EncryptionContext,
        manager: &mut (impl MaterialsManager + ?Sized),
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, Error> {
        let mut message = Vec::with_capacity(plaintext.len().saturating_add(1024));
        let length = u64::try_from(plaintext.len()).ok();
        self.encrypt_stream(plaintext, length, &mut message, context, manager, rng)?;
        Ok(message)
    }

    /// Encrypts all of `input` to `output`, holding one frame at a time. `length` is the most bytes
    /// that will come, if that is known: without, a cache can't count the bytes that a data key
    /// encrypted, and the message has a data key of its own.
    ///
    /// A frame is written in a few pieces: give it a [`BufWriter`](std::io::BufWriter) for files.
    /// After an error the output is not complete and must be thrown away.
    pub fn encrypt_stream(
        &self,
        input: impl Read,
        length: Option<u64>,
        output: impl Write,
        context: &EncryptionContext,
        manager: &mut (impl MaterialsManager + ?Sized),
        rng: &mut dyn CryptoRng,
    ) -> Result<Header, Error> {
        let materials = self.materials(length, context, manager, rng)?;
        let suite = materials.suite;
        let mut message_id = match suite.message_version() {
            MessageVersion::V1 => vec![0; 16],
            MessageVersion::V2 => vec![0; 32],
        };
        rng.fill_bytes(&mut message_id);
        let keys = MessageKeys::derive(suite, &message_id, &materials.data_key)?;
        let header = Header {
            suite,
            message_id,
            context: materials.context.clone(),
            encrypted_data_keys: materials.encrypted_data_keys.clone(),
            content: Content::Framed(self.frame_length),
            commitment: keys.commitment,
        };
        let mut sink = Sink::new(output, suite);
        write_header(&header, &keys, &mut sink)?;
        write_frames(input, length, self.frame_length, &header, &keys, &mut sink)?;
        sink.sign(&materials, rng)?;
        Ok(header)
    }

    fn materials(
        &self,
        length: Option<u64>,
        context: &EncryptionContext,
        manager: &mut (impl MaterialsManager + ?Sized),
        rng: &mut dyn CryptoRng,
    ) -> Result<std::sync::Arc<EncryptionMaterials>, Error> {
        context::check_not_reserved(context)?;
        if let Some(suite) = self.suite {
            self.check_suite(suite)?;
        }
        let request = EncryptionRequest {
            context,
            suite: self.suite,
            commitment_policy: self.commitment_policy,
            plaintext_length: length,
        };
        let materials = manager.encryption_materials(&request, rng)?;
        // A manager may choose another suite than was asked for.
        self.check_suite(materials.suite)?;
        let found = materials.encrypted_data_keys.len();
        match self.max_encrypted_data_keys.map(NonZeroU16::get) {
            Some(limit) if found > usize::from(limit) => {
                Err(Error::TooManyDataKeys { found, limit })
            }
            _ => Ok(materials),
        }
    }

    fn check_suite(&self, suite: AlgorithmSuite) -> Result<(), Error> {
        let policy = self.commitment_policy;
        if policy.allows_encrypt(suite) {
            return Ok(());
        }
        let verb = "encrypt";
        Err(Error::CommitmentPolicy {
            policy,
            verb,
            suite,
        })
    }
}

fn write_header<W: Write>(
    header: &Header,
    keys: &MessageKeys,
    sink: &mut Sink<W>,
) -> Result<(), Error> {
    let bytes = header.to_bytes()?;
    let tag = keys.cipher.seal_in_place(&HEADER_NONCE, &bytes, &mut [])?;
    sink.write(&bytes)?;
    if header.suite.message_version() == MessageVersion::V1 {
        sink.write(&HEADER_NONCE)?;
    }
    sink.write(&tag)
}

/// Writes regular frames as long as there is plaintext for a whole one, then the final frame with
/// the rest, which may be nothing.
fn write_frames<W: Write>(
    mut input: impl Read,
    declared: Option<u64>,
    frame_length: NonZeroU32,
    header: &Header,
    keys: &MessageKeys,
    sink: &mut Sink<W>,
) -> Result<(), Error> {
    let too_large = |_| Error::TooLarge {
        part: "a frame",
        length: frame_length.get().into(),
        limit: usize::MAX,
    };
    let frame_length = usize::try_from(frame_length.get()).map_err(too_large)?;
    let (mut frame, mut aad) = (Vec::new(), Vec::new());
    let mut left = declared;
    for sequence in 1..=FINAL {
        read_up_to(&mut input, &mut frame, frame_length)?;
        if let (Some(left), Some(declared)) = (&mut left, declared) {
            *left = u64::try_from(frame.len())
                .ok()
                .and_then(|length| left.checked_sub(length))
                .ok_or(Error::LongerThanDeclared { declared })?;
        }
        let is_final = frame.len() < frame_length;
        let piece = match sequence {
            sequence if is_final => Piece::Final(sequence),
            // A regular frame of this number would look like a final one.
            FINAL => break,
            sequence => Piece::Regular(sequence),
        };
        piece.write_aad(&mut aad, &header.message_id, frame.len());
        if is_final {
            sink.write(&FINAL.to_be_bytes())?;
        }
        sink.write(&sequence.to_be_bytes())?;
        sink.write(&piece.nonce())?;
        if is_final {
            // Shorter than a frame, whose length has 32 bits.
            let length = u32::try_from(frame.len()).unwrap_or(u32::MAX);
            sink.write(&length.to_be_bytes())?;
        }
        let tag = keys
            .cipher
            .seal_in_place(&piece.nonce(), &aad, &mut frame)?;
        sink.write(&frame)?;
        sink.write(&tag)?;
        if is_final {
            return Ok(());
        }
    }
    Err(Error::TooManyFrames)
}

/// An output whose bytes are hashed for the signature.
struct Sink<W> {
    output: W,
    digest: Option<Digest>,
}

impl<W: Write> Sink<W> {
    fn new(output: W, suite: AlgorithmSuite) -> Self {
        let hash = suite.signature().map(signature_hash);
        Self {
            output,
            digest: hash.map(Digest::new),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if let Some(digest) = &mut self.digest {
            digest.update(bytes);
        }
        self.output.write_all(bytes).map_err(Error::Write)
    }

    /// Writes the footer of a signed message: length and signature of everything before it.
    fn sign(
        &mut self,
        materials: &EncryptionMaterials,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), Error> {
        if let (Some(digest), Some(key)) = (self.digest.take(), &materials.signing_key) {
            let signature = key.sign_digest(&digest.finish(), rng)?;
            // A DER signature on these curves has about a hundred bytes.
            let length = u16::try_from(signature.len()).unwrap_or(u16::MAX);
            self.write(&length.to_be_bytes())?;
            self.write(&signature)?;
        }
        self.output.flush().map_err(Error::Write)
    }
}
