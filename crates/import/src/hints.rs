//! What names of files tell. Some answers of AWS do not say what they are about: `GetKeyPolicy` names
//! no key, `ListParents` no child. `scripts/export-aws.sh` puts such names into its paths, and so may
//! others: the id of a key, an account or a unit anywhere in a path is understood.

use std::collections::BTreeMap;

use kmsim_types::{AccountId, Region};

/// The folder that a file is in.
pub(crate) fn folder(name: &str) -> &str {
    name.rfind(['/', '\\'])
        .and_then(|at| name.get(..at))
        .unwrap_or("")
}

/// A file's name without its folder.
pub(crate) fn file(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// A file's name without its folder, up to the first dot.
pub(crate) fn stem(name: &str) -> &str {
    file(name).split('.').next().unwrap_or("")
}

/// The id of a key in a path: the last one that stands there.
pub(crate) fn key_id(name: &str) -> Option<&str> {
    let starts = name.char_indices().map(|(at, _)| at);
    let mut found = None;
    for start in starts {
        let begins = start == 0
            || name
                .get(..start)
                .is_some_and(|before| !ends_in_word(before));
        if begins && let Some(id) = key_id_at(name.get(start..).unwrap_or("")) {
            found = Some(id);
        }
    }
    found
}

/// The id of a key that a text begins with: `1234abcd-12ab-34cd-56ef-1234567890ab` or `mrk-` and 32
/// digits.
fn key_id_at(text: &str) -> Option<&str> {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_uuid = |text: &str| {
        let mut lengths = text
            .split('-')
            .map(|part| is_hex(part).then_some(part.len()));
        [8, 4, 4, 4, 12]
            .into_iter()
            .all(|length| lengths.next() == Some(Some(length)))
    };
    let is_multi_region = |text: &str| text.strip_prefix("mrk-").is_some_and(is_hex);
    let id = text
        .get(..36)
        .filter(|id| is_uuid(id) || is_multi_region(id))?;
    let ends = text
        .get(36..)
        .is_none_or(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()));
    ends.then_some(id)
}

fn ends_in_word(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// The words of a path, the last one first.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-')
}

/// The account in a path: twelve digits by themselves.
pub(crate) fn account(name: &str) -> Option<AccountId> {
    let without_key = key_id(name).map(|id| name.replace(id, "/"));
    let name = without_key.as_deref().unwrap_or(name);
    let mut digits = name.rsplit(|c: char| !c.is_ascii_alphanumeric());
    digits.find_map(|word| AccountId::new(word).ok())
}

/// The Region in a path: a word that has the shape of one.
pub(crate) fn region(name: &str) -> Option<Region> {
    const AREAS: [&str; 12] = [
        "us", "eu", "ap", "sa", "ca", "me", "af", "il", "cn", "mx", "eusc", "usgov",
    ];
    words(name).find_map(|word| {
        let parts: Vec<&str> = word.split('-').collect();
        let area = parts.first().is_some_and(|first| AREAS.contains(first));
        let shape = area && parts.len() > 2;
        Region::new(word).ok().filter(|_| shape)
    })
}

/// The id of a policy of an organization: `p-` and eight or more letters and digits, or the name of
/// AWS's own.
pub(crate) fn policy(name: &str) -> Option<&str> {
    words(name).find(|word| {
        word.strip_prefix("p-")
            .is_some_and(|rest| rest.len() >= 8 && !rest.contains('-'))
    })
}

/// A root, a unit or an account in the name of a file, or in the name of its folder if the file's has
/// none. Folders above may be those of an account that the export was made in.
pub(crate) fn target(name: &str) -> Option<String> {
    let own = |part: &str| {
        words(part)
            .find(|word| is_unit(word))
            .map(str::to_owned)
            .or_else(|| account(part).map(|account| account.to_string()))
    };
    own(file(name)).or_else(|| own(file(folder(name))))
}

