//! See `kmsim_fuzz::grant`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| kmsim_fuzz::grant(text));
