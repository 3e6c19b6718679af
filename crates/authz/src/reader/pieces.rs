//! Small pieces of worlds and calls: fields with two spellings, tags, Regions, points in time.

use std::str::FromStr;

use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::fields::{Fields, string, wrong_type};
use kmsim_policy::instant::Instant;
use kmsim_policy::json::{Node, Value};
use kmsim_policy::source::Span;
use kmsim_types::{Arn, Region};
use smol_str::SmolStr;

use super::{Reader, scalar};

/// Names with values, in the order of the text.
pub type Pairs = Vec<(Box<str>, Box<str>)>;

/// A point in time, with the text that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The point in time.
    pub instant: Instant,
    /// How it was written: the value of `aws:CurrentTime`.
    pub text: SmolStr,
}

impl Reader<'_, '_, '_> {
    /// A field that has a name of ours and one of AWS.
    pub(crate) fn either<'n, 'a>(
        &mut self,
        fields: &Fields<'n, 'a>,
        ours: &'static str,
        aws: &'static str,
    ) -> Option<&'n Node<'a>> {
        let (own, foreign) = (fields.get(ours), fields.get(aws));
        if let (Some(_), Some(second)) = (own, foreign) {
            let message = format!("`{ours}` and `{aws}` are the same field; it stands twice");
            self.error("duplicate-field", second.span, message);
        }
        own.or(foreign)
    }

    /// The text of a field that has a name of ours and one of AWS.
    pub(crate) fn either_string<'n>(
        &mut self,
        fields: &Fields<'n, '_>,
        ours: &'static str,
        aws: &'static str,
    ) -> Option<(&'n str, Span)> {
        let node = self.either(fields, ours, aws)?;
        string(node, ours, &mut self.diagnostics)
    }

    /// The same for a field that must be there.
    pub(crate) fn require_either<'n>(
        &mut self,
        fields: &Fields<'n, '_>,
        ours: &'static str,
        aws: &'static str,
    ) -> Option<(&'n str, Span)> {
        if !fields.has(ours) && !fields.has(aws) {
            fields.require(ours, &mut self.diagnostics);
            return None;
        }
        self.either_string(fields, ours, aws)
    }

    /// The value of a closed list of AWS, by its name.
    pub(crate) fn one_of<T: FromStr<Err = kmsim_types::UnknownName>>(
        &mut self,
        found: Option<(&str, Span)>,
    ) -> Option<T> {
        let (text, span) = found?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(why) => {
                self.error("unknown-value", span, why.to_string());
                None
            }
        }
    }

    /// A Region's name.
    pub fn region(&mut self, found: Option<(&str, Span)>) -> Option<Region> {
        let (text, span) = found?;
        match Region::new(text) {
            Ok(region) => Some(region),
            Err(why) => {
                self.error("region", span, why.to_string());
                None
            }
        }
    }

    /// An ARN.
    pub(crate) fn arn(&mut self, text: &str, span: Span) -> Option<Arn> {
        match Arn::parse(text) {
            Ok(arn) => Some(arn),
            Err(why) => {
                self.error("arn", span, why.to_string());
                None
            }
        }
    }

    /// A point in time: a date, or seconds since 1970.
    pub(crate) fn moment(&mut self, node: Option<&Node<'_>>, name: &str) -> Option<Moment> {
        let node = node?;
        let Some(text) = scalar(node) else {
            self.diagnostics
                .push(wrong_type(node, name, "a point in time"));
            return None;
        };
        let Some(instant) = Instant::parse(text) else {
            let message = format!("`{}` is not a point in time", excerpt(text));
            self.diagnostics.push(
                Diagnostic::error("time", node.span, message)
                    .help("write it as 2026-11-21T12:00:00Z"),
            );
            return None;
        };
        let text = text.into();
        Some(Moment { instant, text })
    }

    /// A number, boolean or string, as text.
    pub fn scalar(&mut self, node: &Node<'_>, name: &str) -> Option<Box<str>> {
        let text = scalar(node);
        if text.is_none() {
            self.diagnostics
                .push(wrong_type(node, name, "a string, number or boolean"));
        }
        text.map(Box::from)
    }

    /// Tags: an object, or the lists of AWS (`Key` and `Value`, `TagKey` and `TagValue`), also in
    /// the answers that they come in.
    pub(crate) fn tags(&mut self, node: &Node<'_>) -> Pairs {
        let read = |reader: &mut Self, node: &Node<'_>| {
            let node = node
                .member("Tags")
                .filter(|tags| matches!(tags.value, Value::Array(_)))
                .unwrap_or(node);
            match &node.value {
                Value::Object(members) => {
                    let mut tags = Vec::with_capacity(members.len());
                    for member in members {
                        let value = reader.scalar(&member.value, &member.key);
                        tags.extend(value.map(|value| (Box::from(&*member.key), value)));
                    }
                    tags
                }
                Value::Array(items) => items.iter().filter_map(|tag| reader.tag(tag)).collect(),
                _ => {
                    let expected = "an object, or a list of keys and values";
                    reader.diagnostics.push(wrong_type(node, "tags", expected));
                    Vec::new()
                }
            }
        };
        self.included(node, read).unwrap_or_default()
    }

    fn tag(&mut self, node: &Node<'_>) -> Option<(Box<str>, Box<str>)> {
        let fields = Fields::of(node, "a tag", &mut self.diagnostics)?;
        let key = self.require_either(&fields, "TagKey", "Key");
        let value = self.require_either(&fields, "TagValue", "Value");
        fields.finish(&mut self.diagnostics);
        Some((key?.0.into(), value?.0.into()))
    }

    /// Calls `read` for every item of a list, which may stand in a file, in the answer of AWS
    /// that holds it as `wrapper`, or in several of them.
    pub(crate) fn each(
        &mut self,
        node: Option<&Node<'_>>,
        wrapper: &str,
        read: &mut dyn FnMut(&mut Self, &Node<'_>),
    ) {
        let Some(node) = node else { return };
        for item in node.as_list() {
            self.included(item, |reader, item| {
                if let Some(list) = item.member(wrapper) {
                    reader.check_complete(item);
                    for item in list.as_list() {
                        read(reader, item);
                    }
                } else if let Value::Array(items) = &item.value {
                    for item in items {
                        read(reader, item);
                    }
                } else {
                    read(reader, item);
                }
            });
        }
    }

    /// Warns of an answer that AWS cut off.
    pub(crate) fn check_complete(&mut self, answer: &Node<'_>) {
        let cut_off = ["Truncated", "IsTruncated"].into_iter().find_map(|name| {
            let node = answer.member(name)?;
            (node.value == Value::Bool(true)).then_some(node.span)
        });
        if let Some(span) = cut_off {
            self.diagnostics.push(
                Diagnostic::warning("truncated", span, "this answer is one page of several")
                    .help("give all pages as a list"),
            );
        }
    }
}
