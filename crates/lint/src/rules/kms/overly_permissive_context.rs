//! KMS090: overly permissive context. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS090",
    name: "overly-permissive-context",
    severity: Error,
    kinds: kinds::KEY,
    finds: "`ForAllValues` stands with `kms:EncryptionContext:…` or `aws:RequestTag/…` \
           in a key policy.",
    why: "The condition holds for every request without the pair or tag, so KMS \
           refuses the policy (OverlyPermissiveCondition).",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"ForAllValues:StringEquals": {"kms:EncryptionContext:app": "orders"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:EncryptionContext:app": "orders"}}}"#,
    ),
    source: "KMS Developer Guide, \"kms:EncryptionContext:context-key\"",
    access_analyzer: &["FORALLVALUES_WITH_SINGLE_VALUED_KEY"],
    find: None,
};
