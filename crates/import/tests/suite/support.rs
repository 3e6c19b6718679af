//! Importing files, and asking the worlds that they give.

use std::fmt::Write as _;
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

/// The files of a folder with their paths in it, in order.
pub(crate) fn folder(path: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![path.to_owned()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(at).expect("a readable folder") {
            let at = entry.expect("a readable folder").path();
            if at.is_dir() {
                open.push(at);
                continue;
            }
            let name = at.strip_prefix(path).expect("a path below");
            let text = fs::read_to_string(&at).expect("a readable file");
            found.push((name.to_string_lossy().into_owned(), text));
        }
    }
    found.sort();
    found
}

/// The same as [`import`] takes them.
pub(crate) fn borrowed(texts: &[(String, String)]) -> Vec<(&str, &str)> {
    let texts = texts.iter();
    texts.map(|(name, text)| (&**name, &**text)).collect()
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

/// All that an import tells people: findings with notes and help, what is missing, what is ignored.
pub(crate) fn told(texts: &[(&str, &str)], settings: Settings) -> String {
    let mut sources = Sources::new();
    let mut importer = Importer::new(&mut sources, settings);
    for (name, text) in texts {
        importer.add(name, text, Given::Named);
    }
    let outcome = importer.finish();
    let mut reader = Reader::new(&mut sources, &NoFiles);
    reader.world(&outcome.world);
    let read = std::mem::take(&mut reader.diagnostics);
    let mut out = String::new();
    for found in outcome.diagnostics.iter().chain(&read) {
        writeln!(out, "{}", found.line(&sources)).unwrap();
        for note in &found.notes {
            let place = note.span.map(|span| format!(" ({})", sources.locate(span)));
            writeln!(out, "  note: {}{}", note.text, place.unwrap_or_default()).unwrap();
        }
        if let Some(help) = &found.help {
            writeln!(out, "  help: {help}").unwrap();
        }
    }
    for ignored in &outcome.ignored {
        writeln!(out, "ignored: {}: {}", ignored.file, ignored.why).unwrap();
    }
    for gap in &outcome.gaps {
        writeln!(out, "gap: {} [{}]", gap.message, gap.code).unwrap();
    }
    out
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
