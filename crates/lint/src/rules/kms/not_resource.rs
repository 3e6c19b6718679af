//! KMS062: `NotResource` in a key policy.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS062",
    name: "not-resource",
    severity: Warning,
    kinds: kinds::KEY,
    finds: "A statement of a key policy has `NotResource`.",
    why: "A key policy is about one key: what is named is either that key, and the statement does nothing, \
          or it is not, and the element says nothing.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "NotResource": "arn:aws:kms:us-west-2:111122223333:key/other"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "KMS Developer Guide, \"Key policies in AWS KMS\": Resource",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in &check.statements {
        let negated = stated.resource.as_ref().filter(|scope| scope.negated);
        if let Some(scope) = negated {
            let message = "`NotResource` in a key policy, which is about one key only: it says nothing, or takes the statement away";
            report.add(
                Found::at(scope.span, message)
                    .help("write `\"Resource\": \"*\"`, which means this key"),
            );
        }
    }
}
