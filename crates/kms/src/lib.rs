#![doc = include_str!("../README.md")]

mod caller;
mod change;
pub mod clock;
mod compile;
pub mod error;
mod event;
pub mod input;
mod members;
mod meter;
pub mod model;
mod operation;
pub mod page;
pub mod pricing;
mod protocol;
pub mod quota;
mod recipient;
mod service;
mod settings;
mod state;
mod text;

pub use caller::Caller;
pub use change::{Change, Row};
pub use error::{ErrorCode, KmsError};
pub use event::Event;
pub use meter::Meter;
pub use protocol::Reply;
pub use service::{Denial, Header, Service, Snapshot, SnapshotError};
pub use settings::Settings;
