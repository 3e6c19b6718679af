//! Events of `CloudTrail`.

use kmsim_authz::explain::Style;

use crate::files::{explained, read, text, world};

const WORLD: &str = "fixtures/denials/world.yaml";
const EVENTS: &str = "fixtures/denials/events.json";

#[test]
fn every_event_is_explained() {
    let (world, mut sources) = world("world.yaml", &text(WORLD));
    let events = read("events.json", &text(EVENTS), &mut sources);
    for event in &events {
        let report = explained(Some(&world), event, &mut sources);
        let name = event.id.as_ref().unwrap().text.replace('-', "_");
        insta::assert_snapshot!(name, report.human(Style::default(), false));
    }
}
