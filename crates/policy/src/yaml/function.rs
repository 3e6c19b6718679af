//! The short forms of CloudFormation's functions: tags such as `!Sub` (CloudFormation User Guide,
//! "Intrinsic function reference").

use std::borrow::Cow;

use saphyr_parser::Tag;

use super::{Reader, Tags, to_offset};
use crate::json::{Member, Node, Value};
use crate::source::Span;

/// The functions that have a short form, by the key of their long form.
const FUNCTIONS: [&str; 20] = [
    "Condition",
    "Fn::And",
    "Fn::Base64",
    "Fn::Cidr",
    "Fn::Equals",
    "Fn::FindInMap",
    "Fn::GetAZs",
    "Fn::GetAtt",
    "Fn::If",
    "Fn::ImportValue",
    "Fn::Join",
    "Fn::Length",
    "Fn::Not",
    "Fn::Or",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
    "Fn::ToJsonString",
    "Fn::Transform",
    "Ref",
];

impl<'a> Reader<'a, '_> {
    /// The call that a tag is the short form of, its argument still missing; or the tag itself.
    pub(super) fn function<'t>(
        &self,
        tag: Option<&'t Tag>,
        at: Span,
    ) -> (Option<Member<'a>>, Option<&'t Tag>) {
        let name = tag
            .filter(|tag| self.tags == Tags::Functions && tag.handle == "!")
            .and_then(|tag| {
                let mut names = FUNCTIONS.iter();
                names.find(|name| name.strip_prefix("Fn::").unwrap_or(name) == tag.suffix)
            });
        let Some(name) = name else { return (None, tag) };
        let member = Member {
            key: Cow::Borrowed(name),
            key_span: self.tag_span(at),
            value: Node {
                value: Value::Null,
                span: at,
            },
        };
        (Some(member), None)
    }

    /// The place of the tag at the beginning of a value; an anchor may stand before it.
    fn tag_span(&self, at: Span) -> Span {
        let text = self.text.get(at.start as usize..).unwrap_or("");
        let mut start = 0;
        while let Some(rest) = text.get(start..).filter(|rest| rest.starts_with('&')) {
            let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let blanks = rest.get(word..).unwrap_or("");
            start += word + (blanks.len() - blanks.trim_start().len());
        }
        let tag = text.get(start..).unwrap_or("");
        let length = tag.find(char::is_whitespace).unwrap_or(tag.len());
        let start = at.start + to_offset(start);
        self.span(start, start + to_offset(length))
    }
}

/// Puts an argument into its call.
pub(super) fn call<'a>(function: Option<Member<'a>>, argument: Node<'a>) -> Node<'a> {
    let Some(function) = function else {
        return argument;
    };
    Node {
        span: function.key_span.to(argument.span),
        value: Value::Object(vec![Member {
            value: argument,
            ..function
        }]),
    }
}
