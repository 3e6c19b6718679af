//! KMS031: a statement for everyone who comes through a service.

use super::everyone::{Open, openings};
use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS031",
    name: "open-through-service",
    severity: Security,
    kinds: kinds::KEY,
    finds: "A statement for everyone (`\"*\"`) is limited by `kms:ViaService` (or `aws:CalledVia`) alone.",
    why: "Anybody in any account can go through that service. AWS's own managed keys have \
          `kms:CallerAccount` beside it.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
 "Resource": "*", "Condition": {"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
 "Resource": "*", "Condition": {"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com",
                                                "kms:CallerAccount": "111122223333"}}}"#,
    ),
    source: "KMS Developer Guide, \"kms:CallerAccount\" and \"kms:ViaService\"",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for opening in openings(check) {
        if opening.open == Open::ThroughService {
            let message = "everyone, in every AWS account, may use the key through that service";
            let owner = check
                .owner()
                .map_or("your account".to_owned(), |owner| owner.to_string());
            let help = format!("add \"kms:CallerAccount\": \"{owner}\" to the condition");
            report.add(Found::at(opening.span, message).help(help));
        }
    }
}
