//! See `src/exports.rs`.
#![no_main]

#[path = "../src/exports.rs"]
mod exports;
#[path = "../src/shown.rs"]
mod shown;

libfuzzer_sys::fuzz_target!(|text: &str| exports::exports(text));
