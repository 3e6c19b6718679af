//! KMS089: the alias of a request that names none.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS089",
    name: "request-alias-without-alias",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A condition on `kms:RequestAlias` stands beside operations whose requests cannot name their \
            key by an alias.",
    why: "Such a request carries no `kms:RequestAlias`, so the statement never covers it.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": ["kms:Decrypt", "kms:TagResource"], "Resource": "*",
 "Condition": {"StringEquals": {"kms:RequestAlias": "alias/app"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:RequestAlias": "alias/app"}}}"#,
    ),
    source: "KMS Developer Guide, \"kms:RequestAlias\": operations",
    access_analyzer: &["UNSUPPORTED_ACTION_FOR_CONDITION_KEY"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in &check.statements {
        for unmet in super::carried::unmet(stated, |key| key == "kms:RequestAlias") {
            let message = format!(
                "{} {}: its requests name the key by id or ARN and carry no `kms:RequestAlias`",
                super::carried::effect(stated),
                unmet.shown()
            );
            let help = format!(
                "put {} into a statement of its own, with kms:ResourceAliases in an IAM policy; `kms:RequestAlias` comes with {}",
                unmet.shown(),
                names(unmet.carrying)
            );
            report.add(Found::at(unmet.condition.key.span, message).help(help));
        }
    }
}
