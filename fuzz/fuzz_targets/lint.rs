//! See `src/lint.rs`.
#![no_main]

#[path = "../src/lint.rs"]
mod lint;

libfuzzer_sys::fuzz_target!(|text: &str| lint::lint(text));
