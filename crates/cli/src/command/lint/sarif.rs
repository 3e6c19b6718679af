//! Findings in the Static Analysis Results Interchange Format, SARIF 2.1.0 (OASIS Standard): what code
//! scanning of GitHub, GitLab's and Azure DevOps' viewers, and editors read.
//!
//! Results are written as they are found, so the rules stand behind them. Columns count UTF-16 code
//! units, which is what `columnKind` says.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Component, Path};

use kmsim_lint::{Finding, Severity, rules};
use kmsim_policy::diagnostic::Edit;
use kmsim_policy::source::{Sources, Span};
use serde::Serialize;
use serde_json::{Value, json};

use super::read::File;
use super::totals::Totals;
use crate::outcome::Failure;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const PAGE: &str = concat!(
    env!("CARGO_PKG_REPOSITORY"),
    "/blob/v",
    env!("CARGO_PKG_VERSION"),
    "/docs/rules.md"
);
/// The folder that paths are relative to, as SARIF's documentation calls it.
const ROOT: &str = "%SRCROOT%";

/// What stands before the results.
pub(super) fn head() -> String {
    format!("{{\"version\":\"2.1.0\",\"$schema\":\"{SCHEMA}\",\"runs\":[{{\"results\":[")
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'f> {
    rule_id: &'static str,
    level: &'static str,
    message: Message,
    locations: [Place; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Place>,
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Fix<'f>>,
    properties: Properties<'f>,
}

#[derive(Debug, Serialize)]
struct Message {
    text: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Debug, Serialize)]
struct Fingerprints {
    #[serde(rename = "kmsim/v1")]
    own: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix<'f> {
    description: Message,
    artifact_changes: [Changes<'f>; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Changes<'f> {
    artifact_location: Artifact,
    replacements: Vec<Replacement<'f>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'f> {
    deleted_region: Region,
    inserted_content: Content<'f>,
}

#[derive(Debug, Serialize)]
struct Content<'f> {
    text: &'f str,
}

/// What SARIF has no words for.
#[derive(Debug, Serialize)]
struct Properties<'f> {
    severity: &'static str,
    /// What in the file the policy belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<&'f str>,
    path: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    safety: Option<&'static str>,
}

/// The findings of a file, a line each.
pub(super) fn file(file: &File<'_>, first: bool) -> Result<String, Failure> {
    let mut out = String::new();
    let artifact = artifact(&file.name);
    let mut prints = BTreeMap::new();
    for (policy, finding) in file.findings() {
        let place = policy.place.as_deref();
        let fingerprint = fingerprint(finding, place, &mut prints);
        let outcome = outcome(finding, place, &file.sources, &artifact, fingerprint);
        let text = serde_json::to_string(&outcome);
        let text = text.map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?;
        let comma = if first && out.is_empty() { "" } else { "," };
        // Writing to a String cannot fail.
        let _ = write!(out, "{comma}\n{text}");
    }
    Ok(out)
}

fn outcome<'f>(
    finding: &'f Finding,
    policy: Option<&'f str>,
    sources: &Sources<'_>,
    artifact: &Artifact,
    fingerprint: String,
) -> Outcome<'f> {
    let physical = |span: Span| PhysicalLocation {
        artifact_location: artifact.clone(),
        region: region(sources, span),
    };
    let notes = finding.notes.iter();
    let related = notes.filter_map(|note| Some((note.span?, note.text.clone())));
    let message = match &finding.help {
        Some(help) => format!("{} {}", sentence(&finding.message), sentence(help)),
        None => sentence(&finding.message),
    };
    Outcome {
        rule_id: finding.code,
        level: level(finding.severity),
        message: Message { text: message },
        locations: [Place {
            id: None,
            physical_location: physical(finding.span),
            message: None,
        }],
        related_locations: related
            .enumerate()
            .map(|(index, (span, text))| Place {
                id: Some(index),
                physical_location: physical(span),
                message: Some(Message { text }),
            })
            .collect(),
        partial_fingerprints: Fingerprints { own: fingerprint },
        fixes: finding
            .fix
            .iter()
            .map(|fix| self::fix(fix, sources, artifact))
            .collect(),
        properties: Properties {
            severity: finding.severity.name(),
            policy,
            path: &finding.path,
            sid: finding.sid.as_deref(),
            safety: finding.fix.as_ref().map(|fix| fix.safety.name()),
        },
    }
}

fn fix<'f>(
    fix: &'f kmsim_policy::diagnostic::Fix,
    sources: &Sources<'_>,
    artifact: &Artifact,
) -> Fix<'f> {
    let replacement = |edit: &'f Edit| Replacement {
        deleted_region: region(sources, edit.span),
        inserted_content: Content { text: &edit.text },
    };
    Fix {
        description: Message {
            text: fix.title.clone(),
        },
        artifact_changes: [Changes {
            artifact_location: artifact.clone(),
            replacements: fix.edits.iter().map(replacement).collect(),
        }],
    }
}

fn region(sources: &Sources<'_>, span: Span) -> Region {
    let (start, end) = (
        sources.locate_outside(span),
        sources.locate_outside(span.after()),
    );
    Region {
        start_line: start.line,
        start_column: start.utf16_column,
        end_line: end.line,
        end_column: end.utf16_column,
    }
}

/// A message as a sentence.
fn sentence(message: &str) -> String {
    let mut characters = message.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    let mut text: String = first.chain(characters).collect();
    if !text.ends_with(['.', '?', '!']) {
        text.push('.');
    }
    text
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error | Severity::Security => "error",
        Severity::Warning => "warning",
        Severity::Suggestion => "note",
    }
}

