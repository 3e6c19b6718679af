#![doc = include_str!("../README.md")]

pub mod clock;
pub mod error;
pub mod input;
pub mod key_state;
pub mod model;
pub mod page;
pub mod pricing;
pub mod quota;
