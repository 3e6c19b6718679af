//! What is proposed: the JSON contract of all front ends (docs/fixes.md, docs/json.md).

use kmsim_authz::explain::{LocationView, Residual};
use serde::Serialize;
use serde_json::Value;

/// Version of the JSON shape. It changes when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;

/// What can be done about a decision.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Remedies {
    /// [`VERSION`]
    pub version: u32,
    /// The decision that this is about: `allowed`, `implicitDeny`, `explicitDeny`, `depends`, or
    /// `unresolved` for a call that names no key of the world.
    pub decision: &'static str,
    /// Changes of policies and grants that make it allowed, the one that opens least first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<Fix>,
    /// Whether all change sets within the documented bounds were looked at.
    pub complete: bool,
    /// What to do where changing policies does not help, or instead of changing them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instead: Vec<Advice>,
    /// For a decision that depends: what would have to be known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<Residual>,
    /// For an allowed request: the statements and grants that carry it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub carriers: Vec<Carrier>,
    /// For an allowed request: the smallest sets of carriers without which it is denied.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pillars: Vec<Vec<String>>,
}

/// A set of changes, one for each document, after which the request is allowed: decided, not
/// guessed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fix {
    /// What is to be done, in one sentence.
    pub summary: String,
    /// The changes.
    pub changes: Vec<Change>,
    /// What else of the control requests becomes allowed. Empty: nothing that was tried.
    pub opens: Vec<String>,
    /// What to think of before it is done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A change of one document, or a grant to be made.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The account in which it is made. For SCPs and RCPs: the organization's management account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The document.
    pub document: Document,
    /// What is done to it, in order.
    pub edits: Vec<Edit>,
    /// The whole document afterwards; for a grant the parameters of `CreateGrant`.
    pub result: Value,
    /// The same as a unified diff of the document's text; empty for a grant.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub diff: String,
    /// The file to which the diff can be applied. A document that stands in a string, or on one line, has
    /// none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// The document of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// The layer: `key-policy`, `identity`, `permissions-boundary`, `session`, `scp`, `rcp`,
    /// `vpc-endpoint`, `grant` …
    pub kind: &'static str,
    /// The policy's name, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it belongs to: the ARN of a key, role or user, `group NAME`, the ARN of a managed
    /// policy, the level of the organization, the id of an endpoint.
    pub owner: String,
    /// Whether it does not exist yet.
    pub is_new: bool,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationView>,
}

/// One step of a change.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Edit {
    /// What is done.
    pub kind: EditKind,
    /// The same in words.
    pub summary: String,
    /// The element that is changed: `Action`, `Principal`, `Condition` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub element: Option<&'static str>,
    /// The statement as it is afterwards, ready to paste; for a grant its parameters.
    pub statement: Value,
}

/// What is done to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum EditKind {
    /// An element of a statement gets one more value.
    WidenElement,
    /// A statement is added.
    AddStatement,
    /// A grant is made.
    AddGrant,
    /// A statement that denies gets an exception.
    ExceptDeny,
}

/// What to do instead of changing policies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Advice {
    /// A stable word.
    pub code: &'static str,
    /// What to do.
    pub text: String,
    /// For a call that should name its key in another way: the `KeyId` and the Region to call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyToName>,
}

/// How a call should name its key, and what then comes out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyToName {
    /// `KeyId`: the key's ARN.
    pub key_id: String,
    /// The Region to call.
    pub region: String,
    /// The decision on the call when it is made so.
    pub decision: &'static str,
}

/// A statement or grant by which a request is allowed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Carrier {
    /// How explanations name it.
    pub reference: String,
    /// The account of its document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Its document.
    pub document: Document,
    /// The decision without it.
    pub without: &'static str,
    /// What else the caller may not do without it: other actions on the same resource.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub takes: Vec<String>,
}
