//! `Principal` and `NotPrincipal`.
//!
//! Source: IAM User Guide, "AWS JSON policy elements: Principal".

use kmsim_types::service::is_service_principal;
use kmsim_types::{AccountId, arn};

use super::{Context, Written, action, condition, resource, strings, unknown, unknown_element};
use crate::blanks;
use crate::diagnostic::{Diagnostic, excerpt};
use crate::json::{Member, Value};
use crate::print::quoted;
use crate::source::{Span, Spanned};
use crate::syntax::{PrincipalName, PrincipalPattern, PrincipalType, Scope};
use crate::unknown::MARKER;

pub(crate) const TYPES: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];
/// Elements of a statement that people put inside the principal by a misplaced brace.
const MISPLACED: [&str; 7] = [
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
    "Effect",
    "Sid",
];

pub(super) fn scope(context: &mut Context<'_>, member: &Member<'_>) -> Scope<PrincipalPattern> {
    let node = &member.value;
    let mut items = Vec::new();
    match &node.value {
        _ if node.member(MARKER).is_some() => {
            let what = || format!("`{}`", member.key);
            if let Some(why) = unknown::reason(context, node, what) {
                let pattern = PrincipalPattern::unknown(None, &why.value);
                items.push(Spanned::new(pattern, why.span));
            }
        }
        Value::Object(types) => {
            for part in types {
                of_type(context, part, &mut items);
            }
            if types.is_empty() {
                let message = format!("`{}` is empty, so it names nobody", member.key);
                context.report(Diagnostic::refused("empty-principal", node.span, message));
            }
        }
        Value::String(text) if text == "*" => items.push(Spanned::new(everyone(text), node.span)),
        _ => untyped(context, member, &mut items),
    }
    Scope {
        negated: member.key == "NotPrincipal",
        items,
        span: node.span,
    }
}

/// Principals that stand without a type. AWS refuses them, though what they mean is clear.
fn untyped(
    context: &mut Context<'_>,
    member: &Member<'_>,
    items: &mut Vec<Spanned<PrincipalPattern>>,
) {
    let alone = member.value.as_str().is_some();
    for (written, span) in strings(context, &member.key, &member.value) {
        let text = match written {
            Written::Text(text) => text,
            Written::Unknown(why) => {
                let pattern = PrincipalPattern::unknown(Some(PrincipalType::Aws), why);
                items.push(Spanned::new(pattern, span));
                continue;
            }
        };
        let pattern = match text {
            "*" => everyone(text),
            _ => named(context, text, span),
        };
        let message = format!("the principal `{}` has no type", excerpt(text));
        let found = Diagnostic::refused("principal-type", span, message)
            .help("write {\"AWS\": …} for an account, user or role; only \"*\" stands alone");
        context.report(match principal_type(text) {
            Some(own) if alone => {
                let typed = format!("{{\"{own}\": {}}}", quoted(text));
                found
                    .replace(format!("put it under `{own}`"), span, typed)
                    .mends()
            }
            _ => found,
        });
        items.push(Spanned::new(pattern, span));
    }
}

fn of_type(
    context: &mut Context<'_>,
    part: &Member<'_>,
    items: &mut Vec<Spanned<PrincipalPattern>>,
) {
    let kind = &*part.key;
    if MISPLACED.contains(&kind) {
        let message = format!("`{kind}` stands inside `Principal`; it belongs beside it");
        context.report(
            Diagnostic::error("misplaced-element", part.key_span, message)
                .help("close the brace of `Principal` before it"),
        );
        // What else is wrong with it is worth knowing at once.
        match kind {
            "Action" | "NotAction" => drop(action::scope(context, part)),
            "Resource" | "NotResource" => drop(resource::scope(context, part)),
            "Condition" => drop(condition::all(context, &part.value, &mut Vec::new())),
            _ => {}
        }
        return;
    }
    if !TYPES.contains(&kind) {
        unknown_element(context, part, &TYPES);
        return;
    }
    for (written, span) in strings(context, kind, &part.value) {
        let text = match written {
            Written::Text(text) => text,
            Written::Unknown(why) => {
                let pattern = PrincipalPattern::unknown(PrincipalType::from_name(kind), why);
                items.push(Spanned::new(pattern, span));
                continue;
            }
        };
        let pattern = match kind {
            "AWS" if text == "*" => everyone(text),
            "AWS" => named(context, text, span),
            "Service" => other(text, PrincipalName::Service),
            "Federated" => other(text, PrincipalName::Federated),
            _ => other(text, PrincipalName::CanonicalUser),
        };
        if kind != "AWS" && blanks::present(text) {
            report_blank(context, text, span);
        }
        items.push(Spanned::new(pattern, span));
    }
}

