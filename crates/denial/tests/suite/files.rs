//! Where the data lies, and how it is read.

use std::fs;
use std::path::{Path, PathBuf};

use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_authz::world::World;
use kmsim_denial::{Report, explain};
use kmsim_import::report::{Reported, Supposed, reports};
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect(path)
}

/// The text of a file in the folder `shared` beside the checkout, or one folder further up, which is
/// there for some developers only.
pub(crate) fn shared(path: &str) -> Option<String> {
    let places = ["../shared", "../../shared"].map(|place| root().join(place).join(path));
    let found = places
        .iter()
        .find_map(|place| fs::read_to_string(place).ok());
    if found.is_none() {
        println!("skipped: no shared/{path} beside the checkout");
    }
    found
}

/// A world, and the sources in which it stands.
pub(crate) fn world(name: &str, text: &str) -> (World, Sources<'static>) {
    let mut sources = Sources::new();
    let id = sources.add(name, text.to_owned());
    let mut found = Vec::new();
    let node = parse_any(text, id, name, &mut found).expect("a document");
    let mut reader = Reader::new(&mut sources, &NoFiles);
    let world = reader.world(&node);
    assert_eq!(reader.diagnostics, []);
    (world.expect("a world"), sources)
}

/// The reports in a text, all of which must be readable.
pub(crate) fn read(name: &str, text: &str, sources: &mut Sources<'static>) -> Vec<Reported> {
    let id = sources.add(name, text.to_owned());
    let mut found = Vec::new();
    let reports = reports(text, id, sources, &mut found);
    assert_eq!(found, []);
    reports
}

/// A report explained with nothing supposed.
pub(crate) fn explained(
    world: Option<&World>,
    reported: &Reported,
    sources: &mut Sources<'static>,
) -> Report {
    explain(world, reported, &Supposed::default(), sources)
}
