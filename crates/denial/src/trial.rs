//! A report made a call again. What the report does not name (the key behind a ciphertext, a caller of
//! whom only the id is told, the endpoint that AWS blames) is looked for in the world: whatever makes
//! the call come out as AWS reported fits.

use kmsim_authz::call::{CallExplanation, Text, explain_call};
use kmsim_authz::decision::Verdict;
use kmsim_authz::world::{Identity, Key, World};
use kmsim_import::message::PolicyType;
use kmsim_import::report::{Caller, NoCall, Outcome, Reported, ReportedCall, Supposed};
use kmsim_policy::source::Sources;
use kmsim_types::{AccountId, KeySpec, Operation};

use crate::compare::{Comparison, compare};
use crate::view::SupposedView;

/// More candidates than these are not tried.
const MOST_TRIED: usize = 500;

/// A call that was made again.
#[derive(Debug)]
pub(crate) struct Trial {
    pub(crate) call: ReportedCall,
    pub(crate) explained: CallExplanation,
    pub(crate) comparison: Comparison,
    pub(crate) supposed: Option<SupposedView>,
}

impl Trial {
    /// Whether the world denies the call.
    pub(crate) fn is_denied(&self) -> bool {
        matches!(
            self.explained.verdict,
            Verdict::ImplicitDeny | Verdict::ExplicitDeny
        )
    }
}

/// What became of it.
#[derive(Debug)]
pub(crate) enum Tried {
    Decided(Box<Trial>),
    Not(NoCall),
}

/// What may be supposed.
struct Candidates {
    what: &'static str,
    list: Vec<Candidate>,
    /// Whether the world has them.
    known: bool,
}

/// Something to suppose.
struct Candidate {
    name: String,
    supposed: Supposed,
}

/// Makes the call of a report again.
pub(crate) fn of(
    world: &World,
    reported: &Reported,
    supposed: &Supposed,
    sources: &mut Sources<'_>,
) -> Tried {
    let candidates = candidates(world, reported, supposed);
    if candidates.list.is_empty() {
        return match once(world, reported, supposed, sources) {
            Ok(trial) => Tried::Decided(Box::new(trial)),
            Err(why) => Tried::Not(why),
        };
    }
    let count = if candidates.known {
        candidates.list.len()
    } else {
        0
    };
    let mut best: Option<Trial> = None;
    let mut fitting = Vec::new();
    let mut failed = None;
    for candidate in candidates.list.into_iter().take(MOST_TRIED) {
        let mut trial = match once(world, reported, &candidate.supposed, sources) {
            Ok(trial) => trial,
            Err(why) => {
                failed.get_or_insert(why);
                continue;
            }
        };
        let agreement = trial.comparison.agreement;
        let known = best.as_ref().map(|best| best.comparison.agreement);
        if known.is_none_or(|known| agreement < known) {
            fitting.clear();
        }
        if known.is_none_or(|known| agreement <= known) {
            fitting.push(candidate.name.clone());
        }
        if known.is_none_or(|known| agreement < known) {
            trial.supposed = Some(SupposedView {
                what: candidates.what,
                taken: candidate.name,
                fitting: Vec::new(),
                of: count,
            });
            best = Some(trial);
        }
    }
    let Some(mut best) = best else {
        let silent = NoCall::Silent("enough to make the call again");
        return Tried::Not(failed.unwrap_or(silent));
    };
    if let Some(view) = &mut best.supposed
        && !best.comparison.agreement.is_difference()
    {
        view.fitting = fitting;
    }
    Tried::Decided(Box::new(best))
}

/// Makes the call with what is supposed.
pub(crate) fn once(
    world: &World,
    reported: &Reported,
    supposed: &Supposed,
    sources: &mut Sources<'_>,
) -> Result<Trial, NoCall> {
    let call = reported.call(world, supposed, sources)?;
    let explained = explain_call(world, &call.call, sources).map_err(NoCall::Unresolved)?;
    let comparison = compare(reported, &explained);
    Ok(Trial {
        call,
        explained,
        comparison,
        supposed: None,
    })
}

