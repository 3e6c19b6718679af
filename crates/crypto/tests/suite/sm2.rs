//! SM2: the examples of GB/T 32918.5-2017, appendices A and C, with our DER around them.

use kmsim_crypto::{CryptoError, KeyMaterial, PublicKey};
use kmsim_types::MessageType::{Digest, Raw};
use kmsim_types::{EncryptionAlgorithm, KeySpec, SigningAlgorithm};
use pkcs8::EncodePrivateKey;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::ecc_support::{Scripted, hex};

const PRIVATE_KEY: &str = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
const PUBLIC_KEY: &str = "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020\
                          ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
const K: &str = "59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21";
const DIGEST: &str = "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640";
const SIGNATURE: &str = "3046\
    022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3\
    022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";
const CIPHERTEXT: &str = "307c\
    022004ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73\
    022100e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0\
    042059983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766\
    041321886ca989ca9c7d58087307ca93092d651efa";

fn key() -> KeyMaterial {
    let secret = sm2::SecretKey::from_slice(&hex(PRIVATE_KEY)).unwrap();
    let document = secret.to_pkcs8_der().unwrap();
    KeyMaterial::import(KeySpec::Sm2, document.as_bytes()).unwrap()
}

#[test]
fn signature_of_the_standard() {
    let key = key();
    let public_key = key.public_key().unwrap();
    assert!(public_key.ends_with(&hex(PUBLIC_KEY)));
    let public_key = PublicKey::import(KeySpec::Sm2, public_key).unwrap();
    let (message, digest, signature) = (b"message digest", hex(DIGEST), hex(SIGNATURE));
    let algorithm = SigningAlgorithm::Sm2Dsa;
    assert_eq!(
        public_key.verify(algorithm, Raw, message, &signature),
        Ok(())
    );
    assert_eq!(
        public_key.verify(algorithm, Digest, &digest, &signature),
        Ok(())
    );
    assert_eq!(
        public_key.verify(algorithm, Raw, b"another", &signature),
        Err(CryptoError::Failed)
    );
    let rng = &mut ChaCha20Rng::seed_from_u64(1);
    let own = key.sign(algorithm, Raw, message, rng).unwrap();
    assert_eq!(key.verify(algorithm, Digest, &digest, &own), Ok(()));
    assert_ne!(
        own, signature,
        "the nonce of the standard is not the one of the seed"
    );
}

#[test]
fn ciphertext_of_the_standard() {
    let key = key();
    let algorithm = EncryptionAlgorithm::Sm2Pke;
    let message = b"encryption standard";
    let ciphertext = hex(CIPHERTEXT);
    let encrypted = key.encrypt(algorithm, message, &mut Scripted::new(&hex(K)));
    assert_eq!(encrypted.as_ref(), Ok(&ciphertext));
    assert_eq!(**key.decrypt(algorithm, &ciphertext).unwrap(), *message);

    let public_key = PublicKey::import(KeySpec::Sm2, key.public_key().unwrap()).unwrap();
    let encrypted = public_key.encrypt(algorithm, message, &mut Scripted::new(&hex(K)));
    assert_eq!(encrypted, Ok(ciphertext));
}

#[test]
fn plaintexts_are_not_empty() {
    let key = key();
    let algorithm = EncryptionAlgorithm::Sm2Pke;
    let rng = &mut ChaCha20Rng::seed_from_u64(1);
    let encrypted = key.encrypt(algorithm, &[], rng);
    assert_eq!(encrypted, Err(CryptoError::MessageLength));
    for len in [1, 1024, 2500] {
        let ciphertext = key.encrypt(algorithm, &vec![7; len], rng).unwrap();
        assert_eq!(**key.decrypt(algorithm, &ciphertext).unwrap(), vec![7; len]);
    }
}

/// No bit of a ciphertext is without meaning: DER has one form for a value.
#[test]
fn changed_ciphertexts_are_refused() {
    let key = key();
    let ciphertext = hex(CIPHERTEXT);
    for bit in 0..ciphertext.len() * 8 {
        let mut changed = ciphertext.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let plaintext = key.decrypt(EncryptionAlgorithm::Sm2Pke, &changed);
        assert_eq!(plaintext.err(), Some(CryptoError::Failed), "bit {bit}");
    }
}
