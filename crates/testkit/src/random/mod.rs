//! x
pub use crate::Verdict as _;
