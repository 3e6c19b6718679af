//! 32 bytes in records: as 64 hexadecimal digits.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Bytes, which may be missing.
pub(super) mod bytes {
    use super::{Cow, Deserialize, Deserializer, Serialize, Serializer, de, decoded};

    #[expect(clippy::ref_option, reason = "serde gives it so")]
    pub(in super::super) fn serialize<S: Serializer>(
        bytes: &Option<[u8; 32]>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let text = bytes.map(|bytes| bytes.map(|byte| format!("{byte:02x}")).concat());
        text.serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<[u8; 32]>, D::Error> {
        let text = Option::<Cow<'de, str>>::deserialize(deserializer)?;
        let wrong = || de::Error::custom("expected 64 hexadecimal digits");
        text.map(|text| decoded(&text).ok_or_else(wrong))
            .transpose()
    }
}

/// A `KeyMaterialId`, which may be missing.
pub(super) mod material_id {
    use kmsim_crypto::MaterialId;

    use super::{Deserializer, Serializer, bytes};

    #[expect(clippy::ref_option, reason = "serde gives it so")]
    pub(in super::super) fn serialize<S: Serializer>(
        id: &Option<MaterialId>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        bytes::serialize(&id.map(|id| id.0), serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<MaterialId>, D::Error> {
        bytes::deserialize(deserializer).map(|id| id.map(MaterialId))
    }
}

fn decoded(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() == 64)?;
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::try_from(pair.iter().fold(0, |value, digit| value << 4 | digit)).ok()?;
    }
    Some(bytes)
}
