//! The statement that allows one request and as little else as can be said.

use kmsim_authz::context::ContextValue;
use kmsim_authz::principal::Principal;
use kmsim_authz::request::{Request, Resource};
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::KmsAction;
use serde_json::{Map, Value, json};

/// Prefix of the condition keys that hold the pairs of an encryption context.
pub(super) const ENCRYPTION_CONTEXT: &str = "kms:EncryptionContext:";

/// Condition keys that narrow a statement to the way in which the request comes, where the request
/// has them: operator and key. A service that calls for itself is bound to its resource, against
/// the confused deputy (IAM User Guide).
const WAYS: [(&str, &str); 6] = [
    ("StringEquals", "kms:ViaService"),
    ("Bool", "kms:GrantIsForAWSResource"),
    ("StringEquals", "kms:GranteePrincipal"),
    ("ForAllValues:StringEquals", "kms:GrantOperations"),
    ("ArnEquals", "aws:SourceArn"),
    ("StringEquals", "aws:SourceAccount"),
];

/// Whom a new statement is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum For {
    /// The caller, in a policy that has principals.
    Caller,
    /// The caller's account, in a policy that has principals.
    Account,
    /// Whomever the policy is attached to.
    Holder,
    /// The caller alone, in a policy that has no principals and is attached to others too.
    CallerByCondition,
}

/// An Allow for the request. `None` if the caller cannot be named.
pub(super) fn allow(request: &Request, kind: PolicyKind, whom: For, sid: String) -> Option<Value> {
    let mut statement = Map::new();
    statement.insert("Sid".to_owned(), sid.into());
    statement.insert("Effect".to_owned(), "Allow".into());
    match whom {
        For::Caller => {
            statement.insert("Principal".to_owned(), principal(&request.principal)?);
        }
        For::Account => {
            let root = json!({"AWS": account_root(&request.principal)?});
            statement.insert("Principal".to_owned(), root);
        }
        For::Holder | For::CallerByCondition => {}
    }
    statement.insert("Action".to_owned(), request.action.name().into());
    if let Some(resource) = resource(request, kind) {
        statement.insert("Resource".to_owned(), resource.into());
    }
    let mut conditions = guards(request);
    if whom == For::CallerByCondition {
        let arn = request.principal.principal_arn()?;
        put(&mut conditions, "ArnEquals", "aws:PrincipalArn", arn.into());
    }
    if !conditions.is_empty() {
        statement.insert("Condition".to_owned(), Value::Object(conditions));
    }
    Some(Value::Object(statement))
}

/// In a key policy `*` is the key itself (KMS Developer Guide, "Key policies").
fn resource(request: &Request, kind: PolicyKind) -> Option<String> {
    match (kind, &request.resource) {
        (PolicyKind::RoleTrust, _) => None,
        (PolicyKind::KeyPolicy, _) | (_, Resource::Any) => Some("*".to_owned()),
        (_, Resource::Arn(arn)) => Some(arn.to_string()),
    }
}

/// The caller as a policy's `Principal`: a session by its role.
pub(super) fn principal(principal: &Principal) -> Option<Value> {
    match principal {
        Principal::Service(name) => Some(json!({"Service": name})),
        Principal::Federated(name) => Some(json!({"Federated": name})),
        Principal::Anonymous => None,
        _ => Some(json!({"AWS": principal.principal_arn()?})),
    }
}

/// The root of the caller's account: its IAM policies decide.
pub(super) fn account_root(principal: &Principal) -> Option<String> {
    let arn = principal.principal_arn()?;
    let partition = arn.split(':').nth(1)?;
    Some(format!(
        "arn:{partition}:iam::{}:root",
        principal.account()?
    ))
}

/// Conditions that hold the statement to the request's encryption context and to its way.
fn guards(request: &Request) -> Map<String, Value> {
    let mut conditions = Map::new();
    if request.action.kms().is_none() {
        return conditions;
    }
    for (key, value) in pairs(request) {
        let key = format!("{ENCRYPTION_CONTEXT}{key}");
        put(&mut conditions, "StringEquals", &key, literal(value).into());
    }
    for (operator, key) in WAYS {
        let Some((_, value)) = request
            .context
            .present()
            .find(|(own, _)| own.text().eq_ignore_ascii_case(key))
        else {
            continue;
        };
        let is_grant = key.starts_with("kms:Grant");
        if is_grant && request.action.kms() != Some(KmsAction::CreateGrant) {
            continue;
        }
        let value = match value {
            ContextValue::One(value) if key == "kms:GrantIsForAWSResource" => {
                if &**value != "true" {
                    continue;
                }
                Value::from("true")
            }
            ContextValue::One(value) => literal(value).into(),
            ContextValue::Many(values) => values.iter().map(|value| literal(value)).collect(),
        };
        put(&mut conditions, operator, key, value);
    }
    conditions
}

/// The pairs of the request's encryption context.
pub(super) fn pairs(request: &Request) -> impl Iterator<Item = (&str, &str)> {
    request.context.present().filter_map(|(key, value)| {
        let (prefix, name) = key.text().split_at_checked(ENCRYPTION_CONTEXT.len())?;
        let ContextValue::One(value) = value else {
            return None;
        };
        let is_pair = prefix.eq_ignore_ascii_case(ENCRYPTION_CONTEXT);
        is_pair.then_some((name, &**value))
    })
}

/// A value that policies of version 2012-10-17 read as it is (IAM User Guide, "Policy variables":
/// `${$}` is a dollar sign).
fn literal(value: &str) -> String {
    value.replace("${", "${$}{")
}

fn put(conditions: &mut Map<String, Value>, operator: &str, key: &str, value: Value) {
    let block = conditions
        .entry(operator)
        .or_insert_with(|| Value::Object(Map::new()));
    if let Some(block) = block.as_object_mut() {
        block.insert(key.to_owned(), value);
    }
}

/// A Sid that the document does not have: letters and digits only, as every kind of policy takes.
pub(super) fn sid(request: &Request, taken: &[Value]) -> String {
    let who = match &request.principal {
        Principal::Root(_) => "Root",
        Principal::Service(name) => name.split('.').next().unwrap_or(""),
        Principal::RoleSession(session) => &session.name,
        Principal::User(arn) | Principal::FederatedUser { arn, .. } => {
            arn.resource().rsplit('/').next().unwrap_or("")
        }
        Principal::Federated(_) | Principal::Anonymous => "",
    };
    let what = request.action.name().rsplit(':').next().unwrap_or("");
    let base: String = format!("Allow{}{what}", capitalized(who))
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let is_taken = |sid: &str| {
        taken
            .iter()
            .any(|statement| statement.get("Sid").and_then(Value::as_str) == Some(sid))
    };
    let numbered = (2..).map(|number| format!("{base}{number}"));
    let mut candidates = std::iter::once(base.clone()).chain(numbered);
    candidates.find(|sid| !is_taken(sid)).unwrap_or(base)
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}
