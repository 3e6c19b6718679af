//! See `kmsim_fuzz::yaml`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| kmsim_fuzz::yaml(text));
