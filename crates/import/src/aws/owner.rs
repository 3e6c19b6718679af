//! Which key an answer is about that does not say it.

use std::collections::{BTreeMap, BTreeSet};

use kmsim_types::{Partition, Region, arn};

use crate::hints::{self, Folders};
use crate::importer::Settings;

/// The keys that exports name, and where.
#[derive(Debug)]
pub(super) struct Keys {
    /// ARNs of keys with the files that describe them.
    described: BTreeMap<String, Vec<String>>,
    /// ARNs of all keys that anything names.
    known: BTreeSet<String>,
    /// The same by their ids.
    by_id: BTreeMap<String, BTreeSet<String>>,
    settings: Settings,
}

impl Keys {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            described: BTreeMap::new(),
            known: BTreeSet::new(),
            by_id: BTreeMap::new(),
            settings: settings.clone(),
        }
    }

    /// A key that `DescribeKey` describes in a file.
    pub(super) fn described(&mut self, key: &str, file: &str) {
        self.known(key);
        let files = self.described.entry(key.to_owned()).or_default();
        files.push(file.to_owned());
    }

    /// A key that anything names.
    pub(super) fn known(&mut self, key: &str) {
        if self.known.insert(key.to_owned()) {
            let id = key.rsplit('/').next().unwrap_or(key);
            let keys = self.by_id.entry(id.to_owned()).or_default();
            keys.insert(key.to_owned());
        }
    }

    pub(super) fn is_described(&self, key: &str) -> bool {
        self.described.contains_key(key)
    }

    /// How many keys are named by lists only.
    pub(super) fn not_exported(&self, is_exported: impl Fn(&str) -> bool) -> usize {
        self.known.iter().filter(|key| !is_exported(key)).count()
    }

    /// What a listing without content lists: "aliases of 111122223333 in us-west-2".
    pub(super) fn listing(&self, what: &str, file: &str, folders: &Folders) -> String {
        let account = folders.account(file).or(self.settings.account);
        let region = hints::region(file).or_else(|| self.settings.region.clone());
        let account =
            account.map_or_else(|| "an account".to_owned(), |account| account.to_string());
        let region = region.map_or_else(|| "a Region".to_owned(), |region| region.to_string());
        format!("{what} of {account} in {region}")
    }

    /// The key that a file is about, or why that is not known: the key whose id stands in its path; the
    /// one that is described beside it; the only one that is described; the only one there is.
    pub(super) fn owner(&self, file: &str, folders: &Folders) -> Result<String, Unowned> {
        if let Some(id) = hints::key_id(file) {
            return self.of_id(id, file, folders);
        }
        let folder = hints::folder(file);
        let beside = |alike: &dyn Fn(&str) -> bool| {
            let described = self.described.iter();
            let found = described.filter(|(_, files)| {
                let mut files = files.iter();
                files.any(|other| hints::folder(other) == folder && alike(other))
            });
            only(found.map(|(key, _)| key))
        };
        let stem = hints::stem(file);
        beside(&|other| hints::stem(other) == stem)
            .or_else(|| beside(&|_| true))
            .or_else(|| only(self.described.keys()))
            .or_else(|| only(self.known.iter()).filter(|_| self.described.is_empty()))
            .ok_or_else(|| Unowned {
                why: match self.known.len() {
                    0 => "no export names a key".to_owned(),
                    _ => format!("the exports name {} keys", self.known.len()),
                },
                hint: "put the key's id into the path, such as keys/<key id>/policy.json",
            })
    }

    /// The key with this id. A multi-Region key has one id in all of its Regions.
    fn of_id(&self, id: &str, file: &str, folders: &Folders) -> Result<String, Unowned> {
        let account = folders.account(file).or(self.settings.account);
        let region = hints::region(file).or_else(|| self.settings.region.clone());
        let account = account.map(|account| account.to_string());
        let fits = |key: &&String| {
            let Some([_, _, _, own_region, own_account, _]) = arn::split(key) else {
                return false;
            };
            account
                .as_deref()
                .is_none_or(|account| account == own_account)
                && region
                    .as_ref()
                    .is_none_or(|region| region.as_str() == own_region)
        };
        let unowned = |why: String| Unowned {
            why,
            hint: "add its describe-key output, or put account and Region into the path, or give them with --account and --region, which are --from-account and --from-region beside --from",
        };
        let own: Vec<&String> = self
            .by_id
            .get(id)
            .into_iter()
            .flatten()
            .filter(fits)
            .collect();
        match own.as_slice() {
            [] => {}
            [only] => return Ok((*only).clone()),
            _ => {
                return Err(unowned(format!(
                    "exports name keys with the id {id} in several Regions"
                )));
            }
        }
        // Nothing describes it; path, settings or the other keys tell account and Region.
        let mut accounts = BTreeSet::new();
        let mut regions = BTreeSet::new();
        for key in &self.known {
            if let Some([_, _, _, region, account, _]) = arn::split(key) {
                accounts.insert(account);
                regions.insert(region);
            }
        }
        let account = account.or_else(|| only(accounts.into_iter()));
        let region = region.or_else(|| Region::new(&only(regions.into_iter())?).ok());
        match (account, region) {
            (Some(account), Some(region)) => {
                let partition = Partition::of_region(region.as_str());
                Ok(format!("arn:{partition}:kms:{region}:{account}:key/{id}"))
            }
            (None, _) => Err(unowned(format!("the account of the key {id} is not said"))),
            (_, None) => Err(unowned(format!("the Region of the key {id} is not said"))),
        }
    }
}

/// Why it is not known which key an answer is about.
#[derive(Debug)]
pub(super) struct Unowned {
    pub(super) why: String,
    /// What to do about it.
    pub(super) hint: &'static str,
}

/// The only item there is.
fn only<T: ToString>(mut items: impl Iterator<Item = T>) -> Option<String> {
    let first = items.next()?.to_string();
    items.all(|item| item.to_string() == first).then_some(first)
}

/// A key for reports: its id and Region.
pub(super) fn short(key: &str) -> String {
    match arn::split(key) {
        Some([_, _, _, region, _, resource]) => {
            let id = resource.strip_prefix("key/").unwrap_or(resource);
            format!("{id} in {region}")
        }
        None => key.to_owned(),
    }
}
