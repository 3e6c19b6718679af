//! `Fn::ForEach`: members of an object, written once for each value of a collection ("`Fn::ForEach`",
//! transform `AWS::LanguageExtensions`).
//!
//! Loops are expanded before anything is evaluated, as AWS does it. A loop whose collection is not
//! known stays, and is reported where it stands.

use std::borrow::Cow;
use std::collections::BTreeMap;

use kmsim_policy::json::{Member, Node, Value};

use super::evaluate::scalar;

/// What a loop begins with: a name follows.
pub(super) const LOOP: &str = "Fn::ForEach";

/// How many members loops may make: AWS takes 500 resources.
const MOST: usize = 50_000;

/// A variable of a loop with its value, that of the innermost loop last.
type Variables<'a> = Vec<(String, Cow<'a, str>)>;

/// Expands the loops of a template. `None` if it has none.
pub(super) fn expand<'a>(
    template: &Node<'a>,
    parameters: &BTreeMap<String, String>,
) -> Option<Node<'a>> {
    if !has_loop(template) {
        return None;
    }
    let declared = template.member("Parameters").cloned();
    let mut expansion = Expansion {
        given: parameters,
        declared,
        left: MOST,
    };
    Some(expansion.node(template, &mut Vec::new()))
}

fn has_loop(node: &Node<'_>) -> bool {
    match &node.value {
        Value::Array(items) => items.iter().any(has_loop),
        Value::Object(members) => members
            .iter()
            .any(|member| member.key.starts_with(LOOP) || has_loop(&member.value)),
        _ => false,
    }
}

struct Expansion<'s, 'a> {
    /// The values of parameters, and their declarations.
    given: &'s BTreeMap<String, String>,
    declared: Option<Node<'a>>,
    /// How many members may still be made.
    left: usize,
}

impl<'a> Expansion<'_, 'a> {
    fn node(&mut self, node: &Node<'a>, variables: &mut Variables<'a>) -> Node<'a> {
        let value = match &node.value {
            Value::String(text) => Value::String(filled(text, variables)),
            Value::Array(items) => {
                let items = items.iter().map(|item| self.node(item, variables));
                Value::Array(items.collect())
            }
            Value::Object(members) => match variable(members, variables) {
                Some(value) => Value::String(value),
                None => Value::Object(self.members(members, variables)),
            },
            value => value.clone(),
        };
        Node {
            value,
            span: node.span,
        }
    }

    fn members(
        &mut self,
        members: &[Member<'a>],
        variables: &mut Variables<'a>,
    ) -> Vec<Member<'a>> {
        let mut expanded = Vec::with_capacity(members.len());
        for member in members {
            if member.key.starts_with(LOOP)
                && let Some(made) = self.repeated(member, variables)
            {
                expanded.extend(made);
                continue;
            }
            expanded.push(Member {
                key: filled(&member.key, variables),
                key_span: member.key_span,
                value: self.node(&member.value, variables),
            });
        }
        expanded
    }

    /// What a loop stands for: `[variable, collection, {members}]`.
    fn repeated(
        &mut self,
        member: &Member<'a>,
        variables: &mut Variables<'a>,
    ) -> Option<Vec<Member<'a>>> {
        let [name, collection, body] = member.value.as_list() else {
            return None;
        };
        let (name, body) = (name.as_str()?.to_owned(), body.as_object()?);
        let collection = self.node(collection, variables);
        let values = self.collection(&collection)?;
        let mut made = Vec::new();
        for value in values {
            self.left = self.left.checked_sub(body.len().max(1))?;
            variables.push((name.clone(), value));
            made.extend(self.members(body, variables));
            variables.pop();
        }
        Some(made)
    }

    /// The values of a collection: a list of texts, or a parameter of a list type.
    fn collection(&self, node: &Node<'a>) -> Option<Vec<Cow<'a, str>>> {
        if let Value::Array(items) = &node.value {
            let mut values = Vec::with_capacity(items.len());
            for item in items {
                match scalar(item) {
                    Some(value) => values.push(value),
                    None => values.extend(self.collection(item)?),
                }
            }
            return Some(values);
        }
        let name = node.member("Ref")?.as_str()?;
        let declared = self.declared.as_ref()?.member(name)?;
        let given = self.given.get(name).cloned();
        let default = || declared.member("Default").and_then(scalar);
        let whole = given.map(Cow::Owned).or_else(default)?;
        let parts = whole.split(',').map(|part| part.trim().to_owned());
        Some(parts.map(Cow::Owned).collect())
    }
}

