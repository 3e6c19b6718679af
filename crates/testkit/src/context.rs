//! The request context: what the case states and what follows from principal and resource.

use serde_json::{Map, Value};

use crate::arn;
use crate::kms;
use crate::principal::{Kind, Principal};

/// The value of a context key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum ContextValue {
    /// A single value: the case gives a string, number or boolean.
    Single(String),
    /// A multi-valued key: the case gives a list, be it of one value.
    List(Vec<String>),
}

/// The keys and values of one request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Context {
    /// `None` for a key that is stated to be absent.
    entries: Vec<(String, Option<ContextValue>)>,
}

/// The keys of KMS and the global ones that hold several values (condition key table); the others
/// hold one.
const MULTI_VALUED: [&str; 10] = [
    "kms:encryptioncontextkeys",
    "kms:grantoperations",
    "kms:resourcealiases",
    "aws:tagkeys",
    "aws:calledvia",
    "aws:principalorgpaths",
    "aws:resourceorgpaths",
    "aws:sourceorgpaths",
    "aws:vpceorgpaths",
    "aws:principalservicenameslist",
];

/// A list of one value is that value, for a documented key that holds one.
fn unwrap_single(key: &str, value: ContextValue) -> ContextValue {
    let key = key.to_lowercase();
    let documented = key.starts_with("aws:") || key.starts_with("kms:");
    match value {
        ContextValue::List(mut values)
            if documented && !MULTI_VALUED.contains(&key.as_str()) && values.len() == 1 =>
        {
            ContextValue::Single(values.remove(0))
        }
        value => value,
    }
}

const ENCRYPTION_CONTEXT: &str = "kms:encryptioncontext:";

impl Context {
    /// Reads the `context` object of a request.
    pub(crate) fn read(stated: Option<&Value>) -> Result<Self, String> {
        let empty = Map::new();
        let object = match stated {
            None => &empty,
            Some(Value::Object(object)) => object,
            Some(other) => return Err(format!("context is no object: {other}")),
        };
        let mut context = Self::default();
        for (key, value) in object {
            if context.states(key) {
                return Err(format!("context key `{key}` is stated twice"));
            }
            let value = read_value(value)?.map(|value| unwrap_single(key, value));
            context.entries.push((key.clone(), value));
        }
        Ok(context)
    }

    /// Key names don't depend on case (section 9).
    pub(crate) fn get(&self, key: &str) -> Option<&ContextValue> {
        let wanted = key.to_lowercase();
        let mut entries = self.entries.iter();
        let (_, value) = entries.find(|(name, _)| name.to_lowercase() == wanted)?;
        value.as_ref()
    }

    fn states(&self, key: &str) -> bool {
        let wanted = key.to_lowercase();
        self.entries
            .iter()
            .any(|(name, _)| name.to_lowercase() == wanted)
    }

    /// What a key policy sees: tags and aliases of the key are for IAM policies (section 7).
    pub(crate) fn for_key_policy(&self) -> Self {
        let mut seen = self.clone();
        seen.entries.retain(|(name, _)| {
            let name = name.to_lowercase();
            name != "kms:resourcealiases" && !name.starts_with("aws:resourcetag/")
        });
        seen
    }

