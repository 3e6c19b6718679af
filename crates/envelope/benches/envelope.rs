//! How fast messages of 1 MiB are written and read, without any KMS.
//!
//! `signed` is the default suite, `committed` the same without a signature, `old` the fastest that
//! there was before. Frames have 4096 bytes, or a MiB.

#![expect(clippy::expect_used, reason = "a benchmark that fails means nothing")]

use std::io;
use std::num::NonZeroU32;

use divan::Bencher;
use divan::counter::BytesCount;
use kmsim_envelope::keyring::RawAesKeyring;
use kmsim_envelope::{AlgorithmSuite, CommitmentPolicy, Decryptor, Encryptor};
use kmsim_types::EncryptionContext;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

fn main() {
    divan::main();
}

const SIZE: usize = 1 << 20;
const CASES: [(&str, u32); 4] = [
    ("signed", 4096),
    ("committed", 4096),
    ("old", 4096),
    ("committed", 1 << 20),
];

#[divan::bench(args = CASES)]
fn encrypt(bencher: Bencher<'_, '_>, case: (&str, u32)) {
    let (encryptor, mut keyring, mut rng) = setup(case);
    let context = EncryptionContext::new();
    let plaintext = vec![7; SIZE];
    let length = u64::try_from(SIZE).ok();
    bencher.counter(BytesCount::new(SIZE)).bench_local(|| {
        let output = io::sink();
        encryptor
            .encrypt_stream(
                &plaintext[..],
                length,
                output,
                &context,
                &mut keyring,
                &mut rng,
            )
            .expect("encrypts")
    });
}

#[divan::bench(args = CASES)]
fn decrypt(bencher: Bencher<'_, '_>, case: (&str, u32)) {
    let (encryptor, mut keyring, mut rng) = setup(case);
    let context = EncryptionContext::new();
    let message = encryptor
        .encrypt(&vec![7; SIZE], &context, &mut keyring, &mut rng)
        .expect("encrypts");
    let decryptor = Decryptor {
        commitment_policy: CommitmentPolicy::RequireEncryptAllowDecrypt,
        ..Decryptor::default()
    };
    bencher.counter(BytesCount::new(SIZE)).bench_local(|| {
        decryptor
            .decrypt_stream(&message[..], io::sink(), &mut keyring)
            .expect("decrypts")
    });
}

fn setup((name, frame_length): (&str, u32)) -> (Encryptor, RawAesKeyring, ChaCha20Rng) {
    let (suite, commitment_policy) = match name {
        "old" => (
            AlgorithmSuite::Aes128GcmNoKdf,
            CommitmentPolicy::ForbidEncryptAllowDecrypt,
        ),
        "committed" => (
            AlgorithmSuite::Aes256GcmHkdfSha512CommitKey,
            CommitmentPolicy::default(),
        ),
        _ => (
            AlgorithmSuite::Aes256GcmHkdfSha512CommitKeyEcdsaP384,
            CommitmentPolicy::default(),
        ),
    };
    let encryptor = Encryptor {
        suite: Some(suite),
        commitment_policy,
        frame_length: NonZeroU32::new(frame_length).expect("not zero"),
        ..Encryptor::default()
    };
    let keyring = RawAesKeyring::new("bench", "key", &[1; 32]).expect("32 bytes");
    (encryptor, keyring, ChaCha20Rng::seed_from_u64(1))
}
