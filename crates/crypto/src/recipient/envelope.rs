//! The CMS `EnvelopedData` (RFC 5652, 6) of an answer, byte for byte in the form in which KMS
//! sends it: the outer levels are BER of indefinite length, the recipient is DER, and the encrypted
//! content is an octet string in parts. The SDK for enclaves insists on the first, readers of DER
//! stumble over it, so that it should not be any nicer here.

use aes::Aes256;
use cbc::Encryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use kmsim_types::EncryptionAlgorithm;
use pkcs8::ObjectIdentifier;
use pkcs8::der::asn1::{AnyRef, OctetStringRef};
use pkcs8::der::{self, Encode, Tag, TagNumber};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::CryptoError;
use crate::portable::rsa;

const ENVELOPED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.3");
const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const RSAES_OAEP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.7");
const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");
const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const AES_256_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.42");

/// The version of an `EnvelopedData`, and of its recipient, where recipients are identified by
/// their key (RFC 5652, 6.1 and 6.2.1).
const VERSION: u8 = 2;
/// How long a part of the content is. Answers of up to 160 bytes have been seen, in one part; this
/// is what Bouncy Castle does, whose other habits the answers show.
const PART_LEN: usize = 1000;

/// The beginning of a `SEQUENCE` or of `[0]` of indefinite length, and the end of either (X.690,
/// 8.1.3.6).
const SEQUENCE: &[u8] = &[0x30, 0x80];
const CONTEXT_0: &[u8] = &[0xa0, 0x80];
const END: &[u8] = &[0, 0];

/// Encrypts for the holder of the private key to an RSA public key (DER `SubjectPublicKeyInfo`).
pub(super) fn seal(
    public_key: &[u8],
    plaintext: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, CryptoError> {
    let mut key = Zeroizing::new([0; 32]);
    rng.fill_bytes(key.as_mut());
    let mut iv = [0; 16];
    rng.fill_bytes(&mut iv);
    let content =
        Encryptor::<Aes256>::new(&(*key).into(), &iv.into()).encrypt_padded_vec::<Pkcs7>(plaintext);
    let encrypted_key = rsa::public_key(public_key)?.encrypt(
        EncryptionAlgorithm::RsaesOaepSha256,
        key.as_ref(),
        rng,
    )?;
    encode(public_key, &encrypted_key, &iv, &content).map_err(|_| CryptoError::Failed)
}

fn encode(
    public_key: &[u8],
    encrypted_key: &[u8],
    iv: &[u8],
    content: &[u8],
) -> der::Result<Vec<u8>> {
    let recipient = recipient(public_key, encrypted_key)?;
    let algorithm = sequence(&[&AES_256_CBC.to_der()?, &octets(iv)?])?;
    let parts = content.chunks(PART_LEN).map(octets);
    Ok([
        SEQUENCE,
        &ENVELOPED_DATA.to_der()?,
        CONTEXT_0,
        SEQUENCE,
        &VERSION.to_der()?,
        &AnyRef::new(Tag::Set, &recipient)?.to_der()?,
        SEQUENCE,
        &DATA.to_der()?,
        &algorithm,
        CONTEXT_0,
        &parts.collect::<der::Result<Vec<_>>>()?.concat(),
        &END.repeat(5),
    ]
    .concat())
}

/// The `KeyTransRecipientInfo`. KMS identifies the key by its SHA-256.
fn recipient(public_key: &[u8], encrypted_key: &[u8]) -> der::Result<Vec<u8>> {
    let key_identifier = Tag::ContextSpecific {
        number: TagNumber(0),
        constructed: false,
    };
    let sha_256 = sequence(&[&SHA_256.to_der()?, &AnyRef::NULL.to_der()?])?;
    let mgf1 = sequence(&[&MGF1.to_der()?, &sha_256])?;
    // RFC 4055, 4.1; the empty label is the default.
    let parameters = sequence(&[&explicit(0, &sha_256)?, &explicit(1, &mgf1)?])?;
    sequence(&[
        &VERSION.to_der()?,
        &AnyRef::new(key_identifier, &Sha256::digest(public_key))?.to_der()?,
        &sequence(&[&RSAES_OAEP.to_der()?, &parameters])?,
        &octets(encrypted_key)?,
    ])
}

fn sequence(elements: &[&[u8]]) -> der::Result<Vec<u8>> {
    AnyRef::new(Tag::Sequence, &elements.concat())?.to_der()
}

fn octets(bytes: &[u8]) -> der::Result<Vec<u8>> {
    OctetStringRef::new(bytes)?.to_der()
}

fn explicit(number: u32, element: &[u8]) -> der::Result<Vec<u8>> {
    let tag = Tag::ContextSpecific {
        number: TagNumber(number),
        constructed: true,
    };
    AnyRef::new(tag, element)?.to_der()
}
