//! Who calls, and how the request comes in.

use std::fmt;
use std::sync::Arc;

use kmsim_authz::call::{Asks, Call, Parameters};
use kmsim_authz::context::RequestContext;
use kmsim_authz::principal::Principal;
use kmsim_policy::source::Span;
use kmsim_types::{AccountId, Operation, Region};
use serde_json::{Value, json};

/// A caller with everything about its requests that is no parameter: the endpoint's Region, the
/// services between, the VPC endpoint, the session.
#[derive(Clone)]
pub struct Caller {
    /// A call whose operation and parameters are filled in for each request.
    request: Call,
    region: Region,
    /// `userIdentity` of the events.
    identity: Arc<Value>,
}

impl Caller {
    /// A principal that calls the endpoint of a Region directly.
    pub fn new(principal: Principal, region: Region) -> Self {
        let call = Call {
            caller: principal,
            asks: Asks::Operation(Operation::ListKeys),
            key: None,
            resource: None,
            resource_account: None,
            region: None,
            parameters: Parameters::default(),
            grant_tokens: Vec::new(),
            via: Vec::new(),
            vpc_endpoint: None,
            source_ip: None,
            source_arn: None,
            source_account: None,
            session_policies: None,
            session_tags: Vec::new(),
            source_identity: None,
            mfa: None,
            context: RequestContext::new(),
            now: None,
            new_key_policy: None,
            span: Span::default(),
        };
        Self::with_circumstances(call, region)
    }

    /// The caller of a call, with the way on which it comes in. What the call asks for does not
    /// matter.
    pub fn with_circumstances(mut call: Call, region: Region) -> Self {
        call.region = Some(region.clone());
        let identity = Arc::new(user_identity(&call));
        Self {
            request: call,
            region,
            identity,
        }
    }

    /// The principal.
    pub fn principal(&self) -> &Principal {
        &self.request.caller
    }

    /// The account of the principal; services have none.
    pub fn account(&self) -> Option<AccountId> {
        self.request.caller.account()
    }

    /// The Region whose endpoint is called.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// Whether a service passes the request on.
    pub fn is_forwarded(&self) -> bool {
        !self.request.via.is_empty()
    }

    pub(crate) fn request(&self) -> &Call {
        &self.request
    }

    pub(crate) fn identity(&self) -> &Arc<Value> {
        &self.identity
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Caller({} in {})", self.request.caller, self.region)
    }
}

/// `userIdentity` of a `CloudTrail` record (CloudTrail User Guide, "CloudTrail userIdentity
/// element"). Credentials are not simulated, so there is no `accessKeyId`.
fn user_identity(call: &Call) -> Value {
    let principal = &call.caller;
    let account = principal.account().map(|account| account.to_string());
    let mut identity = match principal {
        Principal::Root(arn) => json!({
            "type": "Root", "principalId": account, "arn": arn.as_str(), "accountId": account,
        }),
        Principal::User(arn) => json!({
            "type": "IAMUser", "arn": arn.as_str(), "accountId": account,
            "userName": arn.resource().rsplit('/').next(),
        }),
        Principal::RoleSession(session) => json!({
            "type": "AssumedRole",
            "arn": session.session.as_ref().map_or_else(|| session.role_arn(), ToString::to_string),
            "accountId": account,
            "sessionContext": {"sessionIssuer": {
                "type": "Role", "arn": session.role_arn(), "accountId": account,
                "userName": &*session.name,
            }},
        }),
        Principal::FederatedUser { arn, .. } => json!({
            "type": "FederatedUser", "arn": arn.as_str(), "accountId": account,
        }),
        Principal::Service(name) => json!({"type": "AWSService", "invokedBy": &**name}),
        Principal::Federated(name) => json!({"type": "WebIdentityUser", "userName": &**name}),
        Principal::Anonymous => json!({"type": "Unknown"}),
    };
    if let (Some(last), Some(members)) = (call.via.last(), identity.as_object_mut()) {
        let name = kmsim_authz::call::service_principal(&last.text);
        members.insert("invokedBy".to_owned(), Value::from(name));
    }
    identity
}
