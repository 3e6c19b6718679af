//! IAM074: service principals in conditions.

use kmsim_types::service::is_service_principal;

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM074",
    name: "service-value",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A value of `aws:CalledVia`, `aws:PrincipalServiceName` or a relative of them is no service \
            principal. (`kms:ViaService` is KMS020.)",
    why: "These keys hold names such as `dynamodb.amazonaws.com`, without a Region. Anything else never \
          comes.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:111122223333:key/*",
 "Condition": {"ForAnyValue:StringEquals": {"aws:CalledVia": "dynamodb"}}}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:111122223333:key/*",
 "Condition": {"ForAnyValue:StringEquals": {"aws:CalledVia": "dynamodb.amazonaws.com"}}}"#,
    ),
    source: "IAM User Guide, \"aws:CalledVia\" and \"aws:PrincipalServiceName\"",
    access_analyzer: &["INVALID_SERVICE_PRINCIPAL_FORMAT"],
    find: Some(find),
};

const KEYS: [&str; 5] = [
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
];

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, condition) in check.conditions() {
        if !KEYS.contains(&key(condition)) || condition.operator.value.test == Test::Null {
            continue;
        }
        for (text, span) in values(condition) {
            let open = text.contains(['*', '?', '$']) || text.contains(char::is_whitespace);
            if open || is_service_principal(text) {
                continue;
            }
            let message = format!(
                "`{}` is no service principal: `{}` never holds it",
                excerpt(text),
                key(condition)
            );
            let whole = format!("{}.amazonaws.com", text.to_ascii_lowercase());
            let found = Found::at(span, message);
            report.add(if is_service_principal(&whole) && !text.contains('.') {
                found.help(format!("write `{whole}`")).write(&whole).mends()
            } else {
                found.help("write a service principal, such as `dynamodb.amazonaws.com`")
            });
        }
    }
}
