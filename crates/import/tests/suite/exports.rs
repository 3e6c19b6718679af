//! Exports of the AWS CLI: what they give, and that it decides as the same world written by hand.

use std::fs;

use kmsim_authz::call;
use kmsim_authz::decision::Verdict;
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_authz::world::World;
use kmsim_import::{Given, Importer, Settings, readable};
use kmsim_policy::document::parse_any;
use kmsim_policy::print::{node_to_json, node_to_yaml};
use kmsim_policy::source::Sources;

use crate::support::{Outcome, borrowed, folder, import, root, shared};

fn export() -> Vec<(String, String)> {
    folder(&root().join("fixtures/inputs/export"))
}

fn imported(texts: &[(String, String)]) -> Outcome {
    import(&borrowed(texts), Settings::default())
}

/// Reads a world document.
fn world(name: &str, text: &str) -> World {
    let mut sources = Sources::new();
    let id = sources.add(name, text);
    let mut reader = Reader::new(&mut sources, &NoFiles);
    let node = parse_any(text, id, name, &mut reader.diagnostics).unwrap();
    let world = reader.world(&node);
    let found = reader.diagnostics;
    let lines: Vec<_> = found.iter().map(|found| found.line(&sources)).collect();
    assert_eq!(lines, [""; 0]);
    world.unwrap()
}

/// What calls of everybody come to, a line each.
fn decisions(world: &World) -> Vec<String> {
    let callers = [
        "arn:aws:iam::111122223333:root",
        "arn:aws:iam::111122223333:user/nina",
        "arn:aws:iam::111122223333:role/LedgerService",
        "arn:aws:iam::444455556666:root",
        "arn:aws:iam::444455556666:role/Reports",
        "arn:aws:iam::444455556666:role/Archive",
        "arn:aws:iam::777788889999:role/Stranger",
    ];
    let operations = [
        "Encrypt",
        "Decrypt",
        "DescribeKey",
        "PutKeyPolicy",
        "ScheduleKeyDeletion",
        "DisableKey",
        "ListGrants",
    ];
    let ways = [
        "",
        "encryptionContext: {Department: Finance}\n",
        "encryptionContext: {Department: Archive}\n",
        "encryptionContext: {Department: Finance}\nvpcEndpoint: vpce-0a1b2c3d4e5f60718\n",
    ];
    let mut lines = Vec::new();
    for caller in callers {
        for operation in operations {
            for way in ways {
                let encrypts = matches!(operation, "Encrypt" | "Decrypt");
                if way.contains("encryptionContext") && !encrypts {
                    continue;
                }
                let text = format!(
                    "caller: {caller}\noperation: {operation}\nkey: arn:aws:kms:eu-central-1:111122223333:alias/ledger\n{way}"
                );
                let mut sources = Sources::new();
                let id = sources.add("call", text.as_str());
                let mut reader = Reader::new(&mut sources, &NoFiles);
                let node = parse_any(&text, id, "call.yaml", &mut reader.diagnostics).unwrap();
                let call = reader.call(&node).unwrap();
                let decided = match call::decide(world, &call) {
                    Ok(decided) => decided.verdict.name().to_owned(),
                    Err(why) => why.message,
                };
                lines.push(format!("{text}{decided}"));
            }
        }
    }
    lines
}

#[test]
fn exports_decide_as_the_same_world_written_by_hand() {
    let by_hand = fs::read_to_string(root().join("fixtures/inputs/export.world.yaml")).unwrap();
    let by_hand = decisions(&world("export.world.yaml", &by_hand));
    let outcome = imported(&export());
    let found = decisions(outcome.world());
    for (found, expected) in found.iter().zip(&by_hand) {
        assert_eq!(found, expected);
    }
    // The calls tell such worlds apart.
    for verdict in ["allowed", "implicitDeny", "explicitDeny", "depends"] {
        let count = found.iter().filter(|line| line.ends_with(verdict)).count();
        assert!(count >= 2, "{verdict}: {count}");
    }
}

#[test]
fn what_exports_give_and_what_they_lack() {
    let outcome = imported(&export());
    outcome.world();
    insta::assert_debug_snapshot!("export_used", outcome.used);
    insta::assert_debug_snapshot!("export_gaps", outcome.gaps);
}

