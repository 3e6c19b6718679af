#![doc = include_str!("../../../docs/ciphertext-blob.md")]

use std::str;

use kmsim_types::EncryptionContext;
use rand_core::CryptoRng;

use crate::{CryptoError, GcmKey, KeyMaterial, MaterialId, Secret};

/// The label under which the key of a message is derived.
const LABEL: &[u8] = b"kmsim ciphertext blob v1";

const VERSION: u8 = 1;
const MATERIAL_ID_LEN: usize = 32;
const SALT_LEN: usize = 16;
const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;

/// What a blob says about the key that made it. Nothing of it is authenticated before the blob is
/// opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header<'b> {
    key_id: KeyId<'b>,
    material_id: MaterialId,
}

/// A key id in one of its three forms. The text of the first two has always 36 letters.
#[derive(Clone, Debug, PartialEq, Eq)]
enum KeyId<'b> {
    Fixed([u8; 36]),
    Text(&'b str),
}

impl<'b> Header<'b> {
    /// Reads the header of a blob, and checks that the rest can be a message.
    pub fn parse(blob: &'b [u8]) -> Result<Self, CryptoError> {
        Parts::split(blob).map(|parts| parts.header)
    }

    /// The id of the KMS key: a UUID, or `mrk-` and 32 digits.
    pub fn key_id(&self) -> &str {
        match &self.key_id {
            // The letters are digits and hyphens of our own making.
            KeyId::Fixed(letters) => str::from_utf8(letters).unwrap_or_default(),
            KeyId::Text(text) => text,
        }
    }

    /// The id of the material of the key.
    pub fn material_id(&self) -> MaterialId {
        self.material_id
    }
}

