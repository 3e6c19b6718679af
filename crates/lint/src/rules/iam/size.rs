//! IAM019: policies that are too long. (Key policies are KMS110.)

use kmsim_policy::json::{Node, Value};

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM019",
    name: "policy-size",
    severity: Error,
    kinds: &[
        PolicyKind::Identity,
        PolicyKind::PermissionsBoundary,
        PolicyKind::Session,
        PolicyKind::ServiceControl,
        PolicyKind::ResourceControl,
        PolicyKind::VpcEndpoint,
        PolicyKind::RoleTrust,
    ],
    finds: "A policy is longer than AWS takes, white space not counted: 6,144 characters of a managed \
            policy, 5,120 of an SCP or RCP, 2,048 of a session or trust policy, 20,480 of a VPC endpoint \
            policy. Between 2,048 and 10,240 characters it depends on where an identity-based policy is \
            attached.",
    why: "AWS refuses it (LimitExceeded).",
    // A policy of that length is no reading; the smallest quota is the one of session policies.
    fires: Example::of(PolicyKind::Session, LONG),
    right: Example::of(
        PolicyKind::Session,
        r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-west-2:111122223333:key/*"}"#,
    ),
    source: "IAM User Guide, \"IAM and AWS STS quotas\"; Organizations User Guide, \"Quotas\"",
    access_analyzer: &[
        "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
        "POLICY_SIZE_EXCEEDS_SCP_QUOTA",
        "POLICY_SIZE_EXCEEDS_RCP_QUOTA",
    ],
    find: Some(find),
};

/// Thirty keys of one account, spelled out.
const LONG: &str = include_str!("size_example.json");

fn quota(kind: PolicyKind) -> Option<usize> {
    Some(match kind {
        // The largest managed policy; inline policies of roles together have 10,240.
        PolicyKind::Identity | PolicyKind::PermissionsBoundary => 6_144,
        PolicyKind::Session | PolicyKind::RoleTrust => 2_048,
        PolicyKind::ServiceControl | PolicyKind::ResourceControl => 5_120,
        PolicyKind::VpcEndpoint => 20_480,
        PolicyKind::KeyPolicy | PolicyKind::Resource => return None,
    })
}

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let (Some(node), Some(quota)) = (check.subject.node, quota(check.kind)) else {
        return;
    };
    let length = compact(node);
    if length > quota {
        let message = format!(
            "the policy has {length} characters without white space; {} has at most {quota}",
            check.kind.title()
        );
        let found = Found::at(node.span, message);
        report.add(match check.kind {
            // As inline policies of a role it may still fit.
            PolicyKind::Identity if length <= 10_240 => found
                .help("split it; as an inline policy of a role it fits (10,240 for all together)")
                .severity(Warning),
            _ => found.help("split it, or name resources by wildcards, tags or aliases"),
        });
    }
}

/// The length of a document without white space between its parts.
pub(crate) fn compact(node: &Node<'_>) -> usize {
    let own = (node.span.end - node.span.start) as usize;
    let between = |count: usize| count.saturating_sub(1) + 2;
    match &node.value {
        Value::Array(elements) => {
            between(elements.len()) + elements.iter().map(compact).sum::<usize>()
        }
        Value::Object(members) => {
            let member = |member: &kmsim_policy::json::Member<'_>| {
                let key = (member.key_span.end - member.key_span.start) as usize;
                key + 1 + compact(&member.value)
            };
            between(members.len()) + members.iter().map(member).sum::<usize>()
        }
        _ => own,
    }
}
