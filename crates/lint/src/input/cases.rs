//! Policies in cases and policy tests of kmsim.

use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json::{Node, Value};
use kmsim_policy::syntax::PolicyKind;

use super::{Extract, place, shape};

/// The policies of a case with their kinds. A resource's policy is taken for a key policy.
pub fn policies_of_case<'n, 'a>(case: &'n Node<'a>) -> Vec<(PolicyKind, &'n Node<'a>)> {
    const LISTS: [(&str, PolicyKind); 7] = [
        ("identity", PolicyKind::Identity),
        ("permissionsBoundary", PolicyKind::PermissionsBoundary),
        ("session", PolicyKind::Session),
        ("resource", PolicyKind::KeyPolicy),
        ("vpcEndpoint", PolicyKind::VpcEndpoint),
        ("scps", PolicyKind::ServiceControl),
        ("rcps", PolicyKind::ResourceControl),
    ];
    let mut found = Vec::new();
    for (name, kind) in LISTS {
        let layer = case
            .member("policies")
            .and_then(|layers| layers.member(name));
        for node in layer.map_or(&[][..], Node::as_list) {
            match node.member("policies") {
                Some(level) => found.extend(level.as_list().iter().map(|node| (kind, node))),
                None => found.push((kind, node)),
            }
        }
    }
    found
}

/// The policies of a document with cases.
pub(super) fn policies<'a>(node: &Node<'a>, found: &mut Vec<Diagnostic>) -> Vec<Extract<'a>> {
    let cases = match (&node.value, node.member("cases")) {
        (_, Some(cases)) => cases.as_list(),
        _ => node.as_list(),
    };
    let mut policies = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let name = case.member("name").and_then(Node::as_str);
        let place = name.map_or_else(
            || format!("case {}", index + 1),
            |name| format!("case {name:?}"),
        );
        for (kind, policy) in policies_of_case(case) {
            if !matches!(policy.value, Value::Object(_)) || !shape::is_policy(policy) {
                continue;
            }
            let mut extract = Extract::new(kind, policy.clone());
            extract.place = Some(place.clone());
            extract.diagnostics = place::take_within(found, policy.span);
            policies.push(extract);
        }
    }
    policies
}
