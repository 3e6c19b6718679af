//! Reading the pieces that cases and worlds are made of: policies, grants, contexts.

use std::collections::HashMap;
use std::sync::Arc;

use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::fields::{Fields, string, wrong_type};
use kmsim_policy::json::{Node, Value};
use kmsim_policy::operand::Operand;
use kmsim_policy::operator::Test;
use kmsim_policy::parse;
use kmsim_policy::source::{Sources, Span};
use kmsim_policy::syntax::{PrincipalName, PrincipalPattern};
use kmsim_types::condition_key;
use kmsim_types::{AccountId, GrantOperation, GrantOperationSet, arn, service};

use crate::context::{ContextValue, RequestContext};
use crate::grant::{self, EncryptionContextConstraint, Grant};
use crate::world::World;

mod documents;
mod pieces;
mod tools;

pub use documents::decoded;
pub(crate) use documents::{kept, named};
pub use pieces::{Moment, Pairs};
pub use tools::{Part, Tools};

/// Gives the texts that `{"file": …}` names. The library does no IO itself.
pub trait Files {
    /// Reads `path`, which stands in the source called `from`. Gives the file's name and text, or
    /// what went wrong.
    fn read(&self, from: &str, path: &str) -> Result<(String, String), String>;

    /// The paths of the files below `path`, if it is a folder; else `path` itself.
    fn list(&self, from: &str, path: &str) -> Result<Vec<String>, String> {
        let _ = from;
        Ok(vec![path.to_owned()])
    }

    /// What reads the files of other tools that a world names. By default nothing does.
    fn tools(&self) -> Option<&dyn Tools> {
        None
    }
}

/// Files for texts that may not refer to any.
#[derive(Clone, Copy, Debug)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _: &str, _: &str) -> Result<(String, String), String> {
        Err("files cannot be read here".to_owned())
    }
}

/// What is being read, and what was found wrong with it.
pub struct Reader<'s, 'a, 'f> {
    /// The texts.
    pub sources: &'s mut Sources<'a>,
    /// Where `{"file": …}` is looked up.
    pub files: &'f dyn Files,
    /// The findings so far.
    pub diagnostics: Vec<Diagnostic>,
    /// How many files refer to the one that is being read.
    depth: usize,
    /// The worlds that were read from files, by the referring file and the path.
    pub(crate) worlds: HashMap<(String, String), Option<Arc<World>>>,
}

impl std::fmt::Debug for Reader<'_, '_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("diagnostics", &self.diagnostics)
            .finish_non_exhaustive()
    }
}

impl<'s, 'a, 'f> Reader<'s, 'a, 'f> {
    /// A reader that adds texts to `sources`.
    pub fn new(sources: &'s mut Sources<'a>, files: &'f dyn Files) -> Self {
        Self {
            sources,
            files,
            diagnostics: Vec::new(),
            depth: 0,
            worlds: HashMap::new(),
        }
    }

    /// Reports an error.
    pub fn error(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.diagnostics
            .push(Diagnostic::error(code, span, message));
    }

    /// The name and text of a file that a source refers to.
    pub fn file(&mut self, path: &str, span: Span) -> Option<(String, String)> {
        let from = self.sources.name(span.source).to_owned();
        match self.files.read(&from, path) {
            Ok(found) => Some(found),
            Err(why) => {
                self.error(
                    "file",
                    span,
                    format!("cannot read `{}`: {why}", excerpt(path)),
                );
                None
            }
        }
    }

    /// A request context: key names with a string, number, boolean, list of strings, `null` for a
    /// key that is absent, or the marker of a value that is not known.
    pub fn context(&mut self, node: &Node<'_>) -> RequestContext {
        let mut context = RequestContext::new();
        let Some(members) = node.as_object() else {
            self.diagnostics
                .push(wrong_type(node, "context", "an object of condition keys"));
            return context;
        };
        for member in members {
            if context.says(&member.key) {
                let message = format!(
                    "the key `{}` stands twice; names are the same in any case",
                    excerpt(&member.key)
                );
                self.error("duplicate-key", member.key_span, message);
            }
            if member.value.unknown().is_some() {
                context.set_unknown(&member.key);
                continue;
            }
            match self.context_value(&member.value, &member.key) {
                Some(value) => context.set(&member.key, value),
                None => context.set_absent(&member.key),
            }
        }
        context
    }

