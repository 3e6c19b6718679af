//! See `kmsim_fuzz::wildcard`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| kmsim_fuzz::wildcard(text));
