//! The shapes of an explanation: the JSON contract of all front ends (docs/json.md).

use std::fmt;

use serde::Serialize;

use super::Assumption;

/// Why a check came out as it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// [`super::VERSION`]
    pub version: u32,
    /// `allowed`, `implicitDeny`, `explicitDeny` or `depends`
    pub decision: &'static str,
    /// What decided, as a stable word.
    pub reason: &'static str,
    /// What decided, in one sentence.
    pub summary: String,
    /// What AWS would say to the caller, where AWS has a text for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aws_message: Option<String>,
    /// The request as it was evaluated, derived context keys included.
    pub request: RequestView,
    /// The layers that stand in the way. If it is one, changing that one alone would be enough.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blocked_by: Vec<&'static str>,
    /// The statements and grants that decided, by their references.
    pub because: Vec<String>,
    /// The layers, in a fixed order.
    pub layers: Vec<LayerView>,
    /// Condition keys that the request lacks and that statements ask for which would apply
    /// otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_context: Vec<String>,
    /// For a decision that depends: the conditions that would settle it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub residual: Vec<Residual>,
    /// What was taken for granted where AWS's documentation is silent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assumptions: Vec<Assumption>,
}

/// A request, for output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestView {
    /// The caller.
    pub principal: String,
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The account that owns the resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_account: Option<String>,
    /// The condition keys, in the order of their names.
    pub context: std::collections::BTreeMap<String, serde_json::Value>,
}

/// A layer, for output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerView {
    /// `key-policy`, `identity`, `scp` …
    pub layer: &'static str,
    /// The layer's name for people.
    pub title: &'static str,
    /// `allow`, `implicitDeny`, `explicitDeny`, `depends` or `notApplicable`
    pub verdict: &'static str,
    /// What the verdict means here, in a few words.
    pub note: String,
    /// The statements of the layer's policies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<StatementView>,
    /// The grants.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<GrantView>,
}

/// A statement, for output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementView {
    /// How tests name it: `identity:orders-kms#UseOrdersKey`.
    pub reference: String,
    /// `Allow`, `Deny` or `unknown`
    pub effect: &'static str,
    /// Whether it applies: `yes`, `no` or `unknown`.
    pub applies: &'static str,
    /// How its principal names the caller: `no`, `account`, `base` (the caller's role, or the user
    /// behind a federated session), `direct`, `everyone`, or `unknown`; absent where it has no
    /// principal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<&'static str>,
    /// Whether its action covers the request's, or may do so.
    pub action: bool,
    /// Whether its resource covers the request's.
    pub resource: &'static str,
    /// Its conditions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<ConditionView>,
    /// What of it is not known, as far as that leaves open whether it applies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<UnknownView>,
    /// Level of the organization, for SCPs and RCPs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Where it stands.
    pub location: LocationView,
    /// The text of the elements that do not match, shortened, for people.
    #[serde(skip)]
    pub mismatch: Vec<String>,
}

/// A condition, for output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConditionView {
    /// The operator.
    pub operator: String,
    /// The key.
    pub key: String,
    /// The values of the policy.
    pub expected: Vec<String>,
    /// Why further values of the policy are not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// The values of the request; absent if it has none or they are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual: Option<Vec<String>>,
    /// `yes`, `no` or `unknown`
    pub holds: &'static str,
    /// `value`, `absent`, `unknown`, `severalValues` or `hidden`
    pub found: &'static str,
}

/// Something of a policy that is not known, for output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnknownView {
    /// The element it belongs to: `Effect`, `NotAction`, `Condition`; `Statement` or `Policy` where
    /// nothing of that is known.
    pub element: &'static str,
    /// Why it is not known, as the policy says.
    pub why: String,
    /// Both in words: "its Principal is not known (…)".
    pub text: String,
    /// Where it stands.
    pub location: LocationView,
}

/// A grant, for output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GrantView {
    /// How tests name it: `grant:0c23…`.
    pub reference: String,
    /// Whether it covers the request: `yes`, `no` or `unknown`.
    pub covers: &'static str,
    /// Why, in a few words.
    pub note: String,
    /// What of it is not known, as far as that leaves open whether it covers the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<UnknownView>,
    /// Where it stands.
    pub location: LocationView,
}

/// A place, for output.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LocationView {
    /// The file.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The place of the JSON string that holds the policy, if it stands in one; line and column
    /// are then those of the string's content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<Box<Self>>,
}

/// `file:line:column`.
impl fmt::Display for LocationView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.within {
            None => write!(f, "{}:{}:{}", self.file, self.line, self.column),
            Some(outer) => {
                let (line, column) = (self.line, self.column);
                write!(f, "{outer} (line {line}, column {column} of the string)")
            }
        }
    }
}

/// What would settle a decision that depends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Residual {
    /// The statement or grant.
    pub reference: String,
    /// `Allow`, `Deny` or `unknown`
    pub effect: &'static str,
    /// The conditions that are not settled; all of them must hold for the statement to apply.
    pub conditions: Vec<ConditionView>,
    /// What of the statement is not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<UnknownView>,
    /// The same in words.
    pub text: String,
}
