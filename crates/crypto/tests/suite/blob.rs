use std::sync::LazyLock;

use kmsim_crypto::{Backend, CryptoError, KeyMaterial, blob};
use kmsim_types::{EncryptionContext, KeySpec};
use proptest::prelude::*;

use crate::seeded;

const UUID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
const MRK: &str = "mrk-1234abcd12ab34cd56ef1234567890ab";

static MATERIAL: LazyLock<KeyMaterial> =
    LazyLock::new(|| KeyMaterial::generate(KeySpec::SymmetricDefault, &mut seeded(1)).unwrap());

fn seal(key_id: &str, context: &EncryptionContext, plaintext: &[u8]) -> Vec<u8> {
    blob::seal(&MATERIAL, key_id, context, plaintext, &mut seeded(2)).unwrap()
}

fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
    pairs.iter().copied().collect()
}

#[test]
fn a_blob_names_its_key_and_its_material() {
    let other_ids = [
        "",
        "the-orders-key",
        "Schlüssel",
        // Nearly a UUID: the text must come back as it was.
        "1234ABCD-12ab-34cd-56ef-1234567890ab",
        "1234abcd-12ab-34cd-56ef-1234567890a",
        "1234abcd12ab-34cd-56ef-1234567890ab-",
        "1234abcd+12ab-34cd-56ef-1234567890ab",
        "mrk-1234abcd12ab34cd56ef1234567890ag",
        "MRK-1234abcd12ab34cd56ef1234567890ab",
        "mrk-1234abcd-2ab-4cd-6ef-234567890ab",
    ];
    for (key_id, length) in [(UUID, 94), (MRK, 94)]
        .into_iter()
        .chain(other_ids.map(|id| (id, 80 + id.len())))
    {
        let sealed = seal(key_id, &EncryptionContext::new(), b"");
        assert_eq!(sealed.len(), length, "{key_id:?}");
        let header = blob::Header::parse(&sealed).unwrap();
        assert_eq!(header.key_id(), key_id);
        assert_eq!(header.material_id(), MATERIAL.id(key_id).unwrap());
        assert_eq!(
            blob::open(&MATERIAL, &EncryptionContext::new(), &sealed)
                .unwrap()
                .as_ref(),
            b""
        );
    }
    let id_beyond_16_bits = "k".repeat(0x1_0000);
    assert_eq!(
        blob::seal(
            &MATERIAL,
            &id_beyond_16_bits,
            &EncryptionContext::new(),
            b"",
            &mut seeded(2)
        ),
        Err(CryptoError::MessageLength)
    );
}

/// The `CiphertextBlob` of the API has at most 6144 bytes, the `Plaintext` at most 4096.
#[test]
fn the_largest_blob_is_one_that_the_api_takes() {
    for key_id in [UUID, MRK, &"k".repeat(1024)] {
        let sealed = seal(key_id, &context(&[("a", "1")]), &[7; 4096]);
        assert!(sealed.len() <= 6144);
    }
}

#[test]
fn no_two_messages_have_the_same_blob() {
    let mut rng = seeded(2);
    let mut seal = || {
        blob::seal(
            &MATERIAL,
            UUID,
            &EncryptionContext::new(),
            b"message",
            &mut rng,
        )
        .unwrap()
    };
    assert_ne!(seal(), seal());
}

/// A blob of the first version opens for ever.
#[test]
fn blobs_of_version_1_open() {
    let sealed = [
        // Version and form of the key id.
        "0175",
        // The key id.
        "1234abcd12ab34cd56ef1234567890ab",
        // The id of the material.
        "9bafc4d22cd6bc406aa187e5ef34adf63bcf2fc6a65fcc28d5dfd0cadcc7a0db",
        // The salt.
        "f6a12ca8ffc30a66ca140ccc72763361",
        // The nonce.
        "15819361186d3f535dd99f8e",
        // The ciphertext.
        "0862e86d18a745c16e816e",
        // The tag.
        "31001508e18b7d63ebb9071e68ea8b13",
    ]
    .concat();
    let sealed: Vec<u8> = sealed
        .as_bytes()
        .chunks(2)
        .map(|digits| str::from_utf8(digits).unwrap())
        .map(|digits| u8::from_str_radix(digits, 16).unwrap())
        .collect();
    let context = context(&[("department", "finance"), ("", "ü")]);
    assert_eq!(seal(UUID, &context, b"the message"), sealed);
    for backend in crate::BACKENDS {
        let material =
            KeyMaterial::import_with(backend, KeySpec::SymmetricDefault, &MATERIAL.export())
                .unwrap();
        let opened = blob::open(&material, &context, &sealed).unwrap();
        assert_eq!(&*opened, b"the message");
    }
}

