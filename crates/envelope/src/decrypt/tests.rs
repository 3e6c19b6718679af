//! Messages that no encryptor writes, with tags that are right.

use kmsim_crypto::Digest;
use kmsim_crypto::ecdsa::EphemeralKey;
use rand_chacha::ChaCha20Rng;
use rand_core::{CryptoRng, SeedableRng};

use super::*;
use crate::header::EncryptedDataKey;
use crate::keyring::{DataKey, Keyring, KeyringError, PlaintextDataKey};
use crate::suite::AlgorithmSuite;

const FRAME: u32 = 8;

/// Has the same data key for everybody.
struct Fixed;

impl Keyring for Fixed {
    fn generate(
        &mut self,
        _length: usize,
        _context: &EncryptionContext,
        _rng: &mut dyn CryptoRng,
    ) -> Result<DataKey, KeyringError> {
        Err(KeyringError::other("reads only"))
    }

    fn decrypt(
        &mut self,
        _encrypted: &[EncryptedDataKey],
        length: usize,
        _context: &EncryptionContext,
    ) -> Result<PlaintextDataKey, KeyringError> {
        Ok(PlaintextDataKey::new(vec![5; length]))
    }
}

/// A message in the making.
struct Writer {
    header: Header,
    keys: MessageKeys,
    bytes: Vec<u8>,
    signing_key: Option<EphemeralKey>,
}

impl Writer {
    fn new(suite: AlgorithmSuite, content: Content) -> Self {
        Self::with_nonce(suite, content, HEADER_NONCE)
    }

    fn with_nonce(suite: AlgorithmSuite, content: Content, nonce: [u8; 12]) -> Self {
        let is_v2 = suite.message_version() == MessageVersion::V2;
        let message_id = vec![3; if is_v2 { 32 } else { 16 }];
        let data_key = PlaintextDataKey::new(vec![5; suite.key_length()]);
        let keys = MessageKeys::derive(suite, &message_id, &data_key).unwrap();
        let signing_key = suite
            .signature()
            .map(|curve| EphemeralKey::generate(curve, &mut rng()));
        let public = signing_key.as_ref().map(|key| {
            let key = STANDARD.encode(key.public_key_compressed());
            (PUBLIC_KEY.to_owned(), key)
        });
        let header = Header {
            suite,
            message_id,
            context: public.into_iter().collect(),
            encrypted_data_keys: vec![EncryptedDataKey {
                provider_id: "fixed".to_owned(),
                provider_info: Vec::new(),
                ciphertext: Vec::new(),
            }],
            content,
            commitment: keys.commitment,
        };
        let mut bytes = header.to_bytes().unwrap();
        let tag = keys.cipher.seal_in_place(&nonce, &bytes, &mut []).unwrap();
        if !is_v2 {
            bytes.extend(nonce);
        }
        bytes.extend(tag);
        Self {
            header,
            keys,
            bytes,
            signing_key,
        }
    }

    fn framed() -> Self {
        let suite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKey;
        Self::new(suite, framed(FRAME))
    }

    /// A piece as it would stand under this nonce.
    fn piece(mut self, piece: Piece, nonce: [u8; 12], plaintext: &[u8]) -> Self {
        let length = u32::try_from(plaintext.len()).unwrap();
        match piece {
            Piece::Regular(sequence) => self.bytes.extend(sequence.to_be_bytes()),
            Piece::Final(sequence) => {
                self.bytes.extend(FINAL.to_be_bytes());
                self.bytes.extend(sequence.to_be_bytes());
            }
            Piece::Whole => {}
        }
        self.bytes.extend(nonce);
        match piece {
            Piece::Regular(_) => {}
            Piece::Final(_) => self.bytes.extend(length.to_be_bytes()),
            Piece::Whole => self.bytes.extend(u64::from(length).to_be_bytes()),
        }
        let mut aad = Vec::new();
        piece.write_aad(&mut aad, &self.header.message_id, plaintext.len());
        let mut data = plaintext.to_vec();
        let cipher = &self.keys.cipher;
        let tag = cipher.seal_in_place(&nonce, &aad, &mut data).unwrap();
        self.bytes.extend(data);
        self.bytes.extend(tag);
        self
    }

