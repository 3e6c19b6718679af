//! ARNs as six pieces of text.

/// An ARN: `arn:partition:service:region:account:resource`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arn<'a> {
    pub(crate) partition: &'a str,
    pub(crate) service: &'a str,
    pub(crate) region: &'a str,
    pub(crate) account: &'a str,
    pub(crate) resource: &'a str,
}

/// Splits at the first five colons; the resource may hold more of them.
pub(crate) fn parse(text: &str) -> Option<Arn<'_>> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    match parts.as_slice() {
        &["arn", partition, service, region, account, resource] => Some(Arn {
            partition,
            service,
            region,
            account,
            resource,
        }),
        _ => None,
    }
}

/// Whether the text is a twelve-digit account id.
pub(crate) fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The account that an account principal means: `111122223333` or `arn:…:iam::111122223333:root`
/// (section 2, both mean the same). The partition is `None` for the short form.
pub(crate) fn account_principal(text: &str) -> Option<(Option<&str>, &str)> {
    if is_account_id(text) {
        return Some((None, text));
    }
    let arn = parse(text)?;
    let root = arn.service == "iam" && arn.region.is_empty() && arn.resource == "root";
    (root && is_account_id(arn.account)).then_some((Some(arn.partition), arn.account))
}

/// The role name, that is the last word, of a role's ARN.
pub(crate) fn role_name<'a>(arn: &Arn<'a>) -> Option<&'a str> {
    if arn.service != "iam" {
        return None;
    }
    arn.resource.strip_prefix("role/")?.rsplit('/').next()
}
