//! See `src/message.rs`.
#![no_main]

#[path = "../src/message.rs"]
mod message;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| message::message(bytes));
