//! kmsim-authz.
pub mod case;
pub mod context;
pub mod decide;
pub mod decision;
pub mod grant;
pub mod layers;
pub mod principal;
pub mod reader;
pub mod request;
mod statement;
mod condition;
pub mod trace;
pub mod truth;
