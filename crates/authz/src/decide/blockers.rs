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
/// Empty for what is allowed, and for what no policy could allow.
pub fn blockers(layers: &Layers<'_>, request: &Request, trace: &Trace) -> Vec<Layer> {
    let Some(sides) = trace.sides else {
        return Vec::new();
    };
    let allowed = |sides: &Sides, denied| {
        combine(request, layers, sides, Truth::No, denied).verdict == Verdict::Allowed
    };
    if !allowed(&EVERYTHING, Truth::No) {
        return Vec::new();
    }
    let granted = |record: &LayerRecord| {
        record.layer == Layer::Grants && record.say == Say::Applies && record.allows.is_yes()
    };
    let grants = trace.layers.iter().any(granted);
    let denied_by = |layer| {
        let record = trace.layers.iter().find(|record| record.layer == layer);
        record.map_or(Truth::No, |record| record.denies)
    };
    let blocks = |layer: &Layer| {
        // With a grant that covers the request only ceilings and denies can be in the way.
        let own = match layer {
            Layer::Resource | Layer::Identity | Layer::PermissionsBoundary | Layer::Session
                if grants =>
            {
                EVERYTHING
            }
            Layer::Resource => Sides {
                resource: sides.resource,
                ..EVERYTHING
            },
            Layer::Identity => Sides {
                identity: sides.identity,
                ..EVERYTHING
            },
            Layer::PermissionsBoundary => Sides {
                permissions_boundary: sides.permissions_boundary,
                ..EVERYTHING
            },
            Layer::Session => Sides {
                session: sides.session,
                ..EVERYTHING
            },
            Layer::ServiceControl => Sides {
                service_control: sides.service_control,
                ..EVERYTHING
            },
            Layer::VpcEndpoint => Sides {
                vpc_endpoint: sides.vpc_endpoint,
                ..EVERYTHING
            },
            Layer::ResourceControl | Layer::ResourceShare | Layer::Grants => EVERYTHING,
        };
        // Where the resource's policy names the caller itself, the caller's own side is not asked.
        let named =
            request.is_same_account() && !(sides.resource.everyone | sides.resource.direct).is_no();
        let spared = named
            && matches!(
                layer,
                Layer::Identity | Layer::PermissionsBoundary | Layer::Session
            );
        let own = if spared { EVERYTHING } else { own };
        !allowed(&own, denied_by(*layer))
    };
    let decided = combine(request, layers, &sides, Truth::from(grants), Truth::No).verdict;
    let denied = Layer::ALL
        .into_iter()
        .any(|layer| !denied_by(layer).is_no());
    if decided == Verdict::Allowed && !denied {
        return Vec::new();
    }
    Layer::ALL.into_iter().filter(blocks).collect()
}

/// Every layer allows. Of the resource's policy: by delegation, so that the caller's own side
/// counts.
const EVERYTHING: Sides = Sides {
    service_control: Truth::Yes,
    vpc_endpoint: Truth::Yes,
    resource: ResourceSide {
        everyone: Truth::No,
        direct: Truth::No,
        base: Truth::Yes,
        account: Truth::Yes,
    },
    identity: Truth::Yes,
    permissions_boundary: Truth::Yes,
    session: Truth::Yes,
};
