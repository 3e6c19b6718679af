//! IAM017: sid characters. The parser finds it.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM017",
    name: "sid-characters",
    severity: Error,
    kinds: kinds::IDENTITY,
    finds: "A `Sid` has other characters than letters and digits.",
    why: "IAM refuses the policy. Key policies may have blanks in a `Sid`, which is \
           how they come into identity-based policies by copying.",
    fires: Example::identity(
        r#"{"Sid": "Allow use", "Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    right: Example::identity(
        r#"{"Sid": "AllowUse", "Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "IAM User Guide, \"IAM JSON policy elements: Sid\"",
    access_analyzer: &["UNSUPPORTED_SID"],
    find: None,
};
