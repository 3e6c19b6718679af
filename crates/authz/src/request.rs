//! One authorization check: principal, action, resource, context.

use std::borrow::Cow;

use kmsim_policy::condition_key::ConditionKey;
use kmsim_types::{AccountId, Arn, KmsAction};

use crate::context::{ContextValue, Presence, RequestContext, key};
use crate::principal::Principal;
use crate::truth::Truth;

/// Prefix of the context keys that hold the pairs of an encryption context.
pub(crate) const ENCRYPTION_CONTEXT: &str = "kms:EncryptionContext:";

/// An action of any service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    text: Cow<'static, str>,
    /// Service and name in lower case, with the colon.
    folded: Cow<'static, str>,
    kms: Option<KmsAction>,
}

impl Action {
    /// Reads `kms:Decrypt`, in any case. `None` without a service and a name, and for patterns.
    pub fn parse(text: &str) -> Option<Self> {
        let (service, name) = text.split_once(':')?;
        let plain = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        };
        if !plain(service) || !plain(name) {
            return None;
        }
        let of_kms = KmsAction::from_name(text).map(Self::from);
        Some(of_kms.unwrap_or_else(|| Self {
            text: Cow::Owned(text.to_owned()),
            folded: Cow::Owned(text.to_ascii_lowercase()),
            kms: None,
        }))
    }

    /// The KMS action, if it is one.
    pub fn kms(&self) -> Option<KmsAction> {
        self.kms
    }

    /// Whether the action is of KMS, be it one that our table lacks.
    pub(crate) fn is_of_kms(&self) -> bool {
        self.folded().0 == "kms"
    }

    /// The action as AWS spells it, for a KMS action, else as it was written.
    pub fn name(&self) -> &str {
        &self.text
    }

    /// Service and name in lower case.
    pub(crate) fn folded(&self) -> (&str, &str) {
        self.folded.split_once(':').unwrap_or((&self.folded, ""))
    }
}

impl From<KmsAction> for Action {
    fn from(action: KmsAction) -> Self {
        Self {
            text: Cow::Borrowed(action.name()),
            folded: Cow::Borrowed(action.folded()),
            kms: Some(action),
        }
    }
}

/// What a request acts on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// `*`: the action names no resource.
    Any,
    /// A resource.
    Arn(Arn),
}

impl Resource {
    /// The resource's text, `*` for no resource.
    pub fn text(&self) -> &str {
        match self {
            Self::Any => "*",
            Self::Arn(arn) => arn.as_str(),
        }
    }

    /// The ARN, if there is one.
    pub fn arn(&self) -> Option<&Arn> {
        match self {
            Self::Any => None,
            Self::Arn(arn) => Some(arn),
        }
    }
}

/// One check, ready to be decided.
#[derive(Clone, Debug)]
pub struct Request {
    /// Who asks.
    pub principal: Principal,
    /// For what.
    pub action: Action,
    /// On what.
    pub resource: Resource,
    /// The account that owns the resource. A request without one acts in the caller's account.
    pub resource_account: Option<AccountId>,
    /// The condition keys.
    pub context: RequestContext,
    /// Grant tokens that come with the request.
    pub grant_tokens: Vec<Box<str>>,
}

impl Request {
    /// Makes a check. Whatever `context` does not state and follows from the other parts is
    /// derived: `aws:PrincipalArn`, `kms:CallerAccount` and others (IAM User Guide, "AWS global
    /// condition context keys"; KMS Developer Guide, "Condition keys for AWS KMS").
    pub fn new(
        principal: Principal,
        action: Action,
        resource: Resource,
        resource_account: Option<AccountId>,
        context: RequestContext,
    ) -> Self {
        // An action without resource type is always evaluated on `*`, whatever the caller names
        // (Service Authorization Reference).
        let on_nothing = action
            .kms
            .is_some_and(|kms| !kms.info().on_key && !kms.info().on_alias);
        let resource = if on_nothing { Resource::Any } else { resource };
        let of_arn = resource.arn().and_then(Arn::account_id);
        let resource_account = resource_account.or(of_arn).or_else(|| principal.account());
        let mut request = Self {
            principal,
            action,
            resource,
            resource_account,
            context,
            grant_tokens: Vec::new(),
        };
        request.refine_principal();
        request.derive_principal();
        request.derive_call();
        request
    }

    /// Whether caller and resource belong to one account.
    pub fn is_same_account(&self) -> bool {
        self.principal
            .account()
            .is_some_and(|account| self.resource_account == Some(account))
    }

    /// Whether the resource is an alias.
    pub fn is_on_alias(&self) -> bool {
        self.resource
            .arn()
            .is_some_and(|arn| arn.service() == "kms" && arn.resource().starts_with("alias/"))
    }

