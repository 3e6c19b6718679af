//! KMS036: network conditions that services do not meet.

use kmsim_authz::context::RequestContext;

use crate::ask;
use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS036",
    name: "network-without-services",
    severity: Warning,
    kinds: &[
        PolicyKind::KeyPolicy,
        PolicyKind::Identity,
        PolicyKind::PermissionsBoundary,
        PolicyKind::Session,
        PolicyKind::ServiceControl,
        PolicyKind::ResourceControl,
    ],
    finds: "A `Deny` on `aws:SourceIp`, `aws:SourceVpc` or `aws:SourceVpce` spares no call that an AWS \
            service forwards. An `Allow` on them is a suggestion.",
    why: "When S3, EBS or another service calls KMS for somebody, the request does not come from his \
          network: encrypted volumes do not attach, buckets cannot be read.",
    fires: Example::key_policy(
        r#"{"Effect": "Deny", "Principal": "*", "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*",
 "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Deny", "Principal": "*", "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*",
 "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"},
               "Bool": {"aws:ViaAWSService": "false"}}}"#,
    ),
    source: "KMS Developer Guide, \"AWS global condition keys\": using the IP address condition, using \
             VPC endpoint conditions",
    access_analyzer: &[],
    find: Some(find),
};

const NETWORK: [&str; 5] = [
    "aws:SourceIp",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:SourceVpcArn",
    "aws:VpcSourceIp",
];

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    check.allows().for_each(|stated| allow(stated, report));
    let by_services = super::uses().union(KmsActionSet::of(&[KmsAction::CreateGrant]));
    for stated in check.denies() {
        let mut conditions = stated.statement.conditions.iter();
        let network = conditions.find(|condition| {
            NETWORK.contains(&key(condition)) && condition.operator.value.negated
        });
        let action = stated.kms_actions.intersection(by_services).iter().next();
        let (Some(condition), Some(action)) = (network, action) else {
            continue;
        };
        if !meets_services(check, stated, action) {
            continue;
        }
        let name = key(condition);
        let message = format!(
            "calls that AWS services forward do not come from your network, so this condition on `{name}` denies them too"
        );
        report.add(Found::at(condition.key.span, message).help(
            "spare them by {\"Bool\": {\"aws:ViaAWSService\": \"false\", \"aws:PrincipalIsAWSService\": \"false\"}}",
        ));
    }
}

/// An `Allow` on the network does not cover what services do for its callers. That may be meant.
fn allow(stated: &Stated<'_>, report: &mut Report<'_>) {
    let mut conditions = stated.statement.conditions.iter();
    let network = conditions.find(|condition| {
        NETWORK.contains(&key(condition))
            && needs_key(condition)
            && !condition.operator.value.negated
    });
    let uses = !stated.kms_actions.intersection(super::uses()).is_empty();
    let service = |item: &Spanned<PrincipalPattern>| item.value.names == PrincipalName::Service;
    if let Some(condition) = network.filter(|_| uses && !stated.principals().iter().any(service)) {
        let message = format!(
            "calls that AWS services forward do not come from your network, so this condition on `{}` does not allow them",
            key(condition)
        );
        let help = "allow them in a statement of its own, with kms:ViaService, if encrypted volumes and buckets are to work";
        report.add(
            Found::at(condition.key.span, message)
                .help(help)
                .severity(Suggestion),
        );
    }
}

/// Whether the conditions of a `Deny` hold for a call that a service forwards, be it known as such or not.
fn meets_services(check: &Check<'_>, stated: &Stated<'_>, action: KmsAction) -> bool {
    let somebody = check
        .owner()
        .or_else(|| AccountId::new("111122223333").ok());
    let Some(somebody) = somebody.and_then(ask::somebody) else {
        return false;
    };
    let Some(asked) = check.ask(somebody, action, forwarded(check)) else {
        return false;
    };
    let holds = |record: &kmsim_authz::trace::StatementRecord| !record.conditions.is_no();
    asked.statement(stated.index).is_some_and(holds)
}

/// The context of a call that EC2 forwards.
fn forwarded(check: &Check<'_>) -> RequestContext {
    let region = check.key.home().unwrap_or("us-east-1");
    let mut context = RequestContext::new();
    context.set_rest_unknown();
    context.set(
        "kms:ViaService",
        format!("ec2.{region}.amazonaws.com").as_str(),
    );
    let called_via = ["ec2.amazonaws.com"];
    context.set(
        "aws:CalledVia",
        kmsim_authz::context::ContextValue::many(called_via),
    );
    context.set("aws:CalledViaFirst", "ec2.amazonaws.com");
    context.set("aws:CalledViaLast", "ec2.amazonaws.com");
    context.set("aws:SourceIp", "52.95.255.1");
    for key in [
        "aws:SourceVpc",
        "aws:SourceVpce",
        "aws:SourceVpcArn",
        "aws:VpcSourceIp",
    ] {
        context.set_absent(key);
    }
    context
}
