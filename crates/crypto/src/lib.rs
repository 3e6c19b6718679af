#![doc = include_str!("../README.md")]

mod backend;
pub mod ecdsa;
mod error;
mod key;
mod material;
mod message;
mod portable;
mod public_key;

#[cfg(not(target_arch = "wasm32"))]
mod native;

pub use backend::Backend;
pub use error::CryptoError;
pub use material::{KeyMaterial, MaterialId};
pub use public_key::PublicKey;
