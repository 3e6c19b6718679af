//! Places as paths in the document: `Statement[1].Condition.Bool["kms:GrantIsForAWSResource"]`.

use std::fmt::Write as _;

use kmsim_policy::json::{Node, Value};
use kmsim_policy::source::Span;

/// The path of the smallest value in `root` that covers a span. The path of a name is that of its
/// value.
pub(crate) fn of(root: &Node<'_>, span: Span) -> String {
    let mut path = String::new();
    let mut node = root;
    loop {
        let next = match &node.value {
            Value::Object(members) => {
                let holds = |member: &&kmsim_policy::json::Member<'_>| {
                    covers(member.key_span, span) || covers(member.value.span, span)
                };
                members.iter().find(holds).map(|member| {
                    push_name(&mut path, &member.key);
                    (&member.value, covers(member.key_span, span))
                })
            }
            Value::Array(elements) => {
                let found =
                    (elements.iter().enumerate()).find(|(_, element)| covers(element.span, span));
                found.map(|(index, element)| {
                    // Writing to a String cannot fail.
                    let _ = write!(path, "[{index}]");
                    (element, false)
                })
            }
            _ => None,
        };
        match next {
            Some((inner, false)) if inner.span != span => node = inner,
            _ => return path,
        }
    }
}

/// The `Sid` of the statement that covers a span.
pub(crate) fn sid(root: &Node<'_>, span: Span) -> Option<String> {
    let statements = root.member("Statement").unwrap_or(root).as_list();
    let statement = statements.iter().find(|node| covers(node.span, span))?;
    statement.member("Sid")?.as_str().map(str::to_owned)
}

/// The text that stands exactly at a place: a string, or a name.
pub(crate) fn text_at<'n>(root: &'n Node<'_>, span: Span) -> Option<&'n str> {
    let mut node = root;
    loop {
        let covering = |inner: &&'n Node<'_>| covers(inner.span, span);
        let next = match &node.value {
            Value::Object(members) => {
                if let Some(member) = members.iter().find(|member| member.key_span == span) {
                    return Some(&member.key);
                }
                members.iter().map(|member| &member.value).find(covering)
            }
            Value::Array(elements) => elements.iter().find(covering),
            _ => None,
        };
        match next {
            Some(inner) => node = inner,
            None => return node.as_str().filter(|_| node.span == span),
        }
    }
}

fn covers(outer: Span, inner: Span) -> bool {
    outer.source == inner.source && outer.start <= inner.start && inner.end <= outer.end
}

fn push_name(path: &mut String, name: &str) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.is_empty() || !name.bytes().all(plain) {
        let _ = write!(path, "[{}]", kmsim_policy::print::quoted(name));
        return;
    }
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}

#[cfg(test)]
mod tests {
    use kmsim_policy::json;
    use kmsim_policy::source::SourceId;

    use super::*;

    #[test]
    fn every_place_has_a_path() {
        let text = r#"{"Statement": [{}, {"Principal": {"AWS": ["a", "b"]}, "Condition": {"Bool": {"kms: X": true}}}]}"#;
        let root = json::parse(text, SourceId(0), &mut Vec::new()).unwrap();
        let path = |needle: &str| {
            let start = u32::try_from(text.find(needle).unwrap()).unwrap();
            let end = start + u32::try_from(needle.len()).unwrap();
            let source = SourceId(0);
            of(&root, Span { source, start, end })
        };
        assert_eq!(path(text), "");
        assert_eq!(path("\"b\""), "Statement[1].Principal.AWS[1]");
        assert_eq!(path("\"Principal\""), "Statement[1].Principal");
        assert_eq!(path("{}"), "Statement[0]");
        assert_eq!(
            path("\"kms: X\""),
            "Statement[1].Condition.Bool[\"kms: X\"]"
        );
        assert_eq!(path("true"), "Statement[1].Condition.Bool[\"kms: X\"]");
    }
}
