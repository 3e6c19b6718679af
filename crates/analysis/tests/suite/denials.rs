//! A denial of every layer: what is blamed, what is proposed, that it helps, and that it opens
//! nothing. The names of the cases in `fixtures/fixes` begin with what is to blame.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use kmsim_analysis::fix::{Fix, Remedies, for_call, for_case};
use kmsim_authz::call::explain_call;
use kmsim_authz::decide::decide_traced;
use kmsim_authz::explain::{Explanation, explain};
use kmsim_authz::reader::{Files, NoFiles, Reader};
use kmsim_authz::test_file::{Subject, Test};
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;
use kmsim_testkit::{Verdict, decide};
use serde_json::Value;

use crate::{apply, patch};

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/fixes")
}

/// One denial with what was found.
struct Denial {
    name: String,
    explanations: Vec<Explanation>,
    remedies: Remedies,
}

/// Reads a file of denials; `texts` stand in for the files that it names.
fn denials(name: &str, text: &str, files: &dyn Files) -> Vec<Denial> {
    let mut sources = Sources::new();
    let id = sources.add(name, text.to_owned());
    let mut found = Vec::new();
    let node = parse_any(text, id, name, &mut found).unwrap();
    let mut reader = Reader::new(&mut sources, files);
    let tests = reader.tests(&node);
    let errors: Vec<_> = reader.diagnostics.clone();
    assert_eq!(errors, [], "{name}");
    let denial = |test: &Test| {
        let (explanations, remedies) = match &test.subject {
            Subject::Case(case) => {
                let layers = case.layers.borrow();
                let (decision, trace) = decide_traced(&layers, &case.request);
                let explained = explain(&layers, &case.request, decision, &trace, &sources);
                (vec![explained], for_case(case, &sources))
            }
            Subject::Call { world, call } => {
                let explained = explain_call(world, call, &sources).unwrap();
                let checks = explained.checks.into_iter();
                (
                    checks.map(|check| check.explanation).collect(),
                    for_call(world, call, &sources),
                )
            }
        };
        Denial {
            name: test.name.to_string(),
            explanations,
            remedies,
        }
    };
    tests.iter().map(denial).collect()
}

/// Whether the explanation blames what the name begins with.
fn blames(denial: &Denial) -> bool {
    let (blamed, _) = denial.name.split_once(':').unwrap();
    let mut explanations = denial.explanations.iter();
    match blamed {
        "delegation" => explanations.any(|explained| explained.reason == "notDelegated"),
        "grant" => explanations.any(|explained| {
            let mut grants = explained.layers.iter().flat_map(|layer| &layer.grants);
            grants.any(|grant| grant.covers == "no")
        }),
        "none" => denial.remedies.fixes.is_empty() && !denial.remedies.instead.is_empty(),
        layer => explanations.any(|explained| explained.blocked_by.contains(&layer)),
    }
}

/// Snapshots by what is to blame.
fn snapshots(prefix: &str, denials: &[Denial]) {
    let mut texts: BTreeMap<&str, String> = BTreeMap::new();
    for denial in denials {
        let (blamed, _) = denial.name.split_once(':').unwrap();
        let text = texts.entry(blamed).or_default();
        writeln!(text, "=== {}\n{}", denial.name, denial.remedies.human()).unwrap();
    }
    for (blamed, text) in texts {
        insta::assert_snapshot!(format!("{prefix}_{blamed}"), text);
    }
}

#[test]
fn of_cases() {
    let text = fs::read_to_string(fixtures().join("layers.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let denials = denials("layers.json", &text, &NoFiles);
    for (at, denial) in denials.iter().enumerate() {
        assert!(
            blames(denial),
            "{}: {:#?}",
            denial.name,
            denial.explanations
        );
        let fixes = &denial.remedies.fixes;
        let is_none = denial.name.starts_with("none:");
        assert_eq!(fixes.is_empty(), is_none, "{}", denial.name);
        assert!(is_none || opens_nothing(denial), "{}", denial.name);
        for fix in fixes {
            let changed = apply_to_file(&text, at, fix);
            assert_eq!(
                decide(&changed),
                Ok(Verdict::Allowed),
                "{}\n{fix:#?}",
                denial.name
            );
            assert_ne!(decide(&file["cases"][at]), Ok(Verdict::Allowed));
            patch::check("layers.json", &text, fix);
        }
    }
    snapshots("case", &denials);
}

fn opens_nothing(denial: &Denial) -> bool {
    // The root user of an account goes by the same name as its account.
    let is_root = denial.name.contains("root user");
    denial
        .remedies
        .fixes
        .first()
        .is_some_and(|fix| fix.opens.is_empty() || is_root)
}

/// One of the cases of a file after a fix.
fn apply_to_file(text: &str, at: usize, fix: &Fix) -> Value {
    fix.changes
        .iter()
        .for_each(|change| apply::sids_are_unique(&change.result));
    let replaced = apply::replaced(text, "layers.json", fix);
    let mut file = apply::value(&replaced, "layers.json");
    apply::put_new(file["cases"][at].take(), fix)
}

/// Gives the texts that stand beside a file of denials.
struct Texts<'t>(&'t [(&'t str, &'t str)]);

impl Files for Texts<'_> {
    fn read(&self, _: &str, path: &str) -> Result<(String, String), String> {
        let found = self.0.iter().find(|(name, _)| *name == path);
        let (name, text) = found.ok_or("no such file")?;
        Ok(((*name).to_owned(), (*text).to_owned()))
    }
}

