//! From texts of requests to what the evaluator reads.

use std::sync::Arc;

use kmsim_authz::grant::Grant;
use kmsim_authz::layers::{AttachedPolicy, Origin};
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_policy::diagnostic::{Diagnostic, Severity};
use kmsim_policy::source::Sources;
use kmsim_policy::syntax::PolicyKind;
use kmsim_policy::{json, parse};
use serde_json::Value;

/// A policy, or what is wrong with it: what AWS would not save.
pub(crate) fn policy(
    sources: &mut Sources<'static>,
    name: &str,
    text: &str,
    kind: PolicyKind,
) -> Result<Arc<AttachedPolicy>, Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let id = sources.add(format!("<{name}>"), text.to_owned());
    let parsed = parse::parse(text, id, kind, &mut diagnostics);
    diagnostics.retain(|found| found.severity != Severity::Warning);
    match parsed {
        Some(policy) if diagnostics.is_empty() => Ok(Arc::new(AttachedPolicy {
            name: Some(name.into()),
            origin: Origin::Inline,
            policy,
        })),
        _ => Err(diagnostics),
    }
}

/// A grant in the shape of `ListGrants`, or what is wrong with it.
pub(crate) fn grant(
    sources: &mut Sources<'static>,
    entry: &Value,
) -> Result<Grant, Vec<Diagnostic>> {
    let text = entry.to_string();
    let id = sources.add("<grant>", text.clone());
    let mut reader = Reader::new(sources, &NoFiles);
    let node = json::parse(&text, id, &mut reader.diagnostics);
    let grant = node.and_then(|node| reader.grant(&node));
    let mut diagnostics = std::mem::take(&mut reader.diagnostics);
    diagnostics.retain(|found| found.severity != Severity::Warning);
    match grant {
        Some(grant) if diagnostics.is_empty() => Ok(grant),
        _ => Err(diagnostics),
    }
}
