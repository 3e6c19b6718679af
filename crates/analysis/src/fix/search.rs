//! The search for the smallest change sets.
//!
//! A state is a set of changes. From each state that does not allow the request yet the first thing
//! in the way is looked up, and every change that may clear it makes a next state; the evaluator
//! says what each comes to. States are taken in the order of their measure, so that what is left
//! out beyond the bounds is what changes most.

use kmsim_authz::call::PlannedCheck;
use kmsim_authz::decide::{decide, decide_traced};
use kmsim_authz::decision::Verdict;
use kmsim_authz::trace::Layer;
use kmsim_authz::world::World;
use kmsim_policy::source::Sources;

use super::control::reach;
use super::need::{Need, needs};
use super::patch::{Patch, Scope};
use super::propose::{Proposal, Stage, proposals};
use super::statement::For;
use super::view::EditKind;

/// Bounds of the search.
pub(super) mod bounds {
    /// Single steps in one set of changes.
    pub(crate) const STEPS: usize = 10;
    /// States that are kept after each step.
    pub(crate) const STATES: usize = 48;
    /// Steps beyond the shortest set that is found.
    pub(crate) const BEYOND: usize = 3;
}

/// What the search found.
pub(super) struct Found<'w> {
    pub(super) patches: Vec<Patch<'w>>,
    /// Whether nothing was left out for the bounds.
    pub(super) complete: bool,
}

/// What is in the way first: the place of the check and the alternatives.
type Obstacle = (usize, Vec<Need>);

/// The sets of changes that allow all checks, each without a superfluous change.
pub(super) fn search<'w>(
    checks: &[PlannedCheck<'w>],
    world: Option<&'w World>,
    sources: &Sources<'_>,
) -> Found<'w> {
    let mut found = Found {
        patches: Vec::new(),
        complete: true,
    };
    let Some(start) = obstacle(checks, &Patch::default()) else {
        return found;
    };
    let mut states = vec![(Patch::default(), start)];
    let mut last = bounds::STEPS;
    for step in 1..=bounds::STEPS {
        let mut next: Vec<(Patch<'w>, Obstacle)> = Vec::new();
        for (patch, (at, needs)) in &states {
            for successor in successors(checks, world, sources, patch, *at, needs) {
                match obstacle(checks, &successor) {
                    None if is_minimal(checks, &successor) => found.patches.push(successor),
                    None => {}
                    // What leaves the same thing in the way has not helped.
                    Some(now) if now == (*at, needs.clone()) => {}
                    Some(now) => next.push((successor, now)),
                }
            }
        }
        if !found.patches.is_empty() {
            last = last.min(step + bounds::BEYOND);
        }
        if next.is_empty() {
            return found;
        }
        if step == last {
            break;
        }
        next.sort_by_cached_key(|(patch, _)| measure(checks, patch));
        found.complete &= next.len() <= bounds::STATES;
        next.truncate(bounds::STATES);
        states = next;
    }
    found.complete = false;
    found
}

fn successors<'w>(
    checks: &[PlannedCheck<'w>],
    world: Option<&'w World>,
    sources: &Sources<'_>,
    patch: &Patch<'w>,
    at: usize,
    needs: &[Need],
) -> Vec<Patch<'w>> {
    let Some(check) = checks.get(at) else {
        return Vec::new();
    };
    let patched = patch.over(&check.layers, Scope::WHOLE);
    let layers = patched.layers();
    let (_, trace) = decide_traced(&layers, &check.request);
    let stage = Stage {
        world,
        sources,
        check,
        at,
        patch,
        layers: &layers,
        trace: &trace,
    };
    let all = needs.iter().flat_map(|need| proposals(&stage, *need));
    all.map(|proposal| {
        let mut next = patch.clone();
        match proposal {
            Proposal::Document(changed, Some(at)) => {
                if let Some(slot) = next.documents.get_mut(at) {
                    *slot = *changed;
                }
            }
            Proposal::Document(changed, None) => next.documents.push(*changed),
            Proposal::Grant(grant) => next.grants.push(*grant),
        }
        next
    })
    .collect()
}

/// What is in the way first; `None` if all checks are allowed.
fn obstacle(checks: &[PlannedCheck<'_>], patch: &Patch<'_>) -> Option<Obstacle> {
    checks.iter().enumerate().find_map(|(at, check)| {
        let patched = patch.over(&check.layers, Scope::WHOLE);
        let layers = patched.layers();
        let (decision, trace) = decide_traced(&layers, &check.request);
        let denied = decision.verdict != Verdict::Allowed;
        denied.then(|| {
            let mut needs = needs(&check.request, &layers, decision.verdict, &trace);
            // One way of giving the permission is enough; what it needs besides remains.
            if patch.gives(at) {
                needs.retain(|need| !matches!(need, Need::Name | Need::Delegate | Need::Grant));
            }
            (at, needs)
        })
    })
}

/// Whether a set of changes allows all checks.
pub(super) fn allows(checks: &[PlannedCheck<'_>], patch: &Patch<'_>) -> bool {
    checks.iter().all(|check| {
        let patched = patch.over(&check.layers, Scope::WHOLE);
        decide(&patched.layers(), &check.request).verdict == Verdict::Allowed
    })
}

/// Whether no change of a set can be left out.
fn is_minimal(checks: &[PlannedCheck<'_>], patch: &Patch<'_>) -> bool {
    (0..patch.len()).all(|at| !allows(checks, &patch.without(at)))
}

/// How much a set of changes opens by itself: documents, how far each reaches, and the length of
/// what is added.
pub(super) fn measure(checks: &[PlannedCheck<'_>], patch: &Patch<'_>) -> (usize, usize, usize) {
    let levels = checks
        .iter()
        .map(|check| {
            check
                .layers
                .service_control
                .len()
                .max(check.layers.resource_control.len())
        })
        .max()
        .unwrap_or(0);
    let mut far = 0;
    let mut long = 0;
    for changed in &patch.documents {
        far += reach(changed.slot.layer, levels, changed.slot.level);
        let exceptions = changed
            .steps
            .iter()
            .filter(|step| step.kind == EditKind::ExceptDeny);
        far += exceptions.count() * 3;
        // To let an account decide is more than to name one of its principals.
        let delegates = changed.steps.iter().any(|step| step.whom == For::Account);
        far += usize::from(delegates);
        let before = changed
            .slot
            .original
            .map_or(0, |_| changed.before.to_string().len());
        long += changed.after.to_string().len().abs_diff(before);
    }
    for grant in &patch.grants {
        far += reach(Layer::Grants, 0, 0);
        long += grant.parameters.to_string().len();
    }
    (patch.len(), far, long)
}
