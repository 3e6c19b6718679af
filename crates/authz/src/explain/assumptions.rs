//! What an answer takes for granted where AWS's documentation is silent.

use kmsim_policy::operand::Operand;
use kmsim_policy::source::Spanned;
use kmsim_policy::syntax::{Effect, PrincipalName, PrincipalPattern, Scope, Statement};
use kmsim_types::KmsAction;
use serde::Serialize;

use crate::grant::Grant;
use crate::layers::Layers;
use crate::principal::Principal;
use crate::request::Request;
use crate::statement::names;
use crate::trace::{Found, GrantOutcome, PrincipalMatch, StatementRecord, Trace};

/// A reading that played a part in an answer. All readings stand in `docs/assumptions.md`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Assumption {
    /// Its name in `docs/assumptions.md`.
    pub id: &'static str,
    /// What was assumed.
    pub text: String,
}

/// A reading of AWS's documentation that decisions rest on.
struct DecisionReading {
    id: &'static str,
    text: &'static str,
    /// Whether it played a part.
    played: fn(&Case<'_>) -> bool,
}

const READINGS: &[DecisionReading] = &[
    DecisionReading {
        id: "role-path",
        text: "the session is of the role that a policy names, whatever its path: a session's ARN does not tell the path",
        played: |case| case.guesses_role_path(),
    },
    DecisionReading {
        id: "several-values",
        text: "an operator without ForAnyValue or ForAllValues matches no key that holds several values",
        played: |case| case.found(Found::SeveralValues),
    },
    DecisionReading {
        id: "unreadable-values",
        text: "a value that its operator cannot read is neither equal nor unequal to anything",
        played: |case| case.meets_unreadable_value(),
    },
    DecisionReading {
        id: "not-principal",
        text: "a Deny with NotPrincipal spares only a caller that is listed itself, not one whose account or role is",
        played: |case| case.turns_on_not_principal(),
    },
    DecisionReading {
        id: "grant-limits",
        text: "a grant to a role is limited by permissions boundary and session policy, as a key policy statement that names the role is",
        played: |case| case.limits_grants(),
    },
    DecisionReading {
        id: "account-grantees",
        text: "a grant to an account lets those of its principals use the key whom their identity-based policies allow it",
        played: |case| case.any_grant(|grant, outcome| is_account(grant) && concerns(outcome)),
    },
    DecisionReading {
        id: "child-grant-operations",
        text: "the grant to be made lists no operation that its parent lacks, since the request does not tell (kms:GrantOperations)",
        played: |case| case.guesses_child_operations(),
    },
    DecisionReading {
        id: "child-source-arn",
        text: "a grant made by right of a grant with SourceArn must keep that SourceArn",
        played: |case| {
            case.is(KmsAction::CreateGrant)
                && case.any_grant(|grant, outcome| grant.source_arn.is_some() && concerns(outcome))
        },
    },
    DecisionReading {
        id: "retire-grant",
        text: "the accounts that issued the grant and that own the key may let their principals retire it; a Deny in the key policy counts",
        played: |case| case.is(KmsAction::RetireGrant),
    },
    DecisionReading {
        id: "ram-key-policy",
        text: "the key policy that AWS RAM manages counts beside the key policy: either may allow, either may deny",
        played: |case| case.layers.resource_share.is_some(),
    },
    DecisionReading {
        id: "unlisted-action",
        text: "the action is one on keys that does not work across accounts; it is not in the list of KMS actions of 2026-11",
        played: |case| case.request.action.is_of_kms() && case.request.action.kms().is_none(),
    },
];

/// The readings that played a part in a decision.
pub fn collect(layers: &Layers<'_>, request: &Request, trace: &Trace) -> Vec<Assumption> {
    let case = Case {
        layers,
        request,
        trace,
    };
    let played = READINGS.iter().filter(|reading| (reading.played)(&case));
    played
        .map(|reading| Assumption {
            id: reading.id,
            text: reading.text.to_owned(),
        })
        .collect()
}

struct Case<'c> {
    layers: &'c Layers<'c>,
    request: &'c Request,
    trace: &'c Trace,
}

