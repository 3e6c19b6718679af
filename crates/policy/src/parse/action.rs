//! `Action` and `NotAction`.

use kmsim_types::{KmsAction, KmsActionSet};

use super::{Context, Written, strings};
use crate::blanks;
use crate::diagnostic::{Diagnostic, excerpt};
use crate::json::Member;
use crate::source::{Span, Spanned};
use crate::syntax::{ActionPattern, Scope};

pub(super) fn scope(context: &mut Context<'_>, member: &Member<'_>) -> Scope<ActionPattern> {
    let mut items = Vec::new();
    for (written, span) in strings(context, &member.key, &member.value) {
        let pattern = match written {
            Written::Text(text) => ActionPattern::new(text),
            Written::Unknown(why) => ActionPattern::unknown(why),
        };
        if !pattern.is_unknown() {
            check(context, &pattern, span);
        }
        items.push(Spanned::new(pattern, span));
    }
    Scope {
        negated: member.key == "NotAction",
        items,
        span: member.value.span,
    }
}

/// The KMS actions that an `Action` or `NotAction` covers, whatever of it is not known.
pub(super) fn kms_actions(scope: &Scope<ActionPattern>) -> KmsActionSet {
    let listed = listed(scope);
    match (
        scope.negated,
        scope.items.iter().any(|item| item.value.is_unknown()),
    ) {
        (false, _) => listed,
        (true, false) => listed.complement(),
        (true, true) => KmsActionSet::EMPTY,
    }
}

/// The KMS actions that an element covers or not, if an item of it is not known: those that the
/// known items do not settle.
pub(super) fn open_kms_actions(scope: &Scope<ActionPattern>) -> KmsActionSet {
    listed(scope).complement()
}

fn listed(scope: &Scope<ActionPattern>) -> KmsActionSet {
    scope.items.iter().fold(KmsActionSet::EMPTY, |set, item| {
        set.union(item.value.kms_actions())
    })
}

fn check(context: &mut Context<'_>, pattern: &ActionPattern, span: Span) {
    let text = pattern.text();
    if pattern.is_any() {
        return;
    }
    let shown = || excerpt(text);
    let Some((service, name)) = text.split_once(':') else {
        let message = format!("the action `{}` names no service", shown());
        let mut found = Diagnostic::refused("action-without-service", span, message);
        if let Some(action) = KmsAction::from_name(&format!("kms:{}", excerpt(text.trim()))) {
            found = found.did_you_mean(action.name()).mends();
        }
        context.report(found);
        return;
    };
    if let Some(plain) = blanks::in_name(text) {
        let message = format!(
            "AWS reads `{}` as an action that does not exist: a name has no blanks",
            shown()
        );
        context.report(Diagnostic::warning("action-blank", span, message).without_blanks(&plain));
        return;
    }
    if service.contains(['*', '?']) {
        let message = format!(
            "the service of the action `{}` has a wildcard; it must be spelled out",
            shown()
        );
        context.report(Diagnostic::refused(
            "action-service-wildcard",
            span,
            message,
        ));
        return;
    }
    if name.is_empty() || name.contains([',', ':', ' ']) {
        let message = format!("`{}` is not an action name", shown());
        context.report(
            Diagnostic::warning("action-name", span, message)
                .help("several actions stand in a list"),
        );
        return;
    }
    if service.eq_ignore_ascii_case("kms") {
        check_kms(context, pattern, span);
    }
}

fn check_kms(context: &mut Context<'_>, pattern: &ActionPattern, span: Span) {
    let text = pattern.text();
    if KmsAction::from_name(text).is_some() || !pattern.kms_actions().is_empty() {
        return;
    }
    let shown = excerpt(text);
    if pattern.has_wildcard() {
        let message = format!("`{shown}` matches no KMS action");
        context.report(Diagnostic::warning("unknown-action", span, message));
        return;
    }
    let message = format!("`{shown}` is not a KMS action, so it matches nothing");
    let mut found = Diagnostic::warning("unknown-action", span, message);
    if text.eq_ignore_ascii_case("kms:ReEncrypt") {
        found = found
            .help("one ReEncrypt call is checked as `kms:ReEncryptFrom` and `kms:ReEncryptTo`; write `kms:ReEncrypt*`")
            .replace("write `kms:ReEncrypt*`", span, "\"kms:ReEncrypt*\"")
            .mends();
    } else if let Some(action) = KmsAction::closest(text) {
        found = found.did_you_mean(action.name());
    }
    context.report(found);
}
