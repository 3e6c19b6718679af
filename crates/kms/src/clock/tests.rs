use proptest::prelude::*;
use serde_json::json;

use super::*;

#[test]
fn texts_of_aws_and_its_command_line() {
    for (text, milliseconds, printed) in [
        ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
        ("2026-11-21", 1_795_219_200_000, "2026-11-21T00:00:00Z"),
        (
            "2026-11-21T12:00:00+01:00",
            1_795_258_800_000,
            "2026-11-21T11:00:00Z",
        ),
        (
            "2026-11-21T12:00:00.5Z",
            1_795_262_400_500,
            "2026-11-21T12:00:00.500Z",
        ),
        ("1795262400", 1_795_262_400_000, "2026-11-21T12:00:00Z"),
        (
            "1795262400.25",
            1_795_262_400_250,
            "2026-11-21T12:00:00.250Z",
        ),
        ("-1", -1000, "1969-12-31T23:59:59Z"),
    ] {
        let time: Timestamp = text.parse().unwrap();
        assert_eq!(time.millis(), milliseconds, "{text}");
        assert_eq!(time.to_string(), printed);
    }
    for text in [
        "",
        "now",
        "2026-13-01",
        "2026-11-21T12:00:00",
        "NaN",
        "inf",
        "1e300",
    ] {
        assert_eq!(text.parse::<Timestamp>(), Err(TimestampError), "{text}");
    }
}

#[test]
fn the_protocol_has_numbers() {
    assert_eq!(Timestamp::from_seconds(12).to_json(), json!(12));
    assert_eq!(Timestamp::from_millis(1500).to_json(), json!(1.5));
    assert_eq!(Timestamp::from_millis(1500).whole_second().millis(), 1000);
    assert_eq!(Timestamp::from_millis(-1).seconds(), -1);
}

#[test]
fn a_manual_clock_is_shared() {
    let clock = ManualClock::new(Timestamp::from_seconds(10));
    let other = clock.clone();
    other.advance(Duration::from_secs(5));
    assert_eq!(clock.now(), Timestamp::from_seconds(15));
    assert_eq!(clock.now().since(Timestamp::EPOCH), Duration::from_secs(15));
    assert_eq!(Timestamp::EPOCH.since(clock.now()), Duration::ZERO);
    clock.set(Timestamp::EPOCH.plus_days(1));
    assert_eq!(other.now().seconds(), 86_400);
    assert_eq!(other.now() - Duration::from_hours(24), Timestamp::EPOCH);
}

proptest! {
    #[test]
    fn times_survive_json_and_text(milliseconds in -62_135_596_800_000_i64..253_402_300_799_999) {
        let time = Timestamp::from_millis(milliseconds);
        prop_assert_eq!(time.to_string().parse(), Ok(time));
        let text = serde_json::to_string(&time).unwrap();
        prop_assert_eq!(serde_json::from_str::<Timestamp>(&text).unwrap(), time);
        prop_assert_eq!(Timestamp::from_epoch_seconds(time.epoch_seconds()), Some(time));
    }

    #[test]
    fn no_text_is_too_odd(text in "\\PC*") {
        let _: Result<Timestamp, _> = text.parse();
    }

    #[test]
    fn the_ends_of_time_hold(milliseconds: i64, seconds: u64) {
        let time = Timestamp::from_millis(milliseconds) + Duration::from_secs(seconds);
        prop_assert!(time.millis() >= milliseconds);
        prop_assert!(!time.to_string().is_empty());
        prop_assert!(!time.plus_days(u32::MAX).to_string().is_empty());
    }
}
