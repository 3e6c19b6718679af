//! A state as text for people.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use super::view::{View, at, list};
use crate::diagnostics::counted;

pub(super) fn summary(path: &Path, summary: &Value) -> String {
    let count = |name: &str| {
        let count = summary
            .get(name)
            .and_then(Value::as_u64)
            .unwrap_or_default();
        usize::try_from(count).unwrap_or(usize::MAX)
    };
    let states = at(summary, "/keys").as_object().into_iter().flatten();
    let states: Vec<(&String, u64)> = states
        .map(|(state, count)| (state, count.as_u64().unwrap_or_default()))
        .collect();
    let keys = states.iter().map(|(_, count)| count).sum::<u64>();
    let mut keys = counted(usize::try_from(keys).unwrap_or(usize::MAX), "key");
    if !states.is_empty() {
        let states = states
            .iter()
            .map(|(state, count)| format!("{count} {state}"));
        keys = format!("{keys} ({})", states.collect::<Vec<_>>().join(", "));
    }
    format!(
        "{}: format version {}, made {}\nroot key {}\n{keys}, {}, {}, {}, {}\n",
        path.display(),
        at(summary, "/formatVersion"),
        text(at(summary, "/created")),
        text(at(summary, "/rootKeyId")),
        counted_alias(count("aliases")),
        counted(count("grants"), "grant"),
        counted(count("customKeyStores"), "custom key store"),
        counted(count("events"), "event"),
    )
}

fn counted_alias(count: usize) -> String {
    match count {
        1 => "1 alias".to_owned(),
        count => format!("{count} aliases"),
    }
}

pub(super) fn keys(view: &View) -> String {
    let keys = view.keys();
    let rows = keys.iter().map(|key| {
        let aliases: Vec<&str> = list(at(key, "/aliases")).map(text).collect();
        [
            text(at(key, "/arn")).to_owned(),
            text(at(key, "/state")).to_owned(),
            text(at(key, "/spec")).to_owned(),
            text(at(key, "/manager")).to_owned(),
            aliases.join(" "),
        ]
    });
    table(rows)
}

pub(super) fn aliases(view: &View) -> String {
    let aliases = view.aliases();
    let rows = aliases.iter().map(|alias| {
        let target = at(alias, "/target").as_str().unwrap_or("no key yet");
        [text(at(alias, "/arn")).to_owned(), target.to_owned()]
    });
    table(rows)
}

pub(super) fn grants(view: &View) -> String {
    let mut out = String::new();
    for grant in view.grants() {
        push_grant(&mut out, &grant);
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  key: {}", text(at(&grant, "/KeyId")));
    }
    out
}

fn push_grant(out: &mut String, grant: &Value) {
    let party = |principal: &str, service: &str| {
        let found = grant.get(principal).or_else(|| grant.get(service));
        found.map(text).map(str::to_owned)
    };
    let operations: Vec<&str> = list(at(grant, "/Operations")).map(text).collect();
    let _ = writeln!(
        out,
        "{}\n  to {}: {}",
        text(at(grant, "/GrantId")),
        party("GranteePrincipal", "GranteeServicePrincipal").unwrap_or_default(),
        operations.join(", ")
    );
    if let Some(retiring) = party("RetiringPrincipal", "RetiringServicePrincipal") {
        let _ = writeln!(out, "  retired by {retiring}");
    }
    if let Some(name) = at(grant, "/Name").as_str() {
        let _ = writeln!(out, "  name: {name}");
    }
    if at(grant, "/Constraints").is_object() {
        let _ = writeln!(out, "  constraints: {}", at(grant, "/Constraints"));
    }
}

pub(super) fn events(events: &[Value]) -> String {
    let rows = events.iter().map(|event| {
        let identity = at(event, "/userIdentity");
        let who = at(identity, "/arn")
            .as_str()
            .or(at(identity, "/invokedBy").as_str());
        let outcome = at(event, "/errorCode").as_str().unwrap_or("ok");
        [
            text(at(event, "/eventTime")).to_owned(),
            text(at(event, "/recipientAccountId")).to_owned(),
            text(at(event, "/awsRegion")).to_owned(),
            text(at(event, "/eventName")).to_owned(),
            outcome.to_owned(),
            who.unwrap_or_default().to_owned(),
        ]
    });
    table(rows)
}

/// One key: its fields, material, policy and grants.
pub(super) fn key(key: &Value) -> String {
    let mut out = format!("{}\n", text(at(key, "/arn")));
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(out, "  {name}: {value}");
        }
    };
    let aliases: Vec<&str> = list(at(key, "/aliases")).map(text).collect();
    line("aliases", &aliases.join(", "));
    for (name, field) in [
        ("state", "state"),
        ("spec", "spec"),
        ("usage", "usage"),
        ("origin", "origin"),
        ("manager", "manager"),
        ("multi-Region", "multiRegion"),
        ("created", "created"),
        ("description", "description"),
        ("custom key store", "customKeyStore"),
    ] {
        line(name, key.get(field).map_or("", text));
    }
    line("deleted at", text(at(key, "/deletion/at")));
    if let Some(days) = at(key, "/rotation/periodDays").as_u64() {
        let next = text(at(key, "/rotation/next"));
        line("rotation", &format!("every {days} days, next {next}"));
    }
    let last = at(key, "/lastUsage");
    if last.is_object() {
        line(
            "last used",
            &format!(
                "{} by {}",
                text(at(last, "/at")),
                text(at(last, "/operation"))
            ),
        );
    }
    for tag in list(at(key, "/tags")) {
        line(
            "tag",
            &format!("{}={}", text(at(tag, "/0")), text(at(tag, "/1"))),
        );
    }
    for material in list(at(key, "/materials")) {
        let id = at(material, "/id").as_str().unwrap_or("without id");
        let gone = if at(material, "/isPresent") == true {
            ""
        } else {
            ", deleted"
        };
        line(
            "material",
            &format!("{id}, {}{gone}", text(at(material, "/state"))),
        );
    }
    for grant in list(at(key, "/grants")) {
        out.push_str("\ngrant ");
        push_grant(&mut out, grant);
    }
    let _ = writeln!(out, "\nkey policy\n{}", text(at(key, "/policy")).trim_end());
    out
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Rows with columns that stand below each other.
fn table<const N: usize>(rows: impl Iterator<Item = [String; N]> + Clone) -> String {
    let mut widths = [0; N];
    for row in rows.clone() {
        for (width, cell) in widths.iter_mut().zip(&row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    for row in rows {
        let cells = row.iter().zip(widths);
        let line: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        out.push_str(line.join("  ").trim_end());
        out.push('\n');
    }
    out
}
