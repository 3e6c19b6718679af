//! Points in time, and where they come from. The service never asks the system for the time.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SecondsFormat, Utc};
use kmsim_policy::instant::Instant;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A day, in milliseconds.
pub const DAY: i64 = 24 * HOUR;
/// An hour, in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// A minute, in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// A second, in milliseconds.
pub const SECOND: i64 = 1000;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// By the milliseconds since 1970-01-01T00:00:00Z.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// By the seconds since 1970-01-01T00:00:00Z, as the protocol writes them: with a fraction.
    pub fn from_seconds(seconds: f64) -> Option<Self> {
        let millis = (seconds * 1000.0).round();
        // Far beyond the year 9999; what is in between has exact milliseconds.
        (millis.abs() < 1e15).then(|| {
            #[expect(clippy::cast_possible_truncation, reason = "a whole number below 1e15")]
            Self(millis as i64)
        })
    }

    /// Reads the forms of dates in policies: ISO 8601, or epoch seconds.
    pub fn parse(text: &str) -> Option<Self> {
        Instant::parse(text).map(Self::from)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The time so many milliseconds later.
    #[must_use]
    pub const fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// The same without the part below a second.
    #[must_use]
    pub const fn whole_second(self) -> Self {
        Self(self.0 - self.0.rem_euclid(SECOND))
    }

    /// Epoch seconds with a fraction: timestamps of the JSON protocol.
    pub fn to_json(self) -> Value {
        if self.0 % SECOND == 0 {
            return Value::from(self.0 / SECOND);
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds of any calendar year are exact"
        )]
        Value::from(self.0 as f64 / 1000.0)
    }

    /// For decisions.
    pub fn instant(self) -> Instant {
        Instant::from_epoch_seconds(self.0.div_euclid(SECOND))
    }
}

impl From<Instant> for Timestamp {
    fn from(instant: Instant) -> Self {
        Self(instant.epoch_seconds().saturating_mul(SECOND))
    }
}

/// ISO 8601 in UTC, to the second: the form of `aws:CurrentTime` and of `CloudTrail`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::<Utc>::from_timestamp_millis(self.0) {
            Some(time) => f.write_str(&time.to_rfc3339_opts(SecondsFormat::Secs, true)),
            None => write!(f, "{} ms", self.0),
        }
    }
}

/// Where the service takes the time from.
pub trait Clock: Send {
    /// The time.
    fn now(&self) -> Timestamp;
}

/// A clock that stands still until it is moved. Copies are the same clock.
#[derive(Clone, Debug, Default)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock that shows a time.
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(now.millis())))
    }

    /// Sets the clock.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.millis(), Ordering::Relaxed);
    }

    /// Moves the clock on by milliseconds.
    pub fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_print_as_aws_prints_them() {
        let time = Timestamp::parse("2026-11-21T12:00:00Z").unwrap();
        assert_eq!(time.to_string(), "2026-11-21T12:00:00Z");
        assert_eq!(time.to_json().to_string(), "1795262400");
        assert_eq!(time.plus(250).to_json().to_string(), "1795262400.25");
        assert_eq!(time.plus(DAY).to_string(), "2026-11-22T12:00:00Z");
        assert_eq!(
            Timestamp::from_seconds(1_795_262_400.25),
            Some(time.plus(250))
        );
        assert_eq!(Timestamp::from_seconds(f64::NAN), None);
        assert_eq!(time.plus(999).whole_second(), time);
    }

    #[test]
    fn copies_of_a_clock_are_one_clock() {
        let clock = ManualClock::new(Timestamp::from_millis(5));
        clock.clone().advance(MINUTE);
        assert_eq!(clock.now(), Timestamp::from_millis(60_005));
    }
}
