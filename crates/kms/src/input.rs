//! The parameters of a call, after [`validate`](crate::model::validate).
//!
//! Every getter gives an error where the value is not what the model says: it can't be, as the
//! request was validated, but then nothing panics either.

use std::collections::BTreeMap;
use std::str::FromStr;

use base64_simd::STANDARD;
use kmsim_types::EncryptionContext;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::clock::Timestamp;
use crate::error::KmsError;
use crate::model::integer;

/// The parameters of a call.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a>(&'a Value);

impl<'a> Input<'a> {
    /// The parameters in an object that was validated.
    pub const fn new(value: &'a Value) -> Self {
        Self(value)
    }

    /// The object itself.
    pub const fn value(self) -> &'a Value {
        self.0
    }

    /// A parameter; `null` is as good as absent.
    pub fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Whether the parameter is there.
    pub fn has(self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A string.
    pub fn str(self, name: &str) -> Option<&'a str> {
        self.get(name)?.as_str()
    }

    /// A string that must be there.
    ///
    /// # Errors
    /// `ValidationException` if it is not.
    pub fn required(self, name: &str) -> Result<&'a str, KmsError> {
        self.str(name).ok_or_else(|| missing(name))
    }

    /// One of the values of a closed enum.
    ///
    /// # Errors
    /// `ValidationException` for a value that the model has and the enum has not.
    pub fn enum_of<T: FromStr>(self, name: &str) -> Result<Option<T>, KmsError> {
        self.str(name)
            .map(|text| text.parse().map_err(|_| wrong(name)))
            .transpose()
    }

    /// One of the values of a closed enum, which must be there.
    ///
    /// # Errors
    /// `ValidationException` if it is not there, or not in the enum.
    pub fn required_enum<T: FromStr>(self, name: &str) -> Result<T, KmsError> {
        self.enum_of(name)?.ok_or_else(|| missing(name))
    }

    /// Several values of a closed enum.
    ///
    /// # Errors
    /// `ValidationException` for a value that the enum has not.
    pub fn enums_of<T: FromStr>(self, name: &str) -> Result<Vec<T>, KmsError> {
        self.strings(name)
            .map(|text| text.parse().map_err(|_| wrong(name)))
            .collect()
    }

    /// Bytes. They are erased when they are dropped, as they can be plaintext.
    ///
    /// # Errors
    /// `SerializationException` for what is no base64.
    pub fn blob(self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KmsError> {
        self.str(name)
            .map(|text| STANDARD.decode_to_vec(text).map(Zeroizing::new))
            .transpose()
            .map_err(|_| no_base64(name))
    }

    /// Bytes that must be there.
    ///
    /// # Errors
    /// `ValidationException` if they are not, `SerializationException` for what is no base64.
    pub fn required_blob(self, name: &str) -> Result<Zeroizing<Vec<u8>>, KmsError> {
        self.blob(name)?.ok_or_else(|| missing(name))
    }

    /// Bytes that are no secret and must be there: a ciphertext, a signature.
    ///
    /// # Errors
    /// `ValidationException` if they are not, `SerializationException` for what is no base64.
    pub fn required_bytes(self, name: &str) -> Result<Vec<u8>, KmsError> {
        let text = self.required(name)?;
        STANDARD.decode_to_vec(text).map_err(|_| no_base64(name))
    }

    /// The first bytes of a blob, up to 192 of them; nothing of what is no base64.
    pub(crate) fn start_of_bytes(self, name: &str) -> Option<Vec<u8>> {
        let text = self.str(name)?.as_bytes();
        let start = text.get(..256).unwrap_or(text);
        STANDARD.decode_to_vec(start).ok()
    }

    /// A whole number that is not negative: all of the model's are.
    pub fn int(self, name: &str) -> Option<u32> {
        u32::try_from(integer(self.get(name)?)?).ok()
    }

    /// A flag; false if it is absent.
    pub fn bool(self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A point in time.
    pub fn timestamp(self, name: &str) -> Option<Timestamp> {
        timestamp(self.get(name)?)
    }

    /// The strings of a list; none if it is absent.
    pub fn strings(self, name: &str) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        self.list(name).iter().filter_map(Value::as_str)
    }

    /// The encryption context, or another map of strings; empty if it is absent.
    pub fn pairs(self, name: &str) -> EncryptionContext {
        let object = self.get(name).and_then(Value::as_object);
        let pairs = object
            .into_iter()
            .flatten()
            .filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)));
        pairs.collect()
    }

    /// The tags of a list of `{"TagKey", "TagValue"}`; of two with one key the later one counts.
    pub fn tags(self, name: &str) -> BTreeMap<&'a str, &'a str> {
        self.objects(name)
            .filter_map(|tag| Some((tag.str("TagKey")?, tag.str("TagValue")?)))
            .collect()
    }

    /// A nested object.
    pub fn object(self, name: &str) -> Option<Self> {
        self.get(name).filter(|value| value.is_object()).map(Self)
    }

    /// The objects of a list.
    pub fn objects(self, name: &str) -> impl Iterator<Item = Self> + Clone + use<'a> {
        self.list(name).iter().map(Self)
    }

    fn list(self, name: &str) -> &'a [Value] {
        self.get(name)
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }
}

/// A timestamp: seconds since 1970, or ISO 8601 as the AWS CLI takes and writes it.
pub(crate) fn timestamp(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => Timestamp::from_epoch_seconds(number.as_f64()?),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

#[cold]
fn no_base64(name: &str) -> KmsError {
    KmsError::serialization(format!(
        "STRING_VALUE can not be converted to a Blob, at '{}'",
        lower_first(name)
    ))
}

#[cold]
fn missing(name: &str) -> KmsError {
    KmsError::missing(&lower_first(name))
}

#[cold]
fn wrong(name: &str) -> KmsError {
    KmsError::validation(format!(
        "1 validation error detected: Value at '{}' failed to satisfy constraint: Member must \
         satisfy enum value set",
        lower_first(name)
    ))
}

/// A parameter's name as messages have it: `keyId`.
pub(crate) fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_ascii_lowercase())
        .into_iter()
        .chain(letters)
        .collect()
}

#[cfg(test)]
mod tests;
