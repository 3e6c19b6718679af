//! What is linted: a policy, and what is known of the key that it guards.

use kmsim_authz::layers::{AttachedPolicy, Origin};
use kmsim_authz::world::{Key as WorldKey, World};
use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::fields::Fields;
use kmsim_policy::json::{Member, Node, Value};
use kmsim_policy::parse::parse_node;
use kmsim_policy::syntax::{Policy, PolicyKind};
use kmsim_policy::unknown;
use kmsim_types::{AccountId, Arn, KeyManager, KeyOrigin, KeySpec, KeyUsage, Region};

/// A policy to lint.
#[derive(Debug)]
pub struct Subject<'a> {
    /// Where the policy is attached.
    pub kind: PolicyKind,
    /// The document as it was read; nothing if it could not be read.
    pub node: Option<&'a Node<'a>>,
    /// The text that the places of `node` are in. Without it no change of more than one name is offered.
    pub text: Option<&'a str>,
    /// The parsed policy; nothing if it has no meaning. It is held as it is attached, so that the
    /// authorizer can be asked about it.
    pub policy: Option<AttachedPolicy>,
    /// What the parser found.
    pub diagnostics: Vec<Diagnostic>,
    /// What is known of the key. For a policy of another kind than a key policy: of the account that
    /// the policy belongs to.
    pub key: Key,
    /// Whether the document is a part of a policy, as notes quote them: then it proves nothing that
    /// something is missing.
    pub excerpt: bool,
    /// The accounts, organization and keys around the policy, if they are known.
    pub world: Option<&'a World>,
}

impl<'a> Subject<'a> {
    /// A policy that was read as JSON or YAML already. `diagnostics` are the reader's. Statements without
    /// a document around them are an error; they are linted all the same.
    pub fn new(node: &'a Node<'a>, kind: PolicyKind, mut diagnostics: Vec<Diagnostic>) -> Self {
        if !is_part(node) {
            let policy = parse_node(node, kind, &mut diagnostics);
            return Self::of(node, kind, policy, diagnostics);
        }
        let mut own = Vec::new();
        parse_node(node, kind, &mut own);
        own.retain(|found| WITHOUT_DOCUMENT.contains(&found.code));
        let mut part = Self::part(node, kind, diagnostics);
        part.diagnostics.splice(0..0, own);
        part
    }

    /// A statement, or a list of them, as notes quote them.
    pub fn part(node: &'a Node<'a>, kind: PolicyKind, mut diagnostics: Vec<Diagnostic>) -> Self {
        let document = document_of(node);
        let policy = parse_node(&document, kind, &mut diagnostics);
        Self {
            excerpt: true,
            ..Self::of(node, kind, policy, diagnostics)
        }
    }

    fn of(
        node: &'a Node<'a>,
        kind: PolicyKind,
        policy: Option<Policy>,
        mut diagnostics: Vec<Diagnostic>,
    ) -> Self {
        // What is not known yet will be when the policy is given to AWS.
        diagnostics.retain(|found| found.code != unknown::CODE);
        let error =
            |found: &Diagnostic| found.severity == kmsim_policy::diagnostic::Severity::Error;
        let readable = !diagnostics.iter().any(error);
        let attached = |policy| AttachedPolicy {
            name: None,
            policy,
            origin: Origin::Inline,
        };
        Self {
            kind,
            node: Some(node),
            text: None,
            policy: policy.filter(|_| readable).map(attached),
            diagnostics,
            key: Key::default(),
            excerpt: false,
            world: None,
        }
    }

    /// A text that could not be read.
    pub fn unreadable(kind: PolicyKind, diagnostics: Vec<Diagnostic>) -> Self {
        Self {
            kind,
            node: None,
            text: None,
            policy: None,
            diagnostics,
            key: Key::default(),
            excerpt: false,
            world: None,
        }
    }

    /// The key policies of a world, each with what the world knows of its key. Policies that the world
    /// does not state are left out, as are those of AWS managed keys, which nobody can change.
    pub fn keys_of(world: &'a World) -> impl Iterator<Item = Self> {
        let stated = |key: &&WorldKey| !key.is_policy_assumed && !key.is_aws_managed();
        let subject = |key: &WorldKey| Self {
            kind: PolicyKind::KeyPolicy,
            node: None,
            text: None,
            policy: Some((*key.policy).clone()),
            diagnostics: Vec::new(),
            key: Key::from(key),
            excerpt: false,
            world: Some(world),
        };
        world.contents().keys.iter().filter(stated).map(subject)
    }

    /// Adds the text that the policy was read from.
    #[must_use]
    pub fn with_text(mut self, text: &'a str) -> Self {
        self.text = Some(text);
        self
    }

    /// Adds what is known of the key.
    #[must_use]
    pub fn with_key(mut self, key: Key) -> Self {
        self.key = key;
        self
    }

