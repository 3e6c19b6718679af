//! IAM067: CIDR blocks with bits beyond their length.

use kmsim_policy::operand::Operand;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM067",
    name: "ip-host-bits",
    severity: Suggestion,
    kinds: kinds::ALL,
    finds: "A CIDR block has bits set beyond its length: `203.0.113.77/24`.",
    why: "AWS ignores them: it is the whole block, and not the one address that it may be taken for.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.77/24"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}"#,
    ),
    source: "IAM User Guide, \"IP address condition operators\"",
    access_analyzer: &["IMPROVE_IP_RANGE"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, condition) in check.conditions() {
        for operand in &condition.operands {
            let Operand::Ip(text, Some(network)) = &operand.value else {
                continue;
            };
            let plain = network.trunc();
            if plain != *network {
                let plain = plain.to_string();
                let message = format!("`{text}` means the whole block `{plain}`");
                report.add(
                    Found::at(operand.span, message)
                        .help(format!("write `{plain}`"))
                        .write(&plain)
                        .keeps(),
                );
            }
        }
    }
}
