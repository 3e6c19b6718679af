//! What an import used, what it did not, and what is missing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kmsim_authz::world::{Contents, Gap};
use kmsim_import::{Ignored, Imported, Used};
use serde::Serialize;

use crate::diagnostics::counted;

/// Of more files of a kind people are told how many there are; JSON has all.
const MOST_SHOWN: usize = 2;

/// How many ignored files people are told of.
const MOST_IGNORED: usize = 20;

/// The report in JSON (docs/json.md).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    version: u32,
    world: Counts,
    used: Vec<UsedFile>,
    ignored: Vec<IgnoredFile>,
    gaps: Vec<Gap>,
}

/// What the world has.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    accounts: usize,
    users: usize,
    roles: usize,
    keys: usize,
    aliases: usize,
    grants: usize,
    vpc_endpoints: usize,
}

#[derive(Debug, Serialize)]
struct UsedFile {
    file: String,
    kind: &'static str,
    what: String,
}

#[derive(Debug, Serialize)]
struct IgnoredFile {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    why: String,
}

impl Report {
    pub(super) fn new(imported: &Imported<'_>, world: &Contents) -> Self {
        let used = |used: &Used| UsedFile {
            file: used.file.clone(),
            kind: used.kind.name(),
            what: used.what.clone(),
        };
        let ignored = |ignored: &Ignored| IgnoredFile {
            file: ignored.file.clone(),
            kind: ignored.kind.map(kmsim_import::Kind::name),
            why: ignored.why.clone(),
        };
        Self {
            version: 1,
            world: Counts::of(world),
            used: imported.used.iter().map(used).collect(),
            ignored: imported.ignored.iter().map(ignored).collect(),
            gaps: world.gaps.clone(),
        }
    }

    /// The report as text for people.
    pub(super) fn human(&self) -> String {
        let mut out = String::from("Used:\n");
        // Writing to a String cannot fail.
        let mut by_kind: BTreeMap<&str, Vec<&UsedFile>> = BTreeMap::new();
        for used in &self.used {
            by_kind.entry(used.kind).or_default().push(used);
        }
        for (kind, mut files) in by_kind {
            if files.len() > MOST_SHOWN {
                let _ = writeln!(out, "  {} files of {kind}", files.len());
                continue;
            }
            files.sort_by_key(|used| &used.file);
            for used in files {
                let _ = writeln!(out, "  {}: {}", used.file, used.what);
            }
        }
        if !self.ignored.is_empty() {
            out.push_str("Ignored:\n");
        }
        for ignored in self.ignored.iter().take(MOST_IGNORED) {
            let _ = writeln!(out, "  {}: {}", ignored.file, ignored.why);
        }
        let more = self.ignored.len().saturating_sub(MOST_IGNORED);
        if more > 0 {
            let _ = writeln!(out, "  {}", counted(more, "more file"));
        }
        if !self.gaps.is_empty() {
            out.push_str("Missing for a full answer:\n");
        }
        for gap in &self.gaps {
            let _ = writeln!(out, "  {} [{}]", gap.message, gap.code);
        }
        let _ = writeln!(out, "The world: {}", self.world.human());
        out
    }
}

impl Counts {
    fn of(world: &Contents) -> Self {
        let roles = world.identities.iter().filter(|identity| identity.is_role);
        let roles = roles.count();
        Self {
            accounts: world.accounts.len(),
            users: world.identities.len() - roles,
            roles,
            keys: world.keys.len(),
            aliases: world.aliases.len(),
            grants: world.keys.iter().map(|key| key.grants.len()).sum(),
            vpc_endpoints: world.vpc_endpoints.len(),
        }
    }

    fn human(&self) -> String {
        let aliases = match self.aliases {
            1 => "1 alias".to_owned(),
            count => format!("{count} aliases"),
        };
        let counts = [
            counted(self.accounts, "account"),
            counted(self.users, "user"),
            counted(self.roles, "role"),
            counted(self.keys, "key"),
            aliases,
            counted(self.grants, "grant"),
            counted(self.vpc_endpoints, "VPC endpoint"),
        ];
        counts.join(", ")
    }
}
