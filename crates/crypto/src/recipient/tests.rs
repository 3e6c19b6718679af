use aes::Aes256;
use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use ciborium::{Value, cbor};
use kmsim_types::{EncryptionAlgorithm, KeySpec};
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use sha2::{Digest, Sha256};

use super::{Attestation, encrypt_for_recipient, hex};
use crate::{CryptoError, KeyMaterial};

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(23)
}

fn bytes(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

/// A document with a payload of these fields.
fn document(fields: &[(&str, Value)]) -> Vec<u8> {
    let fields = fields.iter().cloned();
    let payload = Value::Map(fields.map(|(key, value)| (key.into(), value)).collect());
    bytes(&Value::Array(vec![
        Value::Bytes(bytes(&cbor!({1 => -35}).unwrap())),
        Value::Map(Vec::new()),
        Value::Bytes(bytes(&payload)),
        Value::Bytes(vec![0; 96]),
    ]))
}

fn registers(registers: &[(u8, usize)]) -> Value {
    let registers = registers.iter();
    Value::Map(
        registers
            .map(|(index, len)| ((*index).into(), Value::Bytes(vec![0xa0 + index % 16; *len])))
            .collect(),
    )
}

fn fields(public_key: &[u8]) -> Vec<(&'static str, Value)> {
    vec![
        ("module_id", "i-1234-enc5678".into()),
        ("digest", "SHA384".into()),
        ("timestamp", 1_700_000_000_000_u64.into()),
        ("pcrs", registers(&[(0, 48), (1, 48), (4, 48)])),
        ("certificate", Value::Bytes(vec![1])),
        ("cabundle", Value::Array(vec![Value::Bytes(vec![1])])),
        ("public_key", Value::Bytes(public_key.to_vec())),
        ("user_data", Value::Null),
        ("nonce", Value::Null),
    ]
}

fn changed(name: &str, value: Option<Value>) -> Vec<u8> {
    let mut fields = fields(&[7; 294]);
    fields.retain(|(key, _)| *key != name);
    if let Some(value) = value {
        let name = ["module_id", "digest", "pcrs", "nitrotpm_pcrs", "public_key"]
            .into_iter()
            .find(|known| *known == name);
        fields.push((name.unwrap(), value));
    }
    document(&fields)
}

#[test]
fn documents_of_enclaves_and_of_instances_are_read() {
    let attestation = Attestation::parse(&document(&fields(&[7; 294]))).unwrap();
    let expected = Attestation {
        module_id: "i-1234-enc5678".to_owned(),
        public_key: Some(vec![7; 294]),
        pcrs: vec![
            (0, "a0".repeat(48)),
            (1, "a1".repeat(48)),
            (4, "a4".repeat(48)),
        ],
        nitro_tpm_pcrs: Vec::new(),
    };
    assert_eq!(attestation, expected);

    let mut fields = fields(&[7; 294]);
    fields[3] = ("nitrotpm_pcrs", registers(&[(12, 48), (4, 48)]));
    fields[6].1 = Value::Null;
    let attestation = Attestation::parse(&document(&fields)).unwrap();
    let expected = Attestation {
        public_key: None,
        pcrs: Vec::new(),
        nitro_tpm_pcrs: vec![(4, "a4".repeat(48)), (12, "ac".repeat(48))],
        ..expected
    };
    assert_eq!(attestation, expected);
}

#[test]
fn the_tag_of_cose_may_be_there() {
    let untagged = document(&fields(&[7; 294]));
    let tagged = [&[0xd2], &*untagged].concat();
    let other = [&[0xd1], &*untagged].concat();
    assert_eq!(Attestation::parse(&tagged), Attestation::parse(&untagged));
    assert!(Attestation::parse(&untagged).is_ok());
    assert_eq!(
        Attestation::parse(&other),
        Err(CryptoError::InvalidMaterial)
    );
}

#[test]
fn documents_of_another_form_are_refused() {
    let valid = document(&fields(&[7; 294]));
    let mut twice = fields(&[7; 294]);
    twice.push(("digest", "SHA384".into()));
    let wrong = [
        Vec::new(),
        valid[1..].to_vec(),
        [&*valid, &[0]].concat(),
        bytes(&Value::Array(vec![Value::Null; 4])),
        bytes(&Value::Array(vec![Value::Null; 3])),
        document(&[]),
        document(&twice),
        changed("module_id", None),
        changed("module_id", Some(1.into())),
        changed("digest", None),
        changed("digest", Some("SHA256".into())),
        changed("pcrs", None),
        changed("pcrs", Some(registers(&[]))),
        changed("pcrs", Some(registers(&[(0, 47)]))),
        changed("pcrs", Some(registers(&[(32, 48)]))),
        changed("pcrs", Some(registers(&[(3, 48), (3, 48)]))),
        changed("pcrs", Some(cbor!({"0" => 1}).unwrap())),
        changed("nitrotpm_pcrs", Some(registers(&[(0, 48)]))),
        changed("public_key", Some("text".into())),
        changed("public_key", Some(Value::Bytes(vec![7; 1025]))),
    ];
    for (at, document) in wrong.iter().enumerate() {
        let parsed = Attestation::parse(document);
        assert_eq!(parsed, Err(CryptoError::InvalidMaterial), "{at}");
    }
    for len in 0..valid.len() {
        assert!(Attestation::parse(&valid[..len]).is_err(), "{len}");
    }
}

#[test]
fn a_usable_public_key_is_needed() {
    let key = KeyMaterial::generate(KeySpec::EccNistP256, &mut rng()).unwrap();
    for document in [
        changed("public_key", None),
        document(&fields(&[7; 294])),
        document(&fields(key.public_key().unwrap())),
    ] {
        assert!(Attestation::parse(&document).is_ok());
        let encrypted = encrypt_for_recipient(&document, b"plaintext", &mut rng());
        assert_eq!(encrypted, Err(CryptoError::InvalidMaterial));
    }
}

/// The bytes around the four values that differ from answer to answer: those of an answer of KMS
/// for a key of 2048 bits. What follows the key is the length of the content.
const BEFORE_ID: &str = "308006092a864886f70d010703a08030800201023182016b3082016702010280\
                         20";
const BEFORE_KEY: &str = "303c06092a864886f70d010107302fa00f300d06096086480165030402010500\
                          a11c301a06092a864886f70d010108300d060960864801650304020105000482\
                          0100";
const BEFORE_IV: &str = "308006092a864886f70d010701301d060960864801650304012a0410";
const BEFORE_CONTENT: &str = "a080";
const AFTER: &str = "00000000000000000000";

fn take<'a>(rest: &mut &'a [u8], len: usize) -> &'a [u8] {
    let (taken, left) = rest.split_at(len);
    *rest = left;
    taken
}

