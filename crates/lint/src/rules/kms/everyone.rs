//! Who comes in by `Principal: "*"`: what KMS030, KMS031 and KMS032 share.
//!
//! Each condition is asked about two strangers: one of whom everything is known and in whom nothing is
//! as the policy's author wants it, and one whose request lacks every key. A condition keeps strangers
//! out if it holds for neither.

use kmsim_authz::context::RequestContext;
use kmsim_authz::principal::Principal;

use crate::rules::prelude::*;

/// How far a statement for everyone is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Open {
    /// To anybody: no condition asks who calls.
    Wide,
    /// To anybody who calls through a service.
    ThroughService,
    /// To anybody: the conditions that ask who calls do not keep strangers out.
    Weakly,
}

/// A statement that lets everyone in.
pub(crate) struct Opening<'p> {
    pub(crate) stated: Stated<'p>,
    /// Where everyone is named.
    pub(crate) span: Span,
    pub(crate) open: Open,
    /// The condition that ought to keep strangers out.
    pub(crate) weak: Option<&'p Condition>,
}

/// Keys that tell who calls, from where, or for which resource. Callers cannot choose them freely.
const WHO: [&str; 27] = [
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:PrincipalType",
    "aws:userid",
    "aws:username",
    "aws:FederatedProvider",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceOwner",
    "aws:SourceIp",
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:VpcSourceIp",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "aws:Ec2InstanceSourceVpc",
    "aws:Ec2InstanceSourcePrivateIPv4",
    "kms:CallerAccount",
];

/// Keys of enclaves: without the right image nobody has them.
fn is_attestation(key: &str) -> bool {
    key.starts_with("kms:RecipientAttestation")
}

/// Every statement that lets everyone in, strangers included.
pub(crate) fn openings<'s>(check: &Check<'s>) -> Vec<Opening<'s>> {
    let mut found = Vec::new();
    for stated in check.allows() {
        let Some(span) = stated.everyone() else {
            continue;
        };
        if stated.has_open_conditions() {
            continue;
        }
        let Stated { statement, .. } = *stated;
        let kept_out = kept_out(check, stated);
        let tests = || {
            statement
                .conditions
                .iter()
                .zip(kept_out.iter().chain(std::iter::repeat(&false)))
        };
        let firm = |(condition, out): (&Condition, &bool)| asks_who(condition) && *out;
        if tests().any(firm) || is_denied(check) {
            continue;
        }
        let mut weak = tests().filter(|(condition, _)| asks_who(condition));
        let weak = weak.next().map(|(condition, _)| condition);
        let through = |condition: &Condition| {
            matches!(
                key(condition),
                "kms:ViaService"
                    | "aws:CalledVia"
                    | "aws:CalledViaFirst"
                    | "aws:CalledViaLast"
                    | "aws:ViaAWSService"
            ) && needs_key(condition)
        };
        let open = match weak {
            Some(_) => Open::Weakly,
            None if statement.conditions.iter().any(through) => Open::ThroughService,
            None => Open::Wide,
        };
        found.push(Opening {
            stated: *stated,
            span,
            open,
            weak,
        });
    }
    found
}

fn asks_who(condition: &Condition) -> bool {
    let name = key(condition);
    WHO.contains(&name) || is_attestation(name)
}

/// For each condition whether it keeps both strangers out.
fn kept_out(check: &Check<'_>, stated: &Stated<'_>) -> Vec<bool> {
    let count = stated.conditions.len();
    if count == 0 {
        return Vec::new();
    }
    let fails = |context: RequestContext| -> Vec<bool> {
        let action = stated
            .kms_actions
            .iter()
            .next()
            .unwrap_or(KmsAction::Decrypt);
        let asked = stranger().and_then(|stranger| check.ask(stranger, action, context));
        let records = asked.as_ref().and_then(|asked| {
            let record = asked.statement(stated.index)?;
            Some(asked.conditions(record, count))
        });
        let fails = |record: &kmsim_authz::trace::ConditionRecord| record.holds.is_no();
        records.unwrap_or(&[]).iter().map(fails).collect()
    };
    let (known, lacking) = (fails(strange()), fails(nothing()));
    known
        .iter()
        .zip(&lacking)
        .map(|(known, lacking)| *known && *lacking)
        .collect()
}

/// Whether a `Deny` of the policy keeps strangers out for certain.
fn is_denied(check: &Check<'_>) -> bool {
    if check.denies().next().is_none() {
        return false;
    }
    let asked = stranger().and_then(|stranger| check.ask(stranger, KmsAction::Decrypt, strange()));
    let denied = kmsim_authz::decision::Verdict::ExplicitDeny;
    asked.is_some_and(|asked| asked.decision.verdict == denied)
}

/// A role of an account that no policy speaks of.
fn stranger() -> Option<Principal> {
    Principal::parse("arn:aws:iam::909090909090:role/stranger").ok()
}

/// A request of a stranger who has everything, and nothing that a policy asks for.
fn strange() -> RequestContext {
    let mut context = RequestContext::new();
    context.set_rest_unknown();
    for (key, value) in [
        ("aws:PrincipalOrgID", "o-strangerorg"),
        ("aws:PrincipalOrgPaths", "o-strangerorg/r-zzzz/"),
        ("aws:userid", "AROASTRANGER:stranger"),
        ("aws:SourceIp", "45.83.17.9"),
        ("aws:VpcSourceIp", "100.127.250.9"),
        ("aws:SourceVpc", "vpc-0f0f0f0f0f0f0f0f0"),
        ("aws:SourceVpce", "vpce-0f0f0f0f0f0f0f0f0"),
        (
            "aws:SourceVpcArn",
            "arn:aws:ec2:us-east-1:909090909090:vpc/vpc-0f0f0f0f0f0f0f0f0",
        ),
        ("aws:VpceAccount", "909090909090"),
        ("aws:VpceOrgID", "o-strangerorg"),
        ("aws:SourceAccount", "909090909090"),
        ("aws:SourceArn", "arn:aws:s3:::stranger"),
        ("aws:SourceOrgID", "o-strangerorg"),
        ("aws:SourceOwner", "909090909090"),
        ("aws:FederatedProvider", "stranger.example"),
        ("aws:Ec2InstanceSourceVpc", "vpc-0f0f0f0f0f0f0f0f0"),
        ("aws:Ec2InstanceSourcePrivateIPv4", "100.127.250.9"),
        ("aws:PrincipalServiceName", "stranger.amazonaws.com"),
    ] {
        context.set(key, value);
    }
    context
}

/// A request that lacks every key that tells who calls.
fn nothing() -> RequestContext {
    let mut context = RequestContext::new();
    context.set_rest_unknown();
    for key in WHO {
        context.set_absent(key);
    }
    context
}
