//! KMS015: values that a key never has.

use kmsim_policy::variable::NoVariables;
use kmsim_policy::wildcard::{Match, Wildcard};
use kmsim_types::{
    EncryptionAlgorithm, GrantOperation, KeyOrigin, KeyUsage, MacAlgorithm, MessageType,
    MultiRegionKeyType, SigningAlgorithm, WrappingAlgorithm,
};

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS015",
    name: "unknown-value",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A condition compares a key with a value that the key never has: an operation that grants do \
            not know, an algorithm or usage that KMS does not have.",
    why: "The condition never holds, or under a negated operator always. `kms:GrantConstraintType` for \
          instance is `EncryptionContextEquals` or `EncryptionContextSubset`.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:CreateGrant", "Resource": "*",
 "Condition": {"StringEquals": {"kms:GrantConstraintType": "EncryptionContext"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:CreateGrant", "Resource": "*",
 "Condition": {"StringEquals": {"kms:GrantConstraintType": "EncryptionContextEquals"}}}"#,
    ),
    source: "KMS Developer Guide, \"Condition keys for AWS KMS\"; API model of 2026-11",
    access_analyzer: &[],
    find: Some(find),
};

/// What the data key pairs can be (the API model's `DataKeyPairSpec`).
const PAIR_SPECS: [&str; 12] = [
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "ECC_NIST_P256",
    "ECC_NIST_P384",
    "ECC_NIST_P521",
    "ECC_SECG_P256K1",
    "SM2",
    "ECC_NIST_EDWARDS25519",
    "ML_KEM_512",
    "ML_KEM_768",
    "ML_KEM_1024",
];

/// The values of a key, if it has a fixed set of them.
fn values_of(key: &str) -> Option<Vec<&'static str>> {
    Some(match key {
        "kms:GrantOperations" => GrantOperation::ALL.map(GrantOperation::name).into(),
        "kms:GrantConstraintType" => vec!["EncryptionContextEquals", "EncryptionContextSubset"],
        "kms:KeyUsage" | "kms:CustomerMasterKeyUsage" => KeyUsage::ALL.map(KeyUsage::name).into(),
        "kms:KeyOrigin" => KeyOrigin::ALL.map(KeyOrigin::name).into(),
        "kms:MessageType" => MessageType::ALL.map(MessageType::name).into(),
        "kms:EncryptionAlgorithm" => EncryptionAlgorithm::ALL
            .map(EncryptionAlgorithm::name)
            .into(),
        "kms:SigningAlgorithm" => SigningAlgorithm::ALL.map(SigningAlgorithm::name).into(),
        "kms:MacAlgorithm" => MacAlgorithm::ALL.map(MacAlgorithm::name).into(),
        "kms:WrappingAlgorithm" => WrappingAlgorithm::ALL.map(WrappingAlgorithm::name).into(),
        "kms:WrappingKeySpec" => vec!["RSA_2048", "RSA_3072", "RSA_4096", "SM2"],
        "kms:DataKeyPairSpec" => PAIR_SPECS.into(),
        "kms:KeyAgreementAlgorithm" => vec!["ECDH"],
        "kms:ExpirationModel" => vec!["KEY_MATERIAL_EXPIRES", "KEY_MATERIAL_DOES_NOT_EXPIRE"],
        "kms:MultiRegionKeyType" => MultiRegionKeyType::ALL.map(MultiRegionKeyType::name).into(),
        "kms:PolicyName" => vec!["default", "AWS_RAM"],
        _ => return None,
    })
}

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, condition) in check.conditions() {
        if let Some(values) = values_of(key(condition)) {
            look(condition, &values, report);
        }
    }
}

/// Reports the values of a condition that are none of these.
pub(crate) fn look(condition: &Condition, known: &[&'static str], report: &mut Report<'_>) {
    let test = condition.operator.value.test;
    if !matches!(
        test,
        Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike
    ) {
        return;
    }
    for (text, span) in values(condition) {
        if text.contains("${") || known.iter().any(|value| matches(test, text, value)) {
            continue;
        }
        let name = key(condition);
        let shown = excerpt(text);
        let never = if condition.operator.value.negated {
            "always differs from it"
        } else {
            "never equals it"
        };
        let found = Found::at(
            span,
            format!("`{shown}` is no value of `{name}`: the key {never}"),
        );
        report.add(match kmsim_types::nearest(text, known.iter().copied()) {
            Some(near) => {
                let found = found.help(format!("did you mean `{near}`?")).write(near);
                if near.eq_ignore_ascii_case(text) {
                    found.mends()
                } else {
                    found
                }
            }
            None => found.help(format!(
                "the values are {} (as of 2026-11)",
                known.join(", ")
            )),
        });
    }
}

fn matches(test: Test, written: &str, value: &str) -> bool {
    match test {
        Test::StringEqualsIgnoreCase => written.eq_ignore_ascii_case(value),
        Test::StringLike => Wildcard::new(written).matches(value, &NoVariables) == Match::Yes,
        _ => written == value,
    }
}