/// Whether a text is the id of a root or a unit: `r-abcd`, `ou-abcd-11111111`.
pub(crate) fn is_unit(text: &str) -> bool {
    let plain = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let root = |text: &str| (4..=32).contains(&text.len()) && plain(text);
    let unit = |text: &str| {
        let parts = text.split_once('-');
        parts.is_some_and(|(above, own)| root(above) && own.len() >= 8 && plain(own))
    };
    text.strip_prefix("r-").is_some_and(root) || text.strip_prefix("ou-").is_some_and(unit)
}

/// Accounts of folders, as `sts get-caller-identity` tells them.
#[derive(Debug, Default)]
pub(crate) struct Folders(BTreeMap<String, AccountId>);

impl Folders {
    /// The exports of a folder are of an account.
    pub(crate) fn add(&mut self, folder: &str, account: AccountId) {
        self.0.insert(folder.to_owned(), account);
    }

    /// The account of a file: that of its path, or of the closest folder that has one.
    pub(crate) fn account(&self, name: &str) -> Option<AccountId> {
        let mut at = folder(name);
        let mut own = None;
        while own.is_none() {
            own = self.0.get(at).copied();
            if at.is_empty() {
                break;
            }
            at = folder(at);
        }
        account(name).or(own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "1234abcd-12ab-34cd-56ef-123456789012";

    #[test]
    fn keys_are_found_anywhere_in_a_path() {
        for path in [
            format!("keys/{KEY}/policy.json"),
            format!("us-west-2/{KEY}.get-key-policy.json"),
            format!("kms-get-key-policy-{KEY}.json"),
            format!(r"out\{KEY}_policy.json"),
            format!("mrk-00000000000000000000000000000000/{KEY}.json"),
            KEY.to_owned(),
        ] {
            assert_eq!(key_id(&path), Some(KEY), "{path}");
        }
        let replica = "mrk-1234abcd12ab34cd56ef1234567890ab";
        assert_eq!(key_id(&format!("é/{replica}.json")), Some(replica));
        for path in ["policy.json", "é", &format!("x{KEY}"), &format!("{KEY}0")] {
            assert_eq!(key_id(path), None, "{path}");
        }
    }

    #[test]
    fn accounts_are_no_parts_of_keys() {
        assert_eq!(account(&format!("keys/{KEY}/policy.json")), None);
        for path in [
            "111122223333/iam.json",
            "iam-111122223333.json",
            "a/prod_111122223333/x",
        ] {
            let found = account(path).map(|account| account.to_string());
            assert_eq!(found.as_deref(), Some("111122223333"), "{path}");
        }
        assert_eq!(account("1111222233334/x.json"), None);
    }

    #[test]
    fn regions_units_and_policies() {
        let found = |path| region(path).map(|region| region.to_string());
        assert_eq!(found("a/us-west-2/keys.json").as_deref(), Some("us-west-2"));
        assert_eq!(
            found("aliases.eu-central-1.json").as_deref(),
            Some("eu-central-1")
        );
        assert_eq!(found("kms-list-keys-2.json"), None);
        assert_eq!(
            policy("scps/p-examplescp1.targets.json"),
            Some("p-examplescp1")
        );
        assert_eq!(
            policy("p-FullAWSAccess/targets.json"),
            Some("p-FullAWSAccess")
        );
        assert_eq!(policy("p-a/targets.json"), None);
        assert_eq!(
            target("parents/ou-abcd-11111111.json").as_deref(),
            Some("ou-abcd-11111111")
        );
        assert_eq!(
            target("9/parents/111122223333.json").as_deref(),
            Some("111122223333")
        );
        assert_eq!(target("units/r-abcd/units.json").as_deref(), Some("r-abcd"));
        assert_eq!(target("999999999999/org/parents.json"), None);
        assert!(!is_unit("ou-abcd") && !is_unit("r-ABCD") && !is_unit("r-a"));
    }

    #[test]
    fn a_caller_identity_is_that_of_its_folder() {
        let mut folders = Folders::default();
        let account = AccountId::new("111122223333").unwrap();
        folders.add("out/prod", account);
        assert_eq!(folders.account("out/prod/kms/aliases.json"), Some(account));
        assert_eq!(folders.account("out/test/aliases.json"), None);
        assert_eq!(folders.account("aliases.json"), None);
    }
}
