//! kmsim-authz.
pub mod call;
pub mod case;
mod condition;
pub mod context;
pub mod decide;
pub mod decision;
pub mod explain;
pub mod grant;
pub mod layers;
pub mod principal;
pub mod reader;
pub mod request;
mod statement;
pub mod test_file;
pub mod trace;
pub mod truth;
pub mod world;
