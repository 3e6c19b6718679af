//! KMS020: values of `kms:ViaService` that no request has.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS020",
    name: "via-form",
    severity: Error,
    kinds: kinds::ALL,
    finds: "A value of `kms:ViaService` has not the form `service.region.amazonaws.com`: the Region is \
            missing, it is a URL, it has capital letters, or it ends in `.amazonaws.com.cn`.",
    why: "No request carries such a value, so the condition never holds; under a negated operator it \
          always does. The domain is `.amazonaws.com` in every partition.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:ViaService": "s3.amazonaws.com"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}}"#,
    ),
    source: "KMS Developer Guide, \"kms:ViaService\"",
    access_analyzer: &["INVALID_SERVICE_PRINCIPAL_FORMAT"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for via in check.statements.iter().flat_map(super::via::all) {
        let Some((fault, right)) = via.fault else {
            continue;
        };
        let shown = excerpt(via.text);
        let message = format!("`{shown}` {fault}: no request has this `kms:ViaService`");
        let found = Found::at(via.span, message);
        report.add(match right {
            Some(right) => {
                let evident = via
                    .text
                    .trim_end_matches(".cn")
                    .eq_ignore_ascii_case(&right);
                let found = found.help(format!("write `{right}`")).write(&right);
                if evident { found.mends() } else { found }
            }
            None => found.help(example(via.text, check.key.home())),
        });
    }
}

/// The form, with the service and Region that are probably meant.
fn example(text: &str, home: Option<&str>) -> String {
    let first = text.split('.').next().unwrap_or("");
    let is_service = kmsim_types::service::VIA_SERVICE_NAMES.contains(&first);
    let service = if is_service { first } else { "s3" };
    let region = home.unwrap_or("us-west-2");
    format!("write service.region.amazonaws.com, such as `{service}.{region}.amazonaws.com`")
}
