//! See `src/report.rs`.
#![no_main]

#[path = "../src/report.rs"]
mod report;

libfuzzer_sys::fuzz_target!(|text: &str| report::report(text));
