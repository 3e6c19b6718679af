//! Whether a statement applies to a request.

use kmsim_policy::syntax::{
    ActionPattern, Effect, Policy, PolicyKind, PrincipalName, PrincipalPattern, PrincipalType,
    ResourcePattern, ResourceShape, Scope, Statement,
};
use kmsim_policy::unknown::Open;
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

/// What a statement that applies does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Says {
    /// It allows, with how it names the caller.
    Allow(Named),
    /// It denies.
    Deny,
}

/// How a principal element names the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// For certain.
    pub(crate) certain: PrincipalMatch,
    /// Whether it may name him in any stronger way, because not all of it is known.
    pub(crate) open: bool,
}

impl Named {
    const NOT: Self = Self::certainly(PrincipalMatch::No);

    const fn certainly(certain: PrincipalMatch) -> Self {
        let open = false;
        Self { certain, open }
    }
}

/// Matches every statement of a policy, and gives those that may apply to `apply`. Without an
/// active recorder, statements for other actions cost one test of a bit.
pub(crate) fn each<R: Recorder>(
    check: &Check<'_>,
    policy: &Policy,
    id: PolicyId,
    recorder: &mut R,
    mut apply: impl FnMut(Says, Truth),
) {
    let view = check.view(policy.kind);
    for (index, statement) in policy.statements.iter().enumerate() {
        let action = covers_action(check, statement);
        if !R::ACTIVE && action.is_no() {
            continue;
        }
        let named = principal(check, statement, policy.kind, statement.effect);
        if !R::ACTIVE && named == Named::NOT {
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
            principal: named.certain,
            may_name: named.open,
            action,
            resource,
            conditions,
            first_condition,
        };
        recorder.statement(record);
        let applies = record.applies();
        match statement.effect {
            _ if applies.is_no() => {}
            Effect::Allow => apply(Says::Allow(named), applies),
            Effect::Deny => apply(Says::Deny, applies),
            Effect::Unknown => either_effect(check, statement, policy.kind, record, &mut apply),
        }
    }
}

/// A statement of which it is not known whether it allows or denies may do both. `NotPrincipal`
/// spares others from a Deny than from an Allow.
fn either_effect(
    check: &Check<'_>,
    statement: &Statement,
    kind: PolicyKind,
    record: StatementRecord,
    apply: &mut impl FnMut(Says, Truth),
) {
    for effect in [Effect::Allow, Effect::Deny] {
        let named = principal(check, statement, kind, effect);
        let own = StatementRecord {
            principal: named.certain,
            may_name: named.open,
            ..record
        };
        let says = match effect {
            Effect::Allow => Says::Allow(named),
            _ => Says::Deny,
        };
        let applies = own.applies().at_most_unknown();
        if !applies.is_no() {
            apply(says, applies);
        }
    }
}

fn covers_action(check: &Check<'_>, statement: &Statement) -> Truth {
    let covers = if let Some(kms) = check.request.action.kms() {
        statement.kms_actions.contains(kms)
    } else {
        let covers = |scope: &Scope<ActionPattern>| {
            scope
                .items
                .iter()
                .any(|item| item.value.matches(check.service, check.name))
                != scope.negated
        };
        statement.action.as_ref().is_some_and(covers)
    };
    match &statement.open {
        None => Truth::from(covers),
        Some(open) => covers_open_action(check, statement, open, covers),
    }
}

/// What a statement covers of which something is not known; `covers` is what the known items of
/// its Action say.
fn covers_open_action(
    check: &Check<'_>,
    statement: &Statement,
    open: &Open,
    covers: bool,
) -> Truth {
    let is_open = if let Some(kms) = check.request.action.kms() {
        open.kms_actions.contains(kms)
    } else {
        let unsettled = |scope: &Scope<ActionPattern>| {
            covers == scope.negated && scope.items.iter().any(|item| item.value.is_unknown())
        };
        statement.action.as_ref().is_some_and(unsettled)
    };
    if is_open {
        Truth::Unknown
    } else {
        Truth::from(covers)
    }
}

