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
mod message;
mod portable;
mod public_key;
pub mod recipient;
mod root_key;
mod secret;
pub mod wrapping;

#[cfg(not(target_arch = "wasm32"))]
mod native;

pub use backend::Backend;
pub use error::CryptoError;
pub use gcm::GcmKey;
pub use hash::{Digest, Hash};
pub use material::{KeyMaterial, MaterialId};
pub use public_key::PublicKey;
pub use root_key::RootKey;
pub use secret::Secret;