    fn regular(self, sequence: u32, plaintext: &[u8]) -> Self {
        let piece = Piece::Regular(sequence);
        self.piece(piece, piece.nonce(), plaintext)
    }

    fn last(self, sequence: u32, plaintext: &[u8]) -> Self {
        let piece = Piece::Final(sequence);
        self.piece(piece, piece.nonce(), plaintext)
    }

    fn finish(mut self) -> Vec<u8> {
        if let Some(key) = &self.signing_key {
            let mut digest = Digest::new(signature_hash(key.curve()));
            digest.update(&self.bytes);
            let signature = key.sign_digest(&digest.finish(), &mut rng()).unwrap();
            let length = u16::try_from(signature.len()).unwrap();
            self.bytes.extend(length.to_be_bytes());
            self.bytes.extend(signature);
        }
        self.bytes
    }
}

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(11)
}

fn framed(length: u32) -> Content {
    Content::Framed(NonZeroU32::new(length).unwrap())
}

fn read(message: &[u8]) -> Result<Vec<u8>, Error> {
    let decryptor = Decryptor {
        commitment_policy: CommitmentPolicy::RequireEncryptAllowDecrypt,
        ..Decryptor::default()
    };
    decryptor
        .decrypt(message, &mut Fixed)
        .map(|decrypted| decrypted.plaintext)
}

fn refused(message: &[u8], expected: &str) {
    let error = read(message).unwrap_err();
    assert_eq!(error.to_string(), format!("malformed message: {expected}"));
}

#[test]
fn unframed_messages_of_all_suites_are_read() {
    for suite in AlgorithmSuite::ALL {
        for length in [0, 1, 100_000] {
            let plaintext = vec![1; length];
            let message = Writer::new(suite, Content::Unframed)
                .piece(Piece::Whole, Piece::Whole.nonce(), &plaintext)
                .finish();
            assert_eq!(read(&message).unwrap(), plaintext, "{suite}");
        }
    }
}

#[test]
fn nonces_are_those_of_the_message() {
    // The first versions of the SDK wrote random nonces.
    let suite = AlgorithmSuite::Aes256GcmHkdfSha256;
    let message = Writer::with_nonce(suite, framed(FRAME), [8; 12])
        .piece(Piece::Regular(1), [9; 12], b"12345678")
        .piece(Piece::Final(2), [10; 12], b"9")
        .finish();
    assert_eq!(read(&message).unwrap(), b"123456789");
}

#[test]
fn the_final_frame_may_be_full_or_empty() {
    let full = Writer::framed()
        .regular(1, b"12345678")
        .last(2, b"abcdefgh");
    assert_eq!(read(&full.finish()).unwrap(), b"12345678abcdefgh");
    let empty = Writer::framed().regular(1, b"12345678").last(2, b"");
    assert_eq!(read(&empty.finish()).unwrap(), b"12345678");
    let nothing = Writer::framed().last(1, b"");
    assert_eq!(read(&nothing.finish()).unwrap(), b"");
}

#[test]
fn the_final_frame_is_not_longer_than_others() {
    let long = Writer::framed();
    let offset = long.bytes.len() + 4 + 4 + 12;
    refused(
        &long.last(1, b"123456789").finish(),
        &format!("the final frame has 9 bytes, others have 8, at byte {offset}"),
    );
}

