//! Condition keys: the 42 of KMS (families counted once) and the global ones that a KMS request can
//! carry.
//!
//! Names are compared without regard to letter case, including the part that a policy's author
//! chooses (`aws:ResourceTag/…`, `kms:EncryptionContext:…`).

#[rustfmt::skip]
mod table;

use crate::name::nearest;
use crate::{KmsAction, KmsActionSet};

/// Every known condition key, sorted by name.
pub static ALL: &[ConditionKeyInfo] = &table::KEYS;

/// What AWS says about a condition key, or about a family of keys.
#[derive(Debug, PartialEq, Eq)]
pub struct ConditionKeyInfo {
    /// The name as AWS spells it; of a family with a placeholder, such as
    /// `aws:ResourceTag/${TagKey}`.
    pub name: &'static str,
    /// What its values are.
    pub value_type: ValueType,
    /// A second type whose operators work too: a point in time may be compared as a number where
    /// AWS documents epoch seconds.
    pub second_type: Option<ValueType>,
    /// Whether a request can carry several values, so that a condition needs `ForAnyValue` or
    /// `ForAllValues`.
    pub multi_valued: bool,
    /// The actions whose requests carry the key.
    pub actions: ActionScope,
    /// Whether only identity-based policies can use the key for a KMS key (KMS guide, "ABAC for AWS
    /// KMS").
    pub iam_only_for_keys: bool,
    /// The key that replaced this one.
    pub deprecated: Option<&'static str>,
}

impl ConditionKeyInfo {
    /// Whether a request for the action can carry the key.
    pub fn applies_to(&self, action: KmsAction) -> bool {
        match self.actions {
            ActionScope::Every => true,
            ActionScope::EveryKeyActionAnd(more) => action.info().on_key || more.contains(action),
            ActionScope::Only(actions) => actions.contains(action),
        }
    }

    /// The actions whose requests can carry the key.
    pub fn action_set(&self) -> KmsActionSet {
        KmsAction::ALL
            .into_iter()
            .filter(|action| self.applies_to(*action))
            .collect()
    }

    /// Whether AWS documents operators of this type for the key. String operators work on every
    /// ARN.
    pub fn accepts(&self, operator: ValueType) -> bool {
        self.value_type == operator
            || self.second_type == Some(operator)
            || (self.value_type == ValueType::Arn && operator == ValueType::String)
    }
}

/// The KMS actions whose requests can carry a condition key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionScope {
    /// Every action: a global key.
    Every,
    /// Every action whose resource can be a key, and these.
    EveryKeyActionAnd(KmsActionSet),
    /// These alone.
    Only(KmsActionSet),
}

closed_enum! {
    /// The type of a condition key's values, which chooses the operators that fit.
    pub enum ValueType as "condition key type" {
        String = "String",
        Arn = "ARN",
        Bool = "Bool",
        Numeric = "Numeric",
        Date = "Date",
        IpAddress = "IPAddress",
        /// No key of KMS has it.
        Binary = "Binary",
    }
}

/// Keys whose last part is not fixed.
struct Family {
    prefix: &'static str,
    name: &'static str,
    member: Member,
}

/// What may follow the prefix of a family.
enum Member {
    /// Any text but the empty one.
    Text,
    /// A decimal number from 0 up to this one.
    UpTo(u8),
}

const FAMILIES: [Family; 6] = [
    family(
        "kms:EncryptionContext:",
        "kms:EncryptionContext:${EncryptionContextKey}",
        Member::Text,
    ),
    family(
        "aws:PrincipalTag/",
        "aws:PrincipalTag/${TagKey}",
        Member::Text,
    ),
    family(
        "aws:ResourceTag/",
        "aws:ResourceTag/${TagKey}",
        Member::Text,
    ),
    family("aws:RequestTag/", "aws:RequestTag/${TagKey}", Member::Text),
    family(
        "kms:RecipientAttestation:PCR",
        "kms:RecipientAttestation:PCR<PCR_ID>",
        Member::UpTo(31),
    ),
    family(
        "kms:RecipientAttestation:NitroTPMPCR",
        "kms:RecipientAttestation:NitroTPMPCR<PCR_ID>",
        Member::UpTo(23),
    ),
];

const fn family(prefix: &'static str, name: &'static str, member: Member) -> Family {
    Family {
        prefix,
        name,
        member,
    }
}

impl Family {
    fn has(&self, name: &str) -> bool {
        let Some((start, rest)) = name.split_at_checked(self.prefix.len()) else {
            return false;
        };
        start.eq_ignore_ascii_case(self.prefix)
            && match self.member {
                Member::Text => !rest.is_empty(),
                Member::UpTo(last) => {
                    rest.bytes().all(|b| b.is_ascii_digit())
                        && (rest == "0" || !rest.starts_with('0'))
                        && rest.parse::<u8>().is_ok_and(|number| number <= last)
                }
            }
    }
}

