//! IAM058: `ForAllValues` on a key with one value.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM058",
    name: "all-of-one",
    severity: Security,
    kinds: kinds::ALL,
    finds: "`ForAllValues` stands with a key that holds one value.",
    why: "It holds when the request lacks the key, so the condition lets through what it was to keep out. \
          (In a statement for everyone it is KMS032; `kms:EncryptionContext:…` in a key policy is KMS090.)",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:111122223333:key/*",
 "Condition": {"ForAllValues:StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:111122223333:key/*",
 "Condition": {"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}}"#,
    ),
    source: "IAM User Guide, \"Single-valued vs. multivalued context keys\"",
    access_analyzer: &["FORALLVALUES_WITH_SINGLE_VALUED_KEY"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (stated, condition) in check.conditions() {
        let operator = condition.operator.value;
        let single = condition
            .key
            .value
            .info()
            .is_some_and(|info| !info.multi_valued);
        let all = operator.set == Some(SetOperator::ForAllValues) && operator.test != Test::Null;
        let name = key(condition);
        let refused = check.is_key_policy()
            && (name.starts_with("kms:EncryptionContext:") || name.starts_with("aws:RequestTag/"));
        let for_everyone = check.is_key_policy() && stated.everyone().is_some();
        if !single || !all || refused || for_everyone {
            continue;
        }
        let plain = Operator {
            set: None,
            ..operator
        };
        let message =
            format!("`{operator}` holds for requests without `{name}`, which has one value");
        let fits = |other: &Condition| {
            let info = other.key.value.info();
            info.is_some_and(|info| !info.multi_valued)
        };
        let edits = check.editor().and_then(|editor| {
            editor.with_operator(&stated.statement.conditions, condition, plain, fits)
        });
        report.add(
            Found::at(condition.operator.span, message)
                .help(format!("write `{plain}`"))
                .edits(format!("write `{plain}`"), edits),
        );
    }
}
