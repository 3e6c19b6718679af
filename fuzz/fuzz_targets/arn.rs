//! ARNs: what was read prints back, and its parts put together are the text.
#![no_main]

use kmsim_types::Arn;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match Arn::parse(text) {
        Ok(arn) => {
            assert_eq!(arn.to_string(), text);
            let parts = ["arn", arn.partition(), arn.service(), arn.region(), arn.account()];
            assert_eq!(format!("{}:{}", parts.join(":"), arn.resource()), text);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
