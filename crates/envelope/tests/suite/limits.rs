//! Lengths that a message declares take no memory.

use allocation_counter::measure;
use kmsim_envelope::{AlgorithmSuite, Decryptor, EncryptedDataKey, Error, Header};
use kmsim_types::EncryptionContext;

use crate::support::{decryptor, encryptor, keyring, rng};

/// The most memory that reading the beginning of a message may take.
const MOST: u64 = 512 * 1024;

fn ends_too_soon_within(message: &[u8], limit: u64) {
    let decryptor = Decryptor {
        max_buffer: usize::MAX,
        ..decryptor()
    };
    let mut keyring = keyring();
    let mut result = None;
    let taken = measure(|| result = Some(decryptor.decrypt(message, &mut keyring)));
    let error = result.unwrap().unwrap_err();
    assert!(matches!(error, Error::Truncated { .. }), "{error}");
    assert!(taken.bytes_max < limit, "{} bytes", taken.bytes_max);
}

#[test]
fn frames_of_4_gib() {
    let suite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKey;
    let plaintext = vec![0; 100_000];
    let message = encryptor(suite, u32::MAX)
        .encrypt(
            &plaintext,
            &EncryptionContext::new(),
            &mut keyring(),
            &mut rng(1),
        )
        .unwrap();
    assert_eq!(
        decryptor()
            .decrypt(&message, &mut keyring())
            .unwrap_err()
            .to_string(),
        "a frame would take 4294967295 bytes of memory, the limit is 268435456"
    );
    // As if the final frame were a regular one: it has the length of the header.
    let header = message.len() - plaintext.len() - (4 + 4 + 12 + 4 + 16);
    let frame = [&1_u32.to_be_bytes()[..], &[0; 100]].concat();
    ends_too_soon_within(&[&message[..header], &frame].concat(), MOST);
    ends_too_soon_within(&message[..message.len() - 1], MOST);
}

#[test]
fn many_data_keys_and_a_long_context() {
    let suite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKey;
    let message = encryptor(suite, 10)
        .encrypt(b"", &EncryptionContext::new(), &mut keyring(), &mut rng(1))
        .unwrap();
    let mut header = Header::read_unverified(&message[..]).unwrap();
    header.encrypted_data_keys = vec![
        EncryptedDataKey {
            provider_id: String::new(),
            provider_info: Vec::new(),
            ciphertext: Vec::new(),
        };
        65_535
    ];
    let bytes = header.to_bytes().unwrap();
    // Up to the count of data keys and a few of them.
    ends_too_soon_within(&bytes[..100], MOST);
    // Up to the length of the encryption context.
    ends_too_soon_within(&[&bytes[..35], &[0xff, 0xff]].concat(), MOST);
}
