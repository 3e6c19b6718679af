//! Files that hold policies: every policy is found with its kind, its place, and what is known of its key.

use std::fmt::Write as _;

use kmsim_lint::Finding;
use kmsim_lint::input::{Input, read};
use kmsim_policy::source::Sources;

use crate::support::root;

/// What is found in a text, a line for each policy and finding. Places are those of the file, and so are
/// the texts that stand there.
pub(crate) fn shown(name: &str, text: &str) -> String {
    let mut sources = Sources::new();
    let source = sources.add(name, text);
    let input = read(text, source, None, &mut sources);
    described(&input, &sources)
}

fn described(input: &Input<'_>, sources: &Sources<'_>) -> String {
    let mut out = format!("{}\n", input.form);
    for found in &input.diagnostics {
        let _ = writeln!(out, "  {}", found.line(sources));
    }
    for policy in &input.policies {
        let start = policy
            .node
            .as_ref()
            .map(|node| sources.locate_outside(node.span));
        let start = start.map_or_else(String::new, |place| format!(" at {place}"));
        let name = policy.place.as_deref().unwrap_or("-");
        let excerpt = if policy.excerpt { ", an excerpt" } else { "" };
        let incomplete = if policy.incomplete {
            ", incomplete"
        } else {
            ""
        };
        let _ = writeln!(
            out,
            "{name}: {}{excerpt}{incomplete}{start}",
            policy.kind.name()
        );
        for finding in policy.findings(sources, None) {
            out.push_str(&line(&finding, sources));
        }
    }
    out
}

fn line(finding: &Finding, sources: &Sources<'_>) -> String {
    let place = sources.locate(finding.span);
    assert_eq!(place.within, None, "{finding:?}");
    let written: String = sources.slice(finding.span).chars().take(40).collect();
    let fix = match &finding.fix {
        Some(fix) => format!(" [{}]", fix.title),
        None => String::new(),
    };
    format!(
        "  {} {} {}:{} {written:?} {}{fix}\n",
        finding.code,
        finding.severity.name(),
        place.line,
        place.column,
        finding.message,
    )
}

/// The inputs of the importer's tests: what is right in them stays silent.
#[test]
fn policies_are_found_in_exports_plans_templates_and_worlds() {
    let mut out = String::new();
    for name in [
        "orders.plan.json",
        "orders.state.json",
        "orders.template.yaml",
        "export.world.yaml",
    ] {
        let text = std::fs::read_to_string(root().join("fixtures/inputs").join(name)).unwrap();
        let _ = writeln!(out, "== {name}\n{}", shown(name, &text));
    }
    insta::assert_snapshot!(out);
}

/// A policy with a mistake of each sort: blanks, a missing set operator, a wildcard that reaches too far.
const MISTAKEN: &str = r#"{"Version": "2012-10-17", "Id": "über", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}, {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam:: 111122223333:role/Unit"}, "Action": ["kms: Decrypt", "kms:Re*"], "Resource": "*", "Condition": {"StringEquals": {"kms:EncryptionContextKeys": "a"}}}]}"#;

/// A policy in a file is the same policy in whatever notation: the same is found, at the place where it
/// stands in that notation, and every change makes the change in the file.
#[test]
fn a_policy_in_a_string_is_linted_where_it_stands() {
    let quoted = serde_json::Value::from(MISTAKEN).to_string();
    let escaped: String = quoted
        .chars()
        .map(|c| match c {
            'ü' => "\\u00fc".to_owned(),
            c => c.to_string(),
        })
        .collect();
    let percent: String = MISTAKEN
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    let indented = MISTAKEN.replace("}, {", "},\n          {");
    let expected = codes("policy.json", MISTAKEN);
    assert!(expected.len() > 3, "{expected:?}");
    for (name, text) in [
        ("get-key-policy.json", format!("{{\"Policy\": {quoted}}}")),
        (
            "get-key-policy.json",
            format!("{{\"Policy\":\n {escaped}, \"PolicyName\": \"default\"}}"),
        ),
        (
            "get-key-policy.json",
            format!("{{\"Policy\": \"{percent}\"}}"),
        ),
        (
            "get-key-policy.yaml",
            format!("Policy: {quoted}\nPolicyName: default\n"),
        ),
        ("get-key-policy.yaml", format!("Policy: '{MISTAKEN}'\n")),
        (
            "get-key-policy.yaml",
            format!("Policy: |\n          {indented}\nPolicyName: default\n"),
        ),
        (
            "template.yaml",
            format!(
                "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      KeyPolicy: {MISTAKEN}\n"
            ),
        ),
        (
            "plan.json",
            format!(
                "{{\"format_version\": \"1.2\", \"planned_values\": {{\"root_module\": {{\"resources\": [{{\"address\": \"aws_kms_key.a\", \"mode\": \"managed\", \"type\": \"aws_kms_key\", \"name\": \"a\", \"values\": {{\"policy\": {quoted}}}}}]}}}}}}"
            ),
        ),
    ] {
        assert_eq!(codes(name, &text), expected, "{text}");
        let mut sources = Sources::new();
        let source = sources.add(name, text.as_str());
        let input = read(&text, source, None, &mut sources);
        for finding in input
            .policies
            .iter()
            .flat_map(|policy| policy.findings(&sources, None))
        {
            assert_eq!(finding.span.source, source);
            let Some(fix) = finding.fix else { continue };
            let mut mended = text.clone();
            for edit in fix.edits.iter().rev() {
                mended.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
            }
            let found = codes(name, &mended);
            // What is mended may be a suggestion still.
            let same = (finding.code, finding.message.clone());
            assert!(
                found.len() <= expected.len() && !found.contains(&same),
                "{}: {found:?}\n{mended}",
                finding.code
            );
        }
    }
}

