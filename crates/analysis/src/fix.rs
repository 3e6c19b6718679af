//! The smallest changes that would allow a request, each checked by deciding the request with the
//! change in place; and for an allowed request what carries it.
//!
//! What is searched, how changes are ordered, and against which control requests each is tried is
//! in docs/fixes.md.

use kmsim_authz::call::{self, Call, PlannedCheck, Unresolved};
use kmsim_authz::case::Case;
use kmsim_authz::decide::decide_traced;
use kmsim_authz::decision::{Decision, Verdict};
use kmsim_authz::explain::{Explanation, explain};
use kmsim_authz::trace::Trace;
use kmsim_authz::world::World;
use kmsim_policy::source::Sources;

mod advice;
mod carriers;
mod control;
mod diff;
mod document;
mod edit;
mod except;
mod grant;
mod human;
mod mended;
mod need;
mod patch;
mod propose;
mod report;
mod search;
mod statement;
mod view;
mod widen;

pub use mended::{Mended, Undecided, for_subject};
pub use view::{
    Advice, Carrier, Change, Document, Edit, EditKind, Fix, KeyToName, Remedies, VERSION,
};

use control::{Opened, Props};
use patch::Patch;
use report::Place;

/// How many fixes are shown.
const SHOWN: usize = 6;

/// A check with its outcome.
struct Decided<'c, 'w> {
    check: &'c PlannedCheck<'w>,
    decision: Decision,
    trace: Trace,
    explanation: Explanation,
}

/// What can be done about a case: one check with its own layers.
pub fn for_case(case: &Case, sources: &Sources<'_>) -> Remedies {
    let check = PlannedCheck {
        what: "the resource",
        request: case.request.clone(),
        layers: case.layers.borrow(),
        readings: Vec::new(),
    };
    let place = Place {
        world: None,
        call: None,
        sources,
    };
    remedies(place, &[check])
}

/// What can be done about a call against a world. Nothing of the world is changed or copied.
pub fn for_call(world: &World, call: &Call, sources: &Sources<'_>) -> Remedies {
    match call::checks(world, call) {
        Ok(checks) => {
            let place = Place {
                world: Some(world),
                call: Some(call),
                sources,
            };
            remedies(place, &checks)
        }
        Err(unresolved) => for_unresolved(world, call, &unresolved, sources),
    }
}

/// What can be done about a call that names no key of the world: name it in another way, and what
/// is to be changed then.
fn for_unresolved(
    world: &World,
    call: &Call,
    unresolved: &Unresolved,
    sources: &Sources<'_>,
) -> Remedies {
    let mut remedies = Remedies {
        version: VERSION,
        decision: "unresolved",
        fixes: Vec::new(),
        complete: true,
        instead: Vec::new(),
        unknown: Vec::new(),
        carriers: Vec::new(),
        pillars: Vec::new(),
    };
    let renamed = advice::renamed(world, call);
    if renamed.is_empty() {
        let help = unresolved.help.as_deref();
        remedies.instead.push(Advice {
            code: "unresolved",
            text: help.map_or_else(
                || unresolved.message.clone(),
                |help| format!("{}: {help}", unresolved.message),
            ),
            key: None,
        });
        return remedies;
    }
    for renamed in renamed {
        let then = for_call(world, &renamed.call, sources);
        remedies.instead.push(renamed.advice(then.decision));
        // Changes make sense for the call as it should be made.
        if remedies.fixes.is_empty() {
            remedies.fixes = then.fixes;
            remedies.complete = then.complete;
            remedies.unknown = then.unknown;
        }
    }
    remedies
}

fn remedies(place: Place<'_, '_>, checks: &[PlannedCheck<'_>]) -> Remedies {
    let decided: Vec<Decided<'_, '_>> = checks
        .iter()
        .map(|check| {
            let (decision, trace) = decide_traced(&check.layers, &check.request);
            let explanation = explain(
                &check.layers,
                &check.request,
                decision,
                &trace,
                place.sources,
            );
            Decided {
                check,
                decision,
                trace,
                explanation,
            }
        })
        .collect();
    let verdict = verdict(decided.iter().map(|decided| decided.decision.verdict));
    let mut remedies = Remedies {
        version: VERSION,
        decision: verdict.name(),
        fixes: Vec::new(),
        complete: true,
        instead: Vec::new(),
        unknown: Vec::new(),
        carriers: Vec::new(),
        pillars: Vec::new(),
    };
    match verdict {
        Verdict::Allowed => carriers::find(place, checks, &mut remedies),
        Verdict::Depends => {
            let residual = decided
                .iter()
                .flat_map(|decided| &decided.explanation.residual);
            remedies.unknown = residual.cloned().collect();
        }
        Verdict::ImplicitDeny | Verdict::ExplicitDeny => {
            let props = Props::new();
            remedies.instead = advice::instead(&decided, &props);
            // Where one of the checks can never pass, changes for the others are for nothing.
            if checks.iter().all(|check| props.hopeless(check).is_none()) {
                fixes(place, checks, &props, &mut remedies);
            }
        }
    }
    remedies
}

/// The verdict of all checks together, as [`call::decide`] tells it.
fn verdict(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    let weight = |verdict: &Verdict| match verdict {
        Verdict::ExplicitDeny => 3,
        Verdict::ImplicitDeny => 2,
        Verdict::Depends => 1,
        Verdict::Allowed => 0,
    };
    verdicts.max_by_key(weight).unwrap_or(Verdict::ImplicitDeny)
}

/// Searches, holds every find against the control requests, and orders what remains.
fn fixes(
    place: Place<'_, '_>,
    checks: &[PlannedCheck<'_>],
    props: &Props,
    remedies: &mut Remedies,
) {
    let found = search::search(checks, place.world, place.sources);
    let mut judged: Vec<_> = found
        .patches
        .into_iter()
        .map(|patch| {
            let mut all = Opened::default();
            for check in checks {
                let opened = control::opened(props, check, checks, place.world, &patch);
                all.control |= opened.control;
                for text in opened.texts {
                    if !all.texts.contains(&text) {
                        all.texts.push(text);
                    }
                }
            }
            let measure = search::measure(checks, &patch);
            ((all.control, all.texts.len(), measure), patch, all)
        })
        .collect();
    judged.sort_by_key(|(rank, ..)| *rank);
    // Control over the key is no price for one action while there is another way.
    if judged.iter().any(|((control, ..), ..)| !control) {
        judged.retain(|((control, ..), ..)| !control);
    }
    let mut kept: Vec<(_, Patch<'_>, Opened)> = Vec::new();
    for candidate in judged {
        let is_beaten = kept.iter().any(|(_, patch, opened)| {
            patch.is_way_of(&candidate.1) && opened.is_within(&candidate.2)
        });
        if !is_beaten {
            kept.push(candidate);
        }
    }
    let all = kept.len();
    let shown = kept.into_iter().take(SHOWN);
    remedies.fixes = shown
        .map(|(_, patch, opened)| report::fix(place, checks, &patch, opened))
        .collect();
    remedies.complete = found.complete && all <= SHOWN;
}