    fn context_value(&mut self, node: &Node<'_>, key: &str) -> Option<ContextValue> {
        match &node.value {
            Value::Null => None,
            Value::Array(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    match scalar(item) {
                        Some(text) => values.push(text),
                        None => self.diagnostics.push(wrong_type(item, key, "strings")),
                    }
                }
                let single = condition_key::lookup(key).is_some_and(|info| !info.multi_valued);
                Some(match &values[..] {
                    // A key that AWS documents with one value has one, even if a list holds it.
                    [value] if single => ContextValue::from(*value),
                    _ => ContextValue::many(values),
                })
            }
            _ => {
                if let Some(text) = scalar(node) {
                    Some(ContextValue::from(text))
                } else {
                    self.diagnostics.push(wrong_type(
                        node,
                        key,
                        "a string, number, boolean or list of strings",
                    ));
                    None
                }
            }
        }
    }

    /// Keys that are declared unknown: a list of names, or `"all"`.
    pub fn unknown_keys(&mut self, node: &Node<'_>, context: &mut RequestContext) {
        if node.as_str() == Some("all") {
            context.set_rest_unknown();
            return;
        }
        for item in node.as_list() {
            let Some((key, span)) = string(item, "unknown", &mut self.diagnostics) else {
                continue;
            };
            if context.says(key) {
                let message = format!(
                    "`{}` is stated in the context and declared unknown",
                    excerpt(key)
                );
                self.error("unknown-and-stated", span, message);
            } else {
                context.set_unknown(key);
            }
        }
    }

    /// An account id.
    pub fn account(&mut self, text: &str, span: Span) -> Option<AccountId> {
        match AccountId::new(text) {
            Ok(account) => Some(account),
            Err(why) => {
                self.error("account-id", span, why.to_string());
                None
            }
        }
    }

    /// A grant in the shape of `ListGrants`.
    pub fn grant(&mut self, node: &Node<'_>) -> Option<Grant> {
        let fields = Fields::of(node, "a grant", &mut self.diagnostics)?;
        for unused in ["CreationDate", "GrantCreationDate"] {
            fields.get(unused);
        }
        let grantee = self.party(&fields, "GranteePrincipal", "GranteeServicePrincipal");
        let retiring = self.party(&fields, "RetiringPrincipal", "RetiringServicePrincipal");
        if grantee.is_none()
            && !fields.has("GranteePrincipal")
            && !fields.has("GranteeServicePrincipal")
        {
            fields.require("GranteePrincipal", &mut self.diagnostics);
        }
        let operations = self.operations(&fields);
        let constraints = fields.get("Constraints");
        let (encryption_context, source_arn) =
            constraints.map_or((None, None), |node| self.constraints(node));
        let issuing = fields.string("IssuingAccount", &mut self.diagnostics);
        let issuing_account = issuing.and_then(|(text, span)| self.issuing_account(text, span));
        let text = |found: Option<(&str, Span)>| found.map(|(text, _)| Box::from(text));
        let grant = Grant {
            key: text(fields.string("KeyId", &mut self.diagnostics)),
            id: text(fields.string("GrantId", &mut self.diagnostics)).unwrap_or_default(),
            name: text(fields.string("Name", &mut self.diagnostics)),
            grantee: grantee.unwrap_or_else(nobody),
            retiring,
            operations,
            encryption_context,
            source_arn,
            issuing_account,
            token: text(fields.string("GrantToken", &mut self.diagnostics)),
            pending: fields
                .boolean("Pending", &mut self.diagnostics)
                .unwrap_or(false),
            span: node.span,
        };
        fields.finish(&mut self.diagnostics);
        Some(grant)
    }

    fn party(
        &mut self,
        fields: &Fields<'_, '_>,
        principal: &'static str,
        service_field: &'static str,
    ) -> Option<PrincipalPattern> {
        let service_name = fields.string(service_field, &mut self.diagnostics);
        if let Some(why) = fields.get(principal).and_then(Node::unknown) {
            return Some(PrincipalPattern::unknown(None, why));
        }
        let named = fields.string(principal, &mut self.diagnostics);
        match (named, service_name) {
            (Some((_, span)), Some(_)) => {
                // ListGrants shows the service in both fields; CreateGrant takes one of them.
                let same = named.map(|(text, _)| text) == service_name.map(|(text, _)| text);
                if !same {
                    self.error(
                        "grant-party",
                        span,
                        format!("a grant has `{principal}` or `{service_field}`, not both"),
                    );
                }
                service_name.map(|(text, _)| grant::service(text))
            }
            (None, Some((text, _))) => Some(grant::service(text)),
            // ListGrants shows services in the field for principals.
            (Some((text, _)), None) if service::is_service_principal(text) => {
                Some(grant::service(text))
            }
            (Some((text, span)), None) => {
                let pattern = parse::aws_principal(text);
                if matches!(
                    pattern.names,
                    PrincipalName::Nobody | PrincipalName::Everyone
                ) {
                    let message =
                        format!("`{}` cannot be the `{principal}` of a grant", excerpt(text));
                    self.diagnostics.push(
                        Diagnostic::error("grant-party", span, message)
                            .help("expected the ARN of an account's root, a user, a role or a session, or a service principal"),
                    );
                }
                Some(pattern)
            }
            (None, None) => None,
        }
    }

    /// Operations of a grant.
    pub(crate) fn operations(&mut self, fields: &Fields<'_, '_>) -> GrantOperationSet {
        let mut operations = GrantOperationSet::EMPTY;
        fields.require("Operations", &mut self.diagnostics);
        for (name, span) in fields.strings("Operations", &mut self.diagnostics) {
            if let Some(operation) = GrantOperation::from_name(name) {
                operations.insert(operation);
                continue;
            }
            let message = format!("`{}` is not a grant operation", excerpt(name));
            let mut error = Diagnostic::error("grant-operation", span, message);
            let names = GrantOperation::ALL.iter().map(|operation| operation.name());
            if let Some(nearest) = kmsim_types::nearest(name.trim_start_matches("kms:"), names) {
                error = error.help(format!("did you mean `{nearest}`?"));
            }
            self.diagnostics.push(error);
        }
        operations
    }

    /// Constraints of a grant.
    pub(crate) fn constraints(
        &mut self,
        node: &Node<'_>,
    ) -> (Option<EncryptionContextConstraint>, Option<Operand>) {
        let Some(fields) = Fields::of(node, "grant constraints", &mut self.diagnostics) else {
            return (None, None);
        };
        let equals = fields.get("EncryptionContextEquals");
        let subset = fields.get("EncryptionContextSubset");
        if let (Some(_), Some(both)) = (equals, subset) {
            self.error(
                "grant-constraints",
                both.span,
                "a grant has one encryption context constraint, not both",
            );
        }
        let encryption_context = equals
            .map(|node| (true, node))
            .or(subset.map(|node| (false, node)));
        let encryption_context =
            encryption_context.map(|(equals, node)| EncryptionContextConstraint {
                equals,
                pairs: self.pairs(node),
            });
        // An empty constraint demands nothing of Subset and no context at all of Equals; KMS
        // shows grants without constraint as `{}` or leaves the field out.
        let encryption_context = encryption_context
            .filter(|constraint| constraint.equals || !constraint.pairs.is_empty());
        let source_arn = fields
            .string("SourceArn", &mut self.diagnostics)
            .map(|(text, span)| {
                if arn::split(text).is_none() {
                    self.error("arn", span, format!("`{}` is not an ARN", excerpt(text)));
                }
                Operand::new(Test::ArnLike, text, false)
            });
        fields.finish(&mut self.diagnostics);
        (encryption_context, source_arn)
    }

    /// Pairs of an encryption context.
    pub(crate) fn pairs(&mut self, node: &Node<'_>) -> Vec<(Box<str>, Box<str>)> {
        let Some(members) = node.as_object() else {
            self.diagnostics.push(wrong_type(
                node,
                "encryption context",
                "an object of strings",
            ));
            return Vec::new();
        };
        let mut pairs = Vec::with_capacity(members.len());
        for member in members {
            if let Some((value, _)) = string(&member.value, &member.key, &mut self.diagnostics) {
                pairs.push((Box::from(&*member.key), Box::from(value)));
            }
        }
        pairs
    }

    /// An account id, or the ARN of an account's root, as `ListGrants` shows it.
    fn issuing_account(&mut self, text: &str, span: Span) -> Option<AccountId> {
        let id = arn::split(text).map_or(text, |[_, _, _, _, account, _]| account);
        self.account(id, span)
    }
}

fn nobody() -> PrincipalPattern {
    PrincipalPattern {
        text: "".into(),
        names: PrincipalName::Nobody,
    }
}

/// The text of a string, number or boolean.
pub(crate) fn scalar<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    match &node.value {
        Value::String(text) | Value::Number(text) => Some(text),
        Value::Bool(true) => Some("true"),
        Value::Bool(false) => Some("false"),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
