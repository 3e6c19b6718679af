#![doc = include_str!("../README.md")]

mod database;
mod error;
mod file;
mod root_key;
mod store;

pub use error::StoreError;
pub use root_key::{RootKeyError, RootKeySource, parse_root_key};
pub use store::{Session, Store};
