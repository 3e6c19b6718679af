//! kmsim-policy.
mod blanks;
pub mod condition_key;
pub mod decimal;
pub mod diagnostic;
pub mod document;
pub mod fields;
pub mod instant;
pub mod json;
mod key_id;
pub mod operand;
pub mod operator;
pub mod parse;
pub mod print;
pub mod repair;
pub mod source;
pub mod syntax;
pub mod variable;
pub mod wildcard;
pub mod yaml;

#[cfg(test)]
mod testing;
