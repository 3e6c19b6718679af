//! See `src/kms_call.rs`.
#![no_main]

#[path = "../src/kms_call.rs"]
mod kms_call;

libfuzzer_sys::fuzz_target!(|text: &str| kms_call::kms_call(text));