#[test]
fn a_blob_opens_only_under_its_context() {
    let sealed = seal(UUID, &context(&[("a", "1"), ("b", "2")]), b"message");
    assert!(blob::open(&MATERIAL, &context(&[("b", "2"), ("a", "1")]), &sealed).is_ok());
    for wrong in [
        context(&[]),
        context(&[("a", "1")]),
        context(&[("a", "1"), ("b", "3")]),
        context(&[("A", "1"), ("b", "2")]),
        context(&[("a", "1"), ("b", "2"), ("c", "")]),
        // The same letters with other borders.
        context(&[("a", "1b2")]),
        context(&[("a1", ""), ("b", "2")]),
        context(&[("a", ""), ("1b", "2")]),
    ] {
        assert_eq!(
            blob::open(&MATERIAL, &wrong, &sealed),
            Err(CryptoError::Failed),
            "{wrong:?}"
        );
    }
}

#[test]
fn a_blob_that_was_changed_anywhere_does_not_open() {
    let context = context(&[("a", "1")]);
    for key_id in [UUID, MRK, "text"] {
        let sealed = seal(key_id, &context, b"the message");
        for index in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.clone();
                changed[index] ^= 1 << bit;
                assert_eq!(
                    blob::open(&MATERIAL, &context, &changed),
                    Err(CryptoError::Failed),
                    "bit {bit} of byte {index}"
                );
            }
            assert_eq!(
                blob::open(&MATERIAL, &context, &sealed[..index]),
                Err(CryptoError::Failed)
            );
        }
        let longer = [&sealed[..], &[0]].concat();
        assert_eq!(
            blob::open(&MATERIAL, &context, &longer),
            Err(CryptoError::Failed)
        );
    }
}

#[test]
fn another_key_does_not_open_a_blob() {
    let sealed = seal(UUID, &EncryptionContext::new(), b"message");
    let other = KeyMaterial::generate(KeySpec::SymmetricDefault, &mut seeded(9)).unwrap();
    let opened = blob::open(&other, &EncryptionContext::new(), &sealed);
    assert_eq!(opened, Err(CryptoError::Failed));
    // The same material in another key: the header says so, and is authenticated.
    let moved = [&sealed[..2], &[0x55; 16], &sealed[18..]].concat();
    assert!(blob::Header::parse(&moved).is_ok());
    assert_eq!(
        blob::open(&MATERIAL, &EncryptionContext::new(), &moved),
        Err(CryptoError::Failed)
    );
}

#[test]
fn only_symmetric_keys_have_blobs() {
    let material = KeyMaterial::generate(KeySpec::Hmac256, &mut seeded(1)).unwrap();
    let context = EncryptionContext::new();
    assert_eq!(
        blob::seal(&material, UUID, &context, b"", &mut seeded(1)),
        Err(CryptoError::Unsupported)
    );
}

/// What a real KMS returns begins this way.
#[test]
fn a_blob_of_aws_is_none_of_ours() {
    let mut foreign = vec![0x01, 0x02, 0x02, 0x00, 0x78];
    foreign.extend([0x31; 180]);
    assert_eq!(blob::Header::parse(&foreign), Err(CryptoError::Failed));
}

proptest! {
    #[test]
    fn what_is_sealed_opens(
        key_id in "[0-9a-f-]{0,40}|mrk-[0-9a-f]{32}|\\PC{0,40}",
        pairs in prop::collection::btree_map("\\PC{0,8}", "\\PC{0,8}", 0..4),
        plaintext in prop::collection::vec(any::<u8>(), 0..200),
        sealer_is_native: bool,
    ) {
        let [sealer, opener] = if sealer_is_native {
            [Backend::Native, Backend::Portable]
        } else {
            [Backend::Portable, Backend::Native]
        }
        .map(|backend| {
            KeyMaterial::import_with(backend, KeySpec::SymmetricDefault, &MATERIAL.export()).unwrap()
        });
        let context = EncryptionContext::from(pairs);
        let sealed = blob::seal(&sealer, &key_id, &context, &plaintext, &mut seeded(3)).unwrap();
        let header = blob::Header::parse(&sealed).unwrap();
        prop_assert_eq!(header.key_id(), key_id);
        let opened = blob::open(&opener, &context, &sealed).unwrap();
        prop_assert_eq!(&*opened, &plaintext[..]);
    }

    #[test]
    fn arbitrary_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert_eq!(
            blob::open(&MATERIAL, &EncryptionContext::new(), &bytes),
            Err(CryptoError::Failed)
        );
    }
}
