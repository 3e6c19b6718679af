//! IAM044: Regions of key ARNs.

use kmsim_types::Region;

use crate::rules::prelude::*;
use crate::table::REGIONS;

pub(crate) static RULE: Rule = Rule {
    code: "IAM044",
    name: "arn-region",
    severity: Error,
    kinds: kinds::WITH_RESOURCES,
    finds: "The ARN of a KMS key or alias has no Region, or one that AWS does not have.",
    why: "Keys and aliases lie in a Region, so the ARN matches nothing. `*` stands for every Region.",
    fires: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms::111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    right: Example::identity(
        r#"{"Effect": "Allow", "Action": "kms:Decrypt",
 "Resource": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    source: "KMS Developer Guide, \"Key identifiers (KeyId)\"",
    access_analyzer: &["MISSING_ARN_REGION", "INVALID_ARN_REGION"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    // A colon in a variable is none of the ARN's.
    let plain = |text: &str| !text.contains("${");
    for (_, item) in check
        .resource_items()
        .filter(|(_, item)| plain(&item.value.text))
    {
        let Some([_, _, "kms", region, _, resource]) = arn::split(&item.value.text) else {
            continue;
        };
        let open = region.contains(['*', '?', '$']) || resource == "*" && region.is_empty();
        if open || region.contains(char::is_whitespace) {
            continue;
        }
        if region.is_empty() {
            report.add(
                Found::at(
                    item.span,
                    "the ARN of a key needs a Region: without one it matches nothing",
                )
                .help("write the Region of the key, or `*`"),
            );
        } else {
            look(region, item.span, report);
        }
    }
}

/// Reports a Region that is none, or that is near to one.
pub(crate) fn look(region: &str, span: Span, report: &mut Report<'_>) {
    if REGIONS.binary_search(&region).is_ok() {
        return;
    }
    let near = kmsim_types::nearest(region, REGIONS.iter().copied());
    // A Region that looks like one and like no other may be new.
    if Region::new(region).is_ok() && near.is_none() {
        return;
    }
    // New Regions differ from old ones in a digit.
    let digit = |near: &str| {
        near.trim_end_matches(|c: char| c.is_ascii_digit())
            == region.trim_end_matches(|c: char| c.is_ascii_digit())
    };
    if Region::new(region).is_ok() && near.is_some_and(digit) {
        return;
    }
    let found = Found::at(span, format!("`{}` is no Region of AWS", excerpt(region)));
    report.add(match near {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help("a Region looks like `us-west-2`"),
    });
}