    /// Adds the world around the policy.
    #[must_use]
    pub fn with_world(mut self, world: &'a World) -> Self {
        self.world = Some(world);
        self
    }
}

/// Codes of the parser for statements without a document.
const WITHOUT_DOCUMENT: [&str; 2] = ["bare-statement", "not-a-policy"];

/// The elements of statements without which there is none.
pub(crate) const ELEMENTS: [&str; 7] = [
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
];

/// Whether a document is a statement, or a list of them, rather than a policy.
pub(crate) fn is_part(node: &Node<'_>) -> bool {
    let is_statement = |node: &Node<'_>| {
        let count = ELEMENTS.iter().filter(|name| node.member(name).is_some());
        count.count() > 1 && node.member("Statement").is_none()
    };
    match &node.value {
        Value::Object(_) => is_statement(node),
        Value::Array(items) => !items.is_empty() && items.iter().all(is_statement),
        _ => false,
    }
}

/// The document that statements would stand in.
fn document_of<'a>(node: &Node<'a>) -> Node<'a> {
    let place = node.span.before();
    let member = |key: &'static str, value: Node<'a>| Member {
        key: key.into(),
        key_span: place,
        value,
    };
    let version = Node {
        value: Value::String("2012-10-17".into()),
        span: place,
    };
    let members = vec![
        member("Version", version),
        member("Statement", node.clone()),
    ];
    Node {
        value: Value::Object(members),
        span: node.span,
    }
}

/// What is known of a key. Everything may be unknown; rules that need what is unknown stay silent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// The key's ARN.
    pub arn: Option<Arn>,
    /// The key's spec.
    pub spec: Option<KeySpec>,
    /// The key's usage.
    pub usage: Option<KeyUsage>,
    /// Whether the key is a multi-Region key.
    pub multi_region: Option<bool>,
    /// Where the key's material comes from.
    pub origin: Option<KeyOrigin>,
    /// The account that owns the key, if it is known without the ARN.
    pub account: Option<AccountId>,
    /// Whether AWS or the customer manages the key.
    pub manager: Option<KeyManager>,
    /// The key's Region, if it is known without the ARN.
    pub region: Option<Region>,
}

impl Key {
    /// The account that owns the key.
    pub fn owner(&self) -> Option<AccountId> {
        self.account
            .or_else(|| self.arn.as_ref().and_then(Arn::account_id))
    }

    /// The Region that the key lies in.
    pub fn home(&self) -> Option<&str> {
        let of_arn = || self.arn.as_ref().map(Arn::region);
        (self.region.as_ref().map(Region::as_str).or_else(of_arn))
            .filter(|region| !region.is_empty())
    }

    /// Whether the key is a multi-Region key, which its id tells too.
    pub fn is_multi_region(&self) -> Option<bool> {
        let of_arn = || {
            let arn = self.arn.as_ref()?;
            Some(arn.resource().starts_with("key/mrk-"))
        };
        self.multi_region.or_else(of_arn)
    }

    /// The key's usage; that of its spec if the spec has one only.
    pub fn use_of_it(&self) -> Option<KeyUsage> {
        self.usage.or_else(|| match self.spec?.usages() {
            [one] => Some(*one),
            _ => None,
        })
    }

    /// Reads the facts as batches write them: `{"arn", "spec", "usage", "multiRegion", "origin",
    /// "account", "region"}`, each of them optional.
    pub fn read(node: &Node<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        let fields = Fields::of(node, "a key", diagnostics)?;
        let key = Self {
            arn: value(&fields, "arn", diagnostics),
            spec: value(&fields, "spec", diagnostics),
            usage: value(&fields, "usage", diagnostics),
            multi_region: fields.boolean("multiRegion", diagnostics),
            origin: value(&fields, "origin", diagnostics),
            account: value(&fields, "account", diagnostics),
            manager: value(&fields, "manager", diagnostics),
            region: value(&fields, "region", diagnostics),
        };
        fields.finish(diagnostics);
        Some(key)
    }
}

impl From<&WorldKey> for Key {
    fn from(key: &WorldKey) -> Self {
        Self {
            arn: Some(key.arn.clone()),
            spec: Some(key.spec),
            usage: Some(key.usage),
            multi_region: Some(key.id().starts_with("mrk-")),
            origin: Some(key.origin),
            account: Some(key.account),
            manager: Some(key.manager),
            region: Some(key.region.clone()),
        }
    }
}

/// A field whose text is a value of a closed type.
fn value<T: std::str::FromStr<Err: std::fmt::Display>>(
    fields: &Fields<'_, '_>,
    name: &'static str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<T> {
    let (text, span) = fields.string(name, diagnostics)?;
    match text.parse() {
        Ok(value) => Some(value),
        Err(error) => {
            let message = format!("`{name}` of the key: {}", excerpt(&error.to_string()));
            diagnostics.push(Diagnostic::error("key-facts", span, message));
            None
        }
    }
}
