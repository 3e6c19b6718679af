//! Values that are complete only when a step runs: they may refer to earlier results, to the
//! clock and to the random source.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kmsim_crypto::KeyMaterial;
use kmsim_policy::instant::Instant;
use kmsim_policy::source::Span;
use kmsim_types::KeySpec;
use rand_core::CryptoRng;
use serde_json::{Map, Value};

use crate::path::Path;

/// A value with open places.
#[derive(Clone, Debug)]
pub struct Template {
    pub(crate) form: Form,
    pub(crate) span: Span,
}

/// What a template consists of.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// A value as it stands.
    Plain(Value),
    /// A part of an earlier result.
    Reference(Reference),
    /// Bytes.
    Bytes(Bytes),
    /// A point in time.
    Time(Time),
    /// A list.
    List(Vec<Template>),
    /// An object.
    Object(Vec<(String, Template)>),
    /// The JSON text of a value.
    Document(Box<Template>),
    /// In expectations: any text that fits a pattern with `*`.
    Like(Box<str>),
    /// In expectations: any bytes of this length.
    Length(usize),
}

/// `$name.Field[0]`: a part of the result that was saved as `name`.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) name: Box<str>,
    pub(crate) path: Option<Path>,
}

/// Bytes, or how to get them.
#[derive(Clone, Debug)]
pub(crate) enum Bytes {
    /// These.
    Known(Vec<u8>),
    /// So many random ones.
    Random(usize),
    /// Material of a new key of this spec, in the form in which it is imported.
    Material(KeySpec),
    /// Other bytes with one bit changed.
    Damaged(Box<Template>),
}

/// A point in time, or how to get it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Time {
    /// This one.
    At(Instant),
    /// So many seconds from now.
    After(u64),
}

/// Where templates find what they refer to.
pub(crate) struct Scope<'s> {
    /// The results so far.
    pub(crate) saved: &'s Map<String, Value>,
    /// The time, in seconds since 1970.
    pub(crate) now: i64,
    /// The random source.
    pub(crate) rng: &'s mut dyn CryptoRng,
}

/// Why a template could not be completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Incomplete(pub(crate) String);

impl Template {
    /// An object without fields.
    pub(crate) fn empty(span: Span) -> Self {
        let form = Form::Object(Vec::new());
        Self { form, span }
    }

    /// The complete value, as the API's JSON has it.
    pub(crate) fn complete(&self, scope: &mut Scope<'_>) -> Result<Value, Incomplete> {
        Ok(match &self.form {
            Form::Plain(value) => value.clone(),
            Form::Reference(reference) => reference.find(scope.saved)?.clone(),
            Form::Bytes(bytes) => Value::String(STANDARD.encode(bytes.get(scope)?)),
            Form::Time(time) => Value::from(time.seconds(scope.now)),
            Form::List(items) => {
                let items = items.iter().map(|item| item.complete(scope));
                Value::Array(items.collect::<Result<_, _>>()?)
            }
            Form::Object(fields) => {
                let mut object = Map::with_capacity(fields.len());
                for (name, value) in fields {
                    object.insert(name.clone(), value.complete(scope)?);
                }
                Value::Object(object)
            }
            Form::Document(inner) => Value::String(inner.complete(scope)?.to_string()),
            Form::Like(_) | Form::Length(_) => {
                let why = "this only compares; it is no value".to_owned();
                return Err(Incomplete(why));
            }
        })
    }

    /// The complete value as bytes.
    pub(crate) fn bytes(&self, scope: &mut Scope<'_>) -> Result<Vec<u8>, Incomplete> {
        let value = self.complete(scope)?;
        let text = value.as_str().map(|text| STANDARD.decode(text));
        match text {
            Some(Ok(bytes)) => Ok(bytes),
            _ => Err(Incomplete(format!("{value} is no base64"))),
        }
    }
}

