//! What the tests share.

use std::path::{Path, PathBuf};

use kmsim_authz::reader::{Files, NoFiles, Reader};
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;
use kmsim_scenario::{Report, read, run};

/// Files beside the file that refers to them.
pub(crate) struct Disk;

impl Files for Disk {
    fn read(&self, from: &str, path: &str) -> Result<(String, String), String> {
        let path = Path::new(from).parent().unwrap().join(path);
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
        Ok((path.display().to_string(), text))
    }
}

/// The folder of the scenarios.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/scenarios")
}

/// Reads and runs a text. The findings in one line each, if it cannot be read.
pub(crate) fn run_text(name: &str, text: &str, files: &dyn Files) -> Result<Report, Vec<String>> {
    let mut sources = Sources::new();
    let source = sources.add(name, text);
    let mut diagnostics = Vec::new();
    let node = parse_any(text, source, name, &mut diagnostics);
    let mut reader = Reader::new(&mut sources, files);
    reader.diagnostics = diagnostics;
    let scenario = node.and_then(|node| read(&mut reader, &node));
    let diagnostics = reader.diagnostics;
    match scenario {
        Some(scenario) if diagnostics.is_empty() => Ok(run(&scenario, &sources)),
        _ => Err(diagnostics
            .iter()
            .map(|found| found.line(&sources))
            .collect()),
    }
}

/// Runs the steps of a text in a small world: one account with an administrator, a user without
/// permissions, and a key `alias/data`.
pub(crate) fn run_steps(steps: &str) -> Result<Report, Vec<String>> {
    run_text("test.yaml", &format!("{WORLD}{steps}"), &NoFiles)
}

const WORLD: &str = r#"schema: 1
question: What?
answer: That.
now: 2026-11-21T12:00:00Z
region: us-east-1
world:
  accounts:
    - id: "111122223333"
      users:
        - {name: admin, managedPolicies: ["arn:aws:iam::aws:policy/AdministratorAccess"]}
        - {name: alice}
      keys:
        - {id: 1234abcd-12ab-34cd-56ef-1234567890ab, region: us-east-1, policy: default, aliases: [alias/data]}
callers:
  admin: arn:aws:iam::111122223333:user/admin
  alice: arn:aws:iam::111122223333:user/alice
steps:
"#;