/// What may be supposed, with its name; nothing if the report says all.
fn candidates(world: &World, reported: &Reported, supposed: &Supposed) -> Candidates {
    let stated = |name: &str| supposed.fields.iter().any(|field| field.key == name);
    let text = |text: &str| Text {
        text: text.into(),
        span: reported.span.before(),
    };
    let own = || supposed.clone();
    if supposed.caller.is_none() && !stated("caller") {
        let (found, known) = callers(world, reported);
        let found = found.into_iter().map(|name| Candidate {
            supposed: Supposed {
                caller: Some(text(&name)),
                ..own()
            },
            name,
        });
        let list: Vec<_> = found.collect();
        if !list.is_empty() {
            return Candidates {
                what: "caller",
                list,
                known,
            };
        }
    }
    let named = reported.key.is_some() || reported.found_key().is_some();
    let given = supposed.key.is_some() || stated("key") || stated("keyId");
    if reported.takes_key() && !named && !given {
        let found = keys(world, reported).map(|key| Candidate {
            name: key.arn.to_string(),
            supposed: Supposed {
                key: Some(text(key.arn.as_str())),
                ..own()
            },
        });
        return Candidates {
            what: "key",
            list: found.collect(),
            known: true,
        };
    }
    let blames_endpoint = matches!(&reported.outcome, Outcome::Denied(blame)
        if blame.policy_type == Some(PolicyType::VpcEndpoint));
    if blames_endpoint && reported.vpc_endpoint.is_none() && !stated("vpcEndpoint") {
        let account = reported.caller_account();
        let found = endpoints(world, account).map(|id| Candidate {
            name: id.to_owned(),
            supposed: Supposed {
                vpc_endpoint: Some(text(id)),
                ..own()
            },
        });
        return Candidates {
            what: "vpcEndpoint",
            list: found.collect(),
            known: true,
        };
    }
    Candidates {
        what: "",
        list: Vec::new(),
        known: true,
    }
}

/// The callers that an id, or an account alone, can stand for, and whether the world has them.
fn callers(world: &World, reported: &Reported) -> (Vec<String>, bool) {
    match &reported.caller {
        Caller::Principal(_) | Caller::Unknown(None) => (Vec::new(), true),
        Caller::Id { account, id } => {
            let (unique, session) = id.text.split_once(':').unwrap_or((&id.text, ""));
            let known = world
                .identities_of(*account)
                .find(|identity| identity.id.as_deref() == Some(unique));
            if let Some(identity) = known {
                return (vec![principal(identity, session)], true);
            }
            // The world has no ids of principals; whoever fits the kind may be it.
            let is_role = unique.starts_with("AROA");
            let fitting = any(world, *account, |identity| {
                identity.id.is_none() && identity.is_role == is_role
            });
            if fitting.is_empty() {
                (vec![nameless(*account, unique, session, is_role)], false)
            } else {
                (fitting, true)
            }
        }
        Caller::Unknown(Some(account)) => (any(world, *account, |_| true), true),
    }
}

/// A principal of which the world knows nothing, by its id in place of its name.
fn nameless(account: AccountId, unique: &str, session: &str, is_role: bool) -> String {
    match (is_role, session) {
        (true, "") => format!("arn:aws:iam::{account}:role/{unique}"),
        (true, session) => format!("arn:aws:sts::{account}:assumed-role/{unique}/{session}"),
        (false, _) => format!("arn:aws:iam::{account}:user/{unique}"),
    }
}

fn any(world: &World, account: AccountId, fits: impl Fn(&Identity) -> bool) -> Vec<String> {
    let found = world
        .identities_of(account)
        .filter(|identity| fits(identity));
    found.map(|identity| identity.arn.to_string()).collect()
}

/// A user, or the session of a role.
fn principal(identity: &Identity, session: &str) -> String {
    if !identity.is_role || session.is_empty() {
        return identity.arn.to_string();
    }
    format!(
        "arn:{}:sts::{}:assumed-role/{}/{session}",
        identity.arn.partition(),
        identity.account,
        identity.name
    )
}

/// The keys that a call without key can have meant, those of the caller's account first.
fn keys<'w>(world: &'w World, reported: &Reported) -> impl Iterator<Item = &'w Key> {
    let region = reported.region.as_ref().map(|region| region.text.clone());
    let own = reported.caller_account();
    let symmetric = matches!(
        reported.asked.operation,
        Some(Operation::Decrypt | Operation::ReEncrypt)
    );
    let fits = move |key: &&'w Key| {
        region
            .as_ref()
            .is_none_or(|region| **region == *key.region.as_str())
            && !(symmetric && key.spec != KeySpec::SymmetricDefault)
    };
    let (mine, others): (Vec<_>, Vec<_>) = world
        .contents()
        .keys
        .iter()
        .filter(fits)
        .partition(|key| Some(key.account) == own);
    mine.into_iter().chain(others)
}

/// The endpoints of KMS, of the caller's account if it has some.
fn endpoints(world: &World, account: Option<AccountId>) -> impl Iterator<Item = &str> {
    let is_kms = |service: &str| matches!(service.rsplit('.').next(), Some("kms" | "kms-fips"));
    let all = world.contents().vpc_endpoints.iter();
    let mut found: Vec<_> = all
        .filter(|endpoint| endpoint.service.as_deref().is_none_or(is_kms))
        .collect();
    if found.iter().any(|endpoint| endpoint.account == account) {
        found.retain(|endpoint| endpoint.account == account);
    }
    found.into_iter().map(|endpoint| &*endpoint.id)
}
