//! What the operations cost in both implementations.
//!
//! Messages have 4 KiB where nothing else is said: the largest that `Encrypt` takes.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a benchmark of an operation that fails means nothing"
)]

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use divan::{Bencher, black_box};
use kmsim_crypto::{Backend, GcmKey, KeyMaterial, blob};
use kmsim_types::{EncryptionAlgorithm, EncryptionContext, KeySpec, MessageType, SigningAlgorithm};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

fn main() {
    divan::main();
}

const BACKENDS: [Backend; 2] = [Backend::Native, Backend::Portable];
const KEY_ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
const LONGEST: usize = 4096;

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([1; 32])
}

fn key(backend: Backend, spec: KeySpec) -> KeyMaterial {
    let key = KeyMaterial::generate(spec, &mut rng()).unwrap();
    KeyMaterial::import_with(backend, spec, &key.export()).unwrap()
}

#[divan::bench(args = BACKENDS)]
fn gcm_seal(bencher: Bencher<'_, '_>, backend: Backend) {
    let key = GcmKey::with_backend(backend, &[1; 32]).unwrap();
    let mut data = vec![7; LONGEST];
    bencher.bench_local(|| key.seal_in_place(&[2; 12], b"", black_box(&mut data)));
}

#[divan::bench(args = BACKENDS)]
fn gcm_new_key_and_seal(bencher: Bencher<'_, '_>, backend: Backend) {
    let mut data = vec![7; LONGEST];
    bencher.bench_local(|| {
        let key = GcmKey::with_backend(backend, black_box(&[1; 32]))?;
        key.seal_in_place(&[2; 12], b"", black_box(&mut data))
    });
}

const PAIRS: [usize; 2] = [0, 2];

fn context(pairs: usize) -> EncryptionContext {
    [("department", "finance"), ("tenant", "orders")]
        .into_iter()
        .take(pairs)
        .collect()
}

#[divan::bench(args = PAIRS)]
fn blob_seal(bencher: Bencher<'_, '_>, pairs: usize) {
    let key = key(Backend::Native, KeySpec::SymmetricDefault);
    let (context, plaintext, mut rng) = (context(pairs), [7; LONGEST], rng());
    bencher.bench_local(|| blob::seal(&key, KEY_ID, &context, black_box(&plaintext), &mut rng));
}

#[divan::bench(args = PAIRS)]
fn blob_open(bencher: Bencher<'_, '_>, pairs: usize) {
    let key = key(Backend::Native, KeySpec::SymmetricDefault);
    let context = context(pairs);
    let sealed = blob::seal(&key, KEY_ID, &context, &[7; LONGEST], &mut rng()).unwrap();
    bencher.bench_local(|| blob::open(&key, &context, black_box(&sealed)));
}

#[divan::bench]
fn blob_header(bencher: Bencher<'_, '_>) {
    let key = key(Backend::Native, KeySpec::SymmetricDefault);
    let sealed = blob::seal(&key, KEY_ID, &context(0), &[7; LONGEST], &mut rng()).unwrap();
    bencher
        .bench_local(|| blob::Header::parse(black_box(&sealed)).map(|header| header.material_id()));
}

#[divan::bench]
fn material_id(bencher: Bencher<'_, '_>) {
    let key = key(Backend::Native, KeySpec::SymmetricDefault);
    bencher.bench_local(|| black_box(&key).id(KEY_ID));
}

#[divan::bench(args = [KeySpec::Hmac256, KeySpec::Hmac512])]
fn mac(bencher: Bencher<'_, '_>, spec: KeySpec) {
    let key = key(Backend::Native, spec);
    bencher.bench_local(|| key.mac(black_box(&[7; LONGEST])));
}

#[divan::bench(args = BACKENDS)]
fn rsa_2048_sign_pss(bencher: Bencher<'_, '_>, backend: Backend) {
    let (key, mut rng) = (key(backend, KeySpec::Rsa2048), rng());
    let algorithm = SigningAlgorithm::RsassaPssSha256;
    bencher.bench_local(|| key.sign(algorithm, MessageType::Raw, black_box(b"message"), &mut rng));
}

#[divan::bench(args = BACKENDS)]
fn rsa_2048_decrypt(bencher: Bencher<'_, '_>, backend: Backend) {
    let key = key(backend, KeySpec::Rsa2048);
    let algorithm = EncryptionAlgorithm::RsaesOaepSha256;
    let ciphertext = key.encrypt(algorithm, b"message", &mut rng()).unwrap();
    bencher.bench_local(|| key.decrypt(algorithm, black_box(&ciphertext)));
}

#[divan::bench(args = BACKENDS)]
fn rsa_2048_import(bencher: Bencher<'_, '_>, backend: Backend) {
    let encoded = key(backend, KeySpec::Rsa2048).export();
    bencher
        .bench_local(|| KeyMaterial::import_with(backend, KeySpec::Rsa2048, black_box(&encoded)));
}

/// How long it takes depends on luck: keys are made from many seeds.
#[divan::bench(args = [KeySpec::Rsa2048, KeySpec::Rsa4096], sample_count = 30, sample_size = 1)]
fn rsa_generate(bencher: Bencher<'_, '_>, spec: KeySpec) {
    let mut rng = rng();
    bencher.bench_local(|| KeyMaterial::generate(spec, &mut rng));
}

#[divan::bench(args = BACKENDS)]
fn ecdsa_p256_sign(bencher: Bencher<'_, '_>, backend: Backend) {
    sign(bencher, backend, KeySpec::EccNistP256);
}

/// The same without us.
#[divan::bench]
fn ecdsa_p256_sign_bare(bencher: Bencher<'_, '_>) {
    let encoded = key(Backend::Native, KeySpec::EccNistP256).export();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &encoded).unwrap();
    bencher.bench_local(|| pair.sign(&SystemRandom::new(), black_box(b"message")));
}

#[divan::bench(args = BACKENDS)]
fn ml_dsa_65_sign(bencher: Bencher<'_, '_>, backend: Backend) {
    sign(bencher, backend, KeySpec::MlDsa65);
}

fn sign(bencher: Bencher<'_, '_>, backend: Backend, spec: KeySpec) {
    let (key, mut rng) = (key(backend, spec), rng());
    let algorithm = spec.signing_algorithms()[0];
    bencher.bench_local(|| key.sign(algorithm, MessageType::Raw, black_box(b"message"), &mut rng));
}
