//! Values that are not known: [`crate::unknown`].

use kmsim_types::KmsActionSet;

use super::Context;
use crate::diagnostic::{Diagnostic, excerpt};
use crate::json::Node;
use crate::source::Spanned;
use crate::syntax::{
    ActionPattern, Effect, PolicyKind, PrincipalPattern, ResourcePattern, Scope, Statement,
};
use crate::unknown::{CODE, MARKER, Open};

/// Why `what` is not known, if the marker stands in its place, and that AWS takes no such thing.
pub(super) fn reason(
    context: &mut Context<'_>,
    node: &Node<'_>,
    what: impl FnOnce() -> String,
) -> Option<Spanned<Box<str>>> {
    node.member(MARKER)?;
    let Some(why) = node.unknown() else {
        let message = format!("`{MARKER}` stands alone in its object, with a text that says why");
        context.report(
            Diagnostic::error("unknown-value-shape", node.span, message)
                .help(format!("write {{\"{MARKER}\": \"why it is not known\"}}")),
        );
        return Some(Spanned::new("".into(), node.span));
    };
    let message = format!(
        "{} is not known ({}): AWS takes values only",
        what(),
        excerpt(why)
    );
    context.report(
        Diagnostic::refused(CODE, node.span, message)
            .help("decisions that turn on it are `depends`"),
    );
    Some(Spanned::new(why.into(), node.span))
}

/// A statement of which nothing is known: it may allow anything and deny anything.
pub(super) fn statement(kind: PolicyKind, why: &Spanned<Box<str>>) -> Statement {
    let reason = &why.value;
    let principal = PrincipalPattern::unknown(None, reason);
    Statement {
        sid: None,
        effect: Effect::Unknown,
        principal: kind.has_principal().then(|| only(principal, why)),
        action: Some(only(ActionPattern::unknown(reason), why)),
        resource: Some(only(ResourcePattern::unknown(reason), why)),
        conditions: Vec::new(),
        kms_actions: KmsActionSet::EMPTY,
        open: Some(Box::new(Open {
            statement: Some(reason.clone()),
            kms_actions: KmsActionSet::ALL,
            ..Open::default()
        })),
        span: why.span,
    }
}

fn only<T>(pattern: T, why: &Spanned<Box<str>>) -> Scope<T> {
    Scope {
        negated: false,
        items: vec![Spanned::new(pattern, why.span)],
        span: why.span,
    }
}

/// What of a statement is not known: what was found beside its elements, and what stands in them.
/// `None` if all is known.
pub(super) fn open(statement: &Statement, found: Open) -> Option<Box<Open>> {
    let mut principals = statement.principal.iter().flat_map(|scope| &scope.items);
    let action = statement.action.as_ref().filter(|scope| {
        let mut items = scope.items.iter();
        items.any(|item| item.value.is_unknown())
    });
    let mut resources = statement.resource.iter().flat_map(|scope| &scope.items);
    let mut operands = statement.conditions.iter().flat_map(|own| &own.operands);
    let is_open = found.effect.is_some()
        || !found.conditions.is_empty()
        || action.is_some()
        || principals.any(|item| item.value.is_unknown())
        || resources.any(|item| item.value.is_unknown())
        || operands.any(|operand| operand.value.is_unknown());
    is_open.then(|| {
        Box::new(Open {
            kms_actions: action.map_or(KmsActionSet::EMPTY, super::action::open_kms_actions),
            ..found
        })
    })
}
