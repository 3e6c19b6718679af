//! KMS086: specs that no key has.

use kmsim_types::KeySpec;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS086",
    name: "unknown-key-spec",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A condition compares `kms:KeySpec` with a text that is no key spec, such as `AES_256`.",
    why: "The condition never holds, or under a negated operator always. The spec of symmetric encryption \
          keys is `SYMMETRIC_DEFAULT`; `AES_256` is a spec of data keys.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:KeySpec": "AES_256"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:KeySpec": "SYMMETRIC_DEFAULT"}}}"#,
    ),
    source: "KMS Developer Guide, \"kms:KeySpec\" and \"Key spec reference\"; API model of 2026-11",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, condition) in check.conditions() {
        if matches!(key(condition), "kms:KeySpec" | "kms:CustomerMasterKeySpec") {
            super::unknown_value::look(condition, &KeySpec::ALL.map(KeySpec::name), report);
        }
    }
}