impl Reference {
    /// Reads the text behind the `$`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let end = text.find(['.', '[']).unwrap_or(text.len());
        let (name, rest) = text.split_at_checked(end)?;
        let path = match rest.strip_prefix('.') {
            Some(path) => Some(Path::parse(path)?),
            None if rest.is_empty() => None,
            None => return None,
        };
        is_name(name).then(|| Self {
            name: name.into(),
            path,
        })
    }

    fn find<'v>(&self, saved: &'v Map<String, Value>) -> Result<&'v Value, Incomplete> {
        let name = &self.name;
        let Some(value) = saved.get(&**name) else {
            return Err(Incomplete(format!("`{name}` was not saved")));
        };
        let Some(path) = &self.path else {
            return Ok(value);
        };
        path.find(value)
            .ok_or_else(|| Incomplete(format!("the result `{name}` has no `{path}`")))
    }
}

/// Whether a text can be the name of a result.
pub(crate) fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

impl Bytes {
    fn get(&self, scope: &mut Scope<'_>) -> Result<Vec<u8>, Incomplete> {
        match self {
            Self::Known(bytes) => Ok(bytes.clone()),
            Self::Random(length) => {
                let mut bytes = vec![0; *length];
                scope.rng.fill_bytes(&mut bytes);
                Ok(bytes)
            }
            Self::Material(spec) => match KeyMaterial::generate(*spec, scope.rng) {
                Ok(material) => Ok(material.export().to_vec()),
                Err(why) => Err(Incomplete(format!("no material of {spec}: {why}"))),
            },
            Self::Damaged(inner) => {
                let mut bytes = inner.bytes(scope)?;
                match bytes.last_mut() {
                    Some(last) => *last ^= 1,
                    None => return Err(Incomplete("there is nothing to damage".to_owned())),
                }
                Ok(bytes)
            }
        }
    }
}

impl Time {
    pub(crate) fn seconds(self, now: i64) -> i64 {
        match self {
            Self::At(instant) => instant.epoch_seconds(),
            Self::After(seconds) => now.saturating_add_unsigned(seconds),
        }
    }
}

/// Reads a length of time: a number with `s`, `m`, `h` or `d`. Gives seconds.
pub fn parse_duration(text: &str) -> Option<u64> {
    let unit = text.chars().next_back()?;
    let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    // Beyond some thousand years, dates have no meaning.
    let longest = 10_000 * 366 * 86_400;
    number.checked_mul(seconds).filter(|all| *all <= longest)
}

/// Bytes from hexadecimal digits.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(16)).collect();
    let (pairs, rest) = digits.as_ref()?.as_chunks::<2>();
    let byte = |[high, low]: &[u32; 2]| u8::try_from(high * 16 + low).ok();
    rest.is_empty()
        .then(|| pairs.iter().map(byte).collect())
        .flatten()
}

/// Bytes from base64.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit() {
        for (text, seconds) in [
            ("0s", Some(0)),
            ("90m", Some(5_400)),
            ("24h", Some(86_400)),
            ("2560d", Some(221_184_000)),
            ("30", None),
            ("d", None),
            ("-1d", None),
            ("1w", None),
            ("1é", None),
            ("99999999999999999999d", None),
            ("999999999999d", None),
        ] {
            assert_eq!(parse_duration(text), seconds, "{text}");
        }
    }

    #[test]
    fn hexadecimal_digits_come_in_pairs() {
        assert_eq!(from_hex("00fFa0"), Some(vec![0, 255, 160]));
        assert_eq!(from_hex(""), Some(vec![]));
        assert_eq!(from_hex("0"), None);
        assert_eq!(from_hex("0g"), None);
    }

    #[test]
    fn references_name_a_result_and_a_part_of_it() {
        let parse = |text| Reference::parse(text).map(|found| found.path.map(|p| p.to_string()));
        assert_eq!(parse("key"), Some(None));
        assert_eq!(parse("key.A.B[0]"), Some(Some("A.B[0]".to_owned())));
        for text in ["", "1key", "key.", "key[0]", "{aws:username}", "a b"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
