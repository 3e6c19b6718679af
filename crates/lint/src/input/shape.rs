//! What looks like a policy. JSON files are many, and few are policies: `Statement` alone is no proof.

use kmsim_policy::json::{Node, Value};

use crate::subject::{ELEMENTS, is_part};

/// The versions of the policy language.
const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];

/// Whether a document is a policy, or was meant to be one.
pub(super) fn is_policy(node: &Node<'_>) -> bool {
    let Some(members) = node.as_object() else {
        return false;
    };
    let member = |name: &str| {
        let mut members = members.iter();
        members.find(|member| member.key.trim().eq_ignore_ascii_case(name))
    };
    let version = member("Version").and_then(|version| version.value.as_str());
    let is_language = version.is_some_and(|version| VERSIONS.contains(&version.trim()));
    let statement = member("Statement").map(|member| &member.value);
    match statement.map(|node| (node, &node.value)) {
        Some((_, Value::Array(items))) if items.is_empty() => is_language || version.is_some(),
        Some((node, Value::Array(_) | Value::Object(_))) => {
            is_language || node.as_list().iter().any(is_statement)
        }
        Some(_) => is_language,
        // A misspelt `Statement`, or none.
        None => is_language && node.member("Resources").is_none(),
    }
}

/// Whether an object has elements of statements, whatever their case.
fn is_statement(node: &Node<'_>) -> bool {
    let Some(members) = node.as_object() else {
        return false;
    };
    node.unknown().is_some()
        || members.iter().any(|member| {
            let name = member.key.trim();
            ELEMENTS.iter().any(|own| own.eq_ignore_ascii_case(name))
        })
}

/// Whether a document is a statement without a policy around it, or a list of them.
pub(super) fn is_bare(node: &Node<'_>) -> bool {
    let names_iam = |node: &Node<'_>| {
        let effect = node.member("Effect").and_then(Node::as_str);
        let actions = ["Action", "NotAction"]
            .into_iter()
            .filter_map(|name| node.member(name));
        let mut actions = actions.flat_map(Node::as_list).filter_map(Node::as_str);
        let is_effect = |effect: &str| ["allow", "deny"].contains(&&*effect.trim().to_lowercase());
        effect.is_some_and(is_effect) || actions.any(|action| action == "*" || action.contains(':'))
    };
    is_part(node) && node.as_list().iter().any(names_iam)
}

/// Whether a text that cannot be read was meant to be a policy.
pub(super) fn resembles_policy(text: &str) -> bool {
    let has = |name: &str| text.contains(name);
    let elements = ["Effect", "Action", "Principal", "Resource"];
    let count = elements.into_iter().filter(|name| has(name)).count();
    has("\"Statement\"")
        || (has("Statement") && count > 0)
        || count > 2
        || (has("Version") && VERSIONS.iter().any(|v| has(v)))
}

/// Whether a text holds a document rather than a name.
pub(super) fn is_text_of_document(text: &str) -> bool {
    let start = text.trim_start();
    start.starts_with('{')
        || start
            .get(..3)
            .is_some_and(|start| start.eq_ignore_ascii_case("%7b"))
}