#[test]
fn of_calls() {
    let read = |name| fs::read_to_string(fixtures().join(name)).unwrap();
    let (calls, world) = (read("calls.yaml"), read("world.yaml"));
    let before = denials("calls.yaml", &calls, &Texts(&[("world.yaml", &world)]));
    for (at, denial) in before.iter().enumerate() {
        assert!(blames(denial), "{}", denial.name);
        let is_none = denial.name.starts_with("none:");
        assert_eq!(denial.remedies.fixes.is_empty(), is_none, "{}", denial.name);
        assert!(is_none || opens_nothing(denial), "{}", denial.name);
        for fix in &denial.remedies.fixes {
            // Session policies stand in the call.
            let new_calls = apply::replaced(&calls, "calls.yaml", fix);
            let new_world = apply::to_world(&world, "world.yaml", fix).to_string();
            let after = denials(
                "calls.yaml",
                &new_calls,
                &Texts(&[("world.yaml", &new_world)]),
            );
            assert_eq!(
                after[at].remedies.decision, "allowed",
                "{}\n{fix:#?}",
                denial.name
            );
            patch::check("world.yaml", &world, fix);
        }
    }
    snapshots("call", &before);
}

/// A call that names its key as `keyId`, in the Region that it calls.
fn named(caller: &str, operation: &str, key: &str, region: &str) -> String {
    format!(
        "schema: 1\nworld: {{file: world.yaml}}\ncases: [{{caller: {caller}, operation: {operation}, keyId: {key}, region: {region}}}]"
    )
}

#[test]
fn of_keys_that_are_not_found() {
    const APP: &str = "arn:aws:iam::111122223333:role/service/App";
    const READER: &str = "arn:aws:iam::444455556666:role/Reader";
    const EUROPE: &str =
        "arn:aws:kms:eu-west-1:111122223333:key/cccccccc-12ab-34cd-56ef-1234567890ab";
    let world = fs::read_to_string(fixtures().join("world.yaml")).unwrap();
    let mut text = String::new();
    for (what, call) in [
        (
            "wrong Region",
            named(APP, "Decrypt", "alias/europe", "us-east-1"),
        ),
        (
            "wrong Region in an ARN",
            named(APP, "DescribeKey", EUROPE, "us-east-1"),
        ),
        (
            "wrong account's alias",
            named(READER, "Decrypt", "alias/orders", "us-east-1"),
        ),
        (
            "an alias of another account, where aliases are not taken",
            named(
                READER,
                "ListGrants",
                "aaaaaaaa-12ab-34cd-56ef-1234567890ab",
                "us-east-1",
            ),
        ),
        (
            "nowhere",
            named(APP, "Decrypt", "alias/nothing-like-it", "us-east-1"),
        ),
    ] {
        let name = "call.yaml";
        let mut sources = Sources::new();
        let id = sources.add(name, call.clone());
        let node = parse_any(&call, id, name, &mut Vec::new()).unwrap();
        let beside = [("world.yaml", world.as_str())];
        let files = Texts(&beside);
        let mut reader = Reader::new(&mut sources, &files);
        let tests = reader.tests(&node);
        assert_eq!(reader.diagnostics, [], "{what}");
        let Subject::Call { world, call } = &tests[0].subject else {
            panic!("is a call")
        };
        let remedies = for_call(world, call, &sources);
        assert_eq!(remedies.decision, "unresolved", "{what}");
        assert!(!remedies.instead.is_empty(), "{what}");
        writeln!(text, "=== {what}\n{}", remedies.human()).unwrap();
    }
    insta::assert_snapshot!(text);
}
