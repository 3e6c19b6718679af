//! See `kmsim_fuzz::world`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| kmsim_fuzz::world(text));
