//! Answers, and what events tell besides the request: members of a JSON object, in their order.
//!
//! They keep what operations have at hand and become JSON where somebody reads them: as text for
//! the protocol, as a tree for callers within the program.

use std::borrow::Cow;

use base64_simd::STANDARD;
use kmsim_crypto::{MaterialId, Secret};
use kmsim_types::Arn;
use serde_json::{Map, Value};
use smol_str::SmolStr;

use crate::text::{write_plain, write_string, write_value};

/// The members of an object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Members(Vec<(Cow<'static, str>, Member)>);

/// The value of a member.
#[derive(Clone, Debug)]
pub(crate) enum Member {
    Text(SmolStr),
    Json(Value),
    /// Bytes that are no secret, which stand in base64.
    Blob(Vec<u8>),
    /// Bytes that are erased once they are written.
    Secret(Secret),
    MaterialId(MaterialId),
}

/// The members of an object: `members! { "KeyId": arn, "Tags": json!([]) }`.
macro_rules! members {
    ($($name:literal: $value:expr),* $(,)?) => {
        $crate::members::Members::from([$(($name, $crate::members::Member::from($value))),*])
    };
}
pub(crate) use members;

impl Members {
    /// Sets a member, in the place of an earlier one of this name.
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<Member>) {
        let value = value.into();
        match self.0.iter_mut().find(|(own, _)| own == name) {
            Some((_, own)) => *own = value,
            None => self.0.push((Cow::Borrowed(name), value)),
        }
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(own, _)| own != name);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The object as a tree.
    pub(crate) fn to_json(&self) -> Value {
        let members = self.0.iter();
        Value::Object(
            members
                .map(|(name, member)| (name.to_string(), member.to_json()))
                .collect(),
        )
    }

    /// The object as text.
    pub(crate) fn to_text(&self) -> String {
        let lengths = self
            .0
            .iter()
            .map(|(name, member)| name.len() + member.length());
        let mut text = String::with_capacity(2 + lengths.sum::<usize>());
        text.push('{');
        for (at, (name, member)) in self.0.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            write_string(name, &mut text);
            text.push(':');
            member.write(&mut text);
        }
        text.push('}');
        text
    }
}

impl Member {
    fn to_json(&self) -> Value {
        match self {
            Self::Text(text) => Value::from(text.as_str()),
            Self::Json(value) => value.clone(),
            Self::Blob(bytes) => Value::from(STANDARD.encode_to_string(bytes)),
            Self::Secret(bytes) => Value::from(STANDARD.encode_to_string(bytes)),
            Self::MaterialId(id) => Value::from(id.to_string()),
        }
    }

    fn write(&self, text: &mut String) {
        match self {
            Self::Text(own) => write_string(own, text),
            Self::Json(value) => write_value(value, text),
            Self::Blob(bytes) => write_base64(bytes, text),
            Self::Secret(bytes) => write_base64(bytes, text),
            Self::MaterialId(id) => write_plain(&id.to_string(), text),
        }
    }

    /// Room for the text of the member with its punctuation: what is longer makes its own.
    fn length(&self) -> usize {
        const PUNCTUATION: usize = 6;
        PUNCTUATION
            + match self {
                Self::Text(text) => text.len(),
                Self::Json(_) | Self::MaterialId(_) => 64,
                Self::Blob(bytes) => STANDARD.encoded_length(bytes.len()),
                Self::Secret(bytes) => STANDARD.encoded_length(bytes.len()),
            }
    }
}

fn write_base64(bytes: &[u8], text: &mut String) {
    text.push('"');
    STANDARD.encode_append(bytes, text);
    text.push('"');
}

impl<const N: usize> From<[(&'static str, Member); N]> for Members {
    fn from(members: [(&'static str, Member); N]) -> Self {
        let members = members.into_iter();
        Self(
            members
                .map(|(name, member)| (Cow::Borrowed(name), member))
                .collect(),
        )
    }
}

impl From<Map<String, Value>> for Members {
    fn from(members: Map<String, Value>) -> Self {
        let members = members.into_iter();
        Self(
            members
                .map(|(name, value)| (Cow::Owned(name), Member::Json(value)))
                .collect(),
        )
    }
}

/// The members of an object; none of anything else.
impl From<Value> for Members {
    fn from(value: Value) -> Self {
        match value {
            Value::Object(members) => members.into(),
            _ => Self::default(),
        }
    }
}

impl From<&str> for Member {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Member {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<&Arn> for Member {
    fn from(arn: &Arn) -> Self {
        Self::Text(arn.shared().into())
    }
}

impl From<Value> for Member {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}

impl From<bool> for Member {
    fn from(value: bool) -> Self {
        Self::Json(value.into())
    }
}

impl From<u32> for Member {
    fn from(value: u32) -> Self {
        Self::Json(value.into())
    }
}

impl From<Secret> for Member {
    fn from(secret: Secret) -> Self {
        Self::Secret(secret)
    }
}

impl From<MaterialId> for Member {
    fn from(id: MaterialId) -> Self {
        Self::MaterialId(id)
    }
}

/// Sets a member of an object.
pub(crate) fn set(object: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value.into());
    }
}

/// A JSON object of those members that are there.
pub(crate) fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let members = members.into_iter();
    let there = members.filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(there.collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_and_tree_are_the_same() {
        let id = MaterialId([0xa5; 32]);
        let mut members = members! {
            "KeyId": "alias/\"quoted\"",
            "Plaintext": Secret::from(vec![0xff; 10]),
            "Tags": json!([{"TagKey": "a\nb"}]),
            "Truncated": false,
            "Gone": 1,
            "Blob": Member::Blob(vec![]),
            "KeyMaterialId": id,
        };
        members.remove("Gone");
        members.set("Truncated", true);
        members.set("Last", 7);
        let expected = json!({
            "KeyId": "alias/\"quoted\"",
            "Plaintext": "/////////////w==",
            "Tags": [{"TagKey": "a\nb"}],
            "Truncated": true,
            "Blob": "",
            "KeyMaterialId": "a5".repeat(32),
            "Last": 7,
        });
        assert_eq!(members.to_json(), expected);
        assert_eq!(members.to_text(), expected.to_string());
        assert_eq!(Members::default().to_text(), "{}");
    }
}
