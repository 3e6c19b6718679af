//! The procedure: from the layers around a check to its decision.
//!
//! Sources: IAM User Guide, "Policy evaluation logic" and "Cross-account policy evaluation
//! logic"; KMS Developer Guide, "Key policies", "Troubleshooting key access", "Allowing users in
//! other accounts to use a KMS key"; Organizations User Guide, "SCP evaluation" and "RCPs".
//!
//! 1. An explicit deny in any layer that has a say denies.
//! 2. Every ceiling (SCPs level by level, VPC endpoint policy) must allow.
//! 3. Then one source must allow: the key policy itself, the key policy by delegation together
//!    with the identity side, or a grant; from another account both sides.

use crate::decision::{Decision, Reason, Verdict};
use crate::layers::Layers;
use crate::principal::Principal;
use crate::request::Request;
use crate::statement::Named;
use crate::trace::{Layer, PrincipalMatch, Recorder, Silent, Trace};
use crate::truth::Truth;

mod blockers;
mod combine;
mod evaluate;

pub use blockers::blockers;
use evaluate::Evaluator;

/// Decides a check.
pub fn decide(layers: &Layers<'_>, request: &Request) -> Decision {
    decide_with(layers, request, &mut Silent)
}

/// Decides a check and records how.
pub fn decide_traced(layers: &Layers<'_>, request: &Request) -> (Decision, Trace) {
    let mut trace = Trace::default();
    let decision = decide_with(layers, request, &mut trace);
    (decision, trace)
}

/// Decides a check, telling `recorder` how.
pub fn decide_with<R: Recorder>(
    layers: &Layers<'_>,
    request: &Request,
    recorder: &mut R,
) -> Decision {
    let mut evaluator = Evaluator::new(layers, request, recorder);
    let outcome = evaluator.layers();
    let decided = outcome.map(|sides| {
        let grants = evaluator.grants(&sides);
        combine::combine(request, layers, &sides, grants, evaluator.denied)
    });
    match (evaluator.denied_by, decided) {
        (Some(layer), _) => Decision {
            verdict: Verdict::ExplicitDeny,
            reason: Reason::Denied(layer),
        },
        (None, Some(decision)) => decision,
        // Unreachable: without a deny every layer was evaluated. Denying is the safe answer.
        (None, None) => Decision {
            verdict: Verdict::ImplicitDeny,
            reason: Reason::NotAllowed(Layer::Identity),
        },
    }
}

/// What the layers say, before they are combined. Kept in a [`Trace`] for [`blockers`].
#[derive(Clone, Copy, Debug)]
pub struct Sides {
    /// Every SCP level allows.
    service_control: Truth,
    /// The VPC endpoint policy allows.
    vpc_endpoint: Truth,
    /// How the resource's policies allow.
    resource: ResourceSide,
    /// The identity-based policies allow.
    identity: Truth,
    /// The permissions boundary allows, or there is none.
    permissions_boundary: Truth,
    /// The session policies allow, or none are needed.
    session: Truth,
}

impl Sides {
    /// Boundary and session policy allow.
    fn within(&self) -> Truth {
        self.permissions_boundary & self.session
    }

    /// The caller's own side allows: everything for a root user, else identity-based policies
    /// within boundary and session policy.
    fn identity_side(&self, request: &Request) -> Truth {
        match request.principal {
            Principal::Root(_) => Truth::Yes,
            Principal::Service(_) | Principal::Federated(_) | Principal::Anonymous => Truth::No,
            Principal::User(_) | Principal::RoleSession(_) | Principal::FederatedUser { .. } => {
                self.identity & self.within()
            }
        }
    }
}

/// How the policies of a resource allow, by how they name the caller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResourceSide {
    everyone: Truth,
    direct: Truth,
    base: Truth,
    account: Truth,
}

impl ResourceSide {
    const NOTHING: Self = Self {
        everyone: Truth::No,
        direct: Truth::No,
        base: Truth::No,
        account: Truth::No,
    };

    /// Takes up a statement that allows. One that may name the caller in a stronger way than is
    /// certain may do so together with everyone, which needs nothing besides.
    fn add(&mut self, named: Named, applies: Truth) {
        let way = match named.certain {
            PrincipalMatch::Account => &mut self.account,
            PrincipalMatch::Base => &mut self.base,
            PrincipalMatch::Direct => &mut self.direct,
            PrincipalMatch::Everyone | PrincipalMatch::No => &mut self.everyone,
        };
        *way = *way | applies;
        if named.open {
            self.everyone = self.everyone | applies.at_most_unknown();
        }
    }

    fn in_any_way(&self) -> Truth {
        self.everyone | self.direct | self.base | self.account
    }
}
