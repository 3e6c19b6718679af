//! Blanks where AWS's names have none.
//!
//! Texts copied from slides and PDFs have them (`kms: Encrypt`, `arn:aws: iam::…`). AWS reads such
//! a name as another name, which does not exist. Each function gives the mended text, or nothing
//! if there is nothing to mend; parts whose blanks mean something are left alone.

use kmsim_types::service::is_service_principal;

/// Services whose resource names never hold a blank. Elsewhere they may: keys of S3 objects,
/// alarms of `CloudWatch`.
const SERVICES: [&str; 11] = [
    "dynamodb",
    "ec2",
    "iam",
    "kms",
    "lambda",
    "rds",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "sts",
];

const ENCRYPTION_CONTEXT: &str = "kms:EncryptionContext";

/// A text without its white space.
pub(crate) fn without(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether a text has white space.
pub(crate) fn present(text: &str) -> bool {
    text.chars().any(char::is_whitespace)
}

/// Mends a name that has no blanks at all.
pub(crate) fn in_name(text: &str) -> Option<String> {
    present(text).then(|| without(text))
}

/// Mends an ARN or ARN pattern: its first five parts, and the sixth where the service's names
/// have no blanks. A pattern with policy variables is left alone, since a tag's key may hold
/// blanks.
pub(crate) fn in_arn(text: &str) -> Option<String> {
    if !present(text) || text.contains("${") {
        return None;
    }
    let mut parts: Vec<String> = text.splitn(6, ':').map(str::to_owned).collect();
    for part in parts.iter_mut().take(5) {
        *part = without(part);
    }
    if parts.len() < 2 || parts.first().is_none_or(|part| part != "arn") {
        return None;
    }
    let strict = parts
        .get(2)
        .is_some_and(|service| SERVICES.contains(&service.as_str()));
    if let Some(resource) = parts.get_mut(5) {
        *resource = if strict {
            without(resource)
        } else {
            resource.trim_start().to_owned()
        };
    }
    Some(parts.join(":")).filter(|mended| mended != text)
}

/// Mends a condition key, but for what stands behind `kms:EncryptionContext:` or a slash
/// (`aws:ResourceTag/…`): that is the author's own text.
pub(crate) fn in_condition_key(text: &str) -> Option<String> {
    let (name, own) = split_condition_key(text);
    let mended = without(name) + own;
    (mended != text).then_some(mended)
}

/// Mends a value of a condition if it is an ARN or the name of a service.
pub(crate) fn in_condition_value(key: &str, text: &str) -> Option<String> {
    if let Some(mended) = in_arn(text) {
        return Some(mended);
    }
    let (_, own) = split_condition_key(key);
    let mended = in_name(text).filter(|_| own.is_empty())?;
    is_service_principal(&mended.replace(['*', '?'], "x")).then_some(mended)
}

/// Splits a condition key before the part that its author chooses.
fn split_condition_key(text: &str) -> (&str, &str) {
    let second_colon = text.match_indices(':').nth(1).map(|(at, _)| at);
    let context = second_colon
        .and_then(|at| text.split_at_checked(at))
        .filter(|(name, _)| without(name).eq_ignore_ascii_case(ENCRYPTION_CONTEXT));
    let slash = text.find('/').unwrap_or(text.len());
    context
        .or_else(|| text.split_at_checked(slash))
        .unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns() {
        for (text, mended) in [
            (
                "arn: aws: iam: :123456789012: root",
                Some("arn:aws:iam::123456789012:root"),
            ),
            (
                " arn:aws:kms:us-west-2:1 : key/a b",
                Some("arn:aws:kms:us-west-2:1:key/ab"),
            ),
            ("arn:aws:kms:us-west-2:1:key/ab", None),
            ("arn:aws:s3:::bucket/my file", None),
            (
                "arn:aws: s3::: bucket/my file",
                Some("arn:aws:s3:::bucket/my file"),
            ),
            ("arn:aws:cloudwatch:r:1:alarm:My Alarm", None),
            ("arn:aws: kms", Some("arn:aws:kms")),
            ("arn:aws:iam::1:role/${aws:PrincipalTag/My Tag}", None),
            ("arn of the covenant: lost", None),
            ("arn", None),
            ("my arn: x", None),
            ("", None),
        ] {
            assert_eq!(in_arn(text).as_deref(), mended, "{text}");
        }
    }

    #[test]
    fn condition_keys_keep_what_their_author_chose() {
        for (text, mended) in [
            ("kms: ViaService", Some("kms:ViaService")),
            ("kms:ViaService", None),
            ("kms:EncryptionContext:My Key", None),
            (
                "kms: EncryptionContext:My Key/a b",
                Some("kms:EncryptionContext:My Key/a b"),
            ),
            ("KMS:encryptioncontext:a b", None),
            (
                "kms:EncryptionContext Keys",
                Some("kms:EncryptionContextKeys"),
            ),
            ("aws:ResourceTag/My Tag", None),
            ("aws: ResourceTag/My Tag", Some("aws:ResourceTag/My Tag")),
        ] {
            assert_eq!(in_condition_key(text).as_deref(), mended, "{text}");
        }
    }

    #[test]
    fn condition_values_are_mended_if_they_are_names() {
        for (key, text, mended) in [
            (
                "kms:ViaService",
                "ec2. us-east-1.amazonaws.com",
                Some("ec2.us-east-1.amazonaws.com"),
            ),
            (
                "kms:ViaService",
                "ec2 .*.amazonaws.com",
                Some("ec2.*.amazonaws.com"),
            ),
            ("kms:EncryptionContext:Service", "ec2 .amazonaws.com", None),
            ("aws:PrincipalTag/Team", "Blue Team", None),
            (
                "aws:PrincipalArn",
                "arn:aws: iam::1:role/*",
                Some("arn:aws:iam::1:role/*"),
            ),
        ] {
            assert_eq!(in_condition_value(key, text).as_deref(), mended, "{text}");
        }
    }
}
