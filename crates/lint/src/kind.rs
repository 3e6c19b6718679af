//! Of what kind a policy is, by what stands in it.

use kmsim_policy::json::Node;
use kmsim_policy::syntax::PolicyKind;

/// The kind that a document most likely is of. What speaks of principals guards a resource: a role if it
/// is about assuming one, a key if it is about KMS or about nothing, else another resource. What does not
/// is attached to an identity. SCPs and RCPs look like those two, so they have to be told.
pub fn guess(document: &Node<'_>) -> PolicyKind {
    // Without `Statement` it may be a bare statement, or a list of them.
    let statements = document.member("Statement").unwrap_or(document).as_list();
    let names = |statement: &Node<'_>, names: [&str; 2]| {
        names.iter().any(|name| statement.member(name).is_some())
    };
    let has_principal = |statement: &Node<'_>| names(statement, ["Principal", "NotPrincipal"]);
    if !statements.iter().any(has_principal) {
        return PolicyKind::Identity;
    }
    let actions = || {
        let of = |statement| ["Action", "NotAction"].map(|name| Node::member(statement, name));
        let nodes = statements.iter().flat_map(of).flatten();
        nodes.flat_map(Node::as_list).filter_map(Node::as_str)
    };
    let of_service = |service: &str| {
        let of = |action: &str| {
            action
                .get(..service.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(service))
        };
        actions().any(of)
    };
    if of_service("sts:") && !of_service("kms:") {
        PolicyKind::RoleTrust
    } else if of_service("kms") || !actions().any(|action| action.contains(':')) {
        PolicyKind::KeyPolicy
    } else {
        PolicyKind::Resource
    }
}

/// The kind of a policy by its text, where it cannot be read: what speaks of principals is taken for a key
/// policy.
pub fn guess_of_text(text: &str) -> PolicyKind {
    if text.to_ascii_lowercase().contains("principal") {
        PolicyKind::KeyPolicy
    } else {
        PolicyKind::Identity
    }
}

#[cfg(test)]
mod tests {
    use kmsim_policy::json;
    use kmsim_policy::source::SourceId;

    use super::*;

    #[test]
    fn kinds_are_told_by_principals_and_actions() {
        for (text, kind) in [
            (
                r#"{"Statement": {"Action": "kms:*"}}"#,
                PolicyKind::Identity,
            ),
            (
                r#"{"Statement": [{"Principal": "*", "Action": "KMS: Decrypt"}]}"#,
                PolicyKind::KeyPolicy,
            ),
            (
                r#"{"Statement": {"NotPrincipal": "*", "Action": "*"}}"#,
                PolicyKind::KeyPolicy,
            ),
            (
                r#"{"Statement": {"Principal": "*", "Action": ["s3:GetObject"]}}"#,
                PolicyKind::Resource,
            ),
            (
                r#"{"Principal": "*", "Action": "sts:AssumeRole"}"#,
                PolicyKind::RoleTrust,
            ),
            ("[]", PolicyKind::Identity),
            ("7", PolicyKind::Identity),
        ] {
            let node = json::parse(text, SourceId(0), &mut Vec::new()).unwrap();
            assert_eq!(guess(&node), kind, "{text}");
        }
    }
}
