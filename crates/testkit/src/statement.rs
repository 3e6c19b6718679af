//! Whether a statement matches a request: Action, Resource, Principal, Condition.

use serde_json::Value;

use crate::arn;
use crate::case::Request;
use crate::conditions;
use crate::glob::{matches as glob_matches, pattern};
use crate::layers::Layer;
use crate::principal::{self, Match, strings};
use crate::variables;

/// All matches of the statements of a policy that have this effect; none means that the policy
/// says nothing of that effect about the request.
pub(crate) fn matches(policy: &Value, effect: &str, layer: Layer, request: &Request) -> Vec<Match> {
    // Variables came with version 2012-10-17; no Version means 2008-10-17 (section 9).
    let version = policy.get("Version").and_then(Value::as_str);
    let substitute = version == Some("2012-10-17");
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.clone(),
        Some(single) => vec![single.clone()],
        None => Vec::new(),
    };
    let mut found = Vec::new();
    for statement in &statements {
        let has_effect = statement.get("Effect").and_then(Value::as_str) == Some(effect);
        if has_effect
            && action_matches(statement, &request.action)
            && resource_matches(statement, layer, substitute, request)
            && condition_holds(statement, substitute, request)
        {
            found.extend(principal_matches(statement, layer, request));
        }
    }
    found
}

fn condition_holds(statement: &Value, substitute: bool, request: &Request) -> bool {
    statement
        .get("Condition")
        .is_none_or(|block| conditions::block_holds(block, substitute, &request.context))
}

/// Action or `NotAction`. A statement with neither has no effect (section 2).
fn action_matches(statement: &Value, action: &str) -> bool {
    let any = |list: &Value| {
        strings(list)
            .iter()
            .any(|listed| one_action(listed, action))
    };
    match (statement.get("Action"), statement.get("NotAction")) {
        (Some(list), _) => any(list),
        (None, Some(list)) => !any(list),
        (None, None) => false,
    }
}

/// `*`, or `service:name` with wildcards in the name; case doesn't matter (section 9).
fn one_action(listed: &str, action: &str) -> bool {
    if listed == "*" {
        return true;
    }
    let (Some((listed_service, listed_name)), Some((service, name))) =
        (listed.split_once(':'), action.split_once(':'))
    else {
        return false;
    };
    listed_service.eq_ignore_ascii_case(service)
        && glob_matches(
            &pattern(&listed_name.to_ascii_lowercase()),
            &name.to_ascii_lowercase(),
        )
}

/// Resource or `NotResource`. With neither a statement has no effect (section 2); only trust
/// policies, which belong to their role, need none.
fn resource_matches(statement: &Value, layer: Layer, substitute: bool, request: &Request) -> bool {
    let any = |list: &Value| {
        strings(list)
            .iter()
            .any(|listed| one_resource(listed, layer, substitute, request))
    };
    match (statement.get("Resource"), statement.get("NotResource")) {
        (Some(list), _) => any(list),
        (None, Some(list)) => !any(list),
        (None, None) => {
            let role = arn::parse(&request.resource).and_then(|arn| arn::role_name(&arn));
            layer == Layer::Resource && role.is_some()
        }
    }
}

/// Reading 6: six parts, each globbed; variables only after the fifth colon.
fn one_resource(listed: &str, layer: Layer, substitute: bool, request: &Request) -> bool {
    if request.resource == "*" {
        return glob_matches(&pattern(listed), "*");
    }
    if listed == "*" {
        return true;
    }
    let mut wanted: Vec<&str> = listed.splitn(6, ':').collect();
    if wanted.len() < 6 && !completes_short_arns(listed, layer) {
        return false;
    }
    wanted.resize(6, "*");
    let parts = request.resource.splitn(6, ':');
    wanted
        .iter()
        .zip(parts)
        .enumerate()
        .all(|(index, (wanted, part))| {
            variables::expand(wanted, substitute && index == 5, &request.context)
                .is_some_and(|tokens| glob_matches(&tokens, part))
        })
}

fn completes_short_arns(listed: &str, layer: Layer) -> bool {
    match layer {
        Layer::Identity | Layer::Boundary | Layer::Session => true,
        Layer::Resource | Layer::VpcEndpoint => listed.contains(['*', '?']),
        Layer::Scp => listed.ends_with('*'),
        Layer::Rcp => false,
    }
}

/// Principal or `NotPrincipal`, in the layers that have them.
fn principal_matches(statement: &Value, layer: Layer, request: &Request) -> Vec<Match> {
    match layer {
        // These belong to their principal.
        Layer::Identity | Layer::Boundary | Layer::Session | Layer::Scp => vec![Match::Caller],
        Layer::Resource | Layer::VpcEndpoint | Layer::Rcp => {
            match (statement.get("Principal"), statement.get("NotPrincipal")) {
                (Some(element), _) => principal::element(element, request),
                // Reading 11: the complement, as good as `*`.
                (None, Some(element)) if principal::element(element, request).is_empty() => {
                    vec![Match::Everyone]
                }
                (None, Some(_)) => Vec::new(),
                (None, None) if layer == Layer::Resource => Vec::new(),
                (None, None) => vec![Match::Everyone],
            }
        }
    }
}
