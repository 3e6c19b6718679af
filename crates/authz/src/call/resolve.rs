//! Which key a call means.
//!
//! A bare key id or alias name is one of the caller's own account and of the Region that is
//! called; another account's key goes by its ARN (API reference, `KeyId`).

use kmsim_types::{
    AccountId, KeyIdentifierForm, KeyIdentifierForms, KeySpec, KmsAction, Partition, Region, arn,
};

use super::{KeyReference, Text, Unresolved};
use crate::world::{self, Key, World};

/// A key, and the alias by which the request names it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'w> {
    pub(super) key: &'w Key,
    pub(super) alias: Option<&'w str>,
}

/// Where a call looks for keys.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lookup<'w> {
    pub(super) world: &'w World,
    /// The caller's account; services have none.
    pub(super) account: Option<AccountId>,
    /// The Region that is called: the one that the call states, or the world's default.
    pub(super) region: Option<&'w Region>,
    /// Whether the call states it.
    pub(super) states_region: bool,
}

/// The key that a text means: an id, an alias, or the ARN of either, wherever it is. Where several
/// keys have the name, those of `region` come first.
pub fn key_meant<'w>(
    world: &'w World,
    text: &Text,
    region: Option<&Region>,
) -> Result<&'w Key, Unresolved> {
    let lookup = Lookup {
        world,
        account: None,
        region: region.or(world.contents().region.as_ref()),
        states_region: region.is_some(),
    };
    let found = lookup.meant(text, KeyIdentifierForms::ALL)?;
    let key = world.key(found.key.arn.as_str());
    key.ok_or_else(|| lookup.not_found(text))
}

