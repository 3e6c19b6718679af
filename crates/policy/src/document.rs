//! Reading a document that may be JSON or YAML.

use crate::diagnostic::Diagnostic;
use crate::json::{self, Node};
use crate::source::SourceId;
use crate::yaml;

/// Parses a text as JSON or YAML. The ending of `name` decides (`.json`, `.yaml`, `.yml`); for
/// any other name a text is JSON if it begins with a bracket.
pub fn parse_any<'a>(
    text: &'a str,
    source: SourceId,
    name: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node<'a>> {
    if is_json(text, name) {
        json::parse(text, source, diagnostics)
    } else {
        yaml::parse(text, source, diagnostics)
    }
}

/// Parses a text that may be a CloudFormation template, where YAML has tags for functions.
pub fn parse_template<'a>(
    text: &'a str,
    source: SourceId,
    name: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node<'a>> {
    if is_json(text, name) {
        json::parse(text, source, diagnostics)
    } else {
        yaml::parse_template(text, source, diagnostics)
    }
}

fn is_json(text: &str, name: &str) -> bool {
    let ends_in = |ending: &str| {
        let (_, found) = name.rsplit_once('.').unwrap_or_default();
        found.eq_ignore_ascii_case(ending)
    };
    if ends_in("json") {
        return true;
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_start();
    text.starts_with(['{', '[']) && !ends_in("yaml") && !ends_in("yml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_decides_and_then_the_first_character() {
        for (text, name, json) in [
            ("a: 1", "a.json", true),
            ("a: 1", "A.JSON", true),
            ("{a: 1}", "a.yaml", false),
            ("{a: 1}", "a.yml", false),
            ("{}", "-", true),
            ("\u{feff}\n [1]", "a.txt", true),
            ("a: [1]", "json", false),
            ("", "-", false),
        ] {
            assert_eq!(is_json(text, name), json, "{text:?} {name}");
        }
    }

    #[test]
    fn both_give_one_tree() {
        let mut diagnostics = Vec::new();
        let json = parse_any("{\"a\": [1, \"b\"]}", SourceId(0), "a", &mut diagnostics).unwrap();
        let yaml = parse_any("a: [1, b]", SourceId(0), "a", &mut diagnostics).unwrap();
        let list = |node: &Node<'_>| {
            let list = node.member("a").unwrap().as_list();
            list.iter()
                .map(|node| node.value.clone())
                .collect::<Vec<_>>()
                == [
                    json::Value::Number("1".into()),
                    json::Value::String("b".into()),
                ]
        };
        assert!(list(&json) && list(&yaml) && diagnostics.is_empty());
    }
}
