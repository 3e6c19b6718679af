//! Policies of every kind: JSON exactly as `serde_json` has it, spans that can be shown, printing
//! and mending that come to an end, and a decision.

use std::sync::Arc;

use kmsim_authz::context::RequestContext;
use kmsim_authz::decide::{decide, decide_traced};
use kmsim_authz::layers::{AttachedPolicy, Layers, Level, Origin};
use kmsim_authz::principal::Principal;
use kmsim_authz::request::{Action, Request, Resource};
use kmsim_policy::print::to_json;
use kmsim_policy::repair::repair;
use kmsim_policy::source::{SourceId, Sources};
use kmsim_policy::syntax::{Policy, PolicyKind};
use kmsim_policy::{json, parse};
use kmsim_types::{Arn, KmsAction};
use serde::de::IgnoredAny;

use super::shown::{assert_findings_show, assert_nodes_show, assert_shows};

const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// The text of a policy.
pub fn policy(text: &str) {
    as_serde_json_has_it(text);
    let mut sources = Sources::new();
    let source = sources.add("policy", text);
    for kind in PolicyKind::ALL {
        let mut diagnostics = Vec::new();
        let policy = parse::parse(text, source, kind, &mut diagnostics);
        assert!(
            policy.is_some() || !diagnostics.is_empty(),
            "refused without a reason"
        );
        assert_findings_show(&diagnostics, &sources);
        if let Some(policy) = policy {
            for statement in &policy.statements {
                assert_shows(statement.span, text);
            }
            prints_back(&policy);
            decides(policy);
        }
        if let Some(mended) = repair(text, kind) {
            assert!(!mended.changes.is_empty(), "mended without a change");
            let mut ignored = Vec::new();
            let read = json::parse(&mended.text, SourceId::default(), &mut ignored);
            assert!(
                read.is_some(),
                "mended to what is not JSON: {}",
                mended.text
            );
        }
    }
}

fn as_serde_json_has_it(text: &str) {
    let mut diagnostics = Vec::new();
    let node = json::parse(text, SourceId::default(), &mut diagnostics);
    if let Some(node) = &node {
        // Ignored, since a number beyond f64 is text to us and an error in a `Value`.
        let theirs = serde_json::from_str::<IgnoredAny>(text.trim_start_matches('\u{feff}'));
        assert!(theirs.is_ok(), "read what is not JSON");
        assert_nodes_show(node, text);
    } else if diagnostics.iter().all(|found| found.code != "too-deep") {
        let theirs = serde_json::from_str::<serde_json::Value>(text);
        assert!(theirs.is_err(), "did not read what is JSON");
    }
}

/// A printed policy means the same: it prints the same once more.
fn prints_back(policy: &Policy) {
    let printed = to_json(policy);
    let again = parse::parse(&printed, SourceId::default(), policy.kind, &mut Vec::new());
    let again = again.unwrap_or_else(|| unreachable!("printed what is no policy: {printed}"));
    assert_eq!(to_json(&again), printed);
    let actions = |policy: &Policy| -> Vec<_> {
        let statements = policy.statements.iter();
        statements
            .map(|statement| (statement.effect, statement.kms_actions))
            .collect()
    };
    assert_eq!(actions(&again), actions(policy));
}

/// The policy, in its own layer, decides the same with and without a trace.
fn decides(policy: Policy) {
    let kind = policy.kind;
    let attached = Arc::new(AttachedPolicy {
        name: None,
        origin: Origin::Inline,
        policy,
    });
    let list = [Arc::clone(&attached)];
    let levels = [Level {
        name: "root".into(),
        policies: list.to_vec(),
    }];
    let mut layers = Layers::default();
    match kind {
        PolicyKind::Identity => layers.identity = &list,
        PolicyKind::PermissionsBoundary => layers.permissions_boundary = Some(&list),
        PolicyKind::Session => layers.session = Some(&list),
        PolicyKind::VpcEndpoint => layers.vpc_endpoint = Some(&list),
        PolicyKind::ServiceControl => layers.service_control = &levels,
        PolicyKind::ResourceControl => layers.resource_control = &levels,
        PolicyKind::KeyPolicy | PolicyKind::Resource | PolicyKind::RoleTrust => {
            layers.resource = Some(&attached);
        }
    }
    let session = "arn:aws:sts::111122223333:assumed-role/app/i-1";
    for caller in [
        session,
        "arn:aws:iam::444455556666:user/alice",
        "s3.amazonaws.com",
    ] {
        for action in [KmsAction::Decrypt, KmsAction::CreateGrant] {
            let request = request(caller, action);
            let (decision, _) = decide_traced(&layers, &request);
            assert_eq!(
                decide(&layers, &request),
                decision,
                "plain and explained differ"
            );
        }
    }
}

fn request(caller: &str, action: KmsAction) -> Request {
    let (Ok(principal), Ok(key)) = (Principal::parse(caller), Arn::parse(KEY)) else {
        unreachable!("constants")
    };
    let mut context = RequestContext::new();
    context.set("aws:SourceIp", "203.0.113.7");
    context.set("aws:PrincipalTag/team", "red*");
    context.set("aws:CurrentTime", "2026-11-21T12:00:00Z");
    context.set_unknown("aws:SourceVpce");
    Request::new(
        principal,
        Action::from(action),
        Resource::Arn(key),
        None,
        context,
    )
}
