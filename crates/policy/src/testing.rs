//! What the tests of several modules share.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::operator::Operator;
use crate::parse::parse;
use crate::source::{SourceId, Sources, Span, Spanned};
use crate::syntax::{Policy, PolicyKind, Scope};

/// Parses without looking at the policy.
pub(crate) fn diagnose(text: &str, kind: PolicyKind) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    parse(text, SourceId(0), kind, &mut diagnostics);
    diagnostics
}

/// Findings as a terminal might show them: the line, then help, notes and fix.
pub(crate) fn render(text: &str, diagnostics: &[Diagnostic]) -> String {
    let mut sources = Sources::new();
    sources.add("policy.json", text);
    let mut out = String::new();
    for found in diagnostics {
        writeln!(out, "{}", found.line(&sources)).unwrap();
        for note in &found.notes {
            let place = note.span.map(|span| sources.locate(span).to_string());
            writeln!(out, "  note: {} ({})", note.text, place.unwrap_or_default()).unwrap();
        }
        if let Some(help) = &found.help {
            writeln!(out, "  help: {help}").unwrap();
        }
        if let Some(fix) = &found.fix {
            let edits: Vec<String> = fix
                .edits
                .iter()
                .map(|edit| format!("{} -> {}", sources.slice(edit.span), edit.text))
                .collect();
            writeln!(out, "  fix: {}: {}", fix.title, edits.join("; ")).unwrap();
        }
    }
    out
}

/// The text after a fix.
pub(crate) fn apply(text: &str, fix: &Fix) -> String {
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut text = text.to_owned();
    for edit in edits {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    text
}

/// The findings that are more than a warning.
pub(crate) fn errors(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let is_error = |found: &&Diagnostic| found.severity != Severity::Warning;
    diagnostics.iter().filter(is_error).collect()
}

/// The policy with every span empty, to compare what two texts mean.
pub(crate) fn without_spans(mut policy: Policy) -> Policy {
    fn scope<T>(scope: &mut Option<Scope<T>>) {
        if let Some(scope) = scope {
            scope.span = Span::default();
            scope.items.iter_mut().for_each(spanned);
        }
    }
    fn spanned<T>(spanned: &mut Spanned<T>) {
        spanned.span = Span::default();
    }
    policy.span = Span::default();
    policy.id.iter_mut().for_each(spanned);
    for statement in &mut policy.statements {
        statement.span = Span::default();
        statement.sid.iter_mut().for_each(spanned);
        scope(&mut statement.principal);
        scope(&mut statement.action);
        scope(&mut statement.resource);
        for condition in &mut statement.conditions {
            spanned(&mut condition.operator);
            spanned(&mut condition.key);
            condition.operands.iter_mut().for_each(spanned);
        }
        if let Some(open) = &mut statement.open {
            open.effect.iter_mut().for_each(spanned);
            for condition in &mut open.conditions {
                condition.operator.iter_mut().for_each(spanned);
                spanned(&mut condition.why);
            }
        }
    }
    policy
}

/// The `.json` files of a folder below the root of the project, by name.
pub(crate) fn files(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut paths = Vec::new();
    collect(&root.join(folder), &mut paths).unwrap_or_default();
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, fs::read_to_string(path).unwrap())
    };
    paths.into_iter().map(read).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            paths.push(path);
        }
    }
    Ok(())
}

/// What a note's policy is attached to: those with a principal are key policies.
pub(crate) fn note_kind(text: &str) -> PolicyKind {
    if text.contains("\"Principal\"") {
        PolicyKind::KeyPolicy
    } else {
        PolicyKind::Identity
    }
}

/// A note that is only a statement as a document, which leaves its other defects.
pub(crate) fn wrapped(text: &str) -> String {
    if text.contains("\"Statement\"") {
        return text.to_owned();
    }
    format!("{{\"Version\": \"2012-10-17\", \"Statement\": [\n{text}]}}")
}

/// Documents in which some value is not known: [`documents`] with the marker in one place.
pub(crate) fn open_documents() -> impl Strategy<Value = (PolicyKind, String)> {
    (documents(), any::<prop::sample::Index>()).prop_map(|((kind, text), place)| {
        let mut document: Value = serde_json::from_str(&text).unwrap();
        let count = places(&mut document, &mut |_, _| {});
        let chosen = place.index(count);
        places(&mut document, &mut |index, value| {
            if index == chosen {
                *value = json!({(crate::unknown::MARKER): "why \"not\""});
            }
        });
        (kind, document.to_string())
    })
}

/// Visits a value and all within it, and gives their number.
fn places(value: &mut Value, visit: &mut impl FnMut(usize, &mut Value)) -> usize {
    fn within(value: &mut Value, at: &mut usize, visit: &mut impl FnMut(usize, &mut Value)) {
        let index = *at;
        *at += 1;
        match value {
            Value::Object(members) => members
                .values_mut()
                .for_each(|member| within(member, at, visit)),
            Value::Array(items) => items.iter_mut().for_each(|item| within(item, at, visit)),
            _ => {}
        }
        visit(index, value);
    }
    let mut count = 0;
    within(value, &mut count, visit);
    count
}

