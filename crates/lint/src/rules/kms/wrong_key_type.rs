//! KMS080: operations that the key does not have.

use kmsim_types::{KeySpec, KeyUsage};

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS080",
    name: "wrong-key-type",
    severity: Warning,
    kinds: kinds::KEY,
    finds: "A key policy names operations that a key of this spec and usage does not have: `kms:Sign` for \
            a symmetric key, `kms:GenerateDataKey` for an RSA key.",
    why: "KMS refuses them for this key whatever the policy says. The policy was probably written for \
          another key.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": ["kms:Sign", "kms:Verify"], "Resource": "*"}"#,
    )
    .for_key(r#"{"spec": "SYMMETRIC_DEFAULT"}"#),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": ["kms:Sign", "kms:Verify"], "Resource": "*"}"#,
    )
    .for_key(r#"{"spec": "ECC_NIST_P256", "usage": "SIGN_VERIFY"}"#),
    source: "KMS Developer Guide, \"Key type reference\"",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let Some(impossible) = impossible(check.key.spec, check.key.use_of_it()) else {
        return;
    };
    for stated in &check.statements {
        let idle = |item: &&Spanned<ActionPattern>| {
            let covered = item.value.kms_actions();
            !covered.is_empty() && covered.is_subset(impossible)
        };
        let items: Vec<_> = stated.actions().iter().filter(idle).collect();
        let Some(first) = items.first() else { continue };
        let texts: Vec<_> = items
            .iter()
            .map(|item| format!("`{}`", item.value.text()))
            .collect();
        let spec = check.key.spec.map_or("", KeySpec::name);
        let usage = check.key.use_of_it().map_or("", KeyUsage::name);
        let what = format!("{spec} {usage}");
        let message = format!(
            "{}: a key of the type {} has no such operation",
            texts.join(", "),
            what.trim()
        );
        report.add(
            Found::at(first.span, message)
                .help("leave it out, or check which key the policy is for"),
        );
    }
}

/// The operations that no key of this spec and usage has.
pub(crate) fn impossible(spec: Option<KeySpec>, usage: Option<KeyUsage>) -> Option<KmsActionSet> {
    use KmsAction as A;
    let data_keys = KmsActionSet::of(&[
        A::GenerateDataKey,
        A::GenerateDataKeyWithoutPlaintext,
        A::GenerateDataKeyPair,
        A::GenerateDataKeyPairWithoutPlaintext,
    ]);
    let of_usage = |usage| match usage {
        KeyUsage::EncryptDecrypt => {
            KmsActionSet::of(&[A::Encrypt, A::Decrypt, A::ReEncryptFrom, A::ReEncryptTo])
                .union(data_keys)
        }
        KeyUsage::SignVerify => KmsActionSet::of(&[A::Sign, A::Verify]),
        KeyUsage::GenerateVerifyMac => KmsActionSet::of(&[A::GenerateMac, A::VerifyMac]),
        KeyUsage::KeyAgreement => KmsActionSet::of(&[A::DeriveSharedSecret]),
        KeyUsage::EncapsulateDecapsulate => KmsActionSet::of(&[A::Encapsulate, A::Decapsulate]),
    };
    let usages: &[KeyUsage] = match (&usage, spec) {
        (Some(usage), _) => std::slice::from_ref(usage),
        (None, Some(spec)) => spec.usages(),
        (None, None) => return None,
    };
    let all = |set: KmsActionSet, usage: &KeyUsage| set.union(of_usage(*usage));
    let possible = usages.iter().fold(KmsActionSet::EMPTY, all);
    let every = KeyUsage::ALL.iter().fold(KmsActionSet::EMPTY, all);
    let mut impossible = every.intersection(possible.complement());
    let rotation = [
        A::EnableKeyRotation,
        A::DisableKeyRotation,
        A::RotateKeyOnDemand,
    ];
    match spec {
        Some(KeySpec::SymmetricDefault) => impossible.insert(A::GetPublicKey),
        Some(spec) => {
            impossible = impossible
                .union(data_keys)
                .union(KmsActionSet::of(&rotation));
            if !spec.is_asymmetric() {
                impossible.insert(A::GetPublicKey);
            }
        }
        None => {}
    }
    Some(impossible)
}