    /// Whether the resource has a policy that can have a say: a key, for KMS actions. An alias has
    /// none, nor do actions without a resource.
    pub(crate) fn is_on_a_key_or_other_service(&self) -> bool {
        let without_key = self.action.kms.is_some_and(|kms| !kms.info().on_key);
        !self.action.is_of_kms() || !without_key && !self.is_on_alias()
    }

    /// A stated `aws:PrincipalArn` tells the path of a session's role.
    fn refine_principal(&mut self) {
        let unknown_role =
            matches!(&self.principal, Principal::RoleSession(session) if session.role.is_none());
        if !unknown_role {
            return;
        }
        let Some(arn) = self.context.one("aws:PrincipalArn") else {
            return;
        };
        if let Ok(principal) = self.principal.clone().with_role(arn) {
            self.principal = principal;
        }
    }

    fn derive_principal(&mut self) {
        let context = &mut self.context;
        if let Some(arn) = self.principal.principal_arn() {
            context.derive(key!("aws:PrincipalArn"), arn.as_str());
        }
        if let Some(account) = self.principal.account() {
            context.derive(key!("aws:PrincipalAccount"), account.as_str());
        }
        let is_service = matches!(self.principal, Principal::Service(_));
        match &self.principal {
            Principal::Root(arn) => {
                context.derive(key!("aws:PrincipalType"), "Account");
                context.derive(key!("aws:userid"), arn.account());
            }
            Principal::User(arn) => {
                context.derive(key!("aws:PrincipalType"), "User");
                let name = arn.resource().rsplit('/').next().unwrap_or("");
                context.derive(key!("aws:username"), name);
            }
            Principal::RoleSession(_) => context.derive(key!("aws:PrincipalType"), "AssumedRole"),
            Principal::FederatedUser { arn, .. } => {
                context.derive(key!("aws:PrincipalType"), "FederatedUser");
                let name = arn.resource().split_once('/').map_or("", |(_, name)| name);
                context.derive(
                    key!("aws:userid"),
                    format!("{}:{name}", arn.account()).as_str(),
                );
            }
            Principal::Service(name) => {
                context.derive(key!("aws:PrincipalServiceName"), &**name);
                context.derive(
                    key!("aws:PrincipalServiceNamesList"),
                    ContextValue::many([name]),
                );
            }
            Principal::Federated(_) => {}
            Principal::Anonymous => {
                context.derive(key!("aws:PrincipalType"), "Anonymous");
                context.derive(key!("aws:PrincipalAccount"), "anonymous");
            }
        }
        if !matches!(self.principal, Principal::Anonymous) {
            context.derive(key!("aws:PrincipalIsAWSService"), is_service);
        }
        if !matches!(self.principal, Principal::User(_)) {
            context.derive_absent(key!("aws:username"));
        }
        if !is_service {
            context.derive_absent(key!("aws:PrincipalServiceName"));
            context.derive_absent(key!("aws:PrincipalServiceNamesList"));
        }
    }

    fn derive_call(&mut self) {
        let by_forward_access = self.by_forward_access();
        let context = &mut self.context;
        if let Some(account) = self.resource_account {
            context.derive(key!("aws:ResourceAccount"), account.as_str());
        }
        if let Some(region) = self
            .resource
            .arn()
            .map(Arn::region)
            .filter(|region| !region.is_empty())
        {
            context.derive(key!("aws:RequestedRegion"), region);
        }
        match by_forward_access {
            Truth::Unknown => context.derive_unknown(key!("aws:ViaAWSService")),
            known => context.derive(key!("aws:ViaAWSService"), known.is_yes()),
        }
        if !self.action.is_of_kms() {
            return;
        }
        // KMS has no endpoint without TLS.
        context.derive(key!("aws:SecureTransport"), true);
        if let Some(account) = self
            .principal
            .account()
            .filter(|_| may_carry_caller_account(self.action.kms, &self.resource))
        {
            context.derive(key!("kms:CallerAccount"), account.as_str());
        }
        self.derive_encryption_context_keys();
    }

    /// Whether a service forwards the caller's request, which either of two keys tells.
    fn by_forward_access(&self) -> Truth {
        let told = |key: ConditionKey| match self.context.get(&key, None) {
            Presence::Value(_) => Truth::Yes,
            Presence::Absent => Truth::No,
            Presence::Unknown => Truth::Unknown,
        };
        told(key!("kms:ViaService")) | told(key!("aws:CalledVia"))
    }

