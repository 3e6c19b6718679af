//! See `questions`.
#![no_main]

#[path = "../src/questions.rs"]
mod questions;

libfuzzer_sys::fuzz_target!(|text: &str| questions::questions(text));
