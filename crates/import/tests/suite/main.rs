//! Whole imports: from files to worlds and decisions.

#![cfg(test)]

mod cloudformation;
mod support;
mod terraform;
