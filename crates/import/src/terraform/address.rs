//! Addresses of modules and resources, and references in expressions.

/// A part of an address: a name and, in brackets, an index.
type Segment<'s> = (&'s str, Option<&'s str>);

/// Splits `module.a["x.y"].aws_kms_key.b[0]` into names with their indexes, brackets included.
/// `None` for what is no address.
pub(super) fn segments(text: &str) -> Option<Vec<Segment<'_>>> {
    let mut segments = Vec::new();
    let mut rest = text;
    loop {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, behind) = rest.split_at_checked(end)?;
        if name.is_empty() {
            return None;
        }
        let (index, behind) = match index(behind)? {
            0 => (None, behind),
            length => {
                let (index, behind) = behind.split_at_checked(length)?;
                (Some(index), behind)
            }
        };
        segments.push((name, index));
        match behind.strip_prefix('.') {
            Some(next) => rest = next,
            None if behind.is_empty() => return Some(segments),
            None => return None,
        }
    }
}

/// The length of an index at the beginning of a text, 0 if there is none.
fn index(text: &str) -> Option<usize> {
    if !text.starts_with('[') {
        return Some(0);
    }
    let mut quoted = false;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ']' if !quoted => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The names of the modules of an instance: `module.a["x"].module.b` is `a.b`. The root is the empty text.
pub(super) fn module_path(instance: &str) -> String {
    let segments = segments(instance).unwrap_or_default();
    let names: Vec<&str> = segments
        .iter()
        .map(|(name, _)| *name)
        .skip(1)
        .step_by(2)
        .collect();
    names.join(".")
}

/// The module instance around one, and the name of the inner one.
pub(super) fn parent(instance: &str) -> Option<(String, String)> {
    let segments = segments(instance)?;
    let (last, outer) = segments.split_last()?;
    let (_, outer) = outer.split_last()?;
    let shown = outer
        .iter()
        .map(|(name, index)| format!("{name}{}", index.unwrap_or_default()));
    let shown: Vec<String> = shown.collect();
    Some((shown.join("."), last.0.to_owned()))
}

/// An address below a module instance.
pub(super) fn below(instance: &str, address: &str) -> String {
    if instance.is_empty() {
        address.to_owned()
    } else {
        format!("{instance}.{address}")
    }
}

/// What an expression refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reference<'s> {
    /// `var.name`
    Variable(&'s str),
    /// `module.name["index"].output`
    Output {
        module: &'s str,
        index: Option<&'s str>,
        output: &'s str,
    },
    /// `aws_kms_key.name[0].arn`, `data.aws_iam_policy_document.name.json`
    Resource {
        is_data: bool,
        kind: &'s str,
        name: &'s str,
        index: Option<&'s str>,
        attribute: Option<&'s str>,
    },
    /// `each.key`, `count.index`: which instance of several.
    Instance,
    /// `local.x`, `path.module`, and whatever else cannot be followed.
    Other,
}

impl<'s> Reference<'s> {
    /// Reads a reference.
    pub(super) fn new(text: &'s str) -> Self {
        let Some(segments) = segments(text) else {
            return Self::Other;
        };
        match segments.as_slice() {
            [("var", None), (name, _), ..] => Self::Variable(name),
            [("each" | "count", None), ..] => Self::Instance,
            [("local" | "path" | "terraform" | "self", _), ..] => Self::Other,
            [("module", None), (module, index), (output, _), ..] => Self::Output {
                module,
                index: *index,
                output,
            },
            [("data", None), (kind, None), (name, index), rest @ ..] => Self::Resource {
                is_data: true,
                kind,
                name,
                index: *index,
                attribute: rest.first().map(|(name, _)| *name),
            },
            [(kind, None), (name, index), rest @ ..] if kind.contains('_') => Self::Resource {
                is_data: false,
                kind,
                name,
                index: *index,
                attribute: rest.first().map(|(name, _)| *name),
            },
            _ => Self::Other,
        }
    }
}

/// The references of a list that no other one of it goes on from: Terraform lists
/// `aws_kms_key.a.arn` together with `aws_kms_key.a`.
pub(super) fn longest<'s>(references: &[&'s str]) -> Vec<&'s str> {
    let is_longest = |one: &&&str| {
        !references.iter().any(|other| {
            other
                .strip_prefix(**one)
                .is_some_and(|rest| rest.starts_with(['.', '[']))
        })
    };
    let mut longest: Vec<&str> = Vec::new();
    for reference in references.iter().filter(is_longest) {
        if !longest.contains(reference) {
            longest.push(reference);
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_names_and_indexes() {
        let quoted = r#"module.a["x.y]\""].aws_kms_key.b[0]"#;
        assert_eq!(
            segments(quoted).unwrap(),
            [
                ("module", None),
                ("a", Some(r#"["x.y]\""]"#)),
                ("aws_kms_key", None),
                ("b", Some("[0]")),
            ]
        );
        for wrong in ["", ".", "a.", "a[0", "a[0]b", "a[\"x]"] {
            assert_eq!(segments(wrong), None, "{wrong}");
        }
        assert_eq!(module_path(r#"module.a["x"].module.b"#), "a.b");
        assert_eq!(module_path(""), "");
        assert_eq!(
            parent(r#"module.a["x"].module.b[1]"#),
            Some((r#"module.a["x"]"#.to_owned(), "b".to_owned()))
        );
        assert_eq!(parent("module.a"), Some((String::new(), "a".to_owned())));
        assert_eq!(parent(""), None);
    }

    #[test]
    fn references() {
        let resource = |is_data, index, attribute| Reference::Resource {
            is_data,
            kind: "aws_kms_key",
            name: "a",
            index,
            attribute,
        };
        for (text, expected) in [
            ("var.x", Reference::Variable("x")),
            ("var.x.y[0]", Reference::Variable("x")),
            ("each.key", Reference::Instance),
            ("count.index", Reference::Instance),
            ("local.x", Reference::Other),
            ("path.module", Reference::Other),
            ("module.m", Reference::Other),
            (
                "module.m[0].out",
                Reference::Output {
                    module: "m",
                    index: Some("[0]"),
                    output: "out",
                },
            ),
            ("aws_kms_key.a", resource(false, None, None)),
            ("aws_kms_key.a.arn", resource(false, None, Some("arn"))),
            (
                "data.aws_kms_key.a[\"k\"].arn",
                resource(true, Some("[\"k\"]"), Some("arn")),
            ),
        ] {
            assert_eq!(Reference::new(text), expected, "{text}");
        }
    }

    #[test]
    fn what_others_go_on_from_says_nothing_more() {
        assert_eq!(
            longest(&["a.b.arn", "a.b", "a.bc", "a.b[0]", "a.b.arn"]),
            ["a.b.arn", "a.bc", "a.b[0]"]
        );
    }
}
