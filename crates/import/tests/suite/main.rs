//! Whole imports: from files to worlds and decisions.

#![cfg(test)]

mod cloudformation;
mod exports;
mod fuzzed;
mod messages;
mod support;
mod terraform;
