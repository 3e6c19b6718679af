//! A page that asks what `kmsim check` is asked.

use kmsim_policy::json::Node;
use kmsim_policy::print::node_to_json;
use kmsim_types::{KmsAction, arn};
use serde_json::{Map, Value as Json};

use super::{Call, ContextKey, Document, Page, Pair};
use crate::outcome::Failure;

/// Condition keys that are pairs of the encryption context.
const PAIRS: &str = "kms:encryptioncontext:";

/// A call against a world, whose text this is.
pub(crate) fn of_call(title: &str, world: String, call: &Node<'_>) -> Page {
    let mut rest = object(&json(call));
    let mut take = |name: &str| rest.shift_remove(name);
    let [operation, action] = ["operation", "action"].map(&mut take);
    let [key_id, key] = ["keyId", "key"].map(&mut take);
    let mut form = Call {
        caller: shown(take("caller")),
        operation: shown(operation.or(action)),
        key: shown(key_id.or(key)),
        region: shown(take("region")),
        via: shown(take("via")),
        vpc_endpoint: shown(take("vpcEndpoint")),
        source_ip: shown(take("sourceIp")),
        grant_tokens: words(take("grantTokens")),
        ..Call::default()
    };
    for (key, value) in object(&take("encryptionContext").unwrap_or_default()) {
        let value = shown(Some(value));
        form.encryption_context.push(Pair { key, value });
    }
    state(
        &mut form,
        take("context").as_ref(),
        take("unknown").as_ref(),
    );
    if !rest.is_empty() {
        form.parameters = Json::Object(rest).to_string();
    }
    Page::new(title.to_owned(), vec![Document::world(world)], form)
}

/// A case. Fails for what a page cannot hold: it is about keys, and its organization has three levels.
pub(crate) fn of_case(title: &str, case: &Node<'_>) -> Result<Page, Failure> {
    let case = json(case);
    let request = at(&case, "request");
    let resource = at(request, "resource").as_str().unwrap_or_default();
    let Some([_, _, "kms", region, _, key]) = arn::split(resource) else {
        return Err(cannot("its resource is no key"));
    };
    if !key.starts_with("key/") {
        return Err(cannot("its resource is no key"));
    }
    let action = at(request, "action").as_str().unwrap_or_default();
    let operation = KmsAction::from_name(action).and_then(|action| action.info().operation);
    let mut form = Call {
        caller: shown(Some(at(request, "principal").clone())),
        operation: operation.map_or_else(|| action.to_owned(), |own| own.name().to_owned()),
        key: resource.to_owned(),
        region: region.to_owned(),
        grant_tokens: words(Some(at(request, "grantTokens").clone())),
        ..Call::default()
    };
    let unknown = [at(request, "unknown"), at(&case, "unknown")];
    if unknown
        .iter()
        .any(|own| list(own).iter().any(|key| *key == "all"))
    {
        return Err(cannot("all condition keys are unknown in it"));
    }
    state(&mut form, Some(at(request, "context")), None);
    for keys in unknown {
        state(&mut form, None, Some(keys));
    }
    let mut docs = Vec::new();
    let policies = at(&case, "policies");
    for (field, kind) in [
        ("resource", "key-policy"),
        ("identity", "identity"),
        ("permissionsBoundary", "permissions-boundary"),
        ("session", "session"),
        ("vpcEndpoint", "vpc-endpoint"),
    ] {
        for policy in list(at(policies, field)) {
            document(&mut docs, kind, None, policy);
        }
    }
    for (field, kind) in [("scps", "scp"), ("rcps", "rcp")] {
        let levels = list(at(policies, field));
        for (place, own) in levels.iter().enumerate() {
            let level = level(place, levels.len())
                .ok_or_else(|| cannot("its organization has more than three levels"))?;
            let own = list(at(own, "policies"));
            if kind == "scp" && !own.iter().any(|policy| allows_all(policy)) {
                return Err(cannot(
                    "a level of its organization does not allow everything",
                ));
            }
            for policy in own.into_iter().filter(|policy| !allows_all(policy)) {
                document(&mut docs, kind, Some(level), policy);
            }
        }
    }
    let grants = list(at(&case, "grants"));
    if !grants.is_empty() {
        docs.push(Document {
            kind: "grants",
            name: "grants".to_owned(),
            text: pretty(&serde_json::json!({ "Grants": grants })),
            level: None,
        });
    }
    Ok(Page::new(title.to_owned(), docs, form))
}

