//! Calendar months, which bills are made out for.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::clock::Timestamp;

/// A calendar month in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// The first day.
    first: NaiveDate,
}

impl Month {
    /// The month of a point in time. Nothing before the year 1 and after 9999.
    pub fn of(time: Timestamp) -> Option<Self> {
        let date = DateTime::<Utc>::from_timestamp_millis(time.millis())?.date_naive();
        Self::from_date(date.with_day(1)?)
    }

    fn from_date(first: NaiveDate) -> Option<Self> {
        (1..=9999).contains(&first.year()).then_some(Self { first })
    }

    /// The beginning.
    pub fn start(self) -> Timestamp {
        let midnight = self.first.and_time(NaiveTime::MIN).and_utc();
        Timestamp::from_millis(midnight.timestamp_millis())
    }

    /// The beginning of the next month.
    pub fn end(self) -> Timestamp {
        self.start() + self.length()
    }

    /// How long it is.
    pub fn length(self) -> Duration {
        Duration::from_hours(24) * u32::from(self.first.num_days_in_month())
    }
}

/// `2026-11`
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

/// A text that is no month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a month looks like `2026-11`")]
pub struct MonthError;

impl FromStr for Month {
    type Err = MonthError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (year, month) = text.rsplit_once('-').ok_or(MonthError)?;
        let year = year.parse().map_err(|_| MonthError)?;
        let month = month.parse().map_err(|_| MonthError)?;
        let first = NaiveDate::from_ymd_opt(year, month, 1).ok_or(MonthError)?;
        Self::from_date(first).ok_or(MonthError)
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_one_another() {
        let mut time = "2027-12-15T12:00:00Z".parse().unwrap();
        for (text, days) in [
            ("2027-12", 31),
            ("2028-01", 31),
            ("2028-02", 29),
            ("2028-03", 31),
        ] {
            let month = Month::of(time).unwrap();
            assert_eq!(month.to_string(), text);
            assert_eq!(text.parse(), Ok(month));
            assert_eq!(month.length().as_secs(), days * 86_400);
            assert_eq!(Month::of(month.start()), Some(month));
            assert_eq!(
                Month::of(month.end() - Duration::from_millis(1)),
                Some(month)
            );
            time = month.end();
        }
        assert_eq!(time.to_string(), "2028-04-01T00:00:00Z");
        assert_eq!(Month::of(Timestamp::from_millis(i64::MAX)), None);
        for text in ["", "2026", "2026-13", "2026-00", "x-1", "0-1", "10000-01"] {
            assert_eq!(text.parse::<Month>(), Err(MonthError), "{text}");
        }
    }
}
