//! Names inside strings: actions, ARNs, key ids, services.

use super::Mender;
use crate::blanks;
use crate::diagnostic::excerpt;
use crate::parse::is_key_id;
use crate::source::Span;

/// The length of a key id in either form.
const KEY_ID: usize = 36;

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
    let mended = spaced.map(|name| plain(mender, "action", text, at, name));
    let name = mended.as_deref().unwrap_or(text);
    if !name.eq_ignore_ascii_case("kms:ReEncrypt") {
        return mended;
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
    let Some(id) = key_id(text) else {
        return spaced;
    };
    if id.plus {
        mender.change(at, "wrote `-` for `+` in the key id");
    }
    if !id.behind.is_empty() {
        let behind = excerpt(id.behind);
        mender.change(at, format!("removed `{behind}` behind the key id"));
    }
    if !id.plus && id.behind.is_empty() {
        return spaced;
    }
    let arn = spaced.as_deref().unwrap_or(text);
    let head: Vec<&str> = arn.split(':').take(5).collect();
    Some(format!("{}:key/{}", head.join(":"), id.id))
}

/// The key id of a KMS key's ARN, and how it was damaged.
struct KeyId<'t> {
    id: String,
    /// Whether a `+` stood for a hyphen.
    plus: bool,
    /// Words that follow the id.
    behind: &'t str,
}

fn key_id(arn: &str) -> Option<KeyId<'_>> {
    let mut parts = arn.splitn(6, ':');
    let is_kms = parts.nth(2).is_some_and(|service| service.trim() == "kms");
    let (kind, found) = parts.nth(2).filter(|_| is_kms)?.split_once('/')?;
    if kind.trim() != "key" {
        return None;
    }
    let mut id = String::new();
    let mut behind = found;
    for (at, character) in found.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        if id.len() >= KEY_ID {
            break;
        }
        id.push(character);
        behind = found.get(at + character.len_utf8()..).unwrap_or("");
    }
    let plus = id.contains('+');
    let id = id.replace('+', "-");
    let words = behind.trim();
    let are_words = words
        .chars()
        .all(|c| c.is_alphabetic() || c.is_whitespace());
    let apart = !behind.starts_with(|c: char| c.is_ascii_hexdigit());
    (is_key_id(&id) && are_words && apart).then_some(KeyId {
        id,
        plus,
        behind: words,
    })
}