/// Where a file is, as a URI: relative to the folder that the command runs in (on GitHub: to the
/// checkout) if it lies there.
fn artifact(name: &str) -> Artifact {
    let path = crate::github::in_workspace(name);
    let absolute = Path::new(&path).is_absolute();
    let here = || std::env::current_dir().ok()?.canonicalize().ok();
    let inside = || {
        let path = Path::new(name).canonicalize().ok()?;
        Some(path.strip_prefix(here()?).ok()?.to_owned())
    };
    match absolute.then(inside).flatten() {
        Some(path) => relative(&path.to_string_lossy()),
        None if absolute => Artifact {
            uri: format!("file://{}", encoded(&path)),
            uri_base_id: None,
        },
        None => relative(&path),
    }
}

fn relative(path: &str) -> Artifact {
    let parts = Path::new(path)
        .components()
        .filter(|part| *part != Component::CurDir);
    let parts: Vec<String> = parts
        .map(|part| encoded(&part.as_os_str().to_string_lossy()))
        .collect();
    Artifact {
        uri: parts.join("/"),
        uri_base_id: Some(ROOT),
    }
}

/// A path as a URI may have it (RFC 3986, section 3.3).
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=@/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// What tells a finding from others, and stays when lines move: the rule, the policy, the statement by its
/// Sid, the place in it without positions in lists, and what is said. Equal ones are counted.
fn fingerprint(finding: &Finding, policy: Option<&str>, seen: &mut BTreeMap<u64, usize>) -> String {
    let place: String = finding
        .path
        .chars()
        .filter(|c| !c.is_ascii_digit())
        .collect();
    let sid = finding.sid.as_deref().unwrap_or("");
    let mut hash = Fnv::new();
    for text in [
        finding.code,
        policy.unwrap_or(""),
        sid,
        &place,
        &finding.message,
    ] {
        hash.add(text.as_bytes());
        hash.add(&[0]);
    }
    let number = seen.entry(hash.0).or_default();
    *number += 1;
    format!("{:016x}:{number}", hash.0)
}

/// The hash FNV-1a, which is the same in every version of every program.
struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// What stands behind the results: the rules that found something, and what could not be read.
pub(super) fn tail(totals: &Totals, unread: &[(String, String)]) -> String {
    let mut codes: Vec<_> = totals.rules().map(|(_, code, _)| code).collect();
    codes.sort_unstable();
    codes.dedup();
    let rules: Vec<Value> = codes
        .into_iter()
        .filter_map(rules::rule)
        .map(rule)
        .collect();
    let notifications: Vec<Value> = unread
        .iter()
        .map(|(name, message)| {
            json!({
                "level": "error",
                "message": {"text": message},
                "locations": [{"physicalLocation": {"artifactLocation": artifact(name)}}],
            })
        })
        .collect();
    let driver = json!({
        "name": "kmsim",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "informationUri": env!("CARGO_PKG_REPOSITORY"),
        "rules": rules,
    });
    let invocation = json!({
        "executionSuccessful": unread.is_empty(),
        "toolExecutionNotifications": notifications,
    });
    let bases = json!({
        ROOT: {"description": {"text": "The folder that kmsim ran in, or the checkout on GitHub."}},
    });
    format!(
        "\n],\"columnKind\":\"utf16CodeUnits\",\"originalUriBaseIds\":{bases},\"invocations\":[{invocation}],\"tool\":{{\"driver\":{driver}}}}}]}}\n"
    )
}

/// A rule's documentation.
fn rule(rule: &kmsim_lint::Rule) -> Value {
    let anchor = format!("{}-{}", rule.code.to_lowercase(), rule.name);
    let mut properties = json!({
        "tags": if rule.severity == Severity::Security { vec!["kms", "security"] } else { vec!["kms"] },
        "problem.severity": match rule.severity {
            Severity::Error | Severity::Security => "error",
            Severity::Warning => "warning",
            Severity::Suggestion => "recommendation",
        },
        "precision": "high",
    });
    // Code scanning shows rules with a number as findings of security: 7.0 to 8.9 is "high".
    if let (Severity::Security, Value::Object(map)) = (rule.severity, &mut properties) {
        map.insert("security-severity".to_owned(), json!("7.5"));
    }
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": first_sentence(rule.finds)},
        "fullDescription": {"text": format!("{} {}", rule.finds, rule.why)},
        "help": {
            "text": format!("{}\n\n{}\n\nRight:\n\n{}\n\nSource: {}.", rule.finds, rule.why, rule.right.text, rule.source),
            "markdown": rule.documentation(1),
        },
        "helpUri": format!("{PAGE}#{anchor}"),
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": properties,
    })
}

fn first_sentence(text: &str) -> &str {
    text.split_inclusive(". ").next().unwrap_or(text).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        for (path, uri) in [
            ("policies/key policy.json", "policies/key%20policy.json"),
            ("./a/../b#1?.json", "a/../b%231%3F.json"),
            ("é.json", "%C3%A9.json"),
            ("<stdin>", "%3Cstdin%3E"),
        ] {
            assert_eq!(relative(path).uri, uri);
        }
        assert_eq!(artifact("/no such/a.json").uri, "file:///no%20such/a.json");
    }

    #[test]
    fn the_hash_is_the_published_one() {
        let mut hash = Fnv::new();
        hash.add(b"foobar");
        assert_eq!(hash.0, 0x8594_4171_f739_67e8);
    }
}
