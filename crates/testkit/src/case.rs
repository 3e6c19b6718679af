//! A case read from JSON: the request, the policy layers, the grants.

use serde_json::Value;

use crate::arn;
use crate::context::Context;
use crate::kms;
use crate::principal::{Principal, strings};

/// One request for authorization.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) principal: Principal,
    pub(crate) action: String,
    /// What the policies are evaluated on: `*` for actions without a resource type.
    pub(crate) resource: String,
    pub(crate) resource_account: Option<String>,
    pub(crate) context: Context,
    /// Whether the caller has a permissions boundary.
    pub(crate) has_boundary: bool,
    pub(crate) grant_tokens: Vec<String>,
}

impl Request {
    /// Whether caller and resource belong to different accounts. Callers without account
    /// (services, anonymous) are never "in another account" (reading 15).
    pub(crate) fn is_cross_account(&self) -> bool {
        match (&self.principal.account, &self.resource_account) {
            (Some(caller), Some(owner)) => caller != owner,
            _ => false,
        }
    }

    fn read(value: &Value) -> Result<Self, String> {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let principal = text("principal").ok_or("request without principal")?;
        let action = text("action").ok_or("request without action")?;
        let resource = text("resource").ok_or("request without resource")?;
        if resource != "*" && arn::parse(resource).is_none() {
            return Err(format!("resource `{resource}` is neither an ARN nor `*`"));
        }
        let mut context = Context::read(value.get("context"))?;
        let stated_arn = context.single("aws:PrincipalArn").map(str::to_owned);
        let mut principal = Principal::read(principal, text("role"), stated_arn.as_deref())?;
        principal.federated_by = text("federatedBy").map(str::to_owned);
        // Reading 10: these run on `*` whatever the request names.
        let resource = if kms::has_no_resource(action) {
            "*"
        } else {
            resource
        };
        // The account: as stated, else the ARN's, else the caller's (format of cases).
        let arn_account = arn::parse(resource)
            .map(|arn| arn.account)
            .filter(|account| !account.is_empty());
        let resource_account = text("resourceAccount")
            .or(arn_account)
            .or(principal.account.as_deref())
            .map(str::to_owned);
        context.derive_keys(&principal, action, resource, resource_account.as_deref());
        Ok(Self {
            principal,
            action: action.to_owned(),
            resource: resource.to_owned(),
            resource_account,
            context,
            has_boundary: false,
            grant_tokens: value.get("grantTokens").map(strings).unwrap_or_default(),
        })
    }
}

/// The policies and grants around a request. An empty list is as good as none, except for the
/// lists of SCPs at a level.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) request: Request,
    pub(crate) identity: Vec<Value>,
    pub(crate) boundary: Vec<Value>,
    pub(crate) session: Vec<Value>,
    pub(crate) resource: Vec<Value>,
    pub(crate) vpc_endpoint: Vec<Value>,
    pub(crate) scps: Vec<Vec<Value>>,
    pub(crate) rcps: Vec<Vec<Value>>,
    pub(crate) grants: Vec<Value>,
}

impl Case {
    /// Reads a case.
    pub(crate) fn read(value: &Value) -> Result<Self, String> {
        let request = Request::read(value.get("request").ok_or("case without request")?)?;
        let none = Value::Null;
        let policies = value.get("policies").unwrap_or(&none);
        let layer = |name: &str| policy_list(policies.get(name));
        // The key policy that AWS RAM manages is a second key policy (section 2).
        let resource = [layer("resource")?, layer("ramResource")?].concat();
        let grants = match value.get("grants") {
            None => Vec::new(),
            Some(grants) => grants.as_array().cloned().ok_or("grants are no list")?,
        };
        let mut case = Self {
            request,
            identity: layer("identity")?,
            boundary: layer("permissionsBoundary")?,
            session: layer("session")?,
            resource,
            vpc_endpoint: layer("vpcEndpoint")?,
            scps: levels(policies.get("scps"))?,
            rcps: levels(policies.get("rcps"))?,
            grants,
        };
        case.request.has_boundary = case.boundary_applies();
        Ok(case)
    }
}

fn levels(value: Option<&Value>) -> Result<Vec<Vec<Value>>, String> {
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    let items = value.as_array().ok_or("levels are no list")?;
    items
        .iter()
        .map(|level| policy_list(level.get("policies")))
        .collect()
}

fn policy_list(value: Option<&Value>) -> Result<Vec<Value>, String> {
    match value {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => items.iter().map(policy).collect(),
        Some(single) => Ok(vec![policy(single)?]),
    }
}

/// A policy, inline or as a JSON string.
fn policy(value: &Value) -> Result<Value, String> {
    let policy = match value {
        Value::String(text) => serde_json::from_str(text).map_err(|error| error.to_string())?,
        other => other.clone(),
    };
    if policy.get("Statement").is_none() {
        return Err(format!("a policy without Statement: {policy}"));
    }
    Ok(policy)
}
