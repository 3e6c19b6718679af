//! Worlds, and what is asked of them.

use std::fs;
use std::path::{Path, PathBuf};

use kmsim_analysis::ask::Ask;
use kmsim_authz::call::Call;
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_authz::world::World;
use kmsim_policy::diagnostic::Severity;
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;
use kmsim_types::KmsAction;
use serde_json::{Value, json};

pub(crate) struct Given {
    pub(crate) sources: Sources<'static>,
    pub(crate) world: World,
}

/// Reads a world from its text.
pub(crate) fn world(name: &str, text: &str) -> Given {
    let mut sources = Sources::new();
    let id = sources.add(name, text.to_owned());
    let mut reader = Reader::new(&mut sources, &NoFiles);
    let node = parse_any(text, id, name, &mut reader.diagnostics).expect("a document");
    let world = reader.world(&node);
    let found = std::mem::take(&mut reader.diagnostics);
    let errors = found
        .iter()
        .filter(|found| found.severity == Severity::Error);
    let errors: Vec<String> = errors.map(|error| error.line(&sources)).collect();
    assert!(errors.is_empty(), "{}\n{text}", errors.join("\n"));
    Given {
        sources,
        world: world.expect("a world"),
    }
}

/// A random world.
pub(crate) fn random(world_value: &Value) -> Given {
    world("world.json", &world_value.to_string())
}

/// A world of the fixtures.
pub(crate) fn fixture(name: &str) -> Given {
    let text = fs::read_to_string(root().join("fixtures/worlds").join(name)).unwrap();
    world(name, &text)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A call as it is written.
pub(crate) fn call(call: &Value) -> Call {
    let text = call.to_string();
    let mut sources = Sources::new();
    let id = sources.add("call", text.as_str());
    let mut reader = Reader::new(&mut sources, &NoFiles);
    let node = parse_any(&text, id, "call", &mut reader.diagnostics).expect("a document");
    let read = reader.call(&node);
    let found = std::mem::take(&mut reader.diagnostics);
    assert!(found.is_empty(), "{found:?}");
    read.expect("a call")
}

/// An action under no stated circumstances.
pub(crate) fn ask(action: KmsAction) -> Ask {
    ask_with(action, &json!({}))
}

/// An action under circumstances: the fields of a call.
pub(crate) fn ask_with(action: KmsAction, circumstances: &Value) -> Ask {
    let mut whole = json!({"caller": "anonymous", "action": action.name()});
    let fields = whole.as_object_mut().unwrap();
    fields.extend(circumstances.as_object().unwrap().clone());
    Ask::new(action, call(&whole))
}