fn cannot(why: &str) -> Failure {
    Failure::new(format!("the playground cannot hold this case: {why}"))
}

fn level(place: usize, of: usize) -> Option<&'static str> {
    match (place, of) {
        (0, _) => Some("root"),
        (1, 3) => Some("unit"),
        (1, 2) | (2, 3) => Some("account"),
        _ => None,
    }
}

/// Whether an SCP says what `FullAWSAccess` says, which the page attaches at every level.
fn allows_all(policy: &Json) -> bool {
    let statement = at(policy, "Statement");
    let only = match statement {
        Json::Array(statements) => match statements.as_slice() {
            [only] => only,
            _ => return false,
        },
        one => one,
    };
    at(only, "Effect") == "Allow"
        && at(only, "Condition").is_null()
        && ["Action", "Resource"]
            .iter()
            .all(|name| list(at(only, name)) == [&Json::from("*")])
}

fn document(
    docs: &mut Vec<Document>,
    kind: &'static str,
    level: Option<&'static str>,
    policy: &Json,
) {
    let count = docs.iter().filter(|own| own.kind == kind).count() + 1;
    let text = policy
        .as_str()
        .map_or_else(|| pretty(policy), str::to_owned);
    docs.push(Document {
        kind,
        name: format!("policy-{count}"),
        text,
        level,
    });
}

/// Puts what is said of condition keys into the form.
fn state(form: &mut Call, context: Option<&Json>, unknown: Option<&Json>) {
    for (key, value) in object(context.unwrap_or(&Json::Null)) {
        let folded = key.to_ascii_lowercase();
        let name = folded
            .strip_prefix(PAIRS)
            .and_then(|_| key.get(PAIRS.len()..));
        let value_shown = shown(Some(value.clone()));
        match (name, &*folded) {
            (Some(name), _) => form.encryption_context.push(Pair {
                key: name.to_owned(),
                value: value_shown,
            }),
            (None, "kms:viaservice") => form.via = value_shown,
            (None, "aws:sourceip") => form.source_ip = value_shown,
            (None, "aws:sourcevpce") => form.vpc_endpoint = value_shown,
            _ => form.context.push(ContextKey {
                key,
                state: match &value {
                    Json::Null => "absent",
                    Json::Object(_) => "unknown",
                    _ => "present",
                },
                value: value_shown,
            }),
        }
    }
    for key in unknown.map_or(Vec::new(), list) {
        form.context.push(ContextKey {
            key: shown(Some(key.clone())),
            state: "unknown",
            value: String::new(),
        });
    }
}

fn json(node: &Node<'_>) -> Json {
    serde_json::from_str(&node_to_json(node)).unwrap_or_default()
}

/// A member; null if there is none.
fn at<'v>(value: &'v Json, name: &str) -> &'v Json {
    value.get(name).unwrap_or(&Json::Null)
}

fn object(value: &Json) -> Map<String, Json> {
    value.as_object().cloned().unwrap_or_default()
}

/// A list, or one thing in place of a list.
fn list(value: &Json) -> Vec<&Json> {
    match value {
        Json::Null => Vec::new(),
        Json::Array(items) => items.iter().collect(),
        one => vec![one],
    }
}

/// A value as the form has it: text as it is, all else as JSON.
fn shown(value: Option<Json>) -> String {
    match value {
        // An object says that the value is not known.
        None | Some(Json::Null | Json::Object(_)) => String::new(),
        Some(Json::String(text)) => text,
        Some(other) => other.to_string(),
    }
}

fn words(value: Option<Json>) -> String {
    let value = value.unwrap_or_default();
    let words: Vec<String> = list(&value)
        .into_iter()
        .map(|word| shown(Some(word.clone())))
        .collect();
    words.join(" ")
}

fn pretty(value: &Json) -> String {
    format!("{value:#}\n")
}