/// Finds what is known about the key that a policy or a request names.
///
/// ```
/// use kmsim_types::condition_key::lookup;
/// assert_eq!(lookup("AWS:sourceip").unwrap().name, "aws:SourceIp");
/// assert_eq!(lookup("aws:ResourceTag/Team").unwrap().name, "aws:ResourceTag/${TagKey}");
/// assert!(lookup("kms:RecipientAttestation:PCR31").is_some());
/// assert!(lookup("kms:RecipientAttestation:PCR32").is_none());
/// ```
pub fn lookup(name: &str) -> Option<&'static ConditionKeyInfo> {
    lookup_hashed(hash(name), name)
}

/// The same for a name in AWS's own spelling, as constants need it; families have no such name.
#[expect(
    clippy::indexing_slicing,
    reason = "for the compiler; an index out of bounds would not compile"
)]
pub const fn known(name: &str) -> Option<&'static ConditionKeyInfo> {
    let mut at = 0;
    while at < table::KEYS.len() {
        if is_same(table::KEYS[at].name.as_bytes(), name.as_bytes()) {
            return Some(&table::KEYS[at]);
        }
        at += 1;
    }
    None
}

const fn is_same(mut one: &[u8], mut other: &[u8]) -> bool {
    while let ([first, one_rest @ ..], [second, other_rest @ ..]) = (one, other) {
        if *first != *second {
            return false;
        }
        (one, other) = (one_rest, other_rest);
    }
    one.is_empty() && other.is_empty()
}

/// The same as [`lookup`] for a name whose [`hash`] is known.
pub fn lookup_hashed(hash: u64, name: &str) -> Option<&'static ConditionKeyInfo> {
    exact(hash, name).or_else(|| {
        let family = FAMILIES.iter().find(|family| family.has(name))?;
        exact(self::hash(family.name), family.name)
    })
}

/// A hash of a key's name that does not depend on letter case: FNV-1a over the name in lower case.
pub const fn hash(name: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut bytes = name.as_bytes();
    while let [byte, rest @ ..] = bytes {
        hash = (hash ^ byte.to_ascii_lowercase() as u64).wrapping_mul(0x0100_0000_01b3);
        bytes = rest;
    }
    hash
}

/// Places of the keys in [`ALL`], by hash. Requests are full of condition keys, so that finding
/// one must not take a search.
static PLACES: Places = Places::new();

struct Places([u8; Self::SIZE]);

impl Places {
    /// At least twice as many as keys.
    const SIZE: usize = 512;
    const FREE: u8 = u8::MAX;

    #[expect(
        clippy::indexing_slicing,
        clippy::cast_possible_truncation,
        reason = "evaluated by the compiler, which stops at a place that is none"
    )]
    const fn new() -> Self {
        let mut places = [Self::FREE; Self::SIZE];
        let mut key = 0;
        while key < table::KEYS.len() {
            let mut at = hash(table::KEYS[key].name) as usize % Self::SIZE;
            while places[at] != Self::FREE {
                at = (at + 1) % Self::SIZE;
            }
            assert!(key < Self::FREE as usize, "a place is one byte");
            places[at] = key as u8;
            key += 1;
        }
        Self(places)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the lower bits of the hash choose the place"
)]
fn exact(hash: u64, name: &str) -> Option<&'static ConditionKeyInfo> {
    let start = hash as usize % Places::SIZE;
    let (before, behind) = PLACES.0.split_at_checked(start)?;
    for place in behind.iter().chain(before) {
        // A free place ends the search: its index is none of the table's.
        let key = ALL.get(usize::from(*place))?;
        if key.name.eq_ignore_ascii_case(name) {
            return Some(key);
        }
    }
    None
}

/// The name of the key, or of the family, that a misspelt one most likely means.
///
/// The `aws:` or `kms:` may be missing; of a family only the fixed part is compared.
pub fn closest(name: &str) -> Option<&'static str> {
    if let Some(key) = lookup(name) {
        return Some(key.name);
    }
    if name.len() > 1024 {
        return None;
    }
    let word = name.trim();
    if !word.contains(':') {
        let with_prefix = |prefix: &str| lookup(&format!("{prefix}{word}")).map(|key| key.name);
        return with_prefix("kms:")
            .or_else(|| with_prefix("aws:"))
            .or_else(|| nearest_name(&format!("kms:{word}")))
            .or_else(|| nearest_name(&format!("aws:{word}")));
    }
    nearest_name(word)
}

fn nearest_name(word: &str) -> Option<&'static str> {
    let of_family = || {
        // Up to the slash or the second colon.
        let (end, _) = word
            .char_indices()
            .filter(|(_, c)| matches!(c, ':' | '/'))
            .nth(1)?;
        let start = word.get(..=end)?;
        let prefix = nearest(start, FAMILIES.iter().map(Family::fixed_part))?;
        FAMILIES
            .iter()
            .find(|family| family.fixed_part() == prefix)
            .map(|family| family.name)
    };
    nearest(word, ALL.iter().map(|key| key.name)).or_else(of_family)
}

