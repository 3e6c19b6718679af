//! Time, which is given to the service and never asked of the system.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A second in milliseconds.
pub const SECOND: i64 = 1000;
/// A minute in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// An hour in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// A day in milliseconds.
pub const DAY: i64 = 24 * HOUR;

/// A point in time, to the millisecond, as AWS's timestamps are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// A point in time by the milliseconds since 1970.
    pub const fn from_millis(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    /// A point in time by the seconds since 1970.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// A point in time by the seconds since 1970 with a fraction, as AWS's JSON protocol has it.
    /// Nothing for numbers that are no time between the years -9999 and 9999.
    pub fn from_epoch_seconds(seconds: f64) -> Option<Self> {
        /// 9999-12-31T23:59:59Z.
        const LAST: f64 = 253_402_300_799.0;
        #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
        (seconds.abs() <= LAST).then(|| Self((seconds * 1000.0).round() as i64))
    }

    /// The milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The whole seconds since 1970, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The seconds since 1970 with a fraction: a timestamp of AWS's JSON protocol.
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds are exact in a double until the year 200000"
    )]
    pub fn epoch_seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// The timestamp as AWS's JSON protocol has it: a number, without fraction where there is none.
    pub fn to_json(self) -> serde_json::Value {
        if self.0.rem_euclid(1000) == 0 {
            self.seconds().into()
        } else {
            self.epoch_seconds().into()
        }
    }

    /// The time that has passed since an earlier point in time; zero if that is later.
    pub const fn since(self, earlier: Self) -> Duration {
        let passed = self.0.saturating_sub(earlier.0);
        Duration::from_millis(if passed < 0 { 0 } else { passed.unsigned_abs() })
    }

    /// The point in time so many days of 24 hours later.
    #[must_use]
    pub const fn plus_days(self, days: u32) -> Self {
        Self(self.0.saturating_add(days as i64 * 86_400_000))
    }

    /// The point in time so many milliseconds later.
    #[must_use]
    pub const fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// The same without the fraction of the second, as `CloudTrail` writes times.
    #[must_use]
    pub const fn whole_second(self) -> Self {
        Self::from_seconds(self.seconds())
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        let milliseconds = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(milliseconds))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        let milliseconds = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(milliseconds))
    }
}

/// ISO 8601 in UTC: `2026-11-21T12:00:00Z`, with three decimals where there is a fraction.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::<Utc>::from_timestamp_millis(self.0) {
            Some(time) => f.pad(&time.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            // Beyond the calendar: nobody can mean a date.
            None => write!(f, "{}", self.0.div_euclid(1000)),
        }
    }
}

/// A text that is no point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a time looks like `2026-11-21T12:00:00Z`, `2026-11-21` or `1795262400`")]
pub struct TimestampError;

/// Reads ISO 8601 with a zone, a date alone (midnight in UTC), or seconds since 1970.
impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(time) = DateTime::parse_from_rfc3339(text) {
            return Ok(Self(time.timestamp_millis()));
        }
        if let Ok(date) = text.parse::<NaiveDate>() {
            return Ok(Self(
                date.and_time(NaiveTime::MIN).and_utc().timestamp_millis(),
            ));
        }
        text.parse()
            .ok()
            .and_then(Self::from_epoch_seconds)
            .ok_or(TimestampError)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// Where the service has its time from.
pub trait Clock: Send {
    /// The present.
    fn now(&self) -> Timestamp;
}

/// A clock that stands still until it is moved. Clones show the same time.
#[derive(Clone, Debug, Default)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock that shows this time.
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(now.0)))
    }

    /// Sets the time.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.0, Ordering::Relaxed);
    }

    /// Moves the time on.
    pub fn advance(&self, duration: Duration) {
        self.set(self.now() + duration);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests;