impl Case<'_> {
    fn is(&self, action: KmsAction) -> bool {
        self.request.action.kms() == Some(action)
    }

    fn found(&self, found: Found) -> bool {
        self.trace
            .conditions
            .iter()
            .any(|record| record.found == found)
    }

    fn any_grant(&self, matches: impl Fn(&Grant, GrantOutcome) -> bool) -> bool {
        self.trace.grants.iter().any(|(index, outcome)| {
            let grant = self.layers.grants.get(*index as usize);
            grant.is_some_and(|grant| matches(grant, *outcome))
        })
    }

    fn guesses_role_path(&self) -> bool {
        let unknown_path = matches!(
            &self.request.principal,
            Principal::RoleSession(session) if session.role.is_none()
        );
        let named = |record: &StatementRecord| record.principal == PrincipalMatch::Base;
        unknown_path && self.trace.statements.iter().any(named)
    }

    /// The conditions of statements that are about the action, with the value of the request.
    fn meets_unreadable_value(&self) -> bool {
        let statements = self.trace.statements.iter();
        let relevant = statements.filter(|record| !record.action.is_no());
        relevant
            .filter_map(|record| Some((record, self.statement(record)?)))
            .any(|(record, statement)| {
                let records = self
                    .trace
                    .conditions
                    .iter()
                    .skip(record.first_condition as usize);
                let pairs = statement.conditions.iter().zip(records);
                pairs.into_iter().any(|(condition, record)| {
                    let unreadable = |operand: &Spanned<Operand>| !operand.value.is_valid();
                    record.found == Found::Value && condition.operands.iter().any(unreadable)
                })
            })
    }

    fn turns_on_not_principal(&self) -> bool {
        self.trace.statements.iter().any(|record| {
            let scope = self
                .statement(record)
                .and_then(|statement| statement.principal.as_ref());
            let negated = scope.filter(|scope| scope.negated);
            let half_named = |scope: &Scope<PrincipalPattern>| {
                let matched = |item: &Spanned<PrincipalPattern>| names(self.request, &item.value);
                let strongest = scope.items.iter().map(matched).max();
                matches!(
                    strongest,
                    Some(PrincipalMatch::Account | PrincipalMatch::Base)
                )
            };
            let denies = record.effect != Effect::Allow && !record.action.is_no();
            denies && negated.is_some_and(half_named)
        })
    }

    fn limits_grants(&self) -> bool {
        let limits = self.layers.permissions_boundary.is_some() || self.layers.session.is_some();
        let to_role = |grant: &Grant| matches!(grant.grantee.names, PrincipalName::Role { .. });
        limits && self.any_grant(|grant, outcome| to_role(grant) && concerns(outcome))
    }

    fn guesses_child_operations(&self) -> bool {
        let told = self.request.context.says("kms:GrantOperations");
        let covers = |_: &Grant, outcome| outcome == GrantOutcome::Covers;
        self.is(KmsAction::CreateGrant) && !told && self.any_grant(covers)
    }

    fn statement(&self, record: &StatementRecord) -> Option<&Statement> {
        let policy = &self.layers.policy(record.policy)?.policy;
        policy.statements.get(record.statement as usize)
    }
}

fn is_account(grant: &Grant) -> bool {
    matches!(grant.grantee.names, PrincipalName::Account(_))
}

/// Whether a grant was looked at closely enough for its conditions to matter.
fn concerns(outcome: GrantOutcome) -> bool {
    !matches!(
        outcome,
        GrantOutcome::OtherGrantee | GrantOutcome::OtherKey | GrantOutcome::OtherOperation
    )
}

#[cfg(test)]
mod tests {
    use super::READINGS;

    #[test]
    fn every_reading_stands_in_the_documentation() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/assumptions.md");
        let text = std::fs::read_to_string(path).expect("docs/assumptions.md");
        for reading in READINGS {
            let id = reading.id;
            assert!(text.contains(&format!("| `{id}` |")), "{id}");
        }
    }
}