fn conditions<R: Recorder>(statement: &Statement, view: &View<'_>, recorder: &mut R) -> Truth {
    let mut all = Truth::Yes;
    for condition in &statement.conditions {
        let record = condition::evaluate(condition, view);
        recorder.condition(record);
        all = all & record.holds;
        if !R::ACTIVE && all.is_no() {
            return all;
        }
    }
    match &statement.open {
        Some(open) if !open.conditions.is_empty() => all.at_most_unknown(),
        _ => all,
    }
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
        (ResourceShape::Unknown, _) => return Truth::Unknown,
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
fn principal(check: &Check<'_>, statement: &Statement, kind: PolicyKind, effect: Effect) -> Named {
    if !kind.has_principal() {
        return Named::certainly(PrincipalMatch::Everyone);
    }
    match &statement.principal {
        None if matches!(kind, PolicyKind::VpcEndpoint | PolicyKind::ResourceControl) => {
            Named::certainly(PrincipalMatch::Everyone)
        }
        None => Named::NOT,
        Some(scope) if !scope.negated => Named {
            certain: strongest(check, scope),
            open: statement.open.is_some() && may_list(check, scope),
        },
        Some(scope) => not_principal(check, scope, effect, statement.open.is_some()),
    }
}

fn strongest(check: &Check<'_>, scope: &Scope<PrincipalPattern>) -> PrincipalMatch {
    let items = scope.items.iter();
    let strongest = items.map(|item| names(check.request, &item.value)).max();
    strongest.unwrap_or(PrincipalMatch::No)
}

/// Whether an item that is not known may name the caller.
fn may_list(check: &Check<'_>, scope: &Scope<PrincipalPattern>) -> bool {
    let mut items = scope.items.iter();
    items.any(|item| may_name(&check.request.principal, &item.value))
}

fn not_principal(
    check: &Check<'_>,
    scope: &Scope<PrincipalPattern>,
    effect: Effect,
    open: bool,
) -> Named {
    let strongest = strongest(check, scope);
    let may_list = open && may_list(check, scope);
    let (listed, may_be_listed) = match effect {
        Effect::Allow => (strongest != PrincipalMatch::No, may_list),
        Effect::Deny => {
            let itself = is_itself(&check.request.principal, strongest);
            (
                itself && !check.has_boundary,
                may_list && !check.has_boundary,
            )
        }
        Effect::Unknown => {
            let [allow, deny] = [Effect::Allow, Effect::Deny]
                .map(|effect| not_principal(check, scope, effect, open));
            if allow == deny {
                return allow;
            }
            (false, true)
        }
    };
    match (listed, may_be_listed) {
        (true, _) => Named::NOT,
        (false, false) => Named::certainly(PrincipalMatch::Everyone),
        (false, true) => Named {
            certain: PrincipalMatch::No,
            open: true,
        },
    }
}

/// Whether a match is one of the caller itself, whom alone `NotPrincipal` spares from a `Deny`
/// (IAM User Guide, "AWS JSON policy elements: `NotPrincipal`"). Its account beside others does
/// not: the guide's examples list the account and deny everyone in it but the user. Nor does the
/// role of a session whose name is known. A caller with a permissions boundary is always denied.
fn is_itself(caller: &Principal, strongest: PrincipalMatch) -> bool {
    match strongest {
        PrincipalMatch::No | PrincipalMatch::Account => false,
        PrincipalMatch::Base => {
            matches!(caller, Principal::RoleSession(session) if session.session.is_none())
        }
        PrincipalMatch::Direct | PrincipalMatch::Everyone => true,
    }
}

/// Whether a principal that is not known may turn out to name the caller, by its type.
pub(crate) fn may_name(caller: &Principal, pattern: &PrincipalPattern) -> bool {
    let PrincipalName::Unknown(of_type) = &pattern.names else {
        return false;
    };
    match of_type {
        // `{"AWS": "*"}` names services and nobody's requests too.
        None | Some(PrincipalType::Aws) => true,
        Some(PrincipalType::Service) => matches!(caller, Principal::Service(_)),
        Some(PrincipalType::Federated) => matches!(caller, Principal::Federated(_)),
        Some(PrincipalType::CanonicalUser) => false,
    }
}

/// How a principal of a policy or grant names the caller (IAM User Guide, "AWS JSON policy
/// elements: Principal"). Names are compared with case. One that is not known names nobody for
/// certain: see [`may_name`].
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
        PrincipalName::Account(_)
        | PrincipalName::CanonicalUser
        | PrincipalName::Nobody
        | PrincipalName::Unknown(_) => No,
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
