//! Whether a statement applies to a request.

use kmsim_policy::syntax::{
    ActionPattern, Effect, Policy, PolicyKind, PrincipalName, PrincipalPattern, ResourcePattern,
    ResourceShape, Scope, Statement,
};
use kmsim_policy::wildcard::Match;

use crate::condition;
use crate::context::View;
use crate::principal::Principal;
use crate::request::Request;
use crate::trace::{PolicyId, PrincipalMatch, Recorder, StatementRecord};
use crate::truth::Truth;

/// A request, taken apart once for all statements.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Check<'r> {
    pub(crate) request: &'r Request,
    parts: Option<[&'r str; 6]>,
    service: &'r str,
    name: &'r str,
    /// Whether a permissions boundary is attached to the caller.
    pub(crate) has_boundary: bool,
}

impl<'r> Check<'r> {
    pub(crate) fn new(request: &'r Request, has_boundary: bool) -> Self {
        let (service, name) = request.action.folded();
        let parts = request.resource.arn().map(|arn| {
            [
                "arn",
                arn.partition(),
                arn.service(),
                arn.region(),
                arn.account(),
                arn.resource(),
            ]
        });
        Self {
            request,
            parts,
            service,
            name,
            has_boundary,
        }
    }

    pub(crate) fn view(&self, kind: PolicyKind) -> View<'r> {
        View {
            context: &self.request.context,
            action: self.request.action.kms(),
            key_policy: kind == PolicyKind::KeyPolicy,
        }
    }
}

/// Matches every statement of a policy, and gives those that may apply to `apply`. Without an
/// active recorder, statements for other actions cost one test of a bit.
pub(crate) fn each<R: Recorder>(
    check: &Check<'_>,
    policy: &Policy,
    id: PolicyId,
    recorder: &mut R,
    mut apply: impl FnMut(Effect, PrincipalMatch, Truth),
) {
    let view = check.view(policy.kind);
    for (index, statement) in policy.statements.iter().enumerate() {
        let action = covers_action(check, statement);
        if !R::ACTIVE && !action {
            continue;
        }
        let principal = principal(check, statement, policy.kind);
        if !R::ACTIVE && principal == PrincipalMatch::No {
            continue;
        }
        let resource = resource(check, statement, policy.kind, &view);
        if !R::ACTIVE && resource.is_no() {
            continue;
        }
        let first_condition = recorder.conditions_so_far();
        let conditions = conditions(statement, &view, recorder);
        let statement_index = u32::try_from(index).unwrap_or(u32::MAX);
        let record = StatementRecord {
            policy: id,
            statement: statement_index,
            effect: statement.effect,
            principal,
            action,
            resource,
            conditions,
            first_condition,
        };
        recorder.statement(record);
        let applies = record.applies();
        if !applies.is_no() {
            apply(statement.effect, principal, applies);
        }
    }
}

fn covers_action(check: &Check<'_>, statement: &Statement) -> bool {
    if let Some(kms) = check.request.action.kms() {
        return statement.kms_actions.contains(kms);
    }
    let covers = |scope: &Scope<ActionPattern>| {
        scope
            .items
            .iter()
            .any(|item| item.value.matches(check.service, check.name))
            != scope.negated
    };
    statement.action.as_ref().is_some_and(covers)
}

fn conditions<R: Recorder>(statement: &Statement, view: &View<'_>, recorder: &mut R) -> Truth {
    let mut all = Truth::Yes;
    for condition in &statement.conditions {
        let record = condition::evaluate(condition, view);
        recorder.condition(record);
        all = all & record.holds;
        if !R::ACTIVE && all.is_no() {
            break;
        }
    }
    all
}

/// A statement without Resource is about the role, in a trust policy, and about nothing elsewhere.
fn resource(check: &Check<'_>, statement: &Statement, kind: PolicyKind, view: &View<'_>) -> Truth {
    let Some(scope) = &statement.resource else {
        return Truth::from(kind == PolicyKind::RoleTrust);
    };
    let mut listed = Truth::No;
    for item in &scope.items {
        listed = listed | covers_resource(check, &item.value, view);
        if listed.is_yes() {
            break;
        }
    }
    if scope.negated { !listed } else { listed }
}

fn covers_resource(check: &Check<'_>, pattern: &ResourcePattern, view: &View<'_>) -> Truth {
    let parts = match (&pattern.shape, &check.parts) {
        (ResourceShape::Any, _) => return Truth::Yes,
        (ResourceShape::Nothing, _) | (_, None) => return Truth::No,
        // The last part tells resources apart, so it is compared first.
        (ResourceShape::Arn(patterns), Some(parts)) => patterns.iter().zip(parts).rev(),
    };
    let mut all = Truth::Yes;
    for (pattern, part) in parts {
        match pattern.matches(part, view) {
            Match::Yes => {}
            Match::Unknown => all = Truth::Unknown,
            // A variable without value matches no resource.
            Match::No | Match::Invalid | Match::Valueless => return Truth::No,
        }
    }
    all
}