impl Family {
    /// The prefix up to its last separator.
    fn fixed_part(&self) -> &'static str {
        let end = self.prefix.rfind([':', '/']).map_or(0, |index| index + 1);
        self.prefix.get(..end).unwrap_or(self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_in_any_case() {
        assert_eq!(ALL.len(), 42 + 56);
        for key in ALL {
            assert_eq!(lookup(key.name), Some(key));
            assert_eq!(known(key.name), Some(key));
            assert_eq!(known(&key.name.to_uppercase()), None);
            assert_eq!(lookup(&key.name.to_uppercase()), Some(key));
            assert_eq!(closest(key.name), Some(key.name));
            assert!(key.deprecated.is_none_or(|name| lookup(name).is_some()));
        }
    }

    #[test]
    fn every_placeholder_is_a_family() {
        let templates: Vec<_> = ALL
            .iter()
            .map(|key| key.name)
            .filter(|name| name.contains(['$', '<']))
            .collect();
        assert_eq!(templates.len(), FAMILIES.len());
        for family in FAMILIES {
            assert!(templates.contains(&family.name), "{}", family.name);
            assert!(family.name.starts_with(family.prefix));
        }
    }

    #[test]
    fn members_of_families_are_found() {
        for (name, template) in [
            (
                "aws:principaltag/Cost Center",
                Some("aws:PrincipalTag/${TagKey}"),
            ),
            ("aws:RequestTag/a/b:c", Some("aws:RequestTag/${TagKey}")),
            (
                "kms:EncryptionContext:aws:cloudtrail:arn",
                Some("kms:EncryptionContext:${EncryptionContextKey}"),
            ),
            (
                "kms:recipientattestation:nitrotpmpcr23",
                Some("kms:RecipientAttestation:NitroTPMPCR<PCR_ID>"),
            ),
            (
                "kms:RecipientAttestation:PCR0",
                Some("kms:RecipientAttestation:PCR<PCR_ID>"),
            ),
            ("kms:RecipientAttestation:NitroTPMPCR24", None),
            ("kms:RecipientAttestation:PCR", None),
            ("kms:RecipientAttestation:PCR08", None),
            ("kms:RecipientAttestation:PCR+8", None),
            ("kms:EncryptionContext", None),
            ("kms:EncryptionContext:", None),
            ("aws:ResourceTag", None),
            ("aws:ResourceTag/", None),
            ("", None),
            ("ééééééééééééééééé", None),
        ] {
            assert_eq!(lookup(name).map(|key| key.name), template, "{name}");
        }
    }

    #[test]
    fn misspelt_keys_are_recognized() {
        for (word, name) in [
            ("aws:SourceIP ", "aws:SourceIp"),
            ("aws:ViaService", "kms:ViaService"),
            ("ViaService", "kms:ViaService"),
            ("PrincipalOrgId", "aws:PrincipalOrgID"),
            ("kms:CallerAcount", "kms:CallerAccount"),
            ("aws:ResourceTags/Team", "aws:ResourceTag/${TagKey}"),
            ("aws:PrincipleTag/a/b", "aws:PrincipalTag/${TagKey}"),
            (
                "kms:EncryptionContexts:Department",
                "kms:EncryptionContext:${EncryptionContextKey}",
            ),
            (
                "kms:RecipientAttestation:PCR32",
                "kms:RecipientAttestation:PCR<PCR_ID>",
            ),
        ] {
            assert_eq!(closest(word), Some(name), "{word}");
        }
        for word in [
            "",
            ":",
            "s3:prefix",
            "kms:",
            &"kms:ViaService".repeat(100_000),
        ] {
            assert_eq!(closest(word), None, "{word}");
        }
    }

    #[test]
    fn scopes_follow_the_service_authorization_reference() {
        let applies = |key, action| lookup(key).unwrap().applies_to(action);
        assert!(applies("aws:SourceIp", KmsAction::ListKeys));
        assert!(applies("kms:CallerAccount", KmsAction::CreateKey));
        assert!(!applies("kms:CallerAccount", KmsAction::ListKeys));
        assert!(applies("kms:EncryptionContext:a", KmsAction::Decrypt));
        assert!(!applies("kms:EncryptionContext:a", KmsAction::DescribeKey));
        assert!(applies("aws:ResourceTag/a", KmsAction::Sign));
        assert!(!applies("aws:TagKeys", KmsAction::Sign));
        for action in KmsAction::ALL {
            for name in action.info().condition_keys {
                assert!(applies(name, action), "{name} {action}");
            }
        }
        assert_eq!(lookup("kms:PrimaryRegion").unwrap().action_set().len(), 1);
        assert_eq!(
            lookup("aws:userid").unwrap().action_set(),
            KmsActionSet::ALL
        );
    }

    #[test]
    fn operators_that_fit() {
        let accepts = |key, operator| lookup(key).unwrap().accepts(operator);
        assert!(
            accepts("kms:ValidTo", ValueType::Date) && accepts("kms:ValidTo", ValueType::Numeric)
        );
        assert!(accepts("aws:SourceArn", ValueType::Arn));
        assert!(accepts("aws:SourceArn", ValueType::String));
        assert!(!accepts("kms:ViaService", ValueType::Arn));
        assert!(!accepts("aws:CurrentTime", ValueType::Numeric));
    }
}