/// What `{"Ref": variable}` stands for.
fn variable<'a>(members: &[Member<'a>], variables: &Variables<'a>) -> Option<Cow<'a, str>> {
    let [only] = members else { return None };
    let name = only.value.as_str().filter(|_| only.key == "Ref")?;
    let mut found = variables.iter().rev();
    found
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.clone())
}

/// Puts values in the place of `${variable}`, and in that of `&{variable}` their letters and digits.
fn filled<'a>(text: &Cow<'a, str>, variables: &Variables<'a>) -> Cow<'a, str> {
    let mut filled = text.clone();
    for (name, value) in variables.iter().rev() {
        let (plain, reduced) = (format!("${{{name}}}"), format!("&{{{name}}}"));
        if filled.contains(&plain) {
            filled = Cow::Owned(filled.replace(&plain, value));
        }
        if filled.contains(&reduced) {
            let letters: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
            filled = Cow::Owned(filled.replace(&reduced, &letters));
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use kmsim_policy::source::SourceId;
    use kmsim_policy::yaml;

    use super::super::json_text::to_json;
    use super::*;

    fn expanded(text: &str) -> String {
        let given = BTreeMap::from([("Given".to_owned(), "x, y".to_owned())]);
        let node = yaml::parse_template(text, SourceId(0), &mut Vec::new()).unwrap();
        to_json(&expand(&node, &given).unwrap())
    }

    #[test]
    fn loops_are_written_out() {
        for (text, expected) in [
            (
                "{'Fn::ForEach::A': [N, [a, b-c], {'Key&{N}': {Name: !Sub 'x-${N}', R: !Ref N, S: !Ref M}}], Z: 1}",
                r#"{"Keya":{"Name":{"Fn::Sub":"x-a"},"R":"a","S":{"Ref":"M"}},"Keybc":{"Name":{"Fn::Sub":"x-b-c"},"R":"b-c","S":{"Ref":"M"}},"Z":1}"#,
            ),
            (
                "{'Fn::ForEach::A': [N, [a, b], {'Fn::ForEach::B': [M, [1, 2], {'${N}${M}': !Ref M}]}]}",
                r#"{"a1":"1","a2":"2","b1":"1","b2":"2"}"#,
            ),
            (
                "{Parameters: {Given: {Type: CommaDelimitedList}, Own: {Default: 'p'}}, 'Fn::ForEach::A': [N, [!Ref Given, !Ref Own], {'${N}': 1}]}",
                r#"{"Parameters":{"Given":{"Type":"CommaDelimitedList"},"Own":{"Default":"p"}},"x":1,"y":1,"p":1}"#,
            ),
            (
                "{'Fn::ForEach::A': [N, !Ref Nothing, {'${N}': 1}]}",
                r#"{"Fn::ForEach::A":["N",{"Ref":"Nothing"},{"${N}":1}]}"#,
            ),
            ("{'Fn::ForEach::A': 1}", r#"{"Fn::ForEach::A":1}"#),
        ] {
            assert_eq!(expanded(text), expected, "{text}");
        }
    }

    #[test]
    fn loops_in_loops_end() {
        let inner = "{'${A}${B}${C}': 1}".to_owned();
        let list = format!("[{}]", ["a"; 100].join(", "));
        let text = ["C", "B", "A"].into_iter().fold(inner, |body, name| {
            format!("{{'Fn::ForEach::{name}': [{name}, {list}, {body}]}}")
        });
        assert!(expanded(&text).len() < 10_000_000);
    }
}
