//! IAM018: empty names.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM018",
    name: "empty-sid",
    severity: Suggestion,
    kinds: kinds::ALL,
    finds: "A `Sid` is empty.",
    why: "It names nothing. Explanations, audits and ignore lists name statements by their `Sid`.",
    fires: Example::key_policy(
        r#"{"Sid": "", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Sid": "Allow the app to decrypt", "Effect": "Allow",
 "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"}, "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "IAM User Guide, \"IAM policy validation check reference\"",
    access_analyzer: &["EMPTY_SID_VALUE"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in &check.statements {
        if let Some(sid) = stated.sid.as_ref().filter(|sid| sid.value.is_empty()) {
            let edits = check
                .editor()
                .and_then(|editor| editor.without_member(editor.key_of(sid.span)?));
            report.add(
                Found::at(sid.span, "the `Sid` is empty")
                    .help("give the statement a name, or leave the element out")
                    .edits("leave the `Sid` out", edits)
                    .keeps(),
            );
        }
    }
}
