//! Data files, what is rendered from them, and the pages of documentation.

use std::fmt::Write as _;

use kmsim_lint::{RULES, Severity};
use serde_json::Value;

use crate::fixtures::{all, findings_in};
use crate::support::root;

fn data(file: &str) -> Value {
    let text = std::fs::read_to_string(root().join("fixtures/tables").join(file)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Compares a committed file with what it should be, and writes it if `UPDATE` is set.
fn check(file: &str, rendered: &str) {
    let path = root().join(file);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, rendered).unwrap();
    }
    let committed = std::fs::read_to_string(&path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(
        committed == rendered,
        "{file} is stale: run UPDATE=1 cargo test -p kmsim-lint --test suite tables"
    );
}

#[test]
fn names_of_iam_are_those_of_the_data() {
    let data = data("iam.json");
    let mut out = String::from(
        "//! Names of IAM that rules know: rendered from `fixtures/tables/iam.json` by the tests of this crate.\n",
    );
    let _ = write!(
        out,
        "\n/// When the names were taken.\npub(crate) const DATE: &str = {};\n",
        data["date"]
    );
    for (field, name, what) in [
        ("services", "SERVICES", "The prefixes of actions"),
        (
            "rcpServices",
            "RCP_SERVICES",
            "The services whose resources RCPs protect",
        ),
        (
            "keysOfKmsKeys",
            "KEYS_OF_KMS_KEYS",
            "Condition keys of other services that hold the ARN of a KMS key",
        ),
        ("regions", "REGIONS", "The Regions"),
    ] {
        let names: Vec<&str> = data[field]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap())
            .collect();
        assert!(names.is_sorted(), "{field}");
        let _ = write!(
            out,
            "\n/// {what}, sorted.\n#[rustfmt::skip]\npub(crate) const {name}: &[&str] = &[\n"
        );
        let mut line = String::from("   ");
        for name in names {
            let next = format!(" \"{name}\",");
            if line.len() + next.len() > 98 {
                out.push_str(&line);
                out.push('\n');
                line = String::from("   ");
            }
            line.push_str(&next);
        }
        out.push_str(&line);
        out.push_str("\n];\n");
    }
    check("crates/lint/src/table.rs", &out);
}

#[test]
fn every_check_of_access_analyzer_that_matters_is_a_rule() {
    let data = data("access-analyzer.json");
    let checks: Vec<&str> = data["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    let named = |check: &&str| {
        RULES
            .iter()
            .any(|rule| rule.access_analyzer.contains(check))
    };
    let missing: Vec<_> = checks.iter().filter(|check| !named(check)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    // One check that Access Analyzer has beside these is named too: `aws:ARN` alone.
    let of_rules = RULES.iter().flat_map(|rule| rule.access_analyzer);
    let others: Vec<_> = of_rules.filter(|name| !checks.contains(name)).collect();
    assert_eq!(others, [&"UNSUPPORTED_GLOBAL_CONDITION_KEY"]);
}

#[test]
fn the_page_of_rules_lists_every_rule() {
    let mut out = String::from(
        "# Rules\n\nWhat `kmsim lint` finds. `kmsim rule CODE` prints the same. How rules are made and measured is in\n[lint.md](lint.md). Codes never change their meaning: `KMSnnn` is about KMS, `IAMnnn` about the policy\nlanguage. Examples that are one statement stand in a policy beside the statement for the account. This page is written by a test (`UPDATE=1 cargo test -p kmsim-lint --test suite tables`).\n\n",
    );
    out.push_str("| code | name | class | finds |\n|---|---|---|---|\n");
    for rule in RULES {
        let finds = rule
            .finds
            .split_inclusive(". ")
            .next()
            .unwrap_or(rule.finds)
            .trim();
        let anchor = format!("{}-{}", rule.code.to_lowercase(), rule.name);
        let _ = writeln!(
            out,
            "| [{}](#{anchor}) | {} | {} | {} |",
            rule.code,
            rule.name,
            rule.severity.name(),
            finds.replace('|', "\\|")
        );
    }
    for rule in RULES {
        let _ = write!(out, "\n{}", rule.documentation(2));
    }
    check("docs/rules.md", &out);
}

/// The parts of `docs/lint.md` between these lines are measured here.
const BEGIN: &str = "<!-- measured -->\n";
const FIXES: &str = "<!-- fixes -->\n";
const END: &str = "<!-- end -->\n";

#[test]
fn what_is_measured_stands_in_the_page() {
    let page = std::fs::read_to_string(root().join("docs/lint.md"))
        .unwrap()
        .replace("\r\n", "\n");
    let page = with_part(&page, BEGIN, &measured());
    let page = with_part(&page, FIXES, &crate::fixes::table());
    check("docs/lint.md", &page);
}

/// A page with another text between a line and the next line that ends a part.
fn with_part(page: &str, begin: &str, text: &str) -> String {
    let (before, rest) = page.split_once(begin).unwrap();
    let (_, behind) = rest.split_once(END).unwrap();
    format!("{before}{begin}{text}{END}{behind}")
}

/// How rules do on the cases: what fires of what should, and what fires where nothing should.
fn measured() -> String {
    let mut out = String::from(
        "| rules | cases with a mistake | named | named by other rules only | right cases | above a suggestion in right cases |\n|---|---|---|---|---|---|\n",
    );
    let mut totals = [0; 5];
    for (title, prefix) in [("about KMS", "KMS"), ("about the policy language", "IAM")] {
        let cases: Vec<_> = all()
            .into_iter()
            .filter(|cases| cases.rule.code.starts_with(prefix))
            .collect();
        let mut counts = [0; 5];
        for cases in &cases {
            for case in &cases.fires {
                let found = findings_in(case);
                let own = found.iter().any(|finding| finding.code == cases.rule.code);
                counts[0] += 1;
                counts[1] += usize::from(own);
                counts[2] += usize::from(!own && !found.is_empty());
            }
            for case in &cases.quiet {
                let expected = case.get("beside").and_then(Value::as_array);
                let false_alarm = findings_in(case).iter().any(|finding| {
                    let beside =
                        expected.is_some_and(|codes| codes.iter().any(|code| code == finding.code));
                    finding.severity != Severity::Suggestion && !beside
                });
                counts[3] += 1;
                counts[4] += usize::from(false_alarm);
            }
        }
        let [mistakes, named, others, right, alarms] = counts;
        let _ = writeln!(
            out,
            "| {} {title} | {mistakes} | {named} | {others} | {right} | {alarms} |",
            cases.len()
        );
        for (total, count) in totals.iter_mut().zip(counts) {
            *total += count;
        }
    }
    let [mistakes, named, others, right, alarms] = totals;
    let _ = writeln!(
        out,
        "| {} together | {mistakes} | {named} | {others} | {right} | {alarms} |",
        RULES.len()
    );
    let (policies, clean) = crate::policies::counts();
    let _ = writeln!(
        out,
        "\nOf the {policies} policies in `policies/`, {clean} are clean: nothing above a suggestion."
    );
    let (samples, clean) = crate::policies::counts_of_samples();
    let _ = writeln!(
        out,
        "\nOf {samples} key policies as AWS's documentation has them for its services (`fixtures/aws-samples.json`), {clean} are clean."
    );
    let (blocks, found) = crate::inputs::counts_of_notes();
    let _ = writeln!(
        out,
        "\nOf the {blocks} code blocks of `fixtures/inputs/notes.md`, {} have blanks in actions, {} in ARNs, {} in condition keys, {} an element inside the principal, {} joined documents, {} an id that no key has: each is named at its place.",
        found[0], found[1], found[2], found[3], found[4], found[5]
    );
    out
}
