//! What the service keeps: keys, aliases, custom key stores.

mod alias;
mod custom_key_store;
mod grant;
mod hex;
mod key;
mod material;
mod metadata;
mod usage;

pub(crate) use alias::AliasRecord;
pub(crate) use custom_key_store::{
    Backing, CloudHsm, Connection, CustomKeyStore, Proxy, VpcEndpointService,
};
pub(crate) use grant::GrantRecord;
pub(crate) use key::{Deletion, KeyRecord, Rotation};
pub(crate) use material::Material;
pub(crate) use metadata::key_metadata;
pub(crate) use usage::LastUsage;
