//! Whole imports: from files to worlds and decisions.

#![cfg(test)]

mod cloudformation;
mod exports;
mod fuzzed;
mod messages;
mod policies;
mod support;
mod terraform;
