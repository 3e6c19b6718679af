//! Whole calls: request text in, answer text out, authorization and event included.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark that fails means nothing"
)]

use divan::Bencher;
use kmsim_authz::principal::Principal;
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_kms::clock::{ManualClock, Timestamp};
use kmsim_kms::{Caller, Service, Settings};
use kmsim_policy::source::Sources;
use kmsim_types::{Operation, Region};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

const WORLD: &str = r#"{
    "accounts": [{"id": "111122223333", "roles": [{
        "name": "app",
        "policies": {"use": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["kms:Encrypt", "kms:Decrypt", "kms:Sign", "kms:GenerateDataKey"],
             "Resource": "arn:aws:kms:us-east-1:111122223333:key/*"}]}}
    }]}]}"#;

/// That of the command line.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

struct Kms {
    service: Service,
    admin: Caller,
    app: Caller,
}

impl Kms {
    fn new() -> Self {
        let mut sources = Sources::new();
        let id = sources.add("world", WORLD);
        let mut reader = Reader::new(&mut sources, &NoFiles);
        let node = kmsim_policy::json::parse(WORLD, id, &mut reader.diagnostics).unwrap();
        let world = reader.world(&node).unwrap();
        let clock = ManualClock::new(Timestamp::from_seconds(1_795_262_400));
        let rng = Box::new(ChaCha20Rng::seed_from_u64(7));
        let settings = Settings {
            events_kept: 1000,
            ..Settings::default()
        };
        let service = Service::new(world, sources, settings, Box::new(clock), rng).unwrap();
        let region = Region::new("us-east-1").unwrap();
        let caller = |text| Caller::new(Principal::parse(text).unwrap(), region.clone());
        Self {
            service,
            admin: caller("arn:aws:iam::111122223333:root"),
            app: caller("arn:aws:sts::111122223333:assumed-role/app/i-1"),
        }
    }

    fn key(&mut self, input: &Value) -> String {
        let admin = self.admin.clone();
        let answer = self
            .service
            .call(&admin, Operation::CreateKey, input)
            .unwrap();
        answer["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
    }

    fn handle(&mut self, operation: Operation, body: &str) -> String {
        let reply = self.service.handle(&self.app, operation, body);
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.body
    }
}

// Benches give the length of the answer, not the answer: kept answers would be measured as page faults.

/// 4 KiB in base64.
fn plaintext() -> String {
    "AAAA".repeat(1365) + "AA=="
}

#[divan::bench]
fn encrypt_4_kib(bencher: Bencher<'_, '_>) {
    let mut kms = Kms::new();
    let key = kms.key(&json!({}));
    let body = json!({"KeyId": key, "Plaintext": plaintext(), "EncryptionContext": {"app": "a"}});
    let body = body.to_string();
    bencher.bench_local(|| kms.handle(Operation::Encrypt, &body).len());
}

#[divan::bench]
fn decrypt_4_kib(bencher: Bencher<'_, '_>) {
    let mut kms = Kms::new();
    let key = kms.key(&json!({}));
    let body = json!({"KeyId": key, "Plaintext": plaintext(), "EncryptionContext": {"app": "a"}});
    let sealed: Value =
        serde_json::from_str(&kms.handle(Operation::Encrypt, &body.to_string())).unwrap();
    let body =
        json!({"CiphertextBlob": sealed["CiphertextBlob"], "EncryptionContext": {"app": "a"}});
    let body = body.to_string();
    bencher.bench_local(|| kms.handle(Operation::Decrypt, &body).len());
}

#[divan::bench]
fn generate_data_key(bencher: Bencher<'_, '_>) {
    let mut kms = Kms::new();
    let body = json!({"KeyId": kms.key(&json!({})), "KeySpec": "AES_256"}).to_string();
    bencher.bench_local(|| kms.handle(Operation::GenerateDataKey, &body).len());
}

#[divan::bench]
fn sign_ecdsa_p256(bencher: Bencher<'_, '_>) {
    sign(bencher, "ECC_NIST_P256", "ECDSA_SHA_256");
}

#[divan::bench]
fn sign_ed25519(bencher: Bencher<'_, '_>) {
    sign(bencher, "ECC_NIST_EDWARDS25519", "ED25519_SHA_512");
}

#[divan::bench]
fn sign_ml_dsa_65(bencher: Bencher<'_, '_>) {
    sign(bencher, "ML_DSA_65", "ML_DSA_SHAKE_256");
}

#[divan::bench]
fn sign_rsa_2048_pss(bencher: Bencher<'_, '_>) {
    sign(bencher, "RSA_2048", "RSASSA_PSS_SHA_256");
}

fn sign(bencher: Bencher<'_, '_>, spec: &str, algorithm: &str) {
    let mut kms = Kms::new();
    let key = kms.key(&json!({"KeySpec": spec, "KeyUsage": "SIGN_VERIFY"}));
    let body = json!({"KeyId": key, "Message": "AAAA", "SigningAlgorithm": algorithm});
    let body = body.to_string();
    bencher.bench_local(|| kms.handle(Operation::Sign, &body).len());
}