impl<'w> Lookup<'w> {
    /// The key of a reference, as `action` takes it.
    pub(super) fn key(
        &self,
        reference: &KeyReference,
        action: KmsAction,
    ) -> Result<Found<'w>, Unresolved> {
        let forms = action.info().key_identifier_forms;
        match reference {
            KeyReference::Sent(text) => self.sent(text, forms, action),
            KeyReference::Meant(text) => self.meant(text, forms),
        }
    }

    /// The key that KMS finds by a parameter as it is sent.
    pub(super) fn sent(
        &self,
        sent: &Text,
        forms: KeyIdentifierForms,
        action: KmsAction,
    ) -> Result<Found<'w>, Unresolved> {
        let text = &*sent.text;
        let form = KeyIdentifierForm::of(text);
        if !forms.contains(form) {
            let takes: Vec<_> = forms.iter().map(KeyIdentifierForm::name).collect();
            let message = format!("{} takes no {}: `{text}`", action.short(), form.name());
            let error = Unresolved::new(sent.span, message);
            return Err(error.help(format!("give a {}", takes.join(" or "))));
        }
        let found = match form {
            KeyIdentifierForm::KeyArn | KeyIdentifierForm::AliasArn => {
                self.check_region(sent)?;
                self.by_arn(text)
            }
            KeyIdentifierForm::AliasName => self.own(sent, text)?,
            KeyIdentifierForm::KeyId => match self.own(sent, &format!("key/{text}"))? {
                // With a symmetric ciphertext a bare id may be that of another account's key.
                None if matches!(action, KmsAction::Decrypt | KmsAction::ReEncryptFrom) => {
                    self.elsewhere(text)
                }
                found => found,
            },
        };
        found.ok_or_else(|| self.not_found(sent))
    }

    /// The key that is meant, wherever it is.
    fn meant(&self, meant: &Text, forms: KeyIdentifierForms) -> Result<Found<'w>, Unresolved> {
        let text = &*meant.text;
        let mut found: Vec<Found<'w>> = match KeyIdentifierForm::of(text) {
            KeyIdentifierForm::KeyArn | KeyIdentifierForm::AliasArn => {
                self.by_arn(text).into_iter().collect()
            }
            KeyIdentifierForm::KeyId => {
                let keys = self.world.contents().keys.iter();
                let keys = keys.filter(|key| key.id() == text);
                keys.map(|key| Found { key, alias: None }).collect()
            }
            KeyIdentifierForm::AliasName => {
                let aliases = self.world.contents().aliases.iter();
                let aliases = aliases.filter(|alias| &*alias.name == text);
                aliases
                    .filter_map(|alias| self.by_arn(alias.arn.as_str()))
                    .collect()
            }
        };
        narrow(&mut found, |found| Some(&found.key.region) == self.region);
        narrow(&mut found, |found| Some(found.key.account) == self.account);
        let takes_aliases = forms.contains(KeyIdentifierForm::AliasName);
        match found.as_slice() {
            [] => Err(self.not_found(meant)),
            [found] => Ok(Found {
                alias: found.alias.filter(|_| takes_aliases),
                ..*found
            }),
            several => {
                let arns: Vec<_> = several.iter().map(|one| one.key.arn.as_str()).collect();
                let message = format!("`{text}` is the name of several keys");
                let error = Unresolved::new(meant.span, message);
                Err(error.help(format!("say which `region`, or one of {}", arns.join(", "))))
            }
        }
    }

    fn by_arn(&self, text: &str) -> Option<Found<'w>> {
        if let Some(key) = self.world.key(text) {
            return Some(Found { key, alias: None });
        }
        let alias = self.world.alias(text)?;
        Some(Found {
            key: self.world.key(alias.target.as_ref()?.as_str())?,
            alias: Some(&alias.name),
        })
    }

    /// A key or alias of the caller's account in the Region that is called. If that is not said,
    /// the name must tell.
    fn own(&self, sent: &Text, resource: &str) -> Result<Option<Found<'w>>, Unresolved> {
        let Some(account) = self.account else {
            let message = format!(
                "`{}` names no key to a caller without an account",
                sent.text
            );
            return Err(Unresolved::new(sent.span, message).help("give the key's ARN"));
        };
        if let Some(region) = self.region {
            let partition = Partition::of_region(region.as_str());
            let text = format!("arn:{partition}:kms:{region}:{account}:{resource}");
            return Ok(self.by_arn(&text));
        }
        let contents = self.world.contents();
        let keys = contents.keys.iter().map(|key| &key.arn);
        let aliases = contents.aliases.iter().map(|alias| &alias.arn);
        let found: Vec<_> = keys
            .chain(aliases)
            .filter(|arn| arn.account_id() == Some(account) && arn.resource() == resource)
            .collect();
        match found.as_slice() {
            [] => Ok(None),
            [arn] => Ok(self.by_arn(arn.as_str())),
            several => {
                let regions: Vec<_> = several.iter().map(|arn| arn.region()).collect();
                let message = format!("`{}` is in several Regions", sent.text);
                let error = Unresolved::new(sent.span, message);
                Err(error.help(format!("say which `region`: {}", regions.join(", "))))
            }
        }
    }

    /// The only symmetric key with this id in the Region, of any account.
    fn elsewhere(&self, id: &str) -> Option<Found<'w>> {
        let here = |key: &&Key| {
            key.id() == id
                && key.spec == KeySpec::SymmetricDefault
                && self.region.is_none_or(|region| *region == key.region)
        };
        let mut keys = self.world.contents().keys.iter().filter(here);
        let (key, None) = (keys.next()?, keys.next()) else {
            return None;
        };
        Some(Found { key, alias: None })
    }

    /// An ARN must be of the Region that is called.
    fn check_region(&self, sent: &Text) -> Result<(), Unresolved> {
        let region = arn::split(&sent.text).map_or("", |[_, _, _, region, ..]| region);
        match self.region {
            Some(called) if self.states_region && called.as_str() != region => {
                let message = format!("`{}` is not in {called}, which is called", sent.text);
                let error = Unresolved::new(sent.span, message);
                Err(error.help(format!("call the endpoint of {region}")))
            }
            _ => Ok(()),
        }
    }

    /// Says where was searched, and what is near.
    pub(super) fn not_found(&self, sent: &Text) -> Unresolved {
        let text = &*sent.text;
        let contents = self.world.contents();
        let place = match (KeyIdentifierForm::of(text), self.account, self.region) {
            (KeyIdentifierForm::KeyId | KeyIdentifierForm::AliasName, Some(account), region) => {
                let region = region.map_or_else(String::new, |region| format!(" in {region}"));
                format!(" for account {account}{region}")
            }
            _ => String::new(),
        };
        let message = format!("the world has no key `{text}`{place}");
        let error = Unresolved::new(sent.span, message);
        let elsewhere = contents
            .keys
            .iter()
            .find(|key| key.id() == text || key.aliases.iter().any(|alias| **alias == *text));
        if let Some(key) = elsewhere {
            return error.help(format!(
                "there is `{}`; another account's key, or another Region's, goes by its ARN",
                key.arn
            ));
        }
        let aliased = contents
            .aliases
            .iter()
            .find(|alias| *alias.arn.as_str() == *text || *alias.name == *text);
        if aliased.is_some() {
            return error.help("the alias stands for no key of the world");
        }
        let names = contents
            .aliases
            .iter()
            .flat_map(|alias| [&*alias.name, alias.arn.as_str()]);
        let keys = contents
            .keys
            .iter()
            .flat_map(|key| [key.id(), key.arn.as_str()]);
        match world::nearest(text, names.chain(keys)) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error
                .help("an AWS owned key is in no world: none of your policies is asked about it"),
        }
    }
}

/// Drops the keys that do not fit, if some do.
fn narrow<'w>(found: &mut Vec<Found<'w>>, fits: impl Fn(&Found<'w>) -> bool) {
    if found.iter().any(&fits) {
        found.retain(fits);
    }
}
