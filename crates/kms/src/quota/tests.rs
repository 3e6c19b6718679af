use proptest::prelude::*;

use super::*;
use crate::clock::SECOND;
use crate::error::ErrorCode;
use crate::model::{Interface, Shape};

fn request(operation: Operation, key_spec: Option<KeySpec>) -> Request<'static> {
    Request {
        operation,
        key_spec,
        pair_spec: None,
        custom_key_store: None,
    }
}

fn account(text: &str) -> AccountId {
    text.parse().unwrap()
}

fn region(text: &str) -> Region {
    text.parse().unwrap()
}

/// The whole table of the guide for one Region, as "group: rate".
#[test]
fn rates_of_every_request() {
    let frankfurt = region("eu-central-1");
    let mut lines = Vec::new();
    let mut add = |name: String, request: &Request<'_>| {
        let group = Group::of(request);
        let rate = group.as_ref().map(|group| group.rate(&frankfurt));
        lines.push(match (group, rate) {
            (Some(group), Some(rate)) => format!("{name}: {rate} {group:?}"),
            _ => format!("{name}: no quota"),
        });
    };
    for operation in Operation::ALL {
        let spec = match operation {
            Operation::DeriveSharedSecret => Some(KeySpec::EccNistP256),
            Operation::Encapsulate | Operation::Decapsulate => Some(KeySpec::MlKem768),
            Operation::Sign | Operation::Verify => Some(KeySpec::Rsa4096),
            _ => Some(KeySpec::SymmetricDefault),
        };
        let pair_spec = Some(KeySpec::EccNistP256);
        let request = Request {
            pair_spec,
            ..request(operation, spec)
        };
        add(operation.to_string(), &request);
    }
    for spec in KeySpec::ALL {
        add(
            format!("a use of {spec}"),
            &request(Operation::Decrypt, Some(spec)),
        );
        let interface = Interface::of(Operation::GenerateDataKeyPair);
        let pairs = interface.input.member("KeyPairSpec").unwrap().shape;
        if !matches!(pairs, Shape::Enumeration(specs) if specs.contains(&spec.name())) {
            continue;
        }
        let pair = Request {
            pair_spec: Some(spec),
            ..request(
                Operation::GenerateDataKeyPair,
                Some(KeySpec::SymmetricDefault),
            )
        };
        add(format!("a pair of {spec}"), &pair);
    }
    let stored = Request {
        custom_key_store: Some("cks-1"),
        ..request(Operation::GenerateRandom, None)
    };
    add("in a custom key store".to_owned(), &stored);
    let lines = lines.join("\n");
    insta::assert_snapshot!(lines);
}

#[test]
fn symmetric_cryptography_is_faster_in_large_regions() {
    let rate = |name| Group::SymmetricCryptography.rate(&region(name));
    assert_eq!(rate("us-east-1"), 100_000);
    assert_eq!(rate("ap-northeast-1"), 20_000);
    assert_eq!(rate("eu-north-1"), 10_000);
}

#[test]
fn who_exceeds_a_quota_is_throttled_and_nobody_else() {
    let mut quotas = Quotas::on();
    let (here, there) = (region("us-east-1"), region("us-east-2"));
    let (mine, other) = (account("111122223333"), account("444455556666"));
    let tag = Group::Operation(Operation::TagResource);
    let now = Timestamp::from_millis(0);
    for _ in 0..10 {
        assert_eq!(quotas.take(mine, &here, tag.clone(), now), Ok(()));
    }
    let error = quotas.take(mine, &here, tag.clone(), now).unwrap_err();
    assert_eq!(error.code, ErrorCode::Throttling);
    insta::assert_snapshot!(error.message, @"You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.");
    assert!(quotas.take(mine, &here, tag.clone(), now.plus(99)).is_err());
    assert!(quotas.take(mine, &here, tag.clone(), now.plus(100)).is_ok());
    assert!(
        quotas
            .take(mine, &here, tag.clone(), now.plus(100))
            .is_err()
    );

    assert!(quotas.take(other, &here, tag.clone(), now).is_ok());
    assert!(quotas.take(mine, &there, tag, now).is_ok());
    let untag = Group::Operation(Operation::UntagResource);
    assert!(quotas.take(mine, &here, untag, now).is_ok());
}

#[test]
fn quotas_can_be_off() {
    let (here, mine) = (region("us-east-1"), account("111122223333"));
    let import = Group::Operation(Operation::GetParametersForImport);
    let mut off = Quotas::off();
    let mut take = || off.take(mine, &here, import.clone(), Timestamp::EPOCH);
    assert!((0..1000).all(|_| take().is_ok()));
}

proptest! {
    /// Over any time, no more than the rate and one burst; and someone who is throttled is let
    /// through after a second at the latest.
    #[test]
    fn the_bucket_keeps_the_rate(
        rate in 1..50_u32,
        steps in prop::collection::vec(0..400_i64, 1..200),
    ) {
        let mut now = Timestamp::from_millis(0);
        let mut bucket = Bucket::full(rate, now);
        let mut taken = 0_u64;
        let mut refused_since = None;
        for step in steps {
            now = now.plus(step);
            if bucket.take(rate, now) {
                taken += 1;
                refused_since = None;
            } else {
                let since = *refused_since.get_or_insert(now);
                prop_assert!(now.millis() - since.millis() < SECOND);
            }
        }
        let granted = u64::from(rate) * u64::try_from(now.millis() + SECOND).unwrap() / 1000;
        prop_assert!(taken <= granted);
    }

    #[test]
    fn a_clock_that_jumps_breaks_nothing(times in prop::collection::vec(any::<i64>(), 1..20)) {
        let mut bucket = Bucket::full(u32::MAX, Timestamp::from_millis(0));
        for time in times {
            bucket.take(u32::MAX, Timestamp::from_millis(time));
        }
    }
}
