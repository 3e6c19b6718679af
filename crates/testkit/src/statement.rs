//! Whether a statement matches a request: Action, Resource, Principal, Condition.

use serde_json::Value;

use crate::arn;
use crate::case::Request;
use crate::conditions;
use crate::context::Context;
use crate::glob::{matches as glob_matches, pattern};
use crate::kms;
use crate::layers::Layer;
use crate::principal::{self, Kind, Match, strings};
use crate::variables;

/// All matches of the statements of a policy that have this effect; none means that the policy
/// says nothing of that effect about the request.
pub(crate) fn matches(policy: &Value, effect: &str, layer: Layer, request: &Request) -> Vec<Match> {
    // Variables came with version 2012-10-17; no Version means 2008-10-17 (section 9).
    let version = policy.get("Version").and_then(Value::as_str);
    let substitute = version == Some("2012-10-17");
    let is_key_policy = layer == Layer::Resource && kms::is_kms(&request.action);
    let context = if is_key_policy {
        request.context.for_key_policy()
    } else {
        request.context.clone()
    };
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
            && resource_matches(statement, layer, request, substitute.then_some(&context))
            && condition_holds(statement, substitute, &context)
        {
            found.extend(principal_matches(statement, effect, layer, request));
        }
    }
    found
}

fn condition_holds(statement: &Value, substitute: bool, context: &Context) -> bool {
    statement
        .get("Condition")
        .is_none_or(|block| conditions::block_holds(block, substitute, context))
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
fn resource_matches(
    statement: &Value,
    layer: Layer,
    request: &Request,
    variables: Option<&Context>,
) -> bool {
    let any = |list: &Value| {
        strings(list)
            .iter()
            .any(|listed| one_resource(listed, layer, &request.resource, variables))
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
fn one_resource(listed: &str, layer: Layer, resource: &str, variables: Option<&Context>) -> bool {
    // Nothing but stars.
    if !listed.is_empty() && listed.chars().all(|c| c == '*') {
        return true;
    }
    if resource == "*" {
        return false;
    }
    let mut wanted: Vec<&str> = listed.splitn(6, ':').collect();
    if wanted.len() < 6 && !completes_short_arns(listed, layer) {
        return false;
    }
    wanted.resize(6, "*");
    let parts = resource.splitn(6, ':');
    wanted
        .iter()
        .zip(parts)
        .enumerate()
        .all(|(index, (wanted, part))| {
            let variables = variables.filter(|_| index == 5);
            variables::expand(wanted, variables).is_some_and(|tokens| glob_matches(&tokens, part))
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
fn principal_matches(
    statement: &Value,
    effect: &str,
    layer: Layer,
    request: &Request,
) -> Vec<Match> {
    match layer {
        // These belong to their principal.
        Layer::Identity | Layer::Boundary | Layer::Session | Layer::Scp => vec![Match::Caller],
        Layer::Resource | Layer::VpcEndpoint | Layer::Rcp => {
            match (statement.get("Principal"), statement.get("NotPrincipal")) {
                (Some(element), _) => principal::element(element, request),
                // Reading 11: everyone that isn't listed, as good as `*`.
                (None, Some(element)) => {
                    let listed = principal::element(element, request);
                    let left_out = if effect == "Deny" {
                        is_spared(&listed, request)
                    } else {
                        !listed.is_empty()
                    };
                    if left_out {
                        Vec::new()
                    } else {
                        vec![Match::Everyone]
                    }
                }
                (None, None) if layer == Layer::Resource => Vec::new(),
                (None, None) => vec![Match::Everyone],
            }
        }
    }
}

/// Reading 11: a `Deny` with `NotPrincipal` spares the caller if it is listed itself: not by its
/// account, not by the role of a session that has a name. It never spares who has a boundary
/// (section 3, pitfalls 9 and 10).
fn is_spared(listed: &[Match], request: &Request) -> bool {
    let itself = listed.iter().any(|way| match way {
        Match::Caller | Match::Everyone => true,
        Match::Role => request.principal.kind == Kind::Role,
        Match::Account => false,
    });
    itself && !request.has_boundary
}
