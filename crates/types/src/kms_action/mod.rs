//! The actions of KMS: what a policy can name, and what AWS says about each.

mod info;
#[rustfmt::skip]
mod table;

use std::fmt;
use std::str::FromStr;

pub use info::{AccessLevel, Authorization, KeyIdentifierForm, KeyIdentifierForms, KmsActionInfo};
pub use table::KmsAction;

use crate::name::{cmp_ignore_case, nearest};
use crate::{Operation, UnknownName};

impl KmsAction {
    /// Every action, sorted by name.
    pub const ALL: [Self; 58] = table::ALL;

    /// The action with this name. IAM compares actions without regard to letter case; the `kms:`
    /// is part of the name.
    pub fn from_name(name: &str) -> Option<Self> {
        let index = table::NAMES
            .binary_search_by(|probe| cmp_ignore_case(probe, name))
            .ok()?;
        Self::ALL.get(index).copied()
    }

    /// The name in a policy, such as `kms:Encrypt`.
    #[expect(
        clippy::indexing_slicing,
        reason = "one row a variant, in the order of variants"
    )]
    pub fn name(self) -> &'static str {
        table::NAMES[self as usize]
    }

    /// The name in lower case, such as `kms:encrypt`.
    #[expect(
        clippy::indexing_slicing,
        reason = "one row a variant, in the order of variants"
    )]
    pub fn folded(self) -> &'static str {
        table::FOLDED[self as usize]
    }

    /// The name without `kms:`, such as `Encrypt`.
    pub fn short(self) -> &'static str {
        self.name().strip_prefix("kms:").unwrap_or_default()
    }

    /// What AWS says about the action.
    #[expect(
        clippy::indexing_slicing,
        reason = "one row a variant, in the order of variants"
    )]
    pub fn info(self) -> &'static KmsActionInfo {
        &table::INFOS[self as usize]
    }

    /// The action that a misspelt name most likely means. Blanks and letter case don't matter, and
    /// the `kms:` may be missing. An operation that is no action itself (`kms:ReEncrypt`) means its
    /// first one.
    pub fn closest(name: &str) -> Option<Self> {
        if name.len() > 256 {
            return None;
        }
        let mut word: String = name.split_whitespace().collect();
        if !word.contains(':') {
            word.insert_str(0, "kms:");
        }
        let is_meant = |operation: &Operation| {
            let short = word.get("kms:".len()..).unwrap_or_default();
            operation.name().eq_ignore_ascii_case(short)
        };
        if let Some(operation) = Operation::ALL.into_iter().find(is_meant) {
            return operation.actions().first().copied();
        }
        nearest(&word, table::NAMES).and_then(Self::from_name)
    }
}

impl fmt::Display for KmsAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for KmsAction {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_name(text).ok_or_else(|| {
            UnknownName::with_closest("KMS action", text, Self::closest(text).map(Self::name))
        })
    }
}

serde_as_text!(KmsAction, "a KMS action such as kms:Encrypt", |action| {
    action.name()
});

enum_set! {
    /// A set of KMS actions: what a statement's `Action` patterns come down to.
    pub struct KmsActionSet(u64) of KmsAction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_round_trips_in_any_case() {
        for (index, action) in KmsAction::ALL.into_iter().enumerate() {
            assert_eq!(action as usize, index);
            assert_eq!(action.info().action, action);
            assert_eq!(action.name(), format!("kms:{}", action.short()));
            assert_eq!(action.folded(), action.name().to_lowercase());
            assert_eq!(KmsAction::from_name(action.name()), Some(action));
            assert_eq!(
                KmsAction::from_name(&action.name().to_uppercase()),
                Some(action)
            );
            assert_eq!(
                KmsAction::from_name(&action.name().to_lowercase()),
                Some(action)
            );
            assert_eq!(KmsAction::from_name(action.short()), None, "no prefix");
            assert_eq!(action.to_string().parse(), Ok(action));
            let json = serde_json::to_string(&action).unwrap();
            assert_eq!(serde_json::from_str::<KmsAction>(&json).unwrap(), action);
        }
        for name in [
            "",
            "kms:",
            "kms:*",
            "kms:ReEncrypt",
            "s3:Encrypt",
            "kms:Encrypt ",
        ] {
            assert_eq!(KmsAction::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn misspelt_actions_are_recognized() {
        for (word, action) in [
            ("kms:Encypt", KmsAction::Encrypt),
            (" KMS : Decrypt ", KmsAction::Decrypt),
            ("generatedatakey", KmsAction::GenerateDataKey),
            ("ksm:PutKeyPolicy", KmsAction::PutKeyPolicy),
            ("kms:ReEncrypt", KmsAction::ReEncryptFrom),
        ] {
            assert_eq!(KmsAction::closest(word), Some(action), "{word}");
        }
        for word in ["", "s3:GetObject", "kms:*", &"kms:Encrypt".repeat(100_000)] {
            assert_eq!(KmsAction::closest(word), None);
        }
        let error = "kms:GenerateDatKey".parse::<KmsAction>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown KMS action \"kms:GenerateDatKey\", did you mean `kms:GenerateDataKey`?"
        );
    }

    #[test]
    fn sets_of_actions() {
        let mut set = KmsActionSet::EMPTY;
        assert!(set.is_empty() && !set.contains(KmsAction::CancelKeyDeletion));
        set.insert(KmsAction::VerifyMac);
        set.insert(KmsAction::CancelKeyDeletion);
        assert_eq!(
            set,
            KmsActionSet::of(&[KmsAction::CancelKeyDeletion, KmsAction::VerifyMac])
        );
        assert_eq!(set, set.iter().collect());
        assert_eq!((set.len(), set.complement().len()), (2, 56));
        assert!(set.is_subset(KmsActionSet::ALL) && !KmsActionSet::ALL.is_subset(set));
        assert_eq!(set.union(set.complement()), KmsActionSet::ALL);
        assert!(set.intersection(set.complement()).is_empty());
        assert_eq!(KmsActionSet::ALL, KmsAction::ALL.into_iter().collect());
        assert_eq!(
            format!("{set:?}"),
            r#"{"kms:CancelKeyDeletion", "kms:VerifyMac"}"#
        );
    }

    #[test]
    fn rules_that_other_crates_rely_on() {
        let named = |test: fn(&KmsActionInfo) -> bool| -> KmsActionSet {
            KmsAction::ALL
                .into_iter()
                .filter(|action| test(action.info()))
                .collect()
        };
        let alias = KmsActionSet::of(&[
            KmsAction::CreateAlias,
            KmsAction::DeleteAlias,
            KmsAction::UpdateAlias,
        ]);
        assert_eq!(named(|i| i.on_alias), alias);
        assert_eq!(
            named(|i| i.authorization == Authorization::AliasAndKey),
            alias
        );
        assert_eq!(
            named(|i| i.authorization == Authorization::Grant),
            KmsActionSet::of(&[KmsAction::RetireGrant])
        );
        let iam_only = named(|i| i.authorization == Authorization::IamOnly);
        assert_eq!(iam_only, named(|i| !i.on_key));
        assert_eq!(named(|i| i.encryption_context).len(), 8);
        assert!(named(|i| i.accepts_grant_tokens).is_subset(named(|i| i.cross_account)));
    }
}
