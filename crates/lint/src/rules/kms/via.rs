//! Values of `kms:ViaService`: what KMS020 to KMS023 share.

use kmsim_types::Region;

use crate::rules::prelude::*;

/// A value taken apart: `service.region.amazonaws.com`.
pub(crate) struct Via<'p> {
    pub(crate) text: &'p str,
    pub(crate) span: Span,
    /// The service, unless wildcards leave it open.
    pub(crate) service: Option<&'p str>,
    /// The Region, unless wildcards leave it open.
    pub(crate) region: Option<&'p str>,
    /// What is wrong with the form, and what to write.
    pub(crate) fault: Option<(&'static str, Option<String>)>,
    /// Whether the value has a `*` or `?` that does not act as a wildcard.
    pub(crate) idle_wildcard: bool,
}

const SUFFIX: &str = ".amazonaws.com";

/// The values of `kms:ViaService` in a statement's conditions.
pub(crate) fn all<'p>(stated: &Stated<'p>) -> impl Iterator<Item = Via<'p>> + use<'p> {
    let conditions = stated.on("kms:ViaService").filter(|condition| {
        let test = condition.operator.value.test;
        matches!(
            test,
            Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike
        )
    });
    conditions.flat_map(|condition| {
        let test = condition.operator.value.test;
        values(condition)
            // Blanks are named by the parser; variables stand for anything.
            .filter(|(text, _)| !text.contains("${") && !text.contains(char::is_whitespace))
            .map(move |(text, span)| take_apart(text, span, test))
    })
}

fn take_apart(text: &str, span: Span, operator: Test) -> Via<'_> {
    let wild = text.contains(['*', '?']);
    let like = operator == Test::StringLike;
    let (rest, fault) = match form(text, operator) {
        Ok(rest) => (rest, None),
        Err(fault) => ("", Some(fault)),
    };
    let fixed = |part: &&str| !part.is_empty() && !part.contains(['*', '?']);
    let (service, region) = rest.rsplit_once('.').unwrap_or((rest, ""));
    Via {
        text,
        span,
        service: Some(service).filter(fixed),
        region: Some(region).filter(fixed),
        fault: fault.filter(|_| like || !wild),
        idle_wildcard: wild && !like,
    }
}

type Fault = (&'static str, Option<String>);

/// What stands before the domain, or what is wrong.
fn form(text: &str, operator: Test) -> Result<&str, Fault> {
    let lower = text.to_ascii_lowercase();
    if lower.contains("://") || lower.contains('/') {
        let host = lower.split("://").last().unwrap_or("").split('/').next();
        return Err(("is a URL", host.map(str::to_owned)));
    }
    if text.starts_with("arn:") {
        return Err(("is an ARN", None));
    }
    if lower != text && operator != Test::StringEqualsIgnoreCase {
        return Err(("has capital letters", Some(lower)));
    }
    if let Some(start) = text.strip_suffix(".amazonaws.com.cn") {
        let right = format!("{start}{SUFFIX}");
        return Err((
            "has the domain of China; here it is `.amazonaws.com` everywhere",
            Some(right),
        ));
    }
    let open = text.ends_with('*');
    let Some(rest) = text.strip_suffix(SUFFIX).or_else(|| open.then_some(text)) else {
        return Err(("does not end in `.amazonaws.com`", None));
    };
    let wild = |part: &str| part.contains(['*', '?']);
    match rest.rsplit_once('.') {
        _ if open => Ok(rest),
        None if rest.contains('*') => Ok(rest),
        None => Err(("names no Region", None)),
        Some((service, region)) if !service.is_empty() => {
            if wild(region) || Region::new(region).is_ok() {
                Ok(rest)
            } else if service.rsplit('.').any(|part| Region::new(part).is_ok()) {
                Err(("has the Region before the service", None))
            } else {
                Err(("names no Region", None))
            }
        }
        Some(_) => Err(("names no service", None)),
    }
}
