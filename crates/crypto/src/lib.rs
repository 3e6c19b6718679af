#![doc = include_str!("../README.md")]

mod backend;
pub mod ecdsa;
mod error;
mod key;
mod material;
mod portable;

#[cfg(not(target_arch = "wasm32"))]
mod native;

pub use backend::Backend;
pub use error::CryptoError;
pub use material::{KeyMaterial, MaterialId};