    /// The value of a key that holds a single value.
    pub(crate) fn single(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            ContextValue::Single(text) => Some(text),
            ContextValue::List(_) => None,
        }
    }

    /// The encryption context of the request: everything after `kms:EncryptionContext:` is the
    /// key of the pair, further colons included.
    pub(crate) fn encryption_context(&self) -> Vec<(&str, &ContextValue)> {
        let mut pairs = Vec::new();
        for (name, value) in &self.entries {
            let name_of_pair = name.get(ENCRYPTION_CONTEXT.len()..).unwrap_or_default();
            if let (true, Some(value)) =
                (name.to_lowercase().starts_with(ENCRYPTION_CONTEXT), value)
            {
                pairs.push((name_of_pair, value));
            }
        }
        pairs
    }

    fn derive(&mut self, key: &str, value: Option<&str>) {
        if let (false, Some(text)) = (self.states(key), value) {
            let value = ContextValue::Single(text.to_owned());
            self.entries.push((key.to_owned(), Some(value)));
        }
    }

    /// Adds what follows from principal, action and resource and isn't stated.
    pub(crate) fn derive_keys(
        &mut self,
        principal: &Principal,
        action: &str,
        resource: &str,
        resource_account: Option<&str>,
    ) {
        let account = principal.account.as_deref();
        self.derive("aws:PrincipalArn", principal.principal_arn().as_deref());
        self.derive("aws:username", principal.user_name());
        self.derive("aws:userid", principal.user_id().as_deref());
        self.derive("aws:PrincipalType", principal_type(principal.kind));
        // The condition key table: "anonymous" for unsigned requests, absent for services.
        let unsigned = (principal.kind == Kind::Anonymous).then_some("anonymous");
        self.derive("aws:PrincipalAccount", account.or(unsigned));
        // Present in every signed request (section 5, condition key table).
        let service = (principal.kind == Kind::Service).to_string();
        let signed = principal.kind != Kind::Anonymous;
        self.derive("aws:PrincipalIsAWSService", signed.then_some(&service));
        if principal.kind == Kind::Service {
            self.derive("aws:PrincipalServiceName", Some(&principal.text));
            let names = "aws:PrincipalServiceNamesList";
            if !self.states(names) {
                let list = ContextValue::List(vec![principal.text.clone()]);
                self.entries.push((names.to_owned(), Some(list)));
            }
        }
        if kms::has_caller_account(action, resource) {
            self.derive("kms:CallerAccount", account);
        }
        self.derive("aws:ResourceAccount", resource_account);
        let region = arn::parse(resource)
            .map(|arn| arn.region)
            .filter(|region| !region.is_empty());
        self.derive("aws:RequestedRegion", region);
        // KMS is reached by TLS only; of other services the case has to say it.
        let tls = kms::is_kms(action).then_some("true");
        self.derive("aws:SecureTransport", tls);
        // True in forward access sessions (section 5), which show by either of these keys.
        let via = self.get("kms:ViaService").is_some() || self.get("aws:CalledVia").is_some();
        self.derive("aws:ViaAWSService", Some(&via.to_string()));
        self.derive_encryption_context_keys();
    }

    fn derive_encryption_context_keys(&mut self) {
        let pairs = self.encryption_context();
        let keys: Vec<String> = pairs.iter().map(|(key, _)| (*key).to_owned()).collect();
        if !keys.is_empty() && !self.states("kms:EncryptionContextKeys") {
            let key = "kms:EncryptionContextKeys".to_owned();
            self.entries.push((key, Some(ContextValue::List(keys))));
        }
    }
}

fn principal_type(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::User => Some("User"),
        Kind::Role | Kind::Session => Some("AssumedRole"),
        Kind::FederatedUser => Some("FederatedUser"),
        Kind::Root => Some("Account"),
        Kind::Anonymous => Some("Anonymous"),
        Kind::Federated | Kind::Service => None,
    }
}

/// A value; `null` and the empty list say that the key is absent.
fn read_value(value: &Value) -> Result<Option<ContextValue>, String> {
    let read = match value {
        Value::Null => return Ok(None),
        Value::Array(items) if items.is_empty() => return Ok(None),
        Value::Array(items) => {
            let texts: Option<Vec<String>> = items.iter().map(scalar_text).collect();
            texts.map(ContextValue::List)
        }
        other => scalar_text(other).map(ContextValue::Single),
    };
    read.map(Some)
        .ok_or_else(|| format!("bad context value {value}"))
}

/// The text of a JSON string, number or boolean. Policies and contexts may write either.
pub(crate) fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
