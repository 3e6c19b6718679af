//! See `kmsim_fuzz::policy`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| kmsim_fuzz::policy(text));