fn everyone(text: &str) -> PrincipalPattern {
    other(text, PrincipalName::Everyone)
}

/// Reads an account, user, role or session as it stands under `AWS`, and as grants name it.
pub fn aws_principal(text: &str) -> PrincipalPattern {
    other(
        text,
        if text == "*" {
            PrincipalName::Everyone
        } else {
            principal_name(text)
        },
    )
}

fn other(text: &str, names: PrincipalName) -> PrincipalPattern {
    PrincipalPattern {
        text: text.into(),
        names,
    }
}

/// An account, user, role or session, as it stands under `AWS`.
fn named(context: &mut Context<'_>, text: &str, span: Span) -> PrincipalPattern {
    let names = principal_name(text);
    if names == PrincipalName::Nobody {
        report_nobody(context, text, span);
    } else if names == PrincipalName::UniqueId {
        let message = format!(
            "`{}` is the id of a user or role that no longer exists",
            excerpt(text)
        );
        context.report(
            Diagnostic::warning("principal-unique-id", span, message)
                .help("AWS shows an id in place of the ARN once the user or role is deleted; name the principal again"),
        );
    }
    other(text, names)
}

fn principal_name(text: &str) -> PrincipalName {
    if let Ok(account) = AccountId::new(text) {
        return PrincipalName::Account(account);
    }
    if is_unique_id(text) {
        return PrincipalName::UniqueId;
    }
    let Some([_, _, service, region, account, resource]) = arn::split(text) else {
        return PrincipalName::Nobody;
    };
    let Ok(account) = AccountId::new(account) else {
        return PrincipalName::Nobody;
    };
    if !region.is_empty() || text.contains(['*', '?']) || blanks::present(text) {
        return PrincipalName::Nobody;
    }
    match (service, resource.split_once('/')) {
        ("iam", None) if resource == "root" => PrincipalName::Account(account),
        ("iam", Some(("user", name))) if !name.is_empty() => PrincipalName::User,
        ("iam", Some(("role", path))) => match path.rsplit('/').next() {
            Some(name) if !name.is_empty() => PrincipalName::Role {
                account,
                name: name.into(),
            },
            _ => PrincipalName::Nobody,
        },
        ("sts", Some(("assumed-role", session))) if session.split('/').count() == 2 => {
            PrincipalName::RoleSession
        }
        ("sts", Some(("federated-user", name))) if !name.is_empty() => PrincipalName::FederatedUser,
        _ => PrincipalName::Nobody,
    }
}

fn report_nobody(context: &mut Context<'_>, text: &str, span: Span) {
    let shown = excerpt(text);
    if blanks::present(text) {
        report_blank(context, text, span);
        return;
    }
    let group = text.contains(":group/");
    let found = if text.contains(['*', '?']) {
        let message =
            format!("the principal `{shown}` has a wildcard inside; only `*` alone is one");
        Diagnostic::refused("principal-wildcard", span, message)
            .help("name the account and narrow it with a condition on aws:PrincipalArn")
    } else if group {
        let message = format!("`{shown}` is a group; groups are no principals");
        Diagnostic::refused("principal-group", span, message)
            .help("name the account and give the group an identity-based policy")
    } else {
        let message = format!("`{shown}` is not a principal");
        Diagnostic::refused("principal", span, message).help(
            "expected an account id, or the ARN of an account's root, a user, a role or a session",
        )
    };
    context.report(found);
}

fn report_blank(context: &mut Context<'_>, text: &str, span: Span) {
    let plain = blanks::without(text);
    let message = format!(
        "the principal `{}` has blanks, so it names nobody",
        excerpt(text)
    );
    context.report(Diagnostic::refused("principal-blank", span, message).without_blanks(&plain));
}

/// The type that a principal can only have, by its form.
pub(crate) fn principal_type(text: &str) -> Option<&'static str> {
    if text == "*" || text.starts_with("arn:") || AccountId::new(text).is_ok() {
        Some("AWS")
    } else {
        is_service_principal(text).then_some("Service")
    }
}

/// `AIDA…` for a user, `AROA…` for a role, and the other prefixes of IAM's unique ids.
fn is_unique_id(text: &str) -> bool {
    let prefix = ["AIDA", "AROA", "AGPA", "ANPA", "ASCA", "ASIA", "APKA"];
    prefix.iter().any(|prefix| text.starts_with(prefix))
        && text.len() >= 8
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