#[test]
fn frames_count_from_1_without_gaps() {
    let start = Writer::framed().bytes.len();
    let frame = 4 + 12 + 8 + 16;
    for (message, expected, found, offset) in [
        (Writer::framed().last(0, b""), 1, 0, start + 4),
        (Writer::framed().last(2, b""), 1, 2, start + 4),
        (Writer::framed().regular(0, b"12345678"), 1, 0, start),
        (
            Writer::framed()
                .regular(1, b"12345678")
                .regular(1, b"12345678"),
            2,
            1,
            start + frame,
        ),
        (
            Writer::framed().regular(1, b"12345678").last(1, b""),
            2,
            1,
            start + frame + 4,
        ),
        (
            Writer::framed().regular(1, b"12345678").last(FINAL, b""),
            2,
            FINAL,
            start + frame + 4,
        ),
    ] {
        refused(
            &message.finish(),
            &format!("frame {found} stands where {expected} should, at byte {offset}"),
        );
    }
}

#[test]
fn there_is_one_final_frame_and_nothing_behind() {
    let none = Writer::framed().regular(1, b"12345678").finish();
    assert_eq!(
        read(&none).unwrap_err().to_string(),
        format!(
            "the message ends too soon: at byte {}, within a frame",
            none.len()
        )
    );
    let once = Writer::framed().last(1, b"1");
    let end = once.bytes.len();
    refused(
        &once.last(2, b"2").finish(),
        &format!("bytes follow the end of the message, at byte {end}"),
    );
}

/// A frame that is moved to another place, or to another message, has another tag.
#[test]
fn frames_are_bound_to_their_place() {
    for (written, number) in [
        (Piece::Final(1), "regular"),
        (Piece::Whole, "regular"),
        (Piece::Regular(2), "regular"),
    ] {
        let other = Writer::framed().piece(written, Piece::Whole.nonce(), b"12345678");
        let sealed = other.bytes[other.bytes.len() - 24..].to_vec();
        let mut message = Writer::framed();
        message.bytes.extend(1_u32.to_be_bytes());
        message.bytes.extend(Piece::Whole.nonce());
        message.bytes.extend(sealed);
        let error = read(&message.last(2, b"").finish()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the message is not authentic: the tag of frame 1 is wrong",
            "{number}"
        );
    }
}

#[test]
fn lengths_are_limited() {
    let message = Writer::framed().last(1, b"").finish();
    let decryptor = Decryptor {
        max_buffer: 7,
        ..Decryptor::default()
    };
    let error = decryptor.decrypt(&message, &mut Fixed).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a frame would take 8 bytes of memory, the limit is 7"
    );

    let suite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKey;
    let unframed = |length: u64| {
        let mut message = Writer::new(suite, Content::Unframed);
        message.bytes.extend(Piece::Whole.nonce());
        message.bytes.extend(length.to_be_bytes());
        message.bytes
    };
    let error = decryptor.decrypt(&unframed(8), &mut Fixed).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the body would take 8 bytes of memory, the limit is 7"
    );
    let message = unframed(MOST_UNFRAMED + 1);
    refused(
        &message,
        &format!(
            "the body has 68719476705 bytes, more than AES-GCM can encrypt, at byte {}",
            message.len() - 8
        ),
    );
}

#[test]
fn a_public_key_that_is_no_point_verifies_nothing() {
    let suite = AlgorithmSuite::Aes128GcmHkdfSha256EcdsaP256;
    let mut message = Writer::new(suite, framed(FRAME));
    let key = EphemeralKey::generate(Curve::P256, &mut rng());
    // The header is written again, with a key that is none.
    let mut public = key.public_key_compressed();
    public[0] = 4;
    let public = STANDARD.encode(public);
    message
        .header
        .context
        .0
        .insert(PUBLIC_KEY.to_owned(), public);
    let mut bytes = message.header.to_bytes().unwrap();
    let cipher = &message.keys.cipher;
    let tag = cipher
        .seal_in_place(&HEADER_NONCE, &bytes, &mut [])
        .unwrap();
    bytes.extend(HEADER_NONCE);
    bytes.extend(tag);
    message.bytes = bytes;
    let error = read(&message.last(1, b"").finish()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the message is not authentic: its signature is wrong"
    );
}
