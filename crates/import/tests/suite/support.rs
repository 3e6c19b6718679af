//! Importing files, and asking the worlds that they give.

use std::fs;
use std::path::{Path, PathBuf};

use kmsim_authz::call;
use kmsim_authz::decision::Verdict;
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_authz::world::World;
use kmsim_import::{Given, Importer, Settings};
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Settings for account 111122223333 in us-west-2.
pub(crate) fn settings() -> Settings {
    Settings {
        account: "111122223333".parse().ok(),
        region: kmsim_types::Region::new("us-west-2").ok(),
        ..Settings::default()
    }
}

/// What an import gave.
pub(crate) struct Outcome {
    pub(crate) world: Option<World>,
    pub(crate) gaps: Vec<String>,
    pub(crate) used: Vec<String>,
    /// Findings of the import and of reading its world, a line each.
    pub(crate) findings: Vec<String>,
    texts: Vec<(String, String)>,
}

/// Imports texts with names.
pub(crate) fn import(texts: &[(&str, &str)], settings: Settings) -> Outcome {
    let mut sources = Sources::new();
    let mut importer = Importer::new(&mut sources, settings);
    for (name, text) in texts {
        importer.add(name, text, Given::Named);
    }
    let outcome = importer.finish();
    let mut reader = Reader::new(&mut sources, &NoFiles);
    let world = reader.world(&outcome.world);
    let read = std::mem::take(&mut reader.diagnostics);
    let findings = outcome.diagnostics.iter().chain(&read);
    Outcome {
        world,
        gaps: outcome
            .gaps
            .iter()
            .map(|gap| format!("{}: {}", gap.code, gap.message))
            .collect(),
        used: outcome.used.into_iter().map(|used| used.what).collect(),
        findings: findings.map(|found| found.line(&sources)).collect(),
        texts: texts
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect(),
    }
}

/// Imports a file of `fixtures/inputs`.
pub(crate) fn fixture(name: &str, settings: Settings) -> Outcome {
    let path = root().join("fixtures/inputs").join(name);
    let text = fs::read_to_string(path).expect("a readable fixture");
    import(&[(name, &text)], settings)
}

impl Outcome {
    /// The world, which there must be, without a finding.
    pub(crate) fn world(&self) -> &World {
        assert_eq!(self.findings, [""; 0], "{:?}", self.texts.first());
        self.world.as_ref().expect("a world")
    }

    /// Decides a call that is written as in a test file.
    pub(crate) fn decide(&self, text: &str) -> Verdict {
        let mut sources = Sources::new();
        let id = sources.add("call", text);
        let mut reader = Reader::new(&mut sources, &NoFiles);
        let node = parse_any(text, id, "call.yaml", &mut reader.diagnostics).expect(text);
        let call = reader.call(&node).expect(text);
        assert_eq!(reader.diagnostics, [], "{text}");
        let decided = call::decide(self.world(), &call);
        decided
            .unwrap_or_else(|why| panic!("{text}: {why:?}"))
            .verdict
    }

    /// Asserts what calls come to.
    pub(crate) fn assert(&self, cases: &[(&str, Verdict)]) {
        for (text, expected) in cases {
            assert_eq!(self.decide(text), *expected, "{text}");
        }
    }
}

/// A path in the folder `shared` beside the checkout, or one folder further up, which is there
/// for some developers only.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let places = ["../shared", "../../shared"].map(|place| root().join(place).join(path));
    let found = places.into_iter().find(|place| place.exists());
    if found.is_none() {
        println!("skipped: no shared/{path} beside the checkout");
    }
    found
}
