//! IAM103: an RCP about actions that RCPs do not cover. The parser finds `*` alone.

use crate::rules::prelude::*;
use crate::table::{DATE, RCP_SERVICES};

pub(crate) static RULE: Rule = Rule {
    code: "IAM103",
    name: "rcp-action",
    severity: Error,
    kinds: kinds::RESOURCE_CONTROL,
    finds: "A resource control policy names actions of a service that RCPs do not cover, or `*`.",
    why: "Organizations refuses it. RCPs cover a few services; each action is written with its \
          service.",
    fires: Example::of(
        PolicyKind::ResourceControl,
        r#"{"Effect": "Deny", "Principal": "*", "Action": ["kms:*", "ec2:*"], "Resource": "*",
 "Condition": {"Bool": {"aws:SecureTransport": "false"}}}"#,
    ),
    right: Example::of(
        PolicyKind::ResourceControl,
        r#"{"Effect": "Deny", "Principal": "*", "Action": ["kms:*", "s3:*"], "Resource": "*",
 "Condition": {"Bool": {"aws:SecureTransport": "false"}}}"#,
    ),
    source: "Organizations User Guide, \"RCP syntax\"",
    access_analyzer: &["RCP_SYNTAX_ERROR_ACTION"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, item) in check.action_items() {
        let Some((service, _)) = item.value.text().split_once(':') else {
            continue;
        };
        if RCP_SERVICES.contains(&&*service.to_ascii_lowercase()) {
            continue;
        }
        let message =
            format!("RCPs do not cover actions of `{service}`: Organizations refuses the policy");
        let help = format!(
            "leave them out; RCPs cover {} services (as of {DATE}), KMS, S3, SQS and Secrets Manager among them",
            RCP_SERVICES.len()
        );
        report.add(Found::at(item.span, message).help(help));
    }
}
