#![doc = include_str!("../README.md")]
//!
//! # Modules, in reading order
//!
//! - [`source`]: texts, spans, and lines and columns for people.
//! - [`diagnostic`]: findings with severity, help and fix.
//! - [`json`]: the tree of nodes, and its strict reader.
//! - [`yaml`]: the same tree from YAML.
//! - [`document`]: whichever of the two a file is.
//! - [`fields`]: objects with known fields, for cases and worlds.
//! - [`syntax`]: the policy language as a tree.
//! - [`unknown`](mod@unknown): what of a policy is not known.
//! - [`wildcard`]: patterns with `*`, `?` and variables.
//! - [`variable`]: policy variables such as `${aws:username}`.
//! - [`condition_key`]: names of condition keys, compared without regard to case.
//! - [`operator`]: condition operators such as `ForAnyValue:StringLikeIfExists`.
//! - [`operand`]: the values of a condition, typed by their operator.
//! - [`decimal`]: numbers that compare exactly, whatever their length.
//! - [`instant`]: dates and epoch seconds.
//! - [`parse`](mod@parse): from nodes to a policy, with findings.
//! - [`print`](mod@print): from a policy back to JSON, in one form.
//! - [`repair`]: mending what was pasted from notes.

pub mod condition_key;
pub mod decimal;
pub mod diagnostic;
pub mod document;
pub mod fields;
pub mod instant;
pub mod json;
pub mod operand;
pub mod operator;
pub mod parse;
pub mod print;
pub mod repair;
pub mod source;
pub mod syntax;
pub mod unknown;
pub mod variable;
pub mod wildcard;
pub mod yaml;

mod blanks;
mod key_id;

#[cfg(test)]
mod testing;
