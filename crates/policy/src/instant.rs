//! Points in time: the W3C profile of ISO 8601, or seconds since 1970.
//!
//! Source: IAM User Guide, "Date condition operators". Both forms may be mixed between policy and
//! request. Four digits are a year, any other run of digits is epoch seconds. A time of day
//! needs its zone (`Z` or `+hh:mm`), as the profile demands.

use chrono::NaiveDate;

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    seconds: i64,
    nanoseconds: u32,
}

impl Instant {
    /// Reads `2026`, `2026-11`, `2026-11-21`, `2026-11-21T12:00Z`, `2026-11-21T12:00:00.5+01:00`
    /// or `1795262400`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::epoch(text).or_else(|| Self::w3c(text))
    }

    /// A point in time by the seconds since 1970-01-01T00:00:00Z.
    pub fn from_epoch_seconds(seconds: i64) -> Self {
        Self {
            seconds,
            nanoseconds: 0,
        }
    }

    /// Seconds since 1970-01-01T00:00:00Z, rounded down.
    pub fn epoch_seconds(self) -> i64 {
        self.seconds
    }

    fn epoch(text: &str) -> Option<Self> {
        let (seconds, fraction) = text
            .split_once('.')
            .map_or((text, None), |(s, f)| (s, Some(f)));
        if seconds.len() == 4 && fraction.is_none() {
            return None;
        }
        let digits = seconds.strip_prefix('-').unwrap_or(seconds);
        if digits.is_empty() || !is_digits(digits) {
            return None;
        }
        let nanoseconds = fraction.map_or(Some(0), nanoseconds)?;
        Some(Self {
            seconds: seconds.parse().ok()?,
            nanoseconds,
        })
    }

    fn w3c(text: &str) -> Option<Self> {
        let (date, time) = text
            .split_once('T')
            .map_or((text, None), |(date, time)| (date, Some(time)));
        let mut parts = date.split('-');
        let year = digits(parts.next()?, 4)?;
        let month = parts.next().map(|part| digits(part, 2));
        let day = parts.next().map(|part| digits(part, 2));
        if parts.next().is_some() || (time.is_some() && day.is_none()) {
            return None;
        }
        let (month, day) = (month.unwrap_or(Some(1))?, day.unwrap_or(Some(1))?);
        let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
        let midnight = date.and_hms_opt(0, 0, 0)?.and_utc().timestamp();
        let Some(time) = time else {
            return Some(Self {
                seconds: midnight,
                nanoseconds: 0,
            });
        };
        let (clock, offset) = zone(time)?;
        let (of_day, nanoseconds) = time_of_day(clock)?;
        Some(Self {
            seconds: midnight + of_day - offset,
            nanoseconds,
        })
    }
}

/// Splits a time of day from its zone, which it gives in seconds east of Greenwich.
fn zone(time: &str) -> Option<(&str, i64)> {
    if let Some(clock) = time.strip_suffix('Z') {
        return Some((clock, 0));
    }
    let at = time.rfind(['+', '-'])?;
    let (clock, zone) = time.split_at_checked(at)?;
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let east = i64::from(hours) * 3600 + i64::from(minutes) * 60;
    Some((clock, if zone.starts_with('-') { -east } else { east }))
}

fn time_of_day(clock: &str) -> Option<(i64, u32)> {
    let mut parts = clock.splitn(3, ':');
    let hours = digits(parts.next()?, 2)?;
    let minutes = digits(parts.next()?, 2)?;
    let (seconds, nanos) = match parts.next() {
        None => (0, 0),
        Some(seconds) => match seconds.split_once('.') {
            Some((whole, fraction)) => (digits(whole, 2)?, nanoseconds(fraction)?),
            None => (digits(seconds, 2)?, 0),
        },
    };
    // The profile knows no leap seconds.
    let valid = hours < 24 && minutes < 60 && seconds < 60;
    valid.then(|| {
        (
            i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds),
            nanos,
        )
    })
}

fn nanoseconds(fraction: &str) -> Option<u32> {
    if fraction.is_empty() || !is_digits(fraction) {
        return None;
    }
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    Some(digits.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
}

fn digits(text: &str, width: usize) -> Option<u32> {
    (text.len() == width && is_digits(text))
        .then(|| text.parse().ok())
        .flatten()
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_of_the_profile() {
        for (text, seconds) in [
            ("1970", 0),
            ("1970-01", 0),
            ("1970-01-01", 0),
            ("1970-01-01T00:00Z", 0),
            ("1970-01-01T00:00:01Z", 1),
            ("1970-01-01T01:00:01+01:00", 1),
            ("1969-12-31T23:00-01:00", 0),
            ("2024-02-29T12:00:00.999Z", 1_709_208_000),
            ("1704067200", 1_704_067_200),
            ("2024-01-01", 1_704_067_200),
            ("0", 0),
            ("-1", -1),
            ("1546257599.0", 1_546_257_599),
        ] {
            assert_eq!(
                Instant::parse(text).map(Instant::epoch_seconds),
                Some(seconds),
                "{text}"
            );
        }
        assert!(
            Instant::parse("2024-01-01T00:00:00.5Z") > Instant::parse("2024-01-01T00:00:00.49Z")
        );
    }

    #[test]
    fn other_texts_are_no_dates() {
        for text in [
            "",
            "not a date",
            "2024-13",
            "2023-02-29",
            "2024-1-1",
            "20240101T000000Z",
            "2024-01-01T00:00:00",
            "2024-01-01 00:00:00Z",
            "2024-01-01T24:00Z",
            "2024-01-01T00:60Z",
            "2016-12-31T23:59:60Z",
            "2024-01-01T00:00:00.Z",
            "2024-01-01Z",
            "2024T00:00Z",
            "1e9",
            "2024-01-01T00:00+0100",
            "99999999999999999999",
        ] {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
    }
}
