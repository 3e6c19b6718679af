//! KMS032: a statement for everyone whose condition keeps nobody out.

use super::everyone::{Open, openings};
use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS032",
    name: "open-by-weak-condition",
    severity: Security,
    kinds: kinds::KEY,
    finds: "A statement for everyone (`\"*\"`) has a condition on who calls that strangers meet: a `*` \
            under `StringLike`, `…IfExists`, `ForAllValues`, `Null`, or a negated operator.",
    why: "The condition looks like a limit and is none. `IfExists` and `ForAllValues` hold when the \
          request lacks the key, as those of AWS services and of accounts without an organization do.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorgid"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}}"#,
    ),
    source: "IAM User Guide, \"IAM JSON policy elements: Condition operators\" and \"Set operators for \
             multivalued context keys\"",
    access_analyzer: &[
        "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
        "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION",
    ],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for opening in openings(check) {
        let (Open::Weakly, Some(condition)) = (opening.open, opening.weak) else {
            continue;
        };
        let (operator, name) = (condition.operator.value, key(condition));
        let message = format!(
            "`{operator}` on `{name}` keeps nobody out: everyone, in every AWS account, may use the key by this statement"
        );
        report.add(
            Found::at(condition.key.span, message)
                .help("compare with `StringEquals` (for ARNs `ArnLike`) and the values that are meant")
                .note(opening.span, "everyone"),
        );
    }
}
