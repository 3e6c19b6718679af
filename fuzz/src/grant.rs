//! Grants: whatever can be read can be decided, for any caller and operation.

use kmsim_authz::context::RequestContext;
use kmsim_authz::decide::{decide, decide_traced};
use kmsim_authz::decision::Verdict;
use kmsim_authz::layers::Layers;
use kmsim_authz::principal::Principal;
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_authz::request::{Action, Request, Resource};
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;
use kmsim_types::{Arn, KmsAction};

use super::shown::assert_findings_show;

const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const CALLERS: [&str; 6] = [
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:sts::111122223333:assumed-role/app/i-1",
    "arn:aws:iam::444455556666:root",
    "arn:aws:sts::444455556666:federated-user/bob",
    "rds.us-east-1.amazonaws.com",
    "anonymous",
];
const ACTIONS: [KmsAction; 4] = [
    KmsAction::CreateGrant,
    KmsAction::Decrypt,
    KmsAction::DescribeKey,
    KmsAction::RetireGrant,
];

/// A grant as `ListGrants` shows it, or a list of them, JSON or YAML.
pub fn grant(text: &str) {
    let mut sources = Sources::new();
    let source = sources.add("grant", text);
    let mut diagnostics = Vec::new();
    let node = parse_any(text, source, "grant", &mut diagnostics);
    assert!(
        node.is_some() || !diagnostics.is_empty(),
        "refused without a reason"
    );
    let Some(node) = node else { return };
    let mut reader = Reader::new(&mut sources, &NoFiles);
    let list = node.as_list();
    let grants: Vec<_> = list.iter().filter_map(|node| reader.grant(node)).collect();
    diagnostics = std::mem::take(&mut reader.diagnostics);
    assert!(
        grants.len() == list.len() || !diagnostics.is_empty(),
        "refused without a reason"
    );
    assert_findings_show(&diagnostics, &sources);
    let layers = Layers {
        grants: &grants,
        ..Layers::default()
    };
    for caller in CALLERS {
        for action in ACTIONS {
            check(&layers, caller, action);
        }
    }
}

fn check(layers: &Layers<'_>, caller: &str, action: KmsAction) {
    let (Ok(principal), Ok(key)) = (Principal::parse(caller), Arn::parse(KEY)) else {
        unreachable!("constants")
    };
    let mut context = RequestContext::new();
    context.set("kms:EncryptionContext:Department", "IT");
    context.set("kms:GrantConstraintType", "EncryptionContextSubset");
    context.set(
        "aws:SourceArn",
        "arn:aws:rds:us-east-1:111122223333:db:orders",
    );
    let request = Request::new(
        principal,
        Action::from(action),
        Resource::Arn(key),
        None,
        context,
    );
    let (decision, _) = decide_traced(layers, &request);
    assert_eq!(
        decide(layers, &request),
        decision,
        "plain and explained differ"
    );
    // Grants never deny, and they are nobody's who does not sign.
    assert_ne!(decision.verdict, Verdict::ExplicitDeny);
    assert!(caller != "anonymous" || decision.verdict == Verdict::ImplicitDeny);
}
