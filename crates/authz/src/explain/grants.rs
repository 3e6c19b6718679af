//! Grants in an explanation.

use kmsim_policy::source::Sources;
use kmsim_types::KmsAction;

use super::{GrantView, UnknownView, covers, location, words};
use crate::grant::Grant;
use crate::layers::Layers;
use crate::request::Request;
use crate::trace::{GrantOutcome, Trace};

pub(super) fn views(
    layers: &Layers<'_>,
    request: &Request,
    trace: &Trace,
    sources: &Sources<'_>,
) -> Vec<GrantView> {
    let retires = request.action.kms() == Some(KmsAction::RetireGrant);
    let view = |(index, outcome): &(u32, GrantOutcome)| {
        let grant = layers.grants.get(*index as usize)?;
        let unknown = unknowns(grant, *outcome, retires, sources);
        Some(GrantView {
            reference: reference(grant, *index),
            covers: words::truth(covers(*outcome)),
            note: note(grant, *outcome, retires, &unknown),
            unknown,
            location: location(sources, grant.span),
        })
    };
    trace.grants.iter().filter_map(view).collect()
}

/// `grant:id`, or by name or number for a grant without.
pub(super) fn reference(grant: &Grant, index: u32) -> String {
    match (&*grant.id, &grant.name) {
        ("", Some(name)) => format!("grant:{name}"),
        ("", None) => format!("grant:{}", index + 1),
        (id, _) => format!("grant:{id}"),
    }
}

/// The parties of a grant that are not known, as far as that leaves open what it allows.
fn unknowns(
    grant: &Grant,
    outcome: GrantOutcome,
    retires: bool,
    sources: &Sources<'_>,
) -> Vec<UnknownView> {
    if outcome != GrantOutcome::Depends {
        return Vec::new();
    }
    let retiring = grant.retiring.as_ref().filter(|_| retires);
    let parties = [
        ("GranteePrincipal", Some(&grant.grantee)),
        ("RetiringPrincipal", retiring),
    ];
    let unknown = parties.into_iter().filter_map(|(element, party)| {
        let why = &party.filter(|party| party.is_unknown())?.text;
        Some(UnknownView {
            element,
            why: why.to_string(),
            text: format!("its {element} is not known ({why})"),
            location: location(sources, grant.span),
        })
    });
    unknown.collect()
}

fn note(grant: &Grant, outcome: GrantOutcome, retires: bool, unknown: &[UnknownView]) -> String {
    let grantee = &grant.grantee.text;
    match outcome {
        GrantOutcome::Covers if retires => "may be retired by the caller".to_owned(),
        GrantOutcome::Covers => format!("covers the request of {grantee}"),
        GrantOutcome::Depends if !unknown.is_empty() => {
            let texts: Vec<&str> = unknown.iter().map(|own| &*own.text).collect();
            let verb = if retires { "be retired by the caller" } else { "cover the request" };
            format!("may {verb}: {}", texts.join(", and "))
        }
        GrantOutcome::Depends => "covers the request if the unknown context keys are so".to_owned(),
        GrantOutcome::OtherKey => "is on another key".to_owned(),
        GrantOutcome::OtherGrantee => format!("is for {grantee}"),
        GrantOutcome::OtherOperation => {
            let names: Vec<&str> = grant.operations.iter().map(kmsim_types::GrantOperation::name).collect();
            format!("allows only {}", names.join(", "))
        }
        GrantOutcome::NotYetVisible => "is not visible yet: the request needs its grant token".to_owned(),
        GrantOutcome::EncryptionContext => match &grant.encryption_context {
            Some(constraint) => {
                let pairs: Vec<String> = constraint.pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
                let how = if constraint.equals { "exactly" } else { "at least" };
                format!("demands {how} the encryption context {{{}}}", pairs.join(", "))
            }
            None => "demands another encryption context".to_owned(),
        },
        GrantOutcome::SourceArn => match &grant.source_arn {
            Some(source) => format!("demands aws:SourceArn {}", source.text()),
            None => "demands another aws:SourceArn".to_owned(),
        },
        GrantOutcome::ChildTooWide => "allows grants that give no more than itself; the one asked for gives more".to_owned(),
        GrantOutcome::Limited => "covers the request, but the caller's permissions boundary or session policy does not allow it".to_owned(),
        GrantOutcome::NotDelegated => format!("is for the account {grantee}, whose identity-based policies do not allow it"),
        GrantOutcome::NotRetirable => "the caller is neither its retiring principal, nor a grantee that may retire it, nor allowed to by the accounts concerned".to_owned(),
    }
}
