//! Ids of KMS keys, whole and damaged.

/// The length of a key id in either form.
const LENGTH: usize = 36;

/// Whether a text has the form of a key id: a UUID, or `mrk-` and 32 hexadecimal digits.
pub fn is_key_id(text: &str) -> bool {
    let hex = |part: &str, length| {
        part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    if let Some(rest) = text.strip_prefix("mrk-") {
        return hex(rest, 32);
    }
    let mut lengths = [8, 4, 4, 4, 12].into_iter();
    text.split('-')
        .all(|part| lengths.next().is_some_and(|length| hex(part, length)))
        && lengths.next().is_none()
}

/// What is left of a key id in the ARN of a KMS key, and how it was damaged.
pub(crate) struct Damaged<'t> {
    id: String,
    /// Whether a `+` stands for a hyphen, as text recognition writes it.
    pub(crate) plus: bool,
    /// Words that follow the id.
    pub(crate) behind: &'t str,
}

impl<'t> Damaged<'t> {
    /// Finds a whole key id under blanks, a `+` and words behind it. Nothing if the id itself is
    /// damaged, or if there is nothing to mend but blanks.
    pub(crate) fn find(arn: &'t str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        let is_kms = parts.nth(2).is_some_and(|service| service.trim() == "kms");
        let (kind, found) = parts.nth(2).filter(|_| is_kms)?.split_once('/')?;
        if kind.trim() != "key" {
            return None;
        }
        let mut id = String::new();
        let mut behind = found;
        for (at, character) in found.char_indices().filter(|(_, c)| !c.is_whitespace()) {
            if id.len() >= LENGTH {
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
        let damaged = plus || !words.is_empty();
        (damaged && are_words && apart && is_key_id(&id)).then_some(Self {
            id,
            plus,
            behind: words,
        })
    }

    /// Puts the whole id into the ARN, whose other blanks are removed already.
    pub(crate) fn mend(&self, arn: &str) -> String {
        let head: Vec<&str> = arn.split(':').take(5).collect();
        format!("{}:key/{}", head.join(":"), self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

    #[test]
    fn two_forms() {
        for id in [
            ID,
            "1234ABCD-12AB-34CD-56EF-1234567890AB",
            "mrk-1234abcd12ab34cd56ef1234567890ab",
        ] {
            assert!(is_key_id(id), "{id}");
        }
        for text in [
            "",
            "1234abcd",
            "mrk-",
            "1234abcd-12ab-34cd-56ef-1234567890yz",
            "1234abcd-12ab-34cd-56ef-1234567890ab-",
            "1234abcd12ab34cd56ef1234567890ab",
            "12é4abcd-12ab-34cd-56ef-1234567890ab",
        ] {
            assert!(!is_key_id(text), "{text}");
        }
    }

    #[test]
    fn damage_is_told_from_other_ids() {
        let find = |id: &str| {
            let arn = format!("arn:aws:kms:r:1:key/{id}");
            Damaged::find(&arn).map(|damaged| damaged.mend(&arn))
        };
        let whole = Some(format!("arn:aws:kms:r:1:key/{ID}"));
        assert_eq!(find(&ID.replace("ef-", "e f+")), whole);
        assert_eq!(find(&format!("{ID} AM Policy")), whole);
        assert_eq!(find(&format!("{ID}Policy")), whole);
        for id in [
            ID.to_owned(),
            ID.replace("ef", "e f"),
            ID.replace("ab", "yz"),
            format!("{ID}cd"),
            format!("{ID}*"),
            format!("{ID}-2"),
        ] {
            assert_eq!(find(&id), None, "{id}");
        }
    }
}