/// The world as it is printed, read again.
#[test]
fn a_printed_world_decides_as_the_one_that_was_printed() {
    let texts = export();
    let mut sources = Sources::new();
    let mut importer = Importer::new(&mut sources, Settings::default());
    for (name, text) in &texts {
        importer.add(name, text, Given::Named);
    }
    let tree = readable(importer.finish().world);
    let (yaml, json) = (node_to_yaml(&tree), node_to_json(&tree));
    insta::assert_snapshot!("export_world", yaml);
    let expected = decisions(imported(&texts).world());
    assert_eq!(decisions(&world("world.yaml", &yaml)), expected);
    assert_eq!(decisions(&world("world.json", &json)), expected);
}

#[test]
fn the_order_of_files_does_not_matter() {
    let mut texts = export();
    let expected = imported(&texts);
    texts.reverse();
    let found = imported(&texts);
    assert_eq!(decisions(found.world()), decisions(expected.world()));
    assert_eq!(found.gaps, expected.gaps);
}

/// The CLI writes YAML on demand; pages may be put into one list.
#[test]
fn other_forms_of_the_same_answers() {
    let texts = export();
    let expected = decisions(imported(&texts).world());
    let as_yaml: Vec<_> = texts
        .iter()
        .map(|(name, text)| {
            let mut found = Vec::new();
            let node = parse_any(text, kmsim_policy::source::SourceId(0), name, &mut found);
            (name.replace(".json", ".yaml"), node_to_yaml(&node.unwrap()))
        })
        .collect();
    assert_eq!(decisions(imported(&as_yaml).world()), expected);
    let in_lists: Vec<_> = texts
        .iter()
        .map(|(name, text)| (name.clone(), format!("[{text}]")))
        .collect();
    assert_eq!(decisions(imported(&in_lists).world()), expected);
}

/// Whichever file is missing, nothing becomes a wrong answer: a decision stays, or it depends. Only
/// what is allowed by a file may be denied without it, and then a gap says so.
#[test]
fn a_missing_file_is_a_gap() {
    let texts = export();
    let whole = decisions(imported(&texts).world());
    for missing in 0..texts.len() {
        let mut rest = texts.clone();
        let (name, _) = rest.remove(missing);
        let outcome = imported(&rest);
        let Some(world) = &outcome.world else {
            continue;
        };
        for (found, expected) in decisions(world).iter().zip(&whole) {
            let verdict = |line: &str| line.rsplit('\n').next().unwrap().to_owned();
            let (found, expected) = (verdict(found), verdict(expected));
            // A key or principal that the world has not is told instead of a verdict.
            let is_verdict = ["allowed", "implicitDeny", "explicitDeny"].contains(&&*found);
            if found != expected && is_verdict {
                assert!(outcome.gaps.len() > 1, "{name}: {found} for {expected}");
            }
        }
    }
}

#[test]
fn the_samples_import() {
    let Some(path) = shared("inputs") else { return };
    let of_aws = ["kms-", "iam-", "organizations-", "ec2-", "accessanalyzer-"];
    let mut texts = folder(&path);
    texts.retain(|(name, _)| of_aws.iter().any(|start| name.starts_with(start)));
    assert!(texts.len() >= 19);
    let outcome = imported(&texts);
    let world = outcome.world();
    assert_eq!(world.contents().keys.len(), 1);
    assert_eq!(world.contents().keys[0].grants.len(), 4);
    assert_eq!(world.contents().identities.len(), 2);
    assert_eq!(outcome.gaps, [""; 0]);
    let app = "caller: arn:aws:iam::111122223333:role/OrdersService\nkey: alias/orders\n";
    let context = "encryptionContext: {Department: IT}\n";
    outcome.assert(&[
        (
            &format!("{app}operation: Decrypt\n{context}"),
            Verdict::Allowed,
        ),
        (&format!("{app}operation: DescribeKey"), Verdict::Allowed),
        (
            &format!("{app}operation: ScheduleKeyDeletion"),
            Verdict::ExplicitDeny,
        ),
    ]);
    // Each by itself, too: most say what they are about.
    for (name, text) in &texts {
        let outcome = import(&[(name, text)], Settings::default());
        let nameless = ["get-key-policy", "page1", "list-resource-tags"];
        let expected = usize::from(
            nameless.iter().any(|part| name.contains(part)) && !name.contains(".text."),
        );
        assert_eq!(
            outcome.findings.len(),
            expected,
            "{name}: {:?}",
            outcome.findings
        );
    }
}
