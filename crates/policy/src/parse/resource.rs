//! `Resource` and `NotResource`.

use super::{Context, Written, strings};
use crate::blanks;
use crate::diagnostic::{Diagnostic, excerpt};
use crate::json::Member;
use crate::key_id::{Damaged, is_key_id};
use crate::print::quoted;
use crate::source::{Span, Spanned};
use crate::syntax::{PolicyKind, ResourcePattern, ResourceShape, Scope};
use crate::wildcard::{Wildcard, split_arn_pattern};

pub(super) fn scope(context: &mut Context<'_>, member: &Member<'_>) -> Scope<ResourcePattern> {
    let mut items = Vec::new();
    for (written, span) in strings(context, &member.key, &member.value) {
        let pattern = match context.resolved(written) {
            Written::Text(text) => resource_pattern(text, context.kind, context.variables),
            Written::Unknown(why) => ResourcePattern::unknown(why),
        };
        if !pattern.is_unknown() {
            check(context, &pattern, span);
        }
        items.push(Spanned::new(pattern, span));
    }
    Scope {
        negated: member.key == "NotResource",
        items,
        span: member.value.span,
    }
}

/// A resource pattern as policies of a kind read it.
///
/// An ARN with fewer than six parts: policies of identities complete it with `*` (IAM User
/// Guide, "Resource": partial ARNs); resource-based policies do so if it has a wildcard, SCPs if
/// it ends in `*`, RCPs never. The latter three are observed rather than documented, except that
/// a `*` at the end of a part reaches beyond the colon (docs/assumptions.md).
pub fn resource_pattern(text: &str, kind: PolicyKind, variables: bool) -> ResourcePattern {
    let shape = if text == "*" || (text.starts_with('*') && text.bytes().all(|byte| byte == b'*')) {
        ResourceShape::Any
    } else {
        shape(text, kind, variables)
    };
    ResourcePattern {
        text: text.into(),
        shape,
    }
}

fn shape(text: &str, kind: PolicyKind, variables: bool) -> ResourceShape {
    let parts = split_arn_pattern(text, variables);
    let completed = match kind {
        PolicyKind::Identity | PolicyKind::PermissionsBoundary | PolicyKind::Session => true,
        PolicyKind::KeyPolicy
        | PolicyKind::Resource
        | PolicyKind::VpcEndpoint
        | PolicyKind::RoleTrust => text.contains(['*', '?']),
        PolicyKind::ServiceControl => text.ends_with('*'),
        PolicyKind::ResourceControl => false,
    };
    if parts.len() < 6 && (!completed || parts.first() != Some(&"arn")) {
        return ResourceShape::Nothing;
    }
    // Variables act behind the fifth colon only (IAM User Guide, "Variables and tags").
    let part = |index: usize| {
        let text = parts.get(index).copied().unwrap_or("*");
        if variables && index == 5 {
            Wildcard::with_variables(text, true)
        } else {
            Wildcard::new(text)
        }
    };
    ResourceShape::Arn(Box::new(std::array::from_fn(part)))
}

fn check(context: &mut Context<'_>, pattern: &ResourcePattern, span: Span) {
    if pattern.shape == ResourceShape::Any {
        return;
    }
    let text = &*pattern.text;
    let shown = excerpt(text);
    if let Some(plain) = blanks::in_arn(text) {
        let message = format!("the ARN `{shown}` has blanks, so it matches no resource");
        let found = Diagnostic::refused("resource-blank", span, message);
        context.report(match Damaged::find(text) {
            Some(damaged) => suggest(found, "mend the ARN", &damaged.mend(&plain), span),
            None => suggest(found, "remove the blanks", &plain, span),
        });
        // What mends the blanks mends a damaged id too; that it is none without them has to be said.
        check_key_id(context, &plain, span, true);
        return;
    }
    if pattern.shape == ResourceShape::Nothing {
        let message = format!(
            "`{shown}` is not an ARN that {} takes, so it matches nothing",
            context.title()
        );
        let found = if text.starts_with("arn:") {
            Diagnostic::warning("resource-arn", span, message)
        } else {
            Diagnostic::refused("resource-arn", span, message)
        };
        context.report(found.help("expected `*` or arn:partition:service:region:account:resource"));
        return;
    }
    check_key_id(context, text, span, false);
}

/// A KMS key ARN whose key id cannot be one matches no key.
fn check_key_id(context: &mut Context<'_>, text: &str, span: Span, is_mended: bool) {
    let Some(resource) = text
        .splitn(6, ':')
        .nth(5)
        .filter(|_| text.split(':').nth(2) == Some("kms"))
    else {
        return;
    };
    let Some(id) = resource.strip_prefix("key/") else {
        return;
    };
    if id.contains(['*', '?', '$']) || is_key_id(id) {
        return;
    }
    let message = format!("`{}` is not a key id, so no key matches", excerpt(id));
    let found = Diagnostic::warning("key-id", span, message);
    context.report(match Damaged::find(text) {
        Some(damaged) if is_mended && damaged.plus => found.help("a `+` stands where a `-` should"),
        Some(_) if is_mended => found.help("remove the words behind the key id"),
        Some(damaged) => suggest(found, "mend the key id", &damaged.mend(text), span),
        None => found
            .help("a key id is a UUID such as 1234abcd-12ab-34cd-56ef-1234567890ab, or `mrk-` and 32 hexadecimal digits"),
    });
}

fn suggest(found: Diagnostic, title: &str, plain: &str, span: Span) -> Diagnostic {
    found
        .help(format!("did you mean `{}`?", excerpt(plain)))
        .replace(title, span, quoted(plain))
        .mends()
}
