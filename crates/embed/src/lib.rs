//! What the front ends without files share: documents that come as text with the files that they
//! refer to, options that come as JSON, and what is wrong with either, as JSON.

mod document;
mod options;

pub use document::{Document, Given, Unreadable, read_into};
pub use options::Options;
