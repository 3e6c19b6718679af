//! Identifiers, as AWS forms them.

use uuid::{Builder, Uuid};

use super::Service;

impl Service {
    /// A version 4 UUID (RFC 9562): key ids, request ids, event ids.
    pub(crate) fn uuid(&mut self) -> Uuid {
        Builder::from_random_bytes(self.random()).into_uuid()
    }

    /// The id of a multi-Region key: `mrk-` and 32 hexadecimal digits.
    pub(crate) fn multi_region_id(&mut self) -> String {
        format!("mrk-{}", self.uuid().simple())
    }

    /// So many random bytes in hexadecimal digits: grant ids.
    pub(crate) fn hex_id<const N: usize>(&mut self) -> String {
        let bytes: [u8; N] = self.random();
        let mut text = String::with_capacity(2 * N);
        for byte in bytes {
            push_hex(&mut text, byte);
        }
        text
    }

    /// The id of a custom key store: `cks-` and 17 hexadecimal digits.
    pub(crate) fn custom_key_store_id(&mut self) -> Box<str> {
        let digits: String = self.hex_id::<9>().chars().take(17).collect();
        format!("cks-{digits}").into()
    }

    pub(crate) fn random<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.rng.fill_bytes(&mut bytes);
        bytes
    }
}

fn push_hex(text: &mut String, byte: u8) {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    for nibble in [byte >> 4, byte & 0x0f] {
        text.extend(DIGITS.get(usize::from(nibble)));
    }
}
