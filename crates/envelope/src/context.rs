//! The encryption context on the wire (AWS Encryption SDK specification, "Message header", AAD).

use kmsim_types::EncryptionContext;

use crate::error::Malformed;

/// Keys that begin with this are the SDK's own.
pub const RESERVED_PREFIX: &str = "aws-crypto-";

/// The pair that carries the public key of a signed message: base64 of a compressed point.
pub const PUBLIC_KEY: &str = "aws-crypto-public-key";

/// An encryption context that a message can't have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContextError {
    /// The SDK would write or read a pair of its own under this key.
    #[error("the encryption context key `{0}` is reserved: `aws-crypto-` is for the SDK")]
    Reserved(String),
    /// Lengths are numbers of 16 bits.
    #[error("the encryption context takes more than 65535 bytes in the message")]
    TooLong,
    /// Decryption was to check a pair that the message doesn't have.
    #[error("the message's encryption context has no `{key}` with the expected value")]
    Unexpected {
        /// The key of the pair.
        key: String,
    },
}

/// Refuses keys that are the SDK's own (specification, "Encrypt", encryption context).
pub(crate) fn check_not_reserved(context: &EncryptionContext) -> Result<(), ContextError> {
    match context.keys().find(|key| key.starts_with(RESERVED_PREFIX)) {
        Some(key) => Err(ContextError::Reserved(key.to_owned())),
        None => Ok(()),
    }
}

/// The pairs as they stand in a header and in the additional data of raw keyrings: nothing for the
/// empty context, else the count and the pairs in the order of their keys' UTF-8 bytes.
pub fn serialize(context: &EncryptionContext) -> Result<Vec<u8>, ContextError> {
    let mut bytes = Vec::new();
    if context.is_empty() {
        return Ok(bytes);
    }
    put_length(&mut bytes, context.len())?;
    for (key, value) in context.iter() {
        for text in [key, value] {
            put_length(&mut bytes, text.len())?;
            bytes.extend_from_slice(text.as_bytes());
        }
    }
    // The whole has a length of 16 bits in the header.
    u16::try_from(bytes.len()).map_err(|_| ContextError::TooLong)?;
    Ok(bytes)
}

fn put_length(bytes: &mut Vec<u8>, length: usize) -> Result<(), ContextError> {
    let length = u16::try_from(length).map_err(|_| ContextError::TooLong)?;
    bytes.extend_from_slice(&length.to_be_bytes());
    Ok(())
}

/// Reads what [`serialize`] writes, and nothing else. The error has its place in `bytes`.
pub(crate) fn parse(bytes: &[u8]) -> Result<EncryptionContext, (usize, Malformed)> {
    let mut context = EncryptionContext::new();
    if bytes.is_empty() {
        return Ok(context);
    }
    let mut rest = Rest {
        bytes,
        length: bytes.len(),
    };
    let count = rest.number()?;
    if count == 0 {
        return Err((0, Malformed::EmptyContext));
    }
    let mut last: Option<&str> = None;
    for _ in 0..count {
        let place = rest.place();
        let key = rest.text()?;
        let value = rest.text()?;
        if last.is_some_and(|last| last >= key) {
            return Err((place, Malformed::ContextOrder));
        }
        last = Some(key);
        context.0.insert(key.to_owned(), value.to_owned());
    }
    if rest.bytes.is_empty() {
        Ok(context)
    } else {
        Err((rest.place(), Malformed::ContextLength))
    }
}

struct Rest<'a> {
    bytes: &'a [u8],
    /// The length of everything, to tell places by.
    length: usize,
}

impl<'a> Rest<'a> {
    fn place(&self) -> usize {
        self.length - self.bytes.len()
    }

    fn number(&mut self) -> Result<u16, (usize, Malformed)> {
        match self.bytes.split_first_chunk() {
            Some((number, rest)) => {
                self.bytes = rest;
                Ok(u16::from_be_bytes(*number))
            }
            None => Err((self.place(), Malformed::ContextLength)),
        }
    }

    fn text(&mut self) -> Result<&'a str, (usize, Malformed)> {
        let length = self.number()?;
        let place = self.place();
        let (text, rest) = self
            .bytes
            .split_at_checked(length.into())
            .ok_or((place, Malformed::ContextLength))?;
        self.bytes = rest;
        std::str::from_utf8(text).map_err(|error| (place + error.valid_up_to(), Malformed::Utf8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
        pairs.iter().copied().collect()
    }

    #[test]
    fn pairs_are_sorted_by_the_bytes_of_their_keys() {
        assert_eq!(serialize(&context(&[])), Ok(vec![]));
        let bytes = serialize(&context(&[("é", "ü"), ("b", ""), ("a", "1")])).unwrap();
        assert_eq!(
            bytes,
            b"\0\x03\0\x01a\0\x011\0\x01b\0\0\0\x02\xc3\xa9\0\x02\xc3\xbc"
        );
        assert_eq!(
            parse(&bytes),
            Ok(context(&[("a", "1"), ("b", ""), ("é", "ü")]))
        );
    }

    #[test]
    fn other_bytes_are_refused_with_their_place() {
        for (bytes, place, reason) in [
            (&b"\0"[..], 0, Malformed::ContextLength),
            (b"\0\0", 0, Malformed::EmptyContext),
            (b"\0\x01\0", 2, Malformed::ContextLength),
            (b"\0\x01\0\x02a", 4, Malformed::ContextLength),
            (b"\0\x01\0\x01a\0\x011\0", 8, Malformed::ContextLength),
            (b"\0\x02\0\x01a\0\0\0\x01a\0\0", 7, Malformed::ContextOrder),
            (b"\0\x02\0\x01b\0\0\0\x01a\0\0", 7, Malformed::ContextOrder),
            (b"\0\x01\0\x01\xff\0\0", 4, Malformed::Utf8),
            (b"\0\x01\0\x01a\0\x02z\xff", 8, Malformed::Utf8),
        ] {
            assert_eq!(parse(bytes), Err((place, reason)), "{bytes:?}");
        }
    }

    #[test]
    fn what_has_no_length_of_16_bits_is_refused() {
        let long = "x".repeat(65_536);
        assert_eq!(
            serialize(&context(&[("a", &long)])),
            Err(ContextError::TooLong)
        );
        let half = &long.get(..40_000).unwrap();
        assert_eq!(
            serialize(&context(&[("a", half), ("b", half)])),
            Err(ContextError::TooLong)
        );
        let most = &long.get(..65_535 - 7).unwrap();
        assert_eq!(serialize(&context(&[("a", most)])).unwrap().len(), 65_535);
    }

    #[test]
    fn the_prefix_is_the_sdks() {
        assert_eq!(check_not_reserved(&context(&[("aws-crypt", "")])), Ok(()));
        assert_eq!(
            check_not_reserved(&context(&[("a", ""), (PUBLIC_KEY, "")])),
            Err(ContextError::Reserved(PUBLIC_KEY.to_owned()))
        );
    }
}
