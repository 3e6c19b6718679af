//! Reading values: parameters, and what is expected of responses.

use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::fields::wrong_type;
use kmsim_policy::instant::Instant;
use kmsim_policy::json::{Member, Node, Value};
use serde_json::Value as Json;

use super::{Reading, scalar};
use crate::parameters::{Kind, kind_of};
use crate::template::{Bytes, Form, Reference, Template, Time, from_base64, from_hex};

/// How values are read.
#[derive(Clone, Copy)]
struct Mode {
    /// Whether the names of fields tell what values they hold. Not in policies, encryption
    /// contexts and events: their names are the user's, or not the API's.
    typed: bool,
    /// Whether values are compared with something.
    expects: bool,
}

/// Objects whose names are the user's.
const FREE: [&str; 5] = [
    "EncryptionContext",
    "EncryptionContextEquals",
    "EncryptionContextSubset",
    "SourceEncryptionContext",
    "DestinationEncryptionContext",
];

const SENT: Mode = Mode {
    typed: true,
    expects: false,
};

/// More bytes than any parameter takes are of use in envelope encryption only.
const MOST_BYTES: u64 = 64 << 20;

impl Reading<'_, '_, '_, '_, '_> {
    /// A value that is sent.
    pub(super) fn value(&mut self, node: &Node<'_>) -> Template {
        self.plain(node, SENT)
    }

    /// Bytes that are sent.
    pub(super) fn blob(&mut self, node: &Node<'_>) -> Template {
        self.bytes(node, SENT)
    }

    /// A value of the API that is expected.
    pub(super) fn expectation(&mut self, node: &Node<'_>) -> Template {
        let typed = true;
        let expects = true;
        self.plain(node, Mode { typed, expects })
    }

    /// Another value that is expected.
    pub(super) fn untyped_expectation(&mut self, node: &Node<'_>) -> Template {
        let typed = false;
        let expects = true;
        self.plain(node, Mode { typed, expects })
    }

    /// The value of a field.
    fn field(&mut self, member: &Member<'_>, mode: Mode) -> Template {
        let node = &member.value;
        let free = Mode {
            typed: false,
            ..mode
        };
        if !mode.typed || FREE.contains(&&*member.key) {
            return self.plain(node, free);
        }
        match kind_of(&member.key) {
            Kind::Blob => self.bytes(node, mode),
            Kind::Time => self.time(node, mode),
            Kind::Document => self.document(node, free),
            Kind::Tags => self.tags(node, free),
            Kind::Plain => self.plain(node, mode),
        }
    }

    fn plain(&mut self, node: &Node<'_>, mode: Mode) -> Template {
        if let Some(template) = self.reference(node) {
            return template;
        }
        let form = match &node.value {
            Value::Null => Form::Plain(Json::Null),
            Value::Bool(value) => Form::Plain(Json::Bool(*value)),
            Value::Number(text) => Form::Plain(self.number_value(text, node)),
            Value::String(text) => Form::Plain(Json::String(unescaped(text).to_owned())),
            Value::Array(items) => {
                Form::List(items.iter().map(|item| self.plain(item, mode)).collect())
            }
            Value::Object(members) => match members.as_slice() {
                [member] if mode.expects && member.key == "like" => {
                    return self.like(node, &member.value);
                }
                members => Form::Object(
                    members
                        .iter()
                        .map(|member| (member.key.to_string(), self.field(member, mode)))
                        .collect(),
                ),
            },
        };
        let span = node.span;
        Template { form, span }
    }

    fn like(&mut self, node: &Node<'_>, pattern: &Node<'_>) -> Template {
        if pattern.as_str().is_none() {
            self.error(wrong_type(pattern, "like", "a text with `*`"));
        }
        Template {
            form: Form::Like(pattern.as_str().unwrap_or_default().into()),
            span: node.span,
        }
    }

    fn number_value(&mut self, text: &str, node: &Node<'_>) -> Json {
        serde_json::from_str(text).unwrap_or_else(|_| {
            let message = format!("`{}` is too large a number", excerpt(text));
            self.error(Diagnostic::error("number", node.span, message));
            Json::Null
        })
    }

    /// `$name.Field`: a string that begins with a dollar and a letter.
    fn reference(&mut self, node: &Node<'_>) -> Option<Template> {
        let text = node.as_str()?.strip_prefix('$')?;
        if text.starts_with(['$', '{']) {
            return None;
        }
        let Some(reference) = Reference::parse(text) else {
            let message = format!("`${}` is no reference to a result", excerpt(text));
            let error = Diagnostic::error("reference", node.span, message);
            self.error(error.help(
                "write $name.Field for a part of the result that was saved as `name`, and $$ for a text that begins with a dollar",
            ));
            return None;
        };
        if !self.names.contains(&reference.name) {
            let names = self.names.clone();
            let names: Vec<&str> = names.iter().map(|name| &**name).collect();
            let message = format!("no step before this one saves `{}`", reference.name);
            self.unknown_name(node.span, message, &reference.name, &names);
        }
        Some(Template {
            form: Form::Reference(reference),
            span: node.span,
        })
    }

    /// Bytes: how they are written is always said, so that no text is taken for base64.
    fn bytes(&mut self, node: &Node<'_>, mode: Mode) -> Template {
        let span = node.span;
        if let Some(template) = self.reference(node) {
            return template;
        }
        let form = match node.as_object() {
            Some([member]) => self.bytes_form(member, mode),
            _ => None,
        };
        let form = form.unwrap_or_else(|| {
            let error = wrong_type(node, "bytes", "a way to write them");
            let error = error.help("write {text: …}, {base64: …}, {hex: …}, {file: …}, {random: 32}, {zeros: 4097}, {keyMaterial: RSA_2048}, {damaged: $name.Field} or $name.Field");
            self.error(error);
            Form::Bytes(Bytes::Known(Vec::new()))
        });
        Template { form, span }
    }

    fn bytes_form(&mut self, member: &Member<'_>, mode: Mode) -> Option<Form> {
        let node = &member.value;
        let known = |bytes| Some(Form::Bytes(Bytes::Known(bytes)));
        match (&*member.key, &node.value) {
            ("text", Value::String(text)) => known(text.as_bytes().to_vec()),
            ("base64", Value::String(text)) => known(self.decoded(node, from_base64(text))),
            ("hex", Value::String(text) | Value::Number(text)) => {
                known(self.decoded(node, from_hex(text)))
            }
            ("file", Value::String(path)) => {
                let (_, text) = self.reader.file(path, node.span)?;
                known(text.into_bytes())
            }
            ("zeros", _) => known(vec![0; self.length(node, "zeros")]),
            ("random", _) => Some(Form::Bytes(Bytes::Random(self.length(node, "random")))),
            ("length", _) if mode.expects => Some(Form::Length(self.length(node, "length"))),
            ("keyMaterial", Value::String(spec)) => match spec.parse() {
                Ok(spec) => Some(Form::Bytes(Bytes::Material(spec))),
                Err(why) => {
                    let why: kmsim_types::UnknownName = why;
                    self.error(Diagnostic::error(
                        "unknown-value",
                        node.span,
                        why.to_string(),
                    ));
                    None
                }
            },
            ("damaged", _) => {
                let inner = self.bytes(node, mode);
                Some(Form::Bytes(Bytes::Damaged(Box::new(inner))))
            }
            _ => None,
        }
    }

    fn decoded(&mut self, node: &Node<'_>, bytes: Option<Vec<u8>>) -> Vec<u8> {
        if bytes.is_none() {
            let message = "these bytes are not written as it is said";
            self.error(Diagnostic::error("bytes", node.span, message));
        }
        bytes.unwrap_or_default()
    }

    fn length(&mut self, node: &Node<'_>, name: &str) -> usize {
        let length = self.number(node, name).unwrap_or_default();
        if length > MOST_BYTES {
            let message = format!("`{name}` takes at most {MOST_BYTES} bytes");
            self.error(Diagnostic::error("bytes", node.span, message));
            return 0;
        }
        usize::try_from(length).unwrap_or_default()
    }

    /// A point in time: a date, seconds since 1970, or `{after: 30d}`.
    fn time(&mut self, node: &Node<'_>, mode: Mode) -> Template {
        let span = node.span;
        if let Some(template) = self.reference(node) {
            return template;
        }
        let after = node.member("after");
        let form = match (after, scalar(node)) {
            (Some(after), _) => {
                let seconds = self.duration(after, "after").unwrap_or_default();
                Form::Time(Time::After(seconds))
            }
            (None, Some(text)) if Instant::parse(text).is_none() && mode.expects => {
                return self.plain(node, mode);
            }
            (None, _) => {
                let instant = self.instant(node, "a point in time");
                let instant = instant.unwrap_or_else(|| Instant::from_epoch_seconds(0));
                Form::Time(Time::At(instant))
            }
        };
        Template { form, span }
    }

    /// A policy: an object, a file, or a string as the API takes it.
    fn document(&mut self, node: &Node<'_>, mode: Mode) -> Template {
        let span = node.span;
        let Some(members) = node.as_object() else {
            return self.plain(node, mode);
        };
        if mode.expects && node.member("like").is_some() {
            return self.plain(node, mode);
        }
        if let ([member], Some(path)) = (members, node.member("file").and_then(Node::as_str)) {
            let file = self.reader.file(path, member.value.span);
            let text = file.map(|(_, text)| text).unwrap_or_default();
            let form = Form::Plain(Json::String(text));
            return Template { form, span };
        }
        let form = Form::Document(Box::new(self.plain(node, mode)));
        Template { form, span }
    }

    /// Tags: `{team: orders}`, or the list that the API takes.
    fn tags(&mut self, node: &Node<'_>, mode: Mode) -> Template {
        let Some(members) = node.as_object() else {
            return self.plain(node, mode);
        };
        let span = node.span;
        let mut items = Vec::with_capacity(members.len());
        for member in members {
            let key = Template {
                form: Form::Plain(Json::String(member.key.to_string())),
                span: member.key_span,
            };
            let value = self.plain(&member.value, mode);
            let pair = vec![("TagKey".to_owned(), key), ("TagValue".to_owned(), value)];
            let form = Form::Object(pair);
            items.push(Template { form, span });
        }
        let form = Form::List(items);
        Template { form, span }
    }
}

/// A text that begins with a dollar is written with two.
fn unescaped(text: &str) -> &str {
    match text.strip_prefix("$$") {
        Some(_) => text.strip_prefix('$').unwrap_or(text),
        None => text,
    }
}
