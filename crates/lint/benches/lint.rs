//! Linting policies: `cargo bench -p kmsim-lint`.

use divan::Bencher;
use divan::counter::ItemsCount;
use kmsim_lint::Finding;
use kmsim_lint::fix::{Round, until_stable};
use kmsim_lint::input::read;
use kmsim_policy::source::Sources;

fn main() {
    divan::main();
}

/// Text in, findings out, as the command does it for each file.
fn lint(text: &str) -> Vec<Finding> {
    let mut sources = Sources::new();
    let source = sources.add("policy.json", text);
    let input = read(text, source, None, &mut sources);
    let policies = input.policies.iter();
    policies
        .flat_map(|policy| policy.findings(&sources, None))
        .collect()
}

const DEFAULT: &str = include_str!("../../../policies/key/default.json");
const CONSOLE: &str = include_str!("../../../policies/key/console.json");
const NOTE: &str = include_str!("../../../fixtures/notes/console-administrators.json");

#[divan::bench(args = ["default", "console", "note"])]
fn one_policy(bencher: Bencher<'_, '_>, name: &str) {
    let text = match name {
        "default" => DEFAULT,
        "console" => CONSOLE,
        _ => NOTE,
    };
    bencher.bench(|| lint(divan::black_box(text)));
}

/// A key policy of the greatest size that KMS takes: many statements for many callers.
#[divan::bench]
fn greatest_policy(bencher: Bencher<'_, '_>) {
    let statement = |index: usize| {
        format!(
            r#"{{"Sid": "S{index}", "Effect": "Allow", "Principal": {{"AWS": "arn:aws:iam::111122223333:role/App{index}"}}, "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*", "Condition": {{"StringEquals": {{"kms:ViaService": "s3.us-west-2.amazonaws.com"}}}}}}"#
        )
    };
    let statements: Vec<_> = (0..120).map(statement).collect();
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#,
        statements.join(",")
    );
    bencher
        .counter(ItemsCount::new(statements.len()))
        .bench(|| lint(divan::black_box(&text)));
}

/// Lint, change, lint again, until there is nothing left to change.
#[divan::bench]
fn fix_a_note(bencher: Bencher<'_, '_>) {
    let round = |text: &str| {
        let fixes = lint(text)
            .into_iter()
            .filter_map(|finding| Some((finding.code, finding.fix?)));
        Round {
            fixes: fixes.filter(|(_, fix)| fix.safety.is_safe()).collect(),
            readable: true,
            rewritten: None,
        }
    };
    bencher.bench(|| until_stable(divan::black_box(NOTE), round));
}
