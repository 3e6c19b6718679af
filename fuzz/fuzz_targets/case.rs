//! See `kmsim_fuzz::case`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| kmsim_fuzz::case(text));