/// Policy documents of every shape that AWS's grammar has, with odd texts in them.
pub(crate) fn documents() -> impl Strategy<Value = (PolicyKind, String)> {
    let version = option::of(select(vec!["2012-10-17", "2008-10-17"]));
    let id = option::of(any::<String>());
    let statements = vec(statement(), 0..4);
    (
        select(PolicyKind::ALL.to_vec()),
        version,
        id,
        statements,
        any::<bool>(),
    )
        .prop_map(|(kind, version, id, mut statements, single)| {
            let mut document = Map::new();
            document.extend(version.map(|text| ("Version".to_owned(), text.into())));
            document.extend(id.map(|text| ("Id".to_owned(), text.into())));
            let statement = match (single, statements.pop()) {
                (true, Some(only)) => only,
                (_, last) => statements.into_iter().chain(last).collect(),
            };
            document.insert("Statement".to_owned(), statement);
            (kind, Value::Object(document).to_string())
        })
}

fn statement() -> impl Strategy<Value = Value> {
    let element = |names: [&'static str; 2], value: BoxedStrategy<Value>| {
        option::weighted(0.9, (select(names.to_vec()), value))
    };
    (
        option::of(any::<String>()),
        select(vec!["Allow", "Deny"]),
        element(["Principal", "NotPrincipal"], principal().boxed()),
        element(["Action", "NotAction"], texts(action().boxed()).boxed()),
        element(
            ["Resource", "NotResource"],
            texts(resource().boxed()).boxed(),
        ),
        option::of(condition()),
    )
        .prop_map(|(sid, effect, principal, action, resource, condition)| {
            let mut members = Map::new();
            members.extend(sid.map(|sid| ("Sid".to_owned(), sid.into())));
            members.insert("Effect".to_owned(), effect.into());
            for (name, value) in [principal, action, resource].into_iter().flatten() {
                members.insert(name.to_owned(), value);
            }
            members.extend(condition.map(|value| ("Condition".to_owned(), value)));
            Value::Object(members)
        })
}

/// One text, or a list of some.
fn texts(text: BoxedStrategy<String>) -> impl Strategy<Value = Value> {
    prop_oneof![
        text.clone().prop_map(Value::from),
        vec(text, 0..4).prop_map(Value::from),
    ]
}

fn principal() -> impl Strategy<Value = Value> {
    let kinds = select(vec!["AWS", "Service", "Federated", "CanonicalUser"]);
    let typed = vec((kinds, texts(arn().boxed())), 0..3).prop_map(|types| {
        let types = types
            .into_iter()
            .map(|(kind, value)| (kind.to_owned(), value));
        Value::Object(types.collect())
    });
    prop_oneof![Just(json!("*")), typed, texts(arn().boxed())]
}

fn action() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec![
            "*",
            "kms:*",
            "kms:Decrypt",
            "kms:reencrypt*",
            "s3:Get?bject",
            "kms: Encrypt"
        ])
        .prop_map(str::to_owned),
        "[a-z]{1,3}:[A-Za-z*?]{0,9}",
        any::<String>(),
    ]
}

fn arn() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec![
            "*",
            "111122223333",
            "arn:aws:iam::111122223333:root",
            "arn:aws:iam::111122223333:role/path/app",
            "arn:aws:iam::111122223333:user/bob",
            "arn:aws:sts::111122223333:assumed-role/app/i-1",
            "arn:aws: iam::111122223333:root",
            "cloudtrail.amazonaws.com",
            "AIDAEXAMPLE1234",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ]
}

fn resource() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec![
            "*",
            "arn:aws:kms:us-east-1:111122223333:key/*",
            "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "arn:aws:s3:::bucket/${aws:PrincipalTag/My Team}/*",
            "arn:aws:s3:::*",
            "arn:aws:s3",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ]
}

fn condition() -> impl Strategy<Value = Value> {
    let set = select(vec!["", "ForAllValues:", "ForAnyValue:"]);
    let operators: Vec<&'static str> = Operator::names().collect();
    let operator = (set, select(operators), any::<bool>()).prop_map(|(set, name, exists)| {
        let suffix = if exists && name != "Null" {
            "IfExists"
        } else {
            ""
        };
        format!("{set}{name}{suffix}")
    });
    let key = prop_oneof![
        select(vec![
            "kms:ViaService",
            "aws:ResourceTag/My Tag",
            "kms:EncryptionContext:a b",
            "aws:PrincipalArn",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    let scalar = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        select(vec!["${aws:username}", "10.0.0.0/8", "2026-01-01", "QQ=="]).prop_map(Value::from),
    ];
    let values = prop_oneof![scalar.clone(), vec(scalar, 0..3).prop_map(Value::from)];
    let keys = vec((key, values), 0..3).prop_map(|keys| Value::Object(keys.into_iter().collect()));
    vec((operator, keys), 0..3).prop_map(|operators| Value::Object(operators.into_iter().collect()))
}

/// Texts that are nearly policies: characters put in, taken out, doubled.
pub(crate) fn mutants() -> impl Strategy<Value = (PolicyKind, String)> {
    let piece = prop_oneof![
        select(vec![
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            " ",
            "\n",
            "“",
            "”",
            "*",
            "$",
            "é",
            "\u{a0}",
            "null",
            "\"Action\"",
            "effect",
            "&a",
            "!x",
            "- ",
            "|",
            "\\ud800",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    let edits = vec((any::<prop::sample::Index>(), 0..3_usize, piece), 1..6);
    (documents(), edits).prop_map(|((kind, text), edits)| {
        let mut characters: Vec<String> = text.chars().map(String::from).collect();
        for (at, removed, piece) in edits {
            let at = at.index(characters.len() + 1);
            let end = (at + removed).min(characters.len());
            characters.splice(at..end, [piece]);
        }
        (kind, characters.concat())
    })
}
