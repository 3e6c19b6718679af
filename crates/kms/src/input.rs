//! The parameters of a call, after [`validate`](crate::model::validate).
//!
//! Every getter gives an error where the value is not what the model says: it can't be, as the
//! request was validated, but then nothing panics either.

use std::collections::BTreeMap;
use std::str::FromStr;

use base64_simd::STANDARD;
use kmsim_crypto::Secret;
use kmsim_policy::json::{Member, Node, Value};
use kmsim_policy::source::Span;
use kmsim_types::EncryptionContext;
use smol_str::SmolStr;

use crate::clock::Timestamp;
use crate::error::KmsError;
use crate::model::integer;

/// The parameters of a call.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a>(&'a Node<'a>);

impl<'a> Input<'a> {
    /// The parameters in an object that was validated.
    pub const fn new(object: &'a Node<'a>) -> Self {
        Self(object)
    }

    /// All parameters.
    pub fn members(self) -> &'a [Member<'a>] {
        self.0.as_object().unwrap_or_default()
    }

    /// A parameter; `null` is as good as absent.
    pub fn get(self, name: &str) -> Option<&'a Node<'a>> {
        let value = self.0.member(name);
        value.filter(|node| node.value != Value::Null)
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
    pub fn blob(self, name: &str) -> Result<Option<Secret>, KmsError> {
        self.str(name)
            .map(|text| STANDARD.decode_to_vec(text).map(Secret::from))
            .transpose()
            .map_err(|_| no_base64(name))
    }

    /// Bytes that must be there.
    ///
    /// # Errors
    /// `ValidationException` if they are not, `SerializationException` for what is no base64.
    pub fn required_blob(self, name: &str) -> Result<Secret, KmsError> {
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
        self.get(name)
            .is_some_and(|node| node.value == Value::Bool(true))
    }

    /// A point in time.
    pub fn timestamp(self, name: &str) -> Option<Timestamp> {
        timestamp(self.get(name)?)
    }

    /// The strings of a list; none if it is absent.
    pub fn strings(self, name: &str) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        self.list(name).iter().filter_map(Node::as_str)
    }

    /// The encryption context, or another map of strings; empty if it is absent.
    pub fn pairs(self, name: &str) -> EncryptionContext {
        self.texts(name).collect()
    }

    /// The entries of a map of strings, in the order of the request.
    pub(crate) fn texts(self, name: &str) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let object = self.object(name).map_or(&[][..], Self::members);
        object
            .iter()
            .filter_map(|member| Some((&*member.key, member.value.as_str()?)))
    }

    /// The tags of a list of `{"TagKey", "TagValue"}`; of two with one key the later one counts.
    pub fn tags(self, name: &str) -> BTreeMap<&'a str, &'a str> {
        self.objects(name)
            .filter_map(|tag| Some((tag.str("TagKey")?, tag.str("TagValue")?)))
            .collect()
    }

    /// A nested object.
    pub fn object(self, name: &str) -> Option<Self> {
        self.get(name)
            .filter(|node| node.as_object().is_some())
            .map(Self)
    }

    /// The objects of a list.
    pub fn objects(self, name: &str) -> impl Iterator<Item = Self> + Clone + use<'a> {
        self.list(name).iter().map(Self)
    }

    fn list(self, name: &str) -> &'a [Node<'a>] {
        match self.get(name).map(|node| &node.value) {
            Some(Value::Array(elements)) => elements,
            _ => &[],
        }
    }
}

/// A tree of `serde_json` as requests are read. Its texts are not copied.
pub fn tree(value: &serde_json::Value) -> Node<'_> {
    use serde_json::Value as Tree;
    let value = match value {
        Tree::Null => Value::Null,
        Tree::Bool(value) => Value::Bool(*value),
        Tree::Number(number) => Value::Number(number.to_string().into()),
        Tree::String(text) => Value::String(text.into()),
        Tree::Array(items) => Value::Array(items.iter().map(tree).collect()),
        Tree::Object(members) => {
            let members = members.iter().map(|(key, value)| Member {
                key: key.into(),
                key_span: Span::default(),
                value: tree(value),
            });
            Value::Object(members.collect())
        }
    };
    Node {
        value,
        span: Span::default(),
    }
}

/// The way back.
pub(crate) fn untree(node: &Node<'_>) -> serde_json::Value {
    use serde_json::Value as Tree;
    match &node.value {
        Value::Null => Tree::Null,
        Value::Bool(value) => Tree::Bool(*value),
        // Numbers beyond all measure are the only ones that serde does not take.
        Value::Number(text) => serde_json::from_str(text).unwrap_or_default(),
        Value::String(text) => Tree::from(&**text),
        Value::Array(items) => items.iter().map(untree).collect(),
        Value::Object(members) => {
            let members = members.iter();
            Tree::Object(
                members
                    .map(|member| (member.key.to_string(), untree(&member.value)))
                    .collect(),
            )
        }
    }
}

/// The tree with one member for each name of an object: the first one's place, the last one's
/// value, as most readers of JSON have it.
pub(crate) fn without_duplicates(mut node: Node<'_>) -> Node<'_> {
    match node.value {
        Value::Array(items) => {
            node.value = Value::Array(items.into_iter().map(without_duplicates).collect());
        }
        Value::Object(members) => {
            let mut kept: Vec<Member<'_>> = Vec::with_capacity(members.len());
            for mut member in members {
                member.value = without_duplicates(member.value);
                match kept.iter_mut().find(|own| own.key == member.key) {
                    Some(own) => *own = member,
                    None => kept.push(member),
                }
            }
            node.value = Value::Object(kept);
        }
        _ => {}
    }
    node
}

/// A timestamp: seconds since 1970, or ISO 8601 as the AWS CLI takes and writes it.
pub(crate) fn timestamp(node: &Node<'_>) -> Option<Timestamp> {
    match &node.value {
        Value::Number(number) => Timestamp::from_epoch_seconds(number.parse().ok()?),
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
pub(crate) fn lower_first(name: &str) -> SmolStr {
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
