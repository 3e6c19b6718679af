use std::time::Duration;

use kmsim_authz::principal::Principal;
use kmsim_authz::world::World;
use kmsim_policy::source::Sources;
use kmsim_types::{Operation, Region};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

use super::*;
use crate::clock::ManualClock;
use crate::{Caller, ErrorCode, KmsError, Service, Settings};

const DAY: Duration = Duration::from_hours(24);

struct Kms {
    service: Service,
    clock: ManualClock,
}

impl Kms {
    fn new(settings: Settings) -> Self {
        let clock = ManualClock::new("2026-11-01T00:00:00Z".parse().unwrap());
        let rng = Box::new(ChaCha20Rng::seed_from_u64(7));
        let (world, sources) = (World::default(), Sources::new());
        let service = Service::new(world, sources, settings, Box::new(clock.clone()), rng);
        Self {
            service: service.unwrap(),
            clock,
        }
    }

    fn call(&mut self, operation: Operation, input: &Value) -> Result<Value, KmsError> {
        let principal = Principal::parse("arn:aws:iam::111122223333:root").unwrap();
        let caller = Caller::new(principal, Region::new("eu-north-1").unwrap());
        self.service.call(&caller, operation, input)
    }

    fn key(&mut self, input: &Value) -> Value {
        let answer = self.call(Operation::CreateKey, input).unwrap();
        answer["KeyMetadata"]["KeyId"].clone()
    }

    fn totals(&mut self) -> Vec<String> {
        let bills = self.service.meter().bills();
        bills
            .map(|(_, month, bill)| format!("{month} {}", bill.total()))
            .collect()
    }
}

#[test]
fn a_key_is_charged_while_it_exists_and_waits_for_no_deletion() {
    let mut kms = Kms::new(Settings::default());
    let key = kms.key(&json!({}));
    kms.clock.advance(15 * DAY);
    kms.call(Operation::ScheduleKeyDeletion, &json!({"KeyId": key}))
        .unwrap();
    kms.clock.advance(20 * DAY);
    assert_eq!(kms.totals(), ["2026-11 $0.50"]);
    kms.call(Operation::CancelKeyDeletion, &json!({"KeyId": key}))
        .unwrap();
    kms.clock.advance(57 * DAY);
    assert_eq!(
        kms.totals(),
        ["2026-11 $0.50", "2026-12 $0.83871", "2027-01 $1.00"]
    );
    assert_eq!(kms.totals().len(), 3, "asking again changes nothing");
}

#[test]
fn requests_are_counted_when_they_succeed_and_for_dry_runs() {
    let mut kms = Kms::new(Settings::default());
    let key = kms.key(&json!({"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}));
    let sign = |dry: bool| {
        json!({
            "KeyId": key, "Message": "AAAA", "SigningAlgorithm": "RSASSA_PSS_SHA_256",
            "DryRun": dry,
        })
    };
    kms.call(Operation::Sign, &sign(false)).unwrap();
    kms.call(Operation::Sign, &sign(true)).unwrap_err();
    kms.call(Operation::Sign, &json!({"KeyId": key}))
        .unwrap_err();
    kms.call(Operation::ListKeys, &json!({})).unwrap();
    let (_, month, usage) = kms.service.meter().months().next().unwrap();
    assert_eq!(month.to_string(), "2026-11");
    assert_eq!(usage.requests(RequestClass::Rsa2048), 2);
    assert_eq!(usage.requests(RequestClass::Symmetric), 2);
}

#[test]
fn the_first_two_rotations_of_a_key_cost_as_much_as_the_key() {
    let mut kms = Kms::new(Settings::default());
    let key = kms.key(&json!({}));
    kms.call(
        Operation::EnableKeyRotation,
        &json!({"KeyId": key, "RotationPeriodInDays": 90}),
    )
    .unwrap();
    kms.clock.set("2027-12-01T00:00:00Z".parse().unwrap());
    let totals = kms.totals();
    let of = |month: &str| {
        totals
            .iter()
            .find(|total| total.starts_with(month))
            .unwrap()
    };
    // Rotations on 2027-01-30, 2027-04-30 and 2027-07-29.
    assert_eq!(of("2026-12"), "2026-12 $1.00");
    assert_eq!(of("2027-01"), "2027-01 $1.064516");
    assert_eq!(of("2027-03"), "2027-03 $2.00");
    assert_eq!(of("2027-05"), "2027-05 $3.00");
    assert_eq!(of("2027-11"), "2027-11 $3.00");
}

#[test]
fn a_meter_is_stored_as_plain_json() {
    let mut kms = Kms::new(Settings::default());
    kms.key(&json!({}));
    kms.clock.advance(3 * DAY);
    let meter = kms.service.meter();
    let stored = serde_json::to_string(meter).unwrap();
    insta::assert_snapshot!(stored, @r#"{"111122223333":{"2026-11":{"requests":{"symmetric":1},"keyTime":259200000,"rotationTime":0}}}"#);
    assert_eq!(serde_json::from_str::<Meter>(&stored).unwrap(), *meter);
}

#[test]
fn a_clock_that_jumps_is_survived() {
    let mut kms = Kms::new(Settings::default());
    kms.key(&json!({}));
    kms.clock.set(Timestamp::from_millis(i64::MAX));
    let last = kms.totals().pop().unwrap();
    assert_eq!(last, "9999-12 $1.00");
}

#[test]
fn calls_are_throttled_only_where_that_is_chosen() {
    let throttling = |on| Settings {
        throttling: on,
        ..Settings::default()
    };
    let count = |on| {
        let mut kms = Kms::new(throttling(on));
        let made = (0..20).map(|_| kms.call(Operation::CreateKey, &json!({})));
        made.flatten().count()
    };
    assert_eq!((count(false), count(true)), (20, 5));

    let mut kms = Kms::new(throttling(true));
    let input = json!({
        "KeyId": kms.key(&json!({})), "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
        "WrappingKeySpec": "RSA_2048",
    });
    let mut throttled = || {
        let error = kms
            .call(Operation::GetParametersForImport, &input)
            .unwrap_err();
        error.code == ErrorCode::Throttling
    };
    assert!(!throttled() && throttled() && throttled());
    kms.clock.advance(Duration::from_secs(1));
    let error = kms
        .call(Operation::GetParametersForImport, &input)
        .unwrap_err();
    assert_ne!(error.code, ErrorCode::Throttling);
}

#[test]
fn a_replica_takes_two_requests_to_create_keys_in_its_region() {
    let mut kms = Kms::new(Settings {
        throttling: true,
        ..Settings::default()
    });
    let key = kms.key(&json!({"MultiRegion": true}));
    let mut replicate = |region: &str| {
        let input = json!({"KeyId": key, "ReplicaRegion": region});
        let answer = kms.call(Operation::ReplicateKey, &input);
        answer.is_err_and(|error| error.code == ErrorCode::Throttling)
    };
    // Five a second: two for each, and ReplicateKey itself counts where the primary is.
    let throttled: Vec<bool> = (0..3).map(|_| replicate("eu-west-1")).collect();
    assert_eq!(throttled, [false, false, true]);
    assert!(!replicate("eu-west-2"));
}
