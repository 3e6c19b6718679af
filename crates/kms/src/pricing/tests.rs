use super::RequestClass as C;
use super::*;

const START: Timestamp = Timestamp::from_seconds(0);

fn month() -> Month {
    "2026-11".parse().unwrap()
}

#[test]
fn a_key_costs_a_dollar_a_month_and_its_first_two_rotations_as_much_again() {
    for (rotations, price) in [(0, 1), (1, 2), (2, 3), (3, 3), (25, 3)] {
        let mut usage = Usage::default();
        usage.keep(START, START.plus_days(30), rotations);
        assert_eq!(usage.bill(month()).total(), Money::dollars(price));
    }
    let mut usage = Usage::default();
    usage.keep(START, Timestamp::from_seconds(3600), 0);
    assert_eq!(usage.bill(month()).total().to_string(), "$0.001389");
    usage.keep(START.plus_days(1), START, 0);
    let total = usage.bill(month()).total().to_string();
    assert_eq!(total, "$0.001389", "time runs on");
}

#[test]
fn a_key_is_charged_by_its_manager_and_state() {
    for state in KeyState::ALL {
        assert!(!is_charged(KeyManager::Aws, state));
        let free = matches!(
            state,
            KeyState::PendingDeletion | KeyState::PendingReplicaDeletion
        );
        assert_eq!(is_charged(KeyManager::Customer, state), !free);
    }
}

#[test]
fn a_request_costs_by_the_key_it_uses() {
    let of = |operation, spec| RequestClass::of(operation, Some(spec), None);
    assert_eq!(
        of(Operation::Encrypt, KeySpec::SymmetricDefault),
        C::Symmetric
    );
    assert_eq!(of(Operation::GenerateMac, KeySpec::Hmac256), C::Symmetric);
    assert_eq!(of(Operation::Encrypt, KeySpec::Rsa2048), C::Rsa2048);
    assert_eq!(of(Operation::GetPublicKey, KeySpec::Rsa2048), C::Rsa2048);
    assert_eq!(of(Operation::Sign, KeySpec::Rsa4096), C::Asymmetric);
    assert_eq!(of(Operation::Sign, KeySpec::EccNistP256), C::Asymmetric);
    assert_eq!(of(Operation::Sign, KeySpec::MlDsa44), C::Asymmetric);
    assert_eq!(
        of(Operation::DescribeKey, KeySpec::EccNistP256),
        C::Symmetric
    );
    assert_eq!(
        RequestClass::of(Operation::ListKeys, None, None),
        C::Symmetric
    );
    let pair = |spec| {
        let wrapping = Some(KeySpec::SymmetricDefault);
        RequestClass::of(Operation::GenerateDataKeyPair, wrapping, Some(spec))
    };
    assert_eq!(pair(KeySpec::EccNistP384), C::EccDataKeyPair);
    assert_eq!(pair(KeySpec::Rsa2048), C::RsaDataKeyPair);
}

#[test]
fn the_bill_of_a_month() {
    let mut usage = Usage::default();
    usage.keep(START, START.plus_days(30), 3);
    usage.keep(START, START.plus_days(10), 0);
    usage.count(RequestClass::Symmetric, 1_020_000);
    usage.count(RequestClass::Rsa2048, 10_000);
    usage.count(RequestClass::Asymmetric, 1);
    usage.count(RequestClass::RsaDataKeyPair, 100);
    usage.count(RequestClass::EccDataKeyPair, 10_000);
    let bill = serde_json::to_string_pretty(&usage.bill(month()).to_json()).unwrap();
    insta::assert_snapshot!(bill);
    let saved = serde_json::to_string(&usage).unwrap();
    assert_eq!(serde_json::from_str::<Usage>(&saved).unwrap(), usage);
}

#[test]
fn the_free_requests_are_symmetric_ones() {
    for (class, cost) in [
        (RequestClass::Symmetric, "$0.00"),
        (RequestClass::Rsa2048, "$0.06"),
        (RequestClass::Asymmetric, "$0.30"),
    ] {
        let mut usage = Usage::default();
        usage.count(class, FREE_REQUESTS);
        assert_eq!(usage.bill(month()).total().to_string(), cost);
    }
    let mut usage = Usage::default();
    usage.count(RequestClass::Symmetric, FREE_REQUESTS + 1);
    assert_eq!(usage.bill(month()).total().to_string(), "$0.000003");
    usage.count(RequestClass::Symmetric, u64::MAX);
    usage.keep(
        Timestamp::from_millis(i64::MIN),
        Timestamp::from_millis(i64::MAX),
        2,
    );
    assert!(usage.bill(month()).total() > Money::dollars(1));
}

#[test]
fn amounts_print_as_money() {
    for (money, text) in [
        (Money::dollars(0), "$0.00"),
        (Money::dollars(1200), "$1200.00"),
        (Money::cents(5), "$0.05"),
        (Money::cents(50), "$0.50"),
        (Money(1), "$0.000001"),
        (Money(1_230_000), "$1.23"),
        (Money(1_234_500), "$1.2345"),
    ] {
        assert_eq!(money.to_string(), text);
    }
}
