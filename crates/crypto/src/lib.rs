#![doc = include_str!("../README.md")]

mod backend;
pub mod blob;
pub mod ecdsa;
mod error;
mod gcm;
mod hash;
pub mod hkdf;
mod key;
mod material;
mod portable;
mod root_key;
pub mod wrapping;

#[cfg(not(target_arch = "wasm32"))]
mod native;

pub use backend::Backend;
pub use error::CryptoError;
pub use gcm::GcmKey;
pub use hash::{Digest, Hash};
pub use material::{KeyMaterial, MaterialId};
pub use root_key::RootKey;
