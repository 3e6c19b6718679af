//! Events of `CloudTrail` and error messages: whatever is taken for a report stands in the text, and can
//! be explained by itself and against a world.

use kmsim_authz::explain::Style;
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_authz::world::World;
use kmsim_denial::explain;
use kmsim_import::message::messages;
use kmsim_import::report::{Form, Supposed, reports};
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;

const WORLD: &str = include_str!("../../fixtures/denials/world.yaml");

/// The world of the fixtures.
fn world(sources: &mut Sources<'_>) -> Option<World> {
    let id = sources.add("world.yaml", WORLD);
    let node = parse_any(WORLD, id, "world.yaml", &mut Vec::new())?;
    Reader::new(sources, &NoFiles).world(&node)
}

/// Events, or a text with messages in it.
pub fn report(text: &str) {
    let mut end = 0;
    for message in messages(text) {
        assert!(message.range.start >= end, "messages overlap");
        assert!(
            text.get(message.range.clone()).is_some(),
            "a message stands outside the text"
        );
        end = message.range.end;
    }
    let mut sources = Sources::new();
    let world = world(&mut sources);
    assert!(world.is_some(), "the world of the fixtures cannot be read");
    let source = sources.add("text", text.to_owned());
    let mut found = Vec::new();
    let reported = reports(text, source, &mut sources, &mut found);
    // A text of many events says no more than one of few.
    for one in reported.iter().take(8) {
        let place = sources.locate(one.span);
        assert!(place.line > 0);
        if one.form == Form::Message {
            assert!(
                !sources.slice(one.span).is_empty(),
                "a message stands nowhere"
            );
        }
        for world in [None, world.as_ref()] {
            let report = explain(world, one, &Supposed::default(), &mut sources);
            assert!(!report.verdict.is_empty(), "a report without a verdict");
            let shown = report.human(Style::default(), true);
            assert!(
                !shown.contains('\u{1b}'),
                "an escape of the text reaches the terminal"
            );
            assert!(
                serde_json::to_string(&report).is_ok(),
                "a report that is no JSON"
            );
        }
    }
}
