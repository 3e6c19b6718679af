//! Names: what was read prints back, and its parts put together are the text.

use kmsim_authz::principal::Principal;
use kmsim_policy::parse::{aws_principal, resource_pattern};
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::{AccountId, Arn};

/// ARNs, principals, accounts and resource patterns.
pub fn arn(text: &str) {
    match Arn::parse(text) {
        Ok(arn) => {
            assert_eq!(arn.to_string(), text);
            let parts = [
                "arn",
                arn.partition(),
                arn.service(),
                arn.region(),
                arn.account(),
            ];
            assert_eq!(format!("{}:{}", parts.join(":"), arn.resource()), text);
            assert_eq!(
                kmsim_types::arn::split(text)
                    .map(|parts| parts.join(":"))
                    .as_deref(),
                Some(text)
            );
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    match Principal::parse(text) {
        Ok(principal) => {
            assert_eq!(principal.to_string(), text);
            let of_arn = Arn::parse(text).ok().and_then(|arn| arn.account_id());
            assert!(principal.account().is_none() || principal.account() == of_arn);
            // Whoever calls can be named in a policy.
            assert_eq!(*aws_principal(text).text, *text);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    if let Ok(account) = AccountId::new(text) {
        assert_eq!(account.to_string(), text);
    }
    for kind in PolicyKind::ALL {
        for variables in [false, true] {
            assert_eq!(*resource_pattern(text, kind, variables).text, *text);
        }
    }
}
