//! Given policies and a request, or a world and a call: is it allowed, and why.
//!
//! [`decide`] decides one check of a [`request`] in its [`layers`]; [`call`] turns an API call against a
//! [`world`] into the checks that it needs; [`explain`] puts into words what was recorded on the way.
//! Cases, worlds and test files are read by [`reader`]. Nothing here does IO, asks the time or panics.

pub mod answer;
pub mod call;
pub mod case;
mod condition;
pub mod context;
pub mod decide;
pub mod decision;
pub mod document;
pub mod explain;
pub mod grant;
pub mod layers;
pub mod principal;
pub mod reader;
pub mod request;
mod statement;
pub mod test_file;
pub mod test_run;
pub mod trace;
pub mod truth;
pub mod world;