/// How the statement's principal element names the caller. An identity-based policy, boundary,
/// session policy or SCP is about the identity it is attached to. VPC endpoint policies and RCPs
/// without principal are read as meaning everyone, any other statement without one names nobody.
fn principal(check: &Check<'_>, statement: &Statement, kind: PolicyKind) -> PrincipalMatch {
    if !kind.has_principal() {
        return PrincipalMatch::Everyone;
    }
    match &statement.principal {
        None if matches!(kind, PolicyKind::VpcEndpoint | PolicyKind::ResourceControl) => {
            PrincipalMatch::Everyone
        }
        None => PrincipalMatch::No,
        Some(scope) => principal_scope(check, scope, statement.effect),
    }
}

fn principal_scope(
    check: &Check<'_>,
    scope: &Scope<PrincipalPattern>,
    effect: Effect,
) -> PrincipalMatch {
    let strongest = scope
        .items
        .iter()
        .map(|item| names(check.request, &item.value))
        .max();
    let strongest = strongest.unwrap_or(PrincipalMatch::No);
    if !scope.negated {
        return strongest;
    }
    let listed = match effect {
        Effect::Allow => strongest != PrincipalMatch::No,
        Effect::Deny => is_spared(check, strongest),
    };
    if listed {
        PrincipalMatch::No
    } else {
        PrincipalMatch::Everyone
    }
}

/// Whether `NotPrincipal` spares the caller from a `Deny` (IAM User Guide, "AWS JSON policy
/// elements: `NotPrincipal`"). Its account beside others does not: the guide's examples list the
/// account and deny everyone in it but the user. Nor does the role of a session whose name is
/// known. A caller with a permissions boundary is always denied.
fn is_spared(check: &Check<'_>, strongest: PrincipalMatch) -> bool {
    let unnamed_session = matches!(&check.request.principal, Principal::RoleSession(session) if session.session.is_none());
    let itself = match strongest {
        PrincipalMatch::No | PrincipalMatch::Account => false,
        PrincipalMatch::Base => unnamed_session,
        PrincipalMatch::Direct | PrincipalMatch::Everyone => true,
    };
    itself && !check.has_boundary
}

/// How a principal of a policy or grant names the caller (IAM User Guide, "AWS JSON policy
/// elements: Principal"). Names are compared with case.
pub(crate) fn names(request: &Request, pattern: &PrincipalPattern) -> PrincipalMatch {
    use PrincipalMatch::{Account, Base, Direct, Everyone, No};
    let caller = &request.principal;
    let direct = |matched: bool| if matched { Direct } else { No };
    match &pattern.names {
        PrincipalName::Everyone => Everyone,
        PrincipalName::Account(account)
            if caller.account() == Some(*account) && same_partition(caller, &pattern.text) =>
        {
            // The account's root user is covered itself.
            if matches!(caller, Principal::Root(_)) {
                Direct
            } else {
                Account
            }
        }
        PrincipalName::User => match caller {
            Principal::User(arn) => direct(*arn.as_str() == *pattern.text),
            Principal::FederatedUser {
                issued_by: Some(arn),
                ..
            } if *arn.as_str() == *pattern.text => Base,
            _ => No,
        },
        PrincipalName::Role { account, name } => match caller {
            Principal::RoleSession(session) => {
                let same = match &session.role {
                    Some(role) => *role.as_str() == *pattern.text,
                    // A session's ARN has no path, so neither has the comparison.
                    None => {
                        session.account == *account
                            && *session.name == **name
                            && partition(&pattern.text) == &*session.partition
                    }
                };
                if same { Base } else { No }
            }
            _ => No,
        },
        PrincipalName::RoleSession => match caller {
            Principal::RoleSession(session) => direct(
                session
                    .session
                    .as_ref()
                    .is_some_and(|arn| *arn.as_str() == *pattern.text),
            ),
            _ => No,
        },
        PrincipalName::FederatedUser => direct(
            matches!(caller, Principal::FederatedUser { arn, .. } if *arn.as_str() == *pattern.text),
        ),
        PrincipalName::UniqueId => unique_id(request, &pattern.text),
        PrincipalName::Service => {
            direct(matches!(caller, Principal::Service(name) if **name == *pattern.text))
        }
        PrincipalName::Federated => {
            direct(matches!(caller, Principal::Federated(name) if **name == *pattern.text))
        }
        PrincipalName::Account(_) | PrincipalName::CanonicalUser | PrincipalName::Nobody => No,
    }
}

/// `AIDA…` is the `aws:userid` of a user; that of a session is `AROA…:session`.
fn unique_id(request: &Request, id: &str) -> PrincipalMatch {
    let Some(own) = request.context.one("aws:userid") else {
        return PrincipalMatch::No;
    };
    match own.strip_prefix(id) {
        Some("") => PrincipalMatch::Direct,
        Some(rest) if rest.starts_with(':') => PrincipalMatch::Base,
        _ => PrincipalMatch::No,
    }
}

/// Whether an account principal is of the caller's partition; an account id does not say.
fn same_partition(caller: &Principal, root: &str) -> bool {
    let stated = partition(root);
    stated.is_empty() || caller.partition() == Some(stated)
}

fn partition(arn: &str) -> &str {
    arn.split(':').nth(1).unwrap_or("")
}
