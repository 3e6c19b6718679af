//! Names inside strings: actions, ARNs, key ids, services.

use super::Mender;
use crate::blanks;
use crate::diagnostic::excerpt;
use crate::key_id::Damaged;
use crate::source::Span;

/// Records that a name lost its blanks, and gives the plain name.
pub(super) fn plain(
    mender: &mut Mender,
    what: &str,
    text: &str,
    at: Span,
    plain: String,
) -> String {
    let sentence = format!("removed the blanks from the {what} `{}`", excerpt(text));
    mender.change(at, sentence);
    plain
}

/// An action without blanks. `kms:ReEncrypt` is no action: one call is checked as
/// `kms:ReEncryptFrom` and `kms:ReEncryptTo`.
pub(super) fn action(mender: &mut Mender, text: &str, at: Span) -> Option<String> {
    let spaced = blanks::in_name(text).filter(|name| is_one_action(name));
    let spaced = spaced.map(|name| plain(mender, "action", text, at, name));
    let name = spaced.as_deref().unwrap_or(text);
    if !name.eq_ignore_ascii_case("kms:ReEncrypt") {
        return spaced;
    }
    let family = format!("{name}*");
    mender.change(
        at,
        format!("wrote `{family}` for `{name}`, which is no action"),
    );
    Some(family)
}

/// Several actions in one string stay as they are: the parser says that they make no list.
fn is_one_action(name: &str) -> bool {
    name == "*" || (name.matches(':').count() == 1 && !name.contains(','))
}

/// A resource without blanks, with a mended key id if it is a KMS key.
pub(super) fn resource(mender: &mut Mender, text: &str, at: Span) -> Option<String> {
    if text != "*" && text.trim() == "*" {
        return Some(plain(mender, "resource", text, at, "*".to_owned()));
    }
    arn(mender, text, at)
}

/// The value of a condition without blanks, if it is an ARN or the name of a service.
pub(super) fn condition_value(
    mender: &mut Mender,
    key: &str,
    text: &str,
    at: Span,
) -> Option<String> {
    arn(mender, text, at).or_else(|| {
        let name = blanks::in_condition_value(key, text)?;
        Some(plain(mender, "value", text, at, name))
    })
}

fn arn(mender: &mut Mender, text: &str, at: Span) -> Option<String> {
    let spaced = blanks::in_arn(text).map(|arn| plain(mender, "ARN", text, at, arn));
    let Some(damaged) = Damaged::find(text) else {
        return spaced;
    };
    if damaged.plus {
        mender.change(at, "wrote `-` for `+` in the key id");
    }
    if !damaged.behind.is_empty() {
        let behind = excerpt(damaged.behind);
        mender.change(at, format!("removed `{behind}` behind the key id"));
    }
    Some(damaged.mend(spaced.as_deref().unwrap_or(text)))
}
