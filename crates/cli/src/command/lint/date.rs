//! Days, for ignores that end.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use kmsim_policy::instant::Instant;

/// A day of the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Date {
    /// `2027-01-31`
    text: String,
    /// When it begins, in UTC.
    begins: Instant,
}

impl Date {
    /// Reads `2027-01-31`. A time of day behind it says nothing.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (day, rest) = text.split_at_checked(10)?;
        let ends = rest.is_empty() || rest.starts_with(['T', 't', ' ']);
        // Ten digits would be seconds.
        let begins = Instant::parse(day).filter(|_| ends && day.contains('-'))?;
        Some(Self {
            text: day.to_owned(),
            begins,
        })
    }

    /// Whether the day is over, in UTC.
    pub(super) fn is_past(&self) -> bool {
        const DAY: u64 = 86_400;
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let today = now.map_or(0, |now| now.as_secs() / DAY * DAY);
        self.begins.epoch_seconds() < i64::try_from(today).unwrap_or(0)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_end() {
        for (text, past) in [
            ("1970-01-01", true),
            ("2000-02-29", true),
            ("2026-01-31T23:59:59Z", true),
            ("9999-12-31", false),
        ] {
            let date = Date::parse(text).unwrap();
            assert_eq!(date.to_string(), text.get(..10).unwrap());
            assert_eq!(date.is_past(), past, "{text}");
        }
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-1-1",
            "31.1.2026",
            "",
            "2026-01-31x",
            "+026-01-01",
            "1795262400",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_is_not_over_before_it_ends() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let day = |seconds: u64| Date {
            text: String::new(),
            begins: Instant::from_epoch_seconds(i64::try_from(seconds).unwrap()),
        };
        let today = now.as_secs() / 86_400 * 86_400;
        // Should midnight pass meanwhile, tomorrow is still to come.
        assert!(!day(today + 86_400).is_past());
        assert!(day(today - 86_400).is_past());
    }
}
