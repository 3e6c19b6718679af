//! See `src/infrastructure.rs`.
#![no_main]

#[path = "../src/infrastructure.rs"]
mod infrastructure;
#[path = "../src/shown.rs"]
mod shown;

libfuzzer_sys::fuzz_target!(|text: &str| infrastructure::template(text));
