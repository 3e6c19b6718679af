//! Whole imports: from files to worlds and decisions.

mod cloudformation;
mod support;
mod terraform;
