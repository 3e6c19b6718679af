//! Reading a call.

use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::fields::Fields;
use kmsim_policy::json::Node;
use kmsim_policy::source::Span;
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::{GrantOperation, KeyOrigin, KeySpec, KeyUsage, KmsAction, Operation, nearest};

use super::{Asks, Call, Constraints, KeyReference, Parameters, Text, parameters_of};
use crate::context::RequestContext;
use crate::principal::Principal;
use crate::reader::{Pairs, Reader};
use crate::request::Action;
use crate::world::default_key_policy;

mod circumstances;

/// Parameters that are read by themselves.
const STRUCTURED: [&str; 9] = [
    "EncryptionContext",
    "SourceEncryptionContext",
    "DestinationEncryptionContext",
    "GrantTokens",
    "Tags",
    "TagKeys",
    "Operations",
    "Constraints",
    "KeyId",
];

/// Parameters that authorization never looks at, whatever their type.
const IGNORED: [&str; 4] = ["Policy", "Recipient", "ResourceOwners", "DryRunModifiers"];

impl Reader<'_, '_, '_> {
    /// Reads a call against a world.
    pub fn call(&mut self, node: &Node<'_>) -> Option<Call> {
        let fields = Fields::of(node, "a call", &mut self.diagnostics)?;
        fields.get("description");
        // A case calls the caller `principal`.
        let caller = if fields.has("principal") && !fields.has("caller") {
            self.principal(&fields, "principal")
        } else {
            self.principal(&fields, "caller")
        };
        let asks = self.asks(&fields);
        let names = match &asks {
            Some(Asks::Operation(operation)) => parameters_of(*operation),
            Some(Asks::Kms(_)) => HALF_PARAMETERS,
            Some(Asks::Other(_)) => &[],
            // Which fields are wrong cannot be said before that.
            None => return None,
        };
        let asks = asks?;
        let key = self.key_reference(&fields, &asks, names);
        let resource = self.other_resource_of(&fields, &asks);
        let owner = fields.string("resourceAccount", &mut self.diagnostics);
        let owner = owner.and_then(|(text, span)| self.account(text, span));
        let parameters = self.parameters(&fields, &asks, names);
        let region = fields.string("region", &mut self.diagnostics);
        let region = self.region(region);
        let tokens = self.either(&fields, "grantTokens", "GrantTokens");
        let grant_tokens = tokens.map_or_else(Vec::new, |node| {
            self.takes(names, "GrantTokens", node.span);
            self.texts(node, "grantTokens")
        });
        let mut call = Call {
            caller: Principal::Anonymous,
            asks,
            key,
            resource,
            resource_account: owner,
            region,
            parameters,
            grant_tokens,
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
            span: node.span,
        };
        self.circumstances(&fields, caller.as_ref(), &mut call);
        fields.finish(&mut self.diagnostics);
        call.caller = caller?;
        call.new_key_policy = self.new_key_policy(&call);
        Some(call)
    }

    /// `operation: Decrypt`, or `action: kms:Decrypt`.
    fn asks(&mut self, fields: &Fields<'_, '_>) -> Option<Asks> {
        let operation = fields.string("operation", &mut self.diagnostics);
        let action = fields.string("action", &mut self.diagnostics);
        match (operation, action) {
            (Some((name, span)), None) => self.operation(name, span),
            (None, Some((name, span))) => self.asked_action(name, span),
            (Some(_), Some((_, span))) => {
                let message = "a call has an `operation` or an `action`, not both";
                self.error("duplicate-field", span, message);
                None
            }
            (None, None) => {
                fields.require("operation", &mut self.diagnostics);
                None
            }
        }
    }

    fn operation(&mut self, name: &str, span: Span) -> Option<Asks> {
        if let Some(operation) = Operation::from_name(name) {
            return Some(Asks::Operation(operation));
        }
        let message = format!("`{}` is not an operation of KMS", excerpt(name));
        let error = Diagnostic::error("operation", span, message);
        let short = name.rsplit(':').next().unwrap_or(name);
        let names = Operation::ALL.into_iter().map(Operation::name);
        self.diagnostics.push(match nearest(short, names) {
            Some(nearest) => error.help(format!("did you mean `{nearest}`?")),
            None => error.help("write actions of other services as `action: s3:GetObject`"),
        });
        None
    }

    /// What an action or the name of an operation asks for.
    pub(crate) fn asked_action(&mut self, name: &str, span: Span) -> Option<Asks> {
        if !name.contains(':') {
            return self.operation(name, span);
        }
        if name.eq_ignore_ascii_case("kms:ReEncrypt") {
            self.diagnostics.push(
                Diagnostic::error("action", span, "`kms:ReEncrypt` is not an action")
                    .help("write `ReEncrypt` for the operation, or kms:ReEncryptFrom or kms:ReEncryptTo for one of its halves"),
            );
            return None;
        }
        let action = self.action(name, span)?;
        let Some(kms) = action.kms() else {
            return Some(Asks::Other(action));
        };
        Some(match Operation::from_name(kms.short()) {
            Some(operation) => Asks::Operation(operation),
            None => Asks::Kms(kms),
        })
    }

    fn key_reference(
        &mut self,
        fields: &Fields<'_, '_>,
        asks: &Asks,
        names: &[&str],
    ) -> Option<KeyReference> {
        let meant = fields.string("key", &mut self.diagnostics);
        let is_kms = !matches!(asks, Asks::Other(_));
        // What a case calls the `resource` is the key's ARN.
        let resource = fields
            .get("resource")
            .filter(|node| is_kms && node.as_str().is_some_and(|text| text.starts_with("arn:")));
        let resource = resource.and_then(|node| Some((node.as_str()?, node.span)));
        let sent = self.either_string(fields, "keyId", "KeyId").or(resource);
        let (text, span) = sent.or(meant)?;
        if let (Some(_), Some((_, span))) = (sent, meant) {
            let message =
                "a call has `key` (the key that is meant) or `keyId` (the parameter), not both";
            self.error("duplicate-field", span, message);
        }
        let text = Text {
            text: text.into(),
            span,
        };
        match asks {
            Asks::Other(_) => {
                let message = "an action of another service names its `resource`, not a key";
                self.error("parameter", span, message);
                return None;
            }
            // Where the parameter has another name, `key` says the same.
            Asks::Operation(_) if sent.is_some() && resource.is_none() => {
                self.takes(names, "KeyId", span);
            }
            Asks::Operation(_) => {
                let parameters = ["KeyId", "TargetKeyId", "SourceKeyId"];
                if !parameters.iter().any(|name| names.contains(name)) {
                    self.takes(names, "KeyId", span);
                }
            }
            Asks::Kms(_) => {}
        }
        Some(if sent.is_some() {
            KeyReference::Sent(text)
        } else {
            KeyReference::Meant(text)
        })
    }

    fn other_resource_of(
        &mut self,
        fields: &Fields<'_, '_>,
        asks: &Asks,
    ) -> Option<crate::request::Resource> {
        if matches!(asks, Asks::Other(_)) {
            let (text, span) = fields.require_string("resource", &mut self.diagnostics)?;
            return self.resource(text, span);
        }
        let (text, span) = fields.string("resource", &mut self.diagnostics)?;
        let is_key = kmsim_types::arn::split(text)
            .is_some_and(|[.., resource]| resource.starts_with("key/"));
        if text != "*" && !is_key {
            self.diagnostics.push(
                Diagnostic::error(
                    "parameter",
                    span,
                    "the `resource` of a call of KMS is a key's ARN or `*`",
                )
                .help("say `key` or `keyId`, and name aliases by the operation's parameters"),
            );
        }
        None
    }

    /// Reports a parameter that the operation does not have.
    fn takes(&mut self, names: &[&str], name: &str, span: Span) {
        if !names.contains(&name) {
            let message = format!("this operation has no parameter `{name}`");
            self.diagnostics.push(
                Diagnostic::error("parameter", span, message)
                    .help(format!("its parameters are {}", names.join(", "))),
            );
        }
    }

    fn parameters(
        &mut self,
        fields: &Fields<'_, '_>,
        asks: &Asks,
        names: &'static [&'static str],
    ) -> Parameters {
        let mut parameters = Parameters::default();
        if let Some(node) = self.either(fields, "encryptionContext", "EncryptionContext") {
            self.takes(names, "EncryptionContext", node.span);
            parameters.encryption_context = self.pairs(node);
        }
        if names.contains(&"SourceEncryptionContext") {
            let mut pairs = |name| {
                fields
                    .get(name)
                    .map_or_else(Pairs::new, |node| self.pairs(node))
            };
            parameters.source_encryption_context = pairs("SourceEncryptionContext");
            parameters.destination_encryption_context = pairs("DestinationEncryptionContext");
        }
        if names.contains(&"Tags")
            && let Some(node) = fields.get("Tags")
        {
            parameters.tags = self.tags(node);
        }
        if names.contains(&"TagKeys")
            && let Some(node) = fields.get("TagKeys")
        {
            parameters.tag_keys = self.texts(node, "TagKeys");
        }
        if names.contains(&"Operations") && fields.has("Operations") {
            let operations = self.operations(fields);
            parameters.operations = Some(operations.iter().map(GrantOperation::name).collect());
        }
        if names.contains(&"Constraints")
            && let Some(node) = fields.get("Constraints")
        {
            let (encryption_context, source_arn) = self.constraints(node);
            parameters.constraints = Constraints {
                encryption_context,
                source_arn: source_arn.map(|arn| arn.text().into()),
            };
        }
        for name in names.iter().filter(|name| !STRUCTURED.contains(name)) {
            let Some(node) = fields.get(name) else {
                continue;
            };
            if IGNORED.contains(name) {
                parameters.scalars.push((name, "".into()));
            } else if let Some(value) = self.scalar(node, name) {
                self.check_value(asks, name, &value, node.span);
                parameters.scalars.push((name, value));
            }
        }
        parameters
    }

    /// Reports values that KMS would refuse, where a condition key carries them.
    fn check_value(&mut self, asks: &Asks, name: &str, value: &str, span: Span) {
        let found = Some((value, span));
        let creates = *asks == Asks::Operation(Operation::CreateKey);
        match name {
            "KeySpec" | "CustomerMasterKeySpec" if creates => drop(self.one_of::<KeySpec>(found)),
            "KeyUsage" => drop(self.one_of::<KeyUsage>(found)),
            "Origin" => drop(self.one_of::<KeyOrigin>(found)),
            "AliasName" => drop(self.check_alias_name(value, span)),
            "ReplicaRegion" | "PrimaryRegion" => drop(self.region(found)),
            "ValidTo" if kmsim_policy::instant::Instant::parse(value).is_none() => {
                let message = format!("`{}` is not a point in time", excerpt(value));
                self.error("time", span, message);
            }
            _ => {}
        }
    }

    fn texts(&mut self, node: &Node<'_>, name: &str) -> Vec<Box<str>> {
        let mut texts = Vec::with_capacity(node.as_list().len());
        for item in node.as_list() {
            texts.extend(self.scalar(item, name));
        }
        texts
    }

    /// A new key has no policy while its tags are authorized; delegating to IAM leaves the
    /// decision to identity-based policies.
    fn new_key_policy(
        &mut self,
        call: &Call,
    ) -> Option<std::sync::Arc<crate::layers::AttachedPolicy>> {
        let makes = [Operation::CreateKey, Operation::ReplicateKey]
            .map(Asks::Operation)
            .contains(&call.asks);
        let account = call.caller.account().filter(|_| makes)?;
        let region = call.region.as_ref().map_or("", |region| region.as_str());
        let partition = kmsim_types::Partition::of_region(region);
        let text = default_key_policy(partition.name(), account.as_str());
        self.built_in("policy of a new key", &text, PolicyKind::KeyPolicy)
    }
}

/// What a half of `ReEncrypt` takes.
const HALF_PARAMETERS: &[&str] = &[
    "KeyId",
    "EncryptionContext",
    "GrantTokens",
    "EncryptionAlgorithm",
];

/// An action of one KMS action, for tests that name actions.
impl From<KmsAction> for Asks {
    fn from(action: KmsAction) -> Self {
        Operation::from_name(action.short()).map_or(Self::Kms(action), Self::Operation)
    }
}

impl Asks {
    /// The name of the operation or action.
    pub fn name(&self) -> &str {
        match self {
            Self::Operation(operation) => operation.name(),
            Self::Kms(action) => action.name(),
            Self::Other(action) => Action::name(action),
        }
    }
}
