//! Grant tokens: what `CreateGrant` hands out, and what calls bring to use a grant at once.
//!
//! A token is sealed under the service's root key and says which grant it is for, so that every
//! request for a grant can have one of its own and the service keeps none of them. What is no token
//! is refused (`InvalidGrantTokenException`); the token of a grant that is gone adds nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kmsim_types::Arn;

use super::{Cx, Service};
use crate::error::KmsError;
use crate::model::Interface;
use crate::state::GrantRecord;

const PURPOSE: &str = "grant token";

impl Service {
    /// A token for a grant. No two are the same.
    pub(crate) fn new_grant_token(&mut self, key: &Arn, grant: &str) -> Result<Box<str>, KmsError> {
        let text = format!("{key} {grant}");
        let sealed = self
            .root_key
            .seal(PURPOSE, &[], text.as_bytes(), &mut *self.rng)
            .map_err(|why| KmsError::internal(format!("no grant token for {key}: {why}")))?;
        Ok(URL_SAFE_NO_PAD.encode(sealed).into())
    }

    /// The grant that a token is for, with its key. The grants of a world may have tokens that
    /// somebody wrote there.
    pub(crate) fn grant_of_token(&self, token: &str) -> Option<(&Arn, &GrantRecord)> {
        if let Some(text) = self.opened(token) {
            let (key, id) = text.split_once(' ')?;
            let key = self.keys.get(key)?;
            let grant = key.grants.iter().find(|grant| *grant.id == *id)?;
            return Some((&key.arn, grant));
        }
        let mut keys = self.keys.values();
        keys.find_map(|key| {
            let grant = key.grants.iter().find(|grant| *grant.token == *token)?;
            Some((&key.arn, grant))
        })
    }

    /// Refuses a call with a token that is none. `DescribeKey` takes tokens and has no exception for
    /// them (API model): there they add nothing.
    pub(super) fn check_grant_tokens(&self, cx: &Cx<'_>) -> Result<(), KmsError> {
        let mut tokens = cx.input.strings("GrantTokens");
        if tokens.all(|token| self.opened(token).is_some() || self.grant_of_token(token).is_some())
        {
            return Ok(());
        }
        let refusal = KmsError::invalid_grant_token();
        if Interface::of(cx.operation).errors.contains(&refusal.code) {
            return Err(refusal);
        }
        Ok(())
    }

    /// Key and grant as a token says them.
    fn opened(&self, token: &str) -> Option<String> {
        let sealed = URL_SAFE_NO_PAD.decode(token).ok()?;
        let text = self.root_key.open(PURPOSE, &[], &sealed).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }
}
