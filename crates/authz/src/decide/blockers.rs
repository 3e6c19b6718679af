//! Which layers stand in the way of a request that is not allowed.

use super::combine::combine;
use super::{ResourceSide, Sides};
use crate::decision::Verdict;
use crate::layers::Layers;
use crate::request::Request;
use crate::trace::{Layer, LayerRecord, Say, Trace};
use crate::truth::Truth;

/// The layers that stand in the way: those without whose change the request is not allowed even
/// if every other layer allowed it and denied nothing. If it is one layer, that one alone blocks.
/// Empty for what is allowed or open, and for what no policy could allow.
pub fn blockers(layers: &Layers<'_>, request: &Request, trace: &Trace) -> Vec<Layer> {
    let Some(sides) = trace.sides else {
        return Vec::new();
    };
    let verdict =
        |sides: &Sides, grants, denied| combine(request, layers, sides, grants, denied).verdict;
    let everything = everything_but(request, &sides);
    if verdict(&everything, Truth::No, Truth::No) != Verdict::Allowed {
        return Vec::new();
    }
    let denied_by = |layer| {
        let record = trace.layers.iter().find(|record| record.layer == layer);
        record.map_or(Truth::No, |record| record.denies)
    };
    let granting =
        |record: &&LayerRecord| record.layer == Layer::Grants && record.say == Say::Applies;
    let granted = trace.layers.iter().find(granting);
    let granted = granted.map_or(Truth::No, |record| record.allows);
    let denied = Layer::ALL.into_iter().map(denied_by);
    let denied = denied.fold(Truth::No, |any, one| any | one);
    let outcome = verdict(&sides, granted, denied);
    if matches!(outcome, Verdict::Allowed | Verdict::Depends) {
        return Vec::new();
    }
    let blocks = |layer: &Layer| {
        let own = match layer {
            // With a grant that covers the request only ceilings and denies can be in the way.
            Layer::Resource | Layer::Identity | Layer::PermissionsBoundary | Layer::Session
                if granted.is_yes() =>
            {
                everything
            }
            layer => with_own(*layer, everything, &sides),
        };
        verdict(&own, Truth::No, denied_by(*layer)) != Verdict::Allowed
    };
    Layer::ALL.into_iter().filter(blocks).collect()
}

/// Every layer allows, but for one, which says what it says.
fn with_own(layer: Layer, everything: Sides, sides: &Sides) -> Sides {
    let mut own = everything;
    match layer {
        Layer::ServiceControl => own.service_control = sides.service_control,
        Layer::VpcEndpoint => own.vpc_endpoint = sides.vpc_endpoint,
        Layer::Resource => own.resource = sides.resource,
        Layer::Identity => own.identity = sides.identity,
        Layer::PermissionsBoundary => own.permissions_boundary = sides.permissions_boundary,
        Layer::Session => own.session = sides.session,
        Layer::ResourceControl | Layer::ResourceShare | Layer::Grants => {}
    }
    own
}

/// Every layer allows. The resource's policy does so in the way in which it speaks of the caller
/// now: where it delegates, the caller's own policies are asked; where it names the role of a
/// session, boundary and session policy are; where it says nothing of the caller at all, nothing
/// on the caller's side is to blame.
fn everything_but(request: &Request, sides: &Sides) -> Sides {
    let ResourceSide {
        everyone,
        direct,
        base,
        account,
    } = sides.resource;
    let same_account = request.is_same_account();
    // A service has no account by which it could be let in.
    let has_account = request.principal.account().is_some();
    let names = !(everyone | direct).is_no();
    let silent = base.is_no() && account.is_no();
    Sides {
        service_control: Truth::Yes,
        vpc_endpoint: Truth::Yes,
        resource: ResourceSide {
            everyone: Truth::No,
            direct: Truth::from(!has_account || same_account && (names || silent)),
            base: Truth::from(same_account && !base.is_no()),
            account: Truth::Yes,
        },
        identity: Truth::Yes,
        permissions_boundary: Truth::Yes,
        session: Truth::Yes,
    }
}