fn expect(rest: &mut &[u8], digits: &str) {
    let found = hex(take(rest, digits.len() / 2));
    assert_eq!(found, digits);
}

/// Opens an answer as an enclave does.
fn open(private: &KeyMaterial, answer: &[u8], parts: &[(&str, usize)]) -> Vec<u8> {
    let mut rest = answer;
    expect(&mut rest, BEFORE_ID);
    let id = take(&mut rest, 32);
    assert_eq!(id, Sha256::digest(private.public_key().unwrap()).as_slice());
    expect(&mut rest, BEFORE_KEY);
    let algorithm = EncryptionAlgorithm::RsaesOaepSha256;
    let key = private.decrypt(algorithm, take(&mut rest, 256)).unwrap();
    expect(&mut rest, BEFORE_IV);
    let iv = take(&mut rest, 16);
    expect(&mut rest, BEFORE_CONTENT);
    let mut content = Vec::new();
    for (header, len) in parts {
        expect(&mut rest, header);
        content.extend(take(&mut rest, *len));
    }
    expect(&mut rest, AFTER);
    assert!(rest.is_empty());
    Decryptor::<Aes256>::new_from_slices(&key, iv)
        .unwrap()
        .decrypt_padded_vec::<Pkcs7>(&content)
        .unwrap()
}

#[test]
fn answers_have_the_form_of_kms_and_can_be_opened() {
    let rng = &mut rng();
    let private = KeyMaterial::generate(KeySpec::Rsa2048, rng).unwrap();
    let document = document(&fields(private.public_key().unwrap()));
    for (len, parts) in [
        (0, &[("0410", 16)][..]),
        (32, &[("0430", 48)]),
        (150, &[("0481a0", 160)]),
        (999, &[("048203e8", 1000), ("0408", 8)]),
        (4096, &[("048203e8", 1000); 4]),
    ] {
        let mut parts = parts.to_vec();
        if len == 4096 {
            parts.push(("0470", 112));
        }
        let plaintext: Vec<u8> = (0..=255).cycle().take(len).collect();
        let answer = encrypt_for_recipient(&document, &plaintext, rng).unwrap();
        assert_eq!(open(&private, &answer, &parts), plaintext);
        let again = encrypt_for_recipient(&document, &plaintext, rng).unwrap();
        assert_ne!(answer, again, "key and initialization vector are new");
    }
}

proptest! {
    #[test]
    fn garbage_is_refused(document in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Attestation::parse(&document).is_err());
    }

    #[test]
    fn changed_documents_do_no_harm(at in any::<prop::sample::Index>(), change in 1u8..) {
        let mut document = document(&fields(&[7; 294]));
        let at = at.index(document.len());
        document[at] ^= change;
        if let Ok(attestation) = Attestation::parse(&document) {
            prop_assert!(attestation.encrypt(b"plaintext", &mut rng()).is_err());
        }
    }
}
