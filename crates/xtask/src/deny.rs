//! `cargo deny`: licences, sources and known vulnerabilities of what we depend on.

use std::time::Duration;

use crate::shell::{cargo_tool, command, run as run_command, succeeds_within};

const VERSION: &str = "0.20.2";

/// Checks everything in `deny.toml`. The advisory database is the one part that lives outside of
/// the package registry; where it can't be fetched, that part is left out, and said so.
pub(crate) fn run() -> Result<(), String> {
    let deny = cargo_tool("cargo-deny", VERSION)?;
    let mut fetch = command(&deny);
    fetch.args(["--log-level", "off", "fetch", "db"]);
    let mut parts = vec!["licenses", "bans", "sources"];
    if succeeds_within(&mut fetch, Duration::from_mins(1)) {
        parts.push("advisories");
    } else {
        eprintln!("xtask: the advisory database can't be reached: advisories are NOT checked");
    }
    run_command(
        command(&deny)
            .args(["check", "--hide-inclusion-graph"])
            .args(parts),
    )
}
