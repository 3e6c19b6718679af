//! Templates of CloudFormation, and plans and states of Terraform: whatever comes, the import ends with
//! findings that can be shown, and what it makes without an error is a world.
//!
//! This is not part of the library, which knows nothing of imports: targets and test include the file.

use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_import::{Given, Importer, Settings};
use kmsim_policy::document::parse_template;
use kmsim_policy::source::{SourceId, Sources};

use super::shown::{assert_findings_show, assert_nodes_show};

/// A template, in YAML or JSON.
pub fn template(text: &str) {
    import("template.yaml", text, false);
}

/// A plan or state.
pub fn terraform(text: &str) {
    for before in [false, true] {
        import("plan.json", text, before);
    }
}

fn import(name: &str, text: &str, before: bool) {
    let settings = Settings {
        account: "111122223333".parse().ok(),
        region: kmsim_types::Region::new("us-west-2").ok(),
        before,
        ..Settings::default()
    };
    if let Some(node) = parse_template(text, SourceId(0), name, &mut Vec::new()) {
        assert_nodes_show(&node, text);
    }
    let mut sources = Sources::new();
    let mut importer = Importer::new(&mut sources, settings);
    importer.add(name, text, Given::Found);
    let made = importer.finish();
    assert_findings_show(&made.diagnostics, &sources);
    let mut reader = Reader::new(&mut sources, &NoFiles);
    let world = reader.world(&made.world);
    let found = std::mem::take(&mut reader.diagnostics);
    assert_findings_show(&found, &sources);
    assert!(
        world.is_some() || !found.is_empty(),
        "a world is refused without a reason"
    );
}
