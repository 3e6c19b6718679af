//! See `kmsim_fuzz::arn`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| kmsim_fuzz::arn(text));
