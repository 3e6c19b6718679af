//! The shapes of answers for output: the JSON contract of all front ends (docs/json.md).

use kmsim_authz::explain::{Assumption, LocationView, location};
use kmsim_authz::world::{Gap, Key, World};
use kmsim_policy::source::Sources;
use kmsim_policy::syntax::Condition;
use serde::Serialize;

use crate::answer::Answer;
use crate::only_if::{OnlyIf, Requirement};
use crate::subject::Subject;

/// Version of the JSON shapes. It changes when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;

/// Answers, for output.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswersView {
    /// [`VERSION`]
    pub version: u32,
    /// The key that was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The aliases of that key.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The principal that was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// The actions that were asked about.
    pub actions: Vec<&'static str>,
    /// Whatever is allowed, or allowed under conditions.
    pub answers: Vec<AnswerView>,
    /// Whom the key's policies and grants name and the world does not have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_principals: Vec<String>,
    /// What was taken for granted where AWS's documentation is silent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assumptions: Vec<Assumption>,
    /// What the world lacks for a full answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
}

/// An answer, for output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerView {
    /// Who: an ARN, a service principal, an account id, or `*`.
    pub principal: String,
    /// What that is: `user`, `role`, `root`, `session`, `service`, `anyOfAccount` …
    pub kind: &'static str,
    /// The account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// What.
    pub action: &'static str,
    /// On which key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// `allowed` or `depends`
    pub answer: &'static str,
    /// Why, as a stable word.
    pub reason: &'static str,
    /// The statements and grants that allow.
    pub because: Vec<EvidenceView>,
    /// For `depends`: on what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only_if: Option<OnlyIfView>,
    /// Whether identity-based policies that the world does not have must allow it too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub needs_iam_allow: bool,
    /// The principal for people.
    #[serde(skip)]
    pub label: String,
}

/// A statement or grant, for output.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct EvidenceView {
    /// How tests name it.
    pub reference: String,
    /// Where it stands.
    pub location: LocationView,
}

/// Conditions, for output.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OnlyIfView {
    /// The conditions in words.
    pub text: String,
    /// Whether `alternatives` are exactly the ways to be allowed. If not, there is one with all that
    /// may play a part.
    pub exact: bool,
    /// The ways; all requirements of one must be met.
    pub alternatives: Vec<Vec<RequirementView>>,
}

/// A requirement, for output.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequirementView {
    /// How tests name the statement or grant.
    pub reference: String,
    /// `Allow` or `Deny`
    pub effect: &'static str,
    /// What must be so for the `Allow` to apply, or for the `Deny` not to.
    pub text: String,
    /// Its conditions that are open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<ConditionView>,
    /// Where it stands.
    pub location: LocationView,
}

/// A condition as it stands in a policy, for output.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct ConditionView {
    /// The operator.
    pub operator: String,
    /// The key.
    pub key: String,
    /// The values.
    pub values: Vec<String>,
}

impl AnswersView {
    /// A view without answers.
    pub fn new(world: &World, actions: Vec<&'static str>) -> Self {
        Self {
            version: VERSION,
            actions,
            gaps: world.contents().gaps.clone(),
            ..Self::default()
        }
    }

    /// Names the key that was asked about.
    pub fn about_key(&mut self, key: &Key) {
        self.key = Some(key.arn.to_string());
        self.aliases = key.aliases.iter().map(ToString::to_string).collect();
    }

    /// Adds an answer.
    pub fn push(&mut self, answer: &Answer, key: Option<&Key>, sources: &Sources<'_>) {
        for assumption in &answer.assumptions {
            if !self.assumptions.contains(assumption) {
                self.assumptions.push(assumption.clone());
            }
        }
        self.answers.push(AnswerView::of(answer, key, sources));
    }
}

impl AnswerView {
    /// An answer with the places of its reasons.
    pub fn of(answer: &Answer, key: Option<&Key>, sources: &Sources<'_>) -> Self {
        let because = answer.because.iter().map(|evidence| EvidenceView {
            reference: evidence.reference.clone(),
            location: location(sources, evidence.span),
        });
        let label = answer.subject.to_string();
        let label = match (&answer.subject, answer.needs_iam_allow) {
            (Subject::Anyone { .. }, true) => format!("{label}, with an IAM allow there"),
            (_, true) => format!("{label} with an IAM allow"),
            (_, false) => label,
        };
        Self {
            principal: answer.subject.id(),
            kind: answer.subject.kind(),
            account: answer.subject.account().map(|account| account.to_string()),
            action: answer.action.name(),
            key: key.map(|key| key.arn.to_string()),
            answer: answer.decision.verdict.name(),
            reason: answer.decision.reason.name(),
            because: because.collect(),
            only_if: answer
                .only_if
                .as_ref()
                .map(|only_if| OnlyIfView::of(only_if, sources)),
            needs_iam_allow: answer.needs_iam_allow,
            label,
        }
    }
}

impl OnlyIfView {
    fn of(only_if: &OnlyIf, sources: &Sources<'_>) -> Self {
        let view = |requirement: &Requirement| RequirementView::of(requirement, sources);
        let alternatives = only_if.alternatives.iter();
        Self {
            text: only_if.text(),
            exact: only_if.is_exact,
            alternatives: alternatives
                .map(|all| all.iter().map(view).collect())
                .collect(),
        }
    }
}

impl RequirementView {
    fn of(requirement: &Requirement, sources: &Sources<'_>) -> Self {
        let view = |condition: &Condition| ConditionView {
            operator: condition.operator.value.to_string(),
            key: condition.key.value.to_string(),
            values: condition
                .operands
                .iter()
                .map(|operand| operand.value.text().to_owned())
                .collect(),
        };
        Self {
            reference: requirement.reference.clone(),
            effect: requirement.effect.name(),
            text: requirement.text.clone(),
            conditions: requirement.conditions.iter().map(view).collect(),
            location: location(sources, requirement.span),
        }
    }
}
