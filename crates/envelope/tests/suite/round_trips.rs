//! What was written is read.

use std::cell::Cell;
use std::io::{self, Read, Write};
use std::iter::Cycle;
use std::rc::Rc;
use std::slice;

use kmsim_envelope::{AlgorithmSuite, Content, Encryptor, Header};
use kmsim_types::EncryptionContext;
use proptest::prelude::*;

use crate::support::{context, decryptor, encryptor, keyring, plaintext, rng};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Lengths are near a multiple of the frame length, where frames begin and end.
    #[test]
    fn every_suite_frame_and_length(
        suite in proptest::sample::select(AlgorithmSuite::ALL.to_vec()),
        frame_length in prop_oneof![1_u32..=40, Just(4096), Just(100_000)],
        frames in 0_u32..4,
        off in -2_i64..=2,
        pairs in proptest::collection::btree_map("[^a]{0,9}", ".{0,9}", 0..4),
        seed: u64,
    ) {
        let length = (i64::from(frame_length * frames) + off).max(0);
        let plaintext = plaintext(length.try_into()?);
        let context = EncryptionContext::from(pairs);
        let encryptor = encryptor(suite, frame_length);
        let message = encryptor.encrypt(&plaintext, &context, &mut keyring(), &mut rng(seed))?;
        let decrypted = decryptor().decrypt(&message, &mut keyring())?;
        prop_assert_eq!(decrypted.plaintext, plaintext);
        prop_assert_eq!(decrypted.header.suite, suite);
        prop_assert_eq!(decrypted.header.encrypted_data_keys.len(), 2);
        let mut found = decrypted.header.context;
        let public_key = found.0.remove("aws-crypto-public-key");
        prop_assert_eq!(public_key.is_some(), suite.signature().is_some());
        prop_assert_eq!(found, context);
    }

    /// However the input comes, the message is the same.
    #[test]
    fn streams_in_pieces(sizes in proptest::collection::vec(0_usize..50, 1..10)) {
        prop_assume!(sizes.iter().any(|size| *size > 0));
        let plaintext = plaintext(1000);
        let encryptor = encryptor(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey, 64);
        let whole = encryptor.encrypt(&plaintext, &context(), &mut keyring(), &mut rng(1))?;
        let pieces = |bytes| Pieces { bytes, sizes: sizes.iter().cycle() };
        let mut message = Vec::new();
        encryptor.encrypt_stream(
            pieces(&plaintext), None, &mut message, &context(), &mut keyring(), &mut rng(1),
        )?;
        prop_assert_eq!(&message, &whole);
        let mut read = Vec::new();
        decryptor().decrypt_stream(pieces(&message), &mut read, &mut keyring())?;
        prop_assert_eq!(read, plaintext);
    }
}

/// An input that gives some bytes at a time; 0 stands for an interruption.
struct Pieces<'a> {
    bytes: &'a [u8],
    sizes: Cycle<slice::Iter<'a, usize>>,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.sizes.next() {
            None | Some(0) => Err(io::ErrorKind::Interrupted.into()),
            Some(size) => {
                let size = (*size).min(buffer.len());
                self.bytes.read(&mut buffer[..size])
            }
        }
    }
}

#[test]
fn the_default_is_committed_signed_and_framed() {
    let message = Encryptor::default()
        .encrypt(b"x", &context(), &mut keyring(), &mut rng(1))
        .unwrap();
    let header = Header::read_unverified(&message[..]).unwrap();
    assert_eq!(header.suite.id(), 0x0578);
    assert_eq!(header.content, Content::Framed(4096.try_into().unwrap()));
}

/// A whole number of frames is followed by an empty final frame, as the official SDKs write it.
#[test]
fn the_final_frame_is_shorter_than_a_frame() {
    let encryptor = encryptor(AlgorithmSuite::Aes128GcmNoKdf, 10);
    let length = |plaintext: &[u8]| {
        encryptor
            .encrypt(plaintext, &context(), &mut keyring(), &mut rng(1))
            .unwrap()
            .len()
    };
    let (regular, empty) = (4 + 12 + 10 + 16, 4 + 4 + 12 + 4 + 16);
    let nothing = length(b"");
    assert_eq!(length(b"123456789"), nothing + 9);
    assert_eq!(length(b"1234567890"), nothing + regular);
    assert_eq!(length(b"1234567890a"), nothing + regular + 1);
    assert!(nothing > empty);
}

/// How far the output is behind the input.
#[derive(Clone, Default)]
struct Progress(Rc<Cell<(usize, usize, usize)>>);

impl Progress {
    fn count(&self, read: usize, written: usize) {
        let (total_read, total_written, most) = self.0.get();
        let (read, written) = (total_read + read, total_written + written);
        self.0
            .set((read, written, most.max(read.saturating_sub(written))));
    }
}

struct CountedInput<R>(R, Progress);

impl<R: Read> Read for CountedInput<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        self.1.count(read, 0);
        Ok(read)
    }
}

struct CountedOutput(Vec<u8>, Progress);

impl Write for CountedOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1.count(0, bytes.len());
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn streams_hold_two_frames_at_most() {
    let plaintext = plaintext(200_000);
    for suite in [
        AlgorithmSuite::Aes256GcmHkdfSha512CommitKeyEcdsaP384,
        AlgorithmSuite::Aes128GcmNoKdf,
    ] {
        let progress = Progress::default();
        let mut output = CountedOutput(Vec::new(), progress.clone());
        let encryptor = encryptor(suite, 1000);
        encryptor
            .encrypt_stream(
                CountedInput(&plaintext[..], progress.clone()),
                None,
                &mut output,
                &context(),
                &mut keyring(),
                &mut rng(1),
            )
            .unwrap();
        let (_, _, most) = progress.0.get();
        assert!(most <= 1000, "{most} bytes of plaintext were held");

        let message = output.0;
        let progress = Progress::default();
        let mut output = CountedOutput(Vec::new(), progress.clone());
        let input = CountedInput(&message[..], progress.clone());
        decryptor()
            .decrypt_stream(input, &mut output, &mut keyring())
            .unwrap();
        assert_eq!(output.0, plaintext);
        let (_, _, most) = progress.0.get();
        // The message is longer than its plaintext: 32 bytes a frame, and the header.
        let overhead = message.len() - plaintext.len();
        assert!(
            most <= 2000 + overhead,
            "{most} bytes of the message were held"
        );
    }
}
