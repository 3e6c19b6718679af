//! Exports of the AWS CLI, several in one text: whatever comes, the import ends with findings that can
//! be shown, what it makes is a world or there is a reason, and the world that it prints is the one that
//! it made.
//!
//! This is not part of the library, which knows nothing of imports: target and test include the file.

use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_authz::world::World;
use kmsim_import::node::same;
use kmsim_import::{Given, Importer, Settings, readable, without_broken};
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json::Node;
use kmsim_policy::print::{node_to_json, node_to_yaml};
use kmsim_policy::source::{SourceId, Sources};
use kmsim_policy::{json, yaml};

use super::shown::assert_findings_show;

/// What stands before each file, followed by its name.
const MARK: &str = "=== ";

/// Files, each after a line with its name.
pub fn exports(text: &str) {
    let files = files(text);
    let mut sources = Sources::new();
    let mut importer = Importer::new(&mut sources, Settings::default());
    for (name, text) in &files {
        importer.add(name, text, Given::Found);
    }
    let mut made = importer.finish();
    assert_findings_show(&made.diagnostics, &sources);
    let (world, found) = read(&made.world, &mut sources);
    assert!(
        world.is_some() || !found.is_empty(),
        "a world is refused without a reason"
    );
    if world.is_none() && without_broken(&mut made.world, &found, &sources) > 0 {
        read(&made.world, &mut sources);
    }
    assert_prints(&readable(made.world));
}

/// The files of a text.
pub fn files(text: &str) -> Vec<(&str, String)> {
    let mut files: Vec<(&str, String)> = vec![("first.json", String::new())];
    for line in text.split_inclusive('\n') {
        match line.strip_prefix(MARK) {
            Some(name) => files.push((name.trim(), String::new())),
            None => {
                if let Some((_, text)) = files.last_mut() {
                    text.push_str(line);
                }
            }
        }
    }
    files.retain(|(_, text)| !text.trim().is_empty());
    files
}

fn read(world: &Node<'_>, sources: &mut Sources<'_>) -> (Option<World>, Vec<Diagnostic>) {
    let mut reader = Reader::new(sources, &NoFiles);
    let world = reader.world(world);
    let found = std::mem::take(&mut reader.diagnostics);
    assert_findings_show(&found, sources);
    (world, found)
}

/// What is printed reads back.
fn assert_prints(world: &Node<'static>) {
    let (as_yaml, as_json) = (node_to_yaml(world), node_to_json(world));
    let mut found = Vec::new();
    let from_yaml = yaml::parse(&as_yaml, SourceId(0), &mut found);
    let from_json = json::parse(&as_json, SourceId(0), &mut found);
    // Two members of one name, which is reported, may be left out by one and not by the other.
    if found.is_empty() {
        for read in [from_yaml, from_json] {
            assert!(read.is_some_and(|read| same(&read, world)), "{as_yaml}");
        }
    }
}
