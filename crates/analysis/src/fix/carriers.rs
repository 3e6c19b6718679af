//! What an allowed request rests on: the statements and grants that carry it, and what taking each
//! of them away would do. Every answer is a decision without them.

use kmsim_authz::call::PlannedCheck;
use kmsim_authz::decide::{decide, decide_traced};
use kmsim_authz::decision::Verdict;
use kmsim_authz::explain::{layer_name, location};
use kmsim_authz::layers::Layers;
use kmsim_authz::request::Action;
use kmsim_authz::trace::{GrantOutcome, Layer, PolicyId};
use kmsim_policy::syntax::Effect;
use kmsim_types::KmsAction;

use super::control::others_of;
use super::document;
use super::patch::{Changed, Patch, Scope, Slot};
use super::report::Place;
use super::view::{Carrier, Document, Remedies};

/// How many carriers are looked at together, and how many at once.
mod bounds {
    pub(super) const CARRIERS: usize = 24;
    pub(super) const TOGETHER: usize = 3;
}

/// One carrier: a statement or a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bearer {
    Statement(PolicyId, usize),
    Grant(usize),
}

/// Finds the carriers of the first check; without one of the checks the whole is denied.
pub(super) fn find(place: Place<'_, '_>, checks: &[PlannedCheck<'_>], remedies: &mut Remedies) {
    for check in checks {
        of_check(place, check, remedies);
    }
}

fn of_check(place: Place<'_, '_>, check: &PlannedCheck<'_>, remedies: &mut Remedies) {
    let (_, trace) = decide_traced(&check.layers, &check.request);
    let statements = trace
        .statements
        .iter()
        .filter(|record| record.effect == Effect::Allow && record.applies().is_yes());
    let statements =
        statements.map(|record| Bearer::Statement(record.policy, record.statement as usize));
    let grants = trace
        .grants
        .iter()
        .filter(|(_, outcome)| *outcome == GrantOutcome::Covers);
    let grants = grants.map(|(at, _)| Bearer::Grant(*at as usize));
    let bearers: Vec<Bearer> = statements.chain(grants).collect();
    remedies.complete &= bearers.len() <= bounds::CARRIERS;
    let bearers = bearers
        .get(..bearers.len().min(bounds::CARRIERS))
        .unwrap_or(&bearers);
    let first = remedies.carriers.len();
    for bearer in bearers {
        remedies.carriers.extend(carrier(place, check, *bearer));
    }
    let names: Vec<String> = remedies
        .carriers
        .iter()
        .skip(first)
        .map(|carrier| carrier.reference.clone())
        .collect();
    let mut sets: Vec<Vec<usize>> = Vec::new();
    for size in 1..=bounds::TOGETHER.min(bearers.len()) {
        for set in combinations(bearers.len(), size) {
            let is_larger = sets
                .iter()
                .any(|known| known.iter().all(|at| set.contains(at)));
            let chosen: Vec<Bearer> = set
                .iter()
                .filter_map(|at| bearers.get(*at).copied())
                .collect();
            if !is_larger
                && without(check, &chosen, |layers| {
                    decide(layers, &check.request).verdict
                }) != Verdict::Allowed
            {
                sets.push(set);
            }
        }
    }
    let pillars = sets.into_iter().map(|set| {
        let pillar = set.into_iter().filter_map(|at| names.get(at).cloned());
        pillar.collect()
    });
    remedies.pillars.extend(pillars);
}

fn carrier(place: Place<'_, '_>, check: &PlannedCheck<'_>, bearer: Bearer) -> Option<Carrier> {
    let others = |layers: &Layers<'_>| -> Vec<KmsAction> {
        let mut request = check.request.clone();
        others_of(&check.request)
            .filter(|action| {
                request.action = Action::from(*action);
                decide(layers, &request).verdict == Verdict::Allowed
            })
            .collect()
    };
    let before = others(&check.layers);
    let (verdict, after) = without(check, &[bearer], |layers| {
        (decide(layers, &check.request).verdict, others(layers))
    });
    let takes = before.into_iter().filter(|action| !after.contains(action));
    let takes = takes.map(|action| action.name().to_owned()).collect();
    let (reference, document, layer) = match bearer {
        Bearer::Statement(id, at) => {
            let policy = check.layers.policy(id)?;
            let slot = Slot {
                layer: id.layer,
                level: id.level as usize,
                original: Some(policy),
            };
            let document =
                place.document(&check.layers, &check.request, &slot, policy.name.as_deref());
            let statement = policy.policy.statements.get(at)?;
            let own = match &statement.sid {
                Some(sid) => sid.value.to_string(),
                None => (at + 1).to_string(),
            };
            let layer = layer_name(id.layer, &check.layers);
            let reference = if matches!(id.layer, Layer::Resource | Layer::ResourceShare) {
                format!("{layer}#{own}")
            } else {
                let number = (id.policy + 1).to_string();
                format!(
                    "{layer}:{}#{own}",
                    policy.name.as_deref().unwrap_or(&number)
                )
            };
            let document = Document {
                location: Some(location(place.sources, statement.span)),
                ..document
            };
            (reference, document, id.layer)
        }
        Bearer::Grant(at) => {
            let grant = check.layers.grants.get(at)?;
            let document = Document {
                kind: "grant",
                name: grant.name.as_deref().map(str::to_owned),
                owner: check.request.resource.text().to_owned(),
                is_new: false,
                location: Some(location(place.sources, grant.span)),
            };
            (format!("grant:{}", grant.id), document, Layer::Grants)
        }
    };
    Some(Carrier {
        reference,
        account: place.account(&check.request, layer),
        document,
        without: verdict.name(),
        takes,
    })
}

/// Gives `then` the layers without some carriers.
fn without<T>(
    check: &PlannedCheck<'_>,
    bearers: &[Bearer],
    then: impl FnOnce(&Layers<'_>) -> T,
) -> T {
    let mut patch = Patch::default();
    let mut documents: Vec<PolicyId> = Vec::new();
    for bearer in bearers {
        if let Bearer::Statement(id, _) = bearer
            && !documents.contains(id)
        {
            documents.push(*id);
        }
    }
    for id in documents {
        let Some(original) = check.layers.policy(id) else {
            continue;
        };
        let mut policy = original.clone();
        let mut at = 0;
        policy.policy.statements.retain(|_| {
            let gone = bearers.contains(&Bearer::Statement(id, at));
            at += 1;
            !gone
        });
        let printed = document::printed(original);
        patch.documents.push(Changed {
            slot: Slot {
                layer: id.layer,
                level: id.level as usize,
                original: Some(original),
            },
            before: printed.clone(),
            after: printed,
            policy: std::sync::Arc::new(policy),
            steps: Vec::new(),
        });
    }
    let patched = patch.over(&check.layers, Scope::WHOLE);
    let mut layers = patched.layers();
    let grants: Vec<_> = layers
        .grants
        .iter()
        .enumerate()
        .filter(|(at, _)| !bearers.contains(&Bearer::Grant(*at)))
        .map(|(_, grant)| grant.clone())
        .collect();
    if bearers
        .iter()
        .any(|bearer| matches!(bearer, Bearer::Grant(_)))
    {
        layers.grants = &grants;
    }
    then(&layers)
}

/// All choices of `size` out of `count`, in order.
fn combinations(count: usize, size: usize) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..size {
        let longer = found.iter().flat_map(|set| {
            let next = set.last().map_or(0, |last| last + 1);
            (next..count).map(move |at| set.iter().copied().chain([at]).collect())
        });
        found = longer.collect();
    }
    found
}
