//! Events of `CloudTrail`.

use kmsim_authz::explain::Style;
use kmsim_denial::{Agreement, Report};

use crate::files::{explained, read, shared, text, world};

const WORLD: &str = "fixtures/denials/world.yaml";
const EVENTS: &str = "fixtures/denials/events.json";

/// The fixes are tested where they are made; here it is enough that there are some.
fn shown(mut report: Report) -> String {
    let fixes = report.fixes.take();
    if let Some(fixes) = fixes {
        assert!(!fixes.fixes.is_empty() || !fixes.instead.is_empty());
    }
    report.human(Style::default(), false)
}

#[test]
fn every_event_is_explained() {
    let (world, mut sources) = world("world.yaml", &text(WORLD));
    let events = read("events.json", &text(EVENTS), &mut sources);
    for event in &events {
        let report = explained(Some(&world), event, &mut sources);
        let name = event.id.as_ref().unwrap().text.replace('-', "_");
        insta::assert_snapshot!(name, shown(report));
    }
}

/// What the events of the fixtures are there to show.
const EXPECTED: &[(&str, Agreement)] = &[
    ("same-account-identity", Agreement::Same),
    ("hidden-ciphertext", Agreement::Same),
    ("scp", Agreement::Same),
    ("cross-account-identity", Agreement::Same),
    ("cross-account-owner", Agreement::Same),
    ("cross-account-hidden", Agreement::Same),
    ("cross-account-differs", Agreement::Differs),
    ("cross-account-allowed", Agreement::Same),
    ("key-policy-only", Agreement::Same),
    ("via-s3", Agreement::Same),
    ("via-s3-allowed", Agreement::Same),
    ("boundary", Agreement::Same),
    ("session", Agreement::Differs),
    ("vpc-endpoint", Agreement::Same),
    ("key-disabled", Agreement::Same),
    ("key-pending-deletion", Agreement::Same),
    ("key-enabled-again", Agreement::Differs),
    ("wrong-region", Agreement::Same),
    ("wrong-region-arn", Agreement::Same),
    ("wrong-account-alias", Agreement::Same),
    ("wrong-usage", Agreement::Same),
    ("wrong-context", Agreement::NotCompared),
    ("differs", Agreement::Differs),
    ("other-layer", Agreement::OtherLayer),
    ("re-encrypt", Agreement::Same),
    ("session-tags", Agreement::Same),
    ("session-tags-open", Agreement::Open),
    ("create-grant", Agreement::Same),
    ("grant-constraint", Agreement::Same),
    ("service-principal", Agreement::Open),
    ("legacy", Agreement::Same),
    ("unknown-caller", Agreement::NotCompared),
    ("rcp", Agreement::Same),
];

#[test]
fn every_event_comes_out_as_it_should() {
    let (world, mut sources) = world("world.yaml", &text(WORLD));
    let events = read("events.json", &text(EVENTS), &mut sources);
    let found: Vec<(String, Agreement)> = events
        .iter()
        .map(|event| {
            let id = event.id.as_ref().unwrap().text.to_string();
            (id, explained(Some(&world), event, &mut sources).agreement)
        })
        .collect();
    let expected: Vec<_> = EXPECTED
        .iter()
        .map(|(id, agreement)| ((*id).to_owned(), *agreement))
        .collect();
    assert_eq!(found, expected);
}

/// The seven events of the shared inputs, by themselves and against a world in which roles and keys
/// have the same names.
#[test]
fn the_shared_events_are_explained() {
    let Some(events) = shared("inputs/cloudtrail-events.json") else {
        return;
    };
    let (world, mut sources) = world("world.yaml", &text("fixtures/worlds/two-accounts.yaml"));
    let events = read("events.json", &events, &mut sources);
    assert_eq!(events.len(), 7);
    let mut agreements = Vec::new();
    for event in &events {
        let alone = explained(None, event, &mut sources);
        assert!(alone.verdict.starts_with("AWS "), "{}", alone.verdict);
        let report = explained(Some(&world), event, &mut sources);
        assert!(report.decision.is_some(), "{}", report.verdict);
        agreements.push(report.agreement);
    }
    assert_eq!(
        agreements,
        [
            // The world's role may decrypt with this context.
            Agreement::Differs,
            Agreement::Same,
            // The world has no such SCP, and another reason to deny.
            Agreement::OtherLayer,
            // The world's key policy lets the account in, which has no policy.
            Agreement::OtherLayer,
            Agreement::OtherLayer,
            Agreement::Same,
            Agreement::Same,
        ]
    );
}

#[test]
fn a_call_made_again_is_a_document() {
    let (world, mut sources) = world("world.yaml", &text(WORLD));
    let events = read("events.json", &text(EVENTS), &mut sources);
    let of = |id: &str| {
        let mut events = events.iter();
        events
            .find(|event| &*event.id.as_ref().unwrap().text == id)
            .unwrap()
    };
    let calls: Vec<_> = [
        "via-s3",
        "create-grant",
        "re-encrypt",
        "cross-account-allowed",
    ]
    .map(|id| explained(Some(&world), of(id), &mut sources).call.unwrap())
    .into();
    insta::assert_json_snapshot!(calls);
}
