//! The policies that inputs hold, one by one.

use std::fs;

use kmsim_import::policies::policies;
use kmsim_import::{Given, Importer, Settings};
use kmsim_policy::source::Sources;

use crate::support::root;

/// Kind, name and place of each policy of a fixture, and what is known of its key.
fn found(name: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join("fixtures/inputs").join(name)).unwrap();
    let mut sources = Sources::new();
    let settings = Settings {
        anywhere: true,
        ..Settings::default()
    };
    let mut importer = Importer::new(&mut sources, settings);
    importer.add(name, &text, Given::Named);
    let made = importer.finish();
    assert_eq!(made.diagnostics, []);
    let mut diagnostics = Vec::new();
    let found = policies(&made.world, &mut sources, &mut diagnostics);
    assert_eq!(diagnostics, []);
    let shown = found.iter().map(|policy| {
        let (kind, name) = (policy.kind.name(), &policy.name);
        let spec = policy.key.spec.map_or("", |spec| spec.name());
        let account = policy.key.account.map(|account| account.to_string());
        let place = sources.locate(policy.node.span);
        format!(
            "{kind} {name} [{spec} {}] {place}",
            account.unwrap_or_default()
        )
    });
    shown.collect()
}

#[test]
fn a_template_is_searched_without_account_and_region() {
    insta::assert_debug_snapshot!(found("orders.template.yaml"));
}

#[test]
fn a_plan_is_searched() {
    insta::assert_debug_snapshot!(found("orders.plan.json"));
}

#[test]
fn a_state_is_searched() {
    insta::assert_debug_snapshot!(found("orders.state.json"));
}