/// The parts of a blob with their lengths, in the order in which they stand.
pub fn layout(blob: &[u8]) -> Result<[(&'static str, usize); 8], CryptoError> {
    let parts = Parts::split(blob)?;
    let fixed = MATERIAL_ID_LEN + SALT_LEN + NONCE_LEN;
    let before = parts.authenticated.len() - fixed;
    Ok([
        ("version", 1),
        ("form of the key id", 1),
        ("key id", before - 2),
        ("id of the key material", MATERIAL_ID_LEN),
        ("salt", SALT_LEN),
        ("nonce", NONCE_LEN),
        ("ciphertext", parts.ciphertext.len()),
        ("tag", TAG_LEN),
    ])
}

/// Encrypts a message under the material of the key with this id.
pub fn seal(
    material: &KeyMaterial,
    key_id: &str,
    context: &EncryptionContext,
    plaintext: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, CryptoError> {
    let material_id = material.id(key_id)?;
    let (mut salt, mut nonce) = ([0; SALT_LEN], [0; NONCE_LEN]);
    rng.fill_bytes(&mut salt);
    rng.fill_bytes(&mut nonce);
    let key = message_key(material, &salt)?;

    let most_for_key_id = 1 + 2 + key_id.len();
    let mut blob = Vec::with_capacity(
        1 + most_for_key_id + MATERIAL_ID_LEN + SALT_LEN + NONCE_LEN + plaintext.len() + TAG_LEN,
    );
    blob.push(VERSION);
    put_key_id(&mut blob, key_id)?;
    blob.extend_from_slice(&material_id.0);
    blob.extend_from_slice(&salt);
    blob.extend_from_slice(&nonce);
    let header_len = blob.len();
    blob.extend_from_slice(plaintext);

    let (header, message) = blob.split_at_mut(header_len);
    let tag = with_aad(header, context, |aad| {
        key.seal_in_place(&nonce, aad, message)
    })?;
    blob.extend_from_slice(&tag);
    Ok(blob)
}

/// Decrypts a blob with the material that its header names.
pub fn open(
    material: &KeyMaterial,
    context: &EncryptionContext,
    blob: &[u8],
) -> Result<Secret, CryptoError> {
    let parts = Parts::split(blob)?;
    let key = message_key(material, parts.salt)?;
    let mut message = parts.ciphertext.to_vec();
    let opened = with_aad(parts.authenticated, context, |aad| {
        key.open_in_place(parts.nonce, aad, &mut message, parts.tag)
    });
    // Erased in any case: a failure may leave something of the plaintext.
    let message = Secret::from(message);
    opened.map(|()| message)
}

fn message_key(material: &KeyMaterial, salt: &[u8; SALT_LEN]) -> Result<GcmKey, CryptoError> {
    GcmKey::new(material.derive(LABEL, salt)?.as_slice())
}

/// Calls with the additional authenticated data. Most calls have no context: then the header is
/// all of it, where it is.
fn with_aad<T>(header: &[u8], context: &EncryptionContext, call: impl FnOnce(&[u8]) -> T) -> T {
    if context.is_empty() {
        return call(header);
    }
    let texts = || context.iter().flat_map(|(key, value)| [key, value]);
    let length: usize = texts().map(|text| size_of::<u64>() + text.len()).sum();
    let mut aad = Vec::with_capacity(header.len() + length);
    aad.extend_from_slice(header);
    for text in texts() {
        aad.extend_from_slice(&(text.len() as u64).to_be_bytes());
        aad.extend_from_slice(text.as_bytes());
    }
    call(&aad)
}

/// The parts of a blob.
struct Parts<'b> {
    header: Header<'b>,
    /// Everything before the ciphertext.
    authenticated: &'b [u8],
    salt: &'b [u8; SALT_LEN],
    nonce: &'b [u8; NONCE_LEN],
    ciphertext: &'b [u8],
    tag: &'b [u8; TAG_LEN],
}

impl<'b> Parts<'b> {
    fn split(blob: &'b [u8]) -> Result<Self, CryptoError> {
        let ([version, form], rest) = split_array::<2>(blob)?;
        if *version != VERSION {
            return Err(CryptoError::Failed);
        }
        let (key_id, rest) = take_key_id(*form, rest)?;
        let (material_id, rest) = split_array::<MATERIAL_ID_LEN>(rest)?;
        let (salt, rest) = split_array::<SALT_LEN>(rest)?;
        let (nonce, rest) = split_array::<NONCE_LEN>(rest)?;
        let (ciphertext, tag) = rest.split_last_chunk().ok_or(CryptoError::Failed)?;
        let (authenticated, _) = blob
            .split_at_checked(blob.len() - rest.len())
            .ok_or(CryptoError::Failed)?;
        Ok(Self {
            header: Header {
                key_id,
                material_id: MaterialId(*material_id),
            },
            authenticated,
            salt,
            nonce,
            ciphertext,
            tag,
        })
    }
}

fn split_array<const N: usize>(bytes: &[u8]) -> Result<(&[u8; N], &[u8]), CryptoError> {
    bytes.split_first_chunk().ok_or(CryptoError::Failed)
}

fn put_key_id(blob: &mut Vec<u8>, key_id: &str) -> Result<(), CryptoError> {
    if let Some((form, bytes)) = compact(key_id) {
        blob.push(form);
        blob.extend_from_slice(&bytes);
    } else {
        let length = u16::try_from(key_id.len()).map_err(|_| CryptoError::MessageLength)?;
        blob.push(b't');
        blob.extend_from_slice(&length.to_be_bytes());
        blob.extend_from_slice(key_id.as_bytes());
    }
    Ok(())
}

/// Where a UUID has its hyphens.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// The short form of a key id that is written as KMS writes them.
fn compact(key_id: &str) -> Option<(u8, [u8; 16])> {
    let letters: &[u8; 36] = key_id.as_bytes().try_into().ok()?;
    let form = if letters.starts_with(b"mrk-") {
        b'm'
    } else {
        b'u'
    };
    let mut digits = letters
        .iter()
        .enumerate()
        .filter(|(index, _)| !is_punctuation(form, *index))
        .map(|(_, letter)| *letter);
    let mut bytes = [0; 16];
    for byte in &mut bytes {
        *byte = (digit(digits.next()?)? << 4) | digit(digits.next()?)?;
    }
    // What was skipped must be the punctuation: the text that comes back has to be the same.
    (expand(form, &bytes)? == *letters).then_some((form, bytes))
}

fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        _ => None,
    }
}

fn is_punctuation(form: u8, index: usize) -> bool {
    match form {
        b'm' => index < 4,
        _ => HYPHENS.contains(&index),
    }
}

/// The text of a key id in its short form.
fn expand(form: u8, bytes: &[u8; 16]) -> Option<[u8; 36]> {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
    let mut digits = digits.map(|digit| match digit {
        0..=9 => b'0' + digit,
        _ => b'a' + digit - 10,
    });
    let mut letters = match form {
        b'm' => *b"mrk---------------------------------",
        _ => [b'-'; 36],
    };
    for (index, letter) in letters.iter_mut().enumerate() {
        if !is_punctuation(form, index) {
            *letter = digits.next()?;
        }
    }
    Some(letters)
}

fn take_key_id(form: u8, rest: &[u8]) -> Result<(KeyId<'_>, &[u8]), CryptoError> {
    match form {
        b'u' | b'm' => {
            let (bytes, rest) = split_array(rest)?;
            let letters = expand(form, bytes).ok_or(CryptoError::Failed)?;
            Ok((KeyId::Fixed(letters), rest))
        }
        b't' => {
            let (length, rest) = split_array(rest)?;
            let (text, rest) = rest
                .split_at_checked(u16::from_be_bytes(*length).into())
                .ok_or(CryptoError::Failed)?;
            let text = str::from_utf8(text).map_err(|_| CryptoError::Failed)?;
            Ok((KeyId::Text(text), rest))
        }
        _ => Err(CryptoError::Failed),
    }
}
