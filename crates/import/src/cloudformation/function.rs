//! Functions that make values of values.

use std::borrow::Cow;

use kmsim_policy::diagnostic::excerpt;
use kmsim_policy::json::{Node, Value};
use kmsim_policy::source::Span;

use super::evaluate::{Evaluator, Known, scalar};
use super::json_text::to_json;
use super::template::find;
use crate::node::{holds_unknown, list, text, unknown};

impl<'t, 'a> Evaluator<'t, 'a> {
    /// `Fn::Join: [delimiter, [values]]`
    pub(super) fn join(&mut self, argument: &'t Node<'a>, span: Span) -> Known<'a, Node<'a>> {
        let [delimiter, values] = self.arguments(argument, "Fn::Join", 2..=2)? else {
            return Ok(unknown("", span));
        };
        let delimiter = self.text(delimiter, "Fn::Join")?;
        let values = self.list(values, "Fn::Join")?;
        let mut joined = String::new();
        for (position, value) in values.into_iter().enumerate() {
            let at = value.span;
            let part = self.text_of(Some(value), at, "Fn::Join")?;
            if position > 0 {
                joined.push_str(&delimiter);
            }
            joined.push_str(&part);
        }
        Ok(self.made_text(joined.into(), span))
    }

    /// `Fn::Select: [index, [values]]`
    pub(super) fn select(&mut self, argument: &'t Node<'a>, span: Span) -> Known<'a, Node<'a>> {
        let [index, values] = self.arguments(argument, "Fn::Select", 2..=2)? else {
            return Ok(unknown("", span));
        };
        let index_text = self.text(index, "Fn::Select")?;
        let values = self.list(values, "Fn::Select")?;
        let Ok(position) = index_text.trim().parse::<usize>() else {
            let message = format!("`{}` is no index", excerpt(&index_text));
            return Ok(self.mistake(index.span, message));
        };
        let count = values.len();
        let Some(value) = values.into_iter().nth(position) else {
            let message = format!("there is no value {position} (from 0) in a list of {count}");
            return Ok(self.mistake(index.span, message));
        };
        Ok(Node { span, ..value })
    }

    /// `Fn::Split: [delimiter, text]`
    pub(super) fn split(&mut self, argument: &'t Node<'a>, span: Span) -> Known<'a, Node<'a>> {
        let [delimiter, whole] = self.arguments(argument, "Fn::Split", 2..=2)? else {
            return Ok(unknown("", span));
        };
        let delimiter_text = self.text(delimiter, "Fn::Split")?;
        let whole = self.text(whole, "Fn::Split")?;
        if delimiter_text.is_empty() {
            let message = "`Fn::Split` takes a delimiter that is not empty".to_owned();
            return Ok(self.mistake(delimiter.span, message));
        }
        let mut parts = Vec::new();
        for part in whole.split(&*delimiter_text) {
            parts.push(self.made_text(part.to_owned().into(), span));
        }
        Ok(list(parts, span))
    }

    /// `Fn::FindInMap: [map, key, key]`, with `{DefaultValue: …}` behind them if the template uses
    /// `AWS::LanguageExtensions`.
    pub(super) fn find_in_map(
        &mut self,
        argument: &'t Node<'a>,
        span: Span,
    ) -> Known<'a, Node<'a>> {
        const NAME: &str = "Fn::FindInMap";
        let arguments = self.arguments(argument, NAME, 3..=4)?;
        let [map, first, second, rest @ ..] = arguments else {
            return Ok(unknown("", span));
        };
        let map_name = self.text(map, NAME)?;
        let first_key = self.text(first, NAME)?;
        let second_key = self.text(second, NAME)?;
        let found = find(self.template.mappings, &map_name)
            .and_then(|map| map.value.member(&first_key))
            .and_then(|keys| keys.member(&second_key));
        if let Some(found) = found {
            let value = self.value(found);
            return Ok(value.map_or_else(|| text("", span), |value| Node { span, ..value }));
        }
        let default = rest.first().and_then(|rest| rest.member("DefaultValue"));
        if let Some(default) = default {
            return Ok(self.value(default).unwrap_or_else(|| text("", span)));
        }
        let message = format!(
            "there is no `{}` of `{}` in the mapping `{}`",
            excerpt(&second_key),
            excerpt(&first_key),
            excerpt(&map_name)
        );
        Ok(self.mistake(argument.span, message))
    }

    /// `Fn::ImportValue`: what another stack exports.
    pub(super) fn import_value(
        &mut self,
        argument: &'t Node<'a>,
        span: Span,
    ) -> Known<'a, Node<'a>> {
        let name = self.text(argument, "Fn::ImportValue")?;
        let Some(value) = self.deployment.exports.get(&*name) else {
            let why = format!("the export `{}` of another stack", excerpt(&name));
            return Ok(unknown(why, span));
        };
        Ok(self.made_text(value.clone().into(), span))
    }

    /// `Fn::Base64: text`
    pub(super) fn base64(&mut self, argument: &'t Node<'a>, span: Span) -> Known<'a, Node<'a>> {
        let plain = self.text(argument, "Fn::Base64")?;
        Ok(self.made_text(base64(plain.as_bytes()).into(), span))
    }

    /// `Fn::Length: [values]`
    pub(super) fn length(&mut self, argument: &'t Node<'a>, span: Span) -> Known<'a, Node<'a>> {
        let values = self.list(argument, "Fn::Length")?;
        Ok(Node {
            value: Value::Number(values.len().to_string().into()),
            span,
        })
    }

    /// `Fn::ToJsonString`: a value as text. The policy in it has no places of its own.
    pub(super) fn json_string(&mut self, argument: &'t Node<'a>, span: Span) -> Node<'a> {
        let Some(value) = self.value(argument) else {
            let message = "`Fn::ToJsonString` takes an object or a list".to_owned();
            return self.mistake(argument.span, message);
        };
        // A document that holds unknown values is better left as it is than printed with them.
        if holds_unknown(&value) {
            return value;
        }
        self.made_text(to_json(&value).into(), span)
    }

    /// Evaluates a parameter of a list type, whose values stand in one text.
    pub(super) fn comma_list(&mut self, whole: &str, span: Span) -> Node<'a> {
        let parts: Vec<_> = whole
            .split(',')
            .map(|part| Cow::<'a, str>::Owned(part.trim().to_owned()))
            .collect();
        let parts = parts.into_iter().map(|part| self.made_text(part, span));
        let parts = parts.collect();
        list(parts, span)
    }
}

/// Whether two values are the same text, as `Fn::Equals` compares: `1` and `"1"` are.
pub(super) fn equal(one: &Node<'_>, other: &Node<'_>) -> bool {
    if let (Some(one), Some(other)) = (scalar(one), scalar(other)) {
        return one == other;
    }
    match (&one.value, &other.value) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        _ => crate::node::same(one, other),
    }
}

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for position in 0..4_usize {
            let index = (bits >> (18 - 6 * position)) & 63;
            let digit = ALPHABET.get(index as usize).copied().unwrap_or(b'=');
            let digit = if position > group.len() { b'=' } else { digit };
            encoded.push(char::from(digit));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_rfc_4648() {
        for (plain, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }
}