/// The codes of what is found, with the beginnings of the messages.
fn codes(name: &str, text: &str) -> Vec<(&'static str, String)> {
    let mut sources = Sources::new();
    let source = sources.add(name, text);
    let input = read(text, source, None, &mut sources);
    assert!(input.diagnostics.is_empty(), "{:?}", input.diagnostics);
    let found = input
        .policies
        .iter()
        .flat_map(|policy| policy.findings(&sources, None));
    found
        .map(|finding| (finding.code, finding.message))
        .collect()
}

#[test]
fn every_block_of_notes_is_diagnosed() {
    let text = std::fs::read_to_string(root().join("fixtures/inputs/notes.md")).unwrap();
    insta::assert_snapshot!(shown("notes.md", &text));
}

/// In how many of the policies in a folder, or of the blocks of a note, each of some rules finds something.
fn counted(texts: &[(String, String)], codes: &[&str]) -> Vec<usize> {
    let mut policies = Vec::new();
    for (name, text) in texts {
        let mut sources = Sources::new();
        let source = sources.add(name.as_str(), text.as_str());
        for policy in read(text, source, None, &mut sources).policies {
            policies.push(policy.findings(&sources, None));
        }
    }
    let with = |code: &&str| {
        let has = |found: &&Vec<Finding>| found.iter().any(|finding| finding.code == *code);
        policies.iter().filter(has).count()
    };
    codes.iter().map(with).collect()
}

/// Blanks in actions, ARNs and condition keys; an element inside the principal; documents that are joined;
/// ids that no key has.
const OF_NOTES: [&str; 6] = ["KMS074", "KMS075", "KMS076", "KMS063", "IAM001", "IAM046"];

/// How many code blocks the notes have, and in how many of them there is each sort of mistake.
pub(crate) fn counts_of_notes() -> (usize, Vec<usize>) {
    let text = std::fs::read_to_string(root().join("fixtures/inputs/notes.md")).unwrap();
    let mut sources = Sources::new();
    let source = sources.add("notes.md", text.as_str());
    let blocks = read(&text, source, None, &mut sources).policies.len();
    (blocks, counted(&[("notes.md".to_owned(), text)], &OF_NOTES))
}

#[test]
fn every_sort_of_mistake_in_notes_is_counted() {
    assert_eq!(counts_of_notes(), (21, vec![15, 15, 5, 2, 1, 3]));
}

#[test]
fn the_same_policies_as_files_have_the_same_mistakes() {
    let folder = root().join("../shared/lint/seed-policies");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: {} is absent", folder.display());
        return;
    };
    let texts = entries.map(|entry| {
        let path = entry.unwrap().path();
        (
            path.display().to_string(),
            std::fs::read_to_string(path).unwrap(),
        )
    });
    let texts: Vec<_> = texts.collect();
    let [actions, arns, keys, nested, ..] = counted(&texts, &OF_NOTES)[..] else {
        unreachable!()
    };
    assert_eq!((actions, arns, keys, nested), (15, 15, 5, 2));
}

/// Every change that is offered in a note or in a source of Terraform leaves one that can be read, and
/// mends what it is offered for.
#[test]
fn changes_of_notes_and_sources_can_be_made() {
    for name in ["notes.md", "orders.tf", "orders.template.yaml"] {
        let text = std::fs::read_to_string(root().join("fixtures/inputs").join(name)).unwrap();
        let mut sources = Sources::new();
        let source = sources.add(name, text.as_str());
        let input = read(&text, source, None, &mut sources);
        // What is mended may show what was hidden by it, so only the same is counted.
        let count = |text: &str, finding: &Finding| {
            let same = |(code, message): &&(&str, String)| {
                *code == finding.code && *message == finding.message
            };
            codes(name, text).iter().filter(same).count()
        };
        let mut made = 0;
        let policies = input.policies.iter();
        for finding in policies.flat_map(|policy| policy.findings(&sources, None)) {
            let Some(fix) = &finding.fix else { continue };
            let mut mended = text.clone();
            let mut edits = fix.edits.clone();
            edits.sort_by_key(|edit| edit.span.start);
            for edit in edits.iter().rev() {
                mended.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
            }
            let (before, after) = (count(&text, &finding), count(&mended, &finding));
            assert!(after < before, "{name}: {finding:?}");
            made += 1;
            if made > 40 {
                break;
            }
        }
        assert!(made > 4 || name == "orders.template.yaml", "{name}: {made}");
    }
}

#[test]
fn sources_of_terraform_are_read_without_evaluation() {
    let text = std::fs::read_to_string(root().join("fixtures/inputs/orders.tf")).unwrap();
    insta::assert_snapshot!(shown("orders.tf", &text));
    let broken = shown(
        "broken.tf",
        "resource \"aws_kms_key\" \"a\" {\n  policy = \n}\n",
    );
    assert!(broken.contains("broken.tf:2:"), "{broken}");
    let note = format!("# Keys\n\n```hcl\n{text}```\n");
    let places = |shown: &str| shown.lines().filter(|line| line.starts_with("  ")).count();
    let in_note = shown("notes.md", &note);
    assert_eq!(
        places(&in_note),
        places(&shown("orders.tf", &text)),
        "{in_note}"
    );
}