    fn derive_encryption_context_keys(&mut self) {
        if self.context.says("kms:EncryptionContextKeys") {
            return;
        }
        let keys: Vec<String> = self
            .encryption_context()
            .map(|(key, _)| key.to_owned())
            .collect();
        // Pairs that are stated are all there are, unless others are declared unknown.
        let others = self.unknown_pairs().next().is_some();
        if others || self.context.rest_is_unknown() && !keys.is_empty() {
            self.context.set_unknown("kms:EncryptionContextKeys");
        } else if !keys.is_empty() {
            self.context
                .set("kms:EncryptionContextKeys", ContextValue::many(&keys));
        }
    }

    /// The pairs of the encryption context, as the keys `kms:EncryptionContext:*` tell them.
    pub(crate) fn encryption_context(&self) -> impl Iterator<Item = (&str, &ContextValue)> {
        self.context
            .present()
            .filter_map(|(key, value)| Some((pair_name(key)?, value)))
    }

    /// Whether there may be pairs that nothing is said about.
    pub(crate) fn may_have_more_pairs(&self) -> bool {
        let keys = self.context.presence("kms:EncryptionContextKeys", None);
        self.context.rest_is_unknown() && keys == Presence::Unknown
    }

    /// The names of pairs that are declared unknown.
    pub(crate) fn unknown_pairs(&self) -> impl Iterator<Item = &str> {
        self.context.unknown().filter_map(pair_name)
    }
}

/// The name of the pair that a key holds, if it holds one.
fn pair_name(key: &ConditionKey) -> Option<&str> {
    let (prefix, name) = key.text().split_at_checked(ENCRYPTION_CONTEXT.len())?;
    prefix
        .eq_ignore_ascii_case(ENCRYPTION_CONTEXT)
        .then_some(name)
}

/// `kms:CallerAccount` comes with every action on a key and with the actions that list it, not
/// with the alias half of alias operations (KMS Developer Guide, "Controlling access to aliases").
fn may_carry_caller_account(action: Option<KmsAction>, resource: &Resource) -> bool {
    let on_alias = resource
        .arn()
        .is_some_and(|arn| arn.resource().starts_with("alias/"));
    let carries = |action| {
        let info = key!("kms:CallerAccount").info();
        info.is_some_and(|info| info.applies_to(action))
    };
    !on_alias && action.is_none_or(carries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(principal: &str, action: &str, resource: &str, context: RequestContext) -> Request {
        let resource = match resource {
            "*" => Resource::Any,
            arn => Resource::Arn(Arn::parse(arn).unwrap()),
        };
        Request::new(
            Principal::parse(principal).unwrap(),
            Action::parse(action).unwrap(),
            resource,
            None,
            context,
        )
    }

    const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    #[test]
    fn what_follows_from_the_call_is_derived() {
        let mut context = RequestContext::new();
        context.set("kms:EncryptionContext:app", "a");
        let request = request(
            "arn:aws:sts::444455556666:assumed-role/app/i-1",
            "KMS:decrypt",
            KEY,
            context,
        );
        let one = |key| request.context.one(key);
        assert_eq!(request.action.name(), "kms:Decrypt");
        assert_eq!(
            one("aws:PrincipalArn"),
            Some("arn:aws:iam::444455556666:role/app")
        );
        assert_eq!(one("kms:CallerAccount"), Some("444455556666"));
        assert_eq!(one("aws:ResourceAccount"), Some("111122223333"));
        assert_eq!(one("aws:RequestedRegion"), Some("us-east-1"));
        assert_eq!(one("aws:ViaAWSService"), Some("false"));
        assert_eq!(one("aws:username"), None);
        assert!(request.context.says("kms:EncryptionContextKeys"));
        assert!(!request.is_same_account());
    }

    #[test]
    fn what_is_stated_wins() {
        let mut context = RequestContext::new();
        context.set(
            "aws:PrincipalArn",
            "arn:aws:iam::111122223333:role/team/app",
        );
        context.set("kms:CallerAccount", "999999999999");
        let request = request(
            "arn:aws:sts::111122223333:assumed-role/app/i-1",
            "kms:Decrypt",
            KEY,
            context,
        );
        assert_eq!(
            request.context.one("kms:CallerAccount"),
            Some("999999999999")
        );
        let Principal::RoleSession(session) = &request.principal else {
            panic!("is a session")
        };
        assert_eq!(
            session.role_arn(),
            "arn:aws:iam::111122223333:role/team/app"
        );
    }

    #[test]
    fn an_action_without_resource_type_acts_on_everything() {
        let request = request(
            "arn:aws:iam::111122223333:user/a",
            "kms:ListKeys",
            KEY,
            RequestContext::new(),
        );
        assert_eq!(request.resource, Resource::Any);
        assert_eq!(Action::parse("kms:*"), None);
        assert_eq!(Action::parse("Decrypt"), None);
        assert_eq!(Action::parse("kms: Decrypt"), None);
    }
}
