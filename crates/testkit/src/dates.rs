//! Dates as IAM reads them (section 9): the W3C profile of ISO 8601 or epoch seconds.

/// A moment: whole seconds since 1970 and the digits of the fraction without trailing zeros.
///
/// Comparing the fields in order compares the moments: digits of a fraction sort like text.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Moment {
    seconds: i64,
    fraction: String,
}

/// Reads a date: `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, the last with `Thh:mm`, `Thh:mm:ss` or
/// `Thh:mm:ss.s` and a time zone (`Z`, `+hh:mm`, `-hh:mm`); or epoch seconds, perhaps with a sign
/// or a fraction. Four digits are a year.
pub(crate) fn parse(text: &str) -> Option<Moment> {
    if text.len() != 4
        && let Some(moment) = epoch(text)
    {
        return Some(moment);
    }
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let parts: Vec<&str> = date.split('-').collect();
    let (year, month, day) = match (parts.as_slice(), time) {
        (&[year], None) => (year, "01", "01"),
        (&[year, month], None) => (year, month, "01"),
        (&[year, month, day], _) => (year, month, day),
        _ => return None,
    };
    let midnight = days(number(year, 4)?, number(month, 2)?, number(day, 2)?)? * 86_400;
    let Some(time) = time else {
        return Some(Moment {
            seconds: midnight,
            fraction: String::new(),
        });
    };
    let (clock, offset) = zone(time)?;
    let (seconds, fraction) = time_of_day(clock)?;
    Some(Moment {
        seconds: midnight + seconds - offset,
        fraction,
    })
}

fn epoch(text: &str) -> Option<Moment> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = seconds.strip_prefix('-').unwrap_or(seconds);
    if !is_digits(digits) || !is_digits(fraction) {
        return None;
    }
    Some(Moment {
        seconds: seconds.parse().ok()?,
        fraction: fraction.trim_end_matches('0').to_owned(),
    })
}

/// Exactly so many digits.
fn number(text: &str, length: usize) -> Option<i64> {
    let digits = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// Days from 1970-01-01, by counting years and months.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let before_year: i64 = if year >= 1970 {
        (1970..year).map(year_length).sum()
    } else {
        -(year..1970).map(year_length).sum::<i64>()
    };
    let before_month: i64 = (1..month)
        .filter_map(|earlier| month_length(year, earlier))
        .sum();
    let valid = (1..=month_length(year, month)?).contains(&day);
    valid.then_some(before_year + before_month + day - 1)
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn year_length(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

fn month_length(year: i64, month: i64) -> Option<i64> {
    match month {
        2 => Some(if is_leap(year) { 29 } else { 28 }),
        4 | 6 | 9 | 11 => Some(30),
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        _ => None,
    }
}

/// Splits off the time zone, which a time must have, and gives its offset in seconds.
fn zone(time: &str) -> Option<(&str, i64)> {
    if let Some(clock) = time.strip_suffix('Z') {
        return Some((clock, 0));
    }
    let (clock, sign, offset) = if let Some((clock, offset)) = time.split_once('+') {
        (clock, 1, offset)
    } else {
        let (clock, offset) = time.split_once('-')?;
        (clock, -1, offset)
    };
    let (hours, minutes) = offset.split_once(':')?;
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
    (hours < 24 && minutes < 60).then_some((clock, sign * (hours * 3600 + minutes * 60)))
}

fn time_of_day(clock: &str) -> Option<(i64, String)> {
    let (whole, fraction) = match clock.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (clock, None),
    };
    let parts: Vec<&str> = whole.split(':').collect();
    let (hour, minute, second) = match (parts.as_slice(), fraction) {
        (&[hour, minute], None) => (hour, minute, "00"),
        (&[hour, minute, second], _) => (hour, minute, second),
        _ => return None,
    };
    let (hour, minute, second) = (number(hour, 2)?, number(minute, 2)?, number(second, 2)?);
    let fraction = fraction.unwrap_or("0");
    let digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let valid = digits && hour < 24 && minute < 60 && second < 60;
    valid.then(|| {
        let seconds = hour * 3600 + minute * 60 + second;
        (seconds, fraction.trim_end_matches('0').to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn forms_of_one_moment() {
        let moment = parse("1704067200");
        assert!(moment.is_some());
        for same in [
            "2024",
            "2024-01",
            "2024-01-01",
            "2024-01-01T00:00Z",
            "2024-01-01T00:00:00Z",
            "2024-01-01T00:00:00.000Z",
            "2024-01-01T02:30:00+02:30",
            "2023-12-31T19:00:00-05:00",
        ] {
            assert_eq!(parse(same), moment, "{same}");
        }
        assert!(parse("2024-01-01T00:00:00.001Z") > moment);
        assert!(parse("2023-12-31T23:59:59.999Z") < moment);
        assert!(parse("1969-12-31T23:59:59Z") < parse("0"));
        assert_eq!(parse("1969-12-31T23:59:55Z"), parse("-5"));
        assert!(parse("1704067200.5") > moment);
    }

    #[test]
    fn what_is_no_date() {
        for bad in [
            "",
            "20240101T000000Z",
            "2024-13",
            "2023-02-29",
            "2024-01-01T00:00:00",
            "2024-01-01 00:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-1-1",
            "2023-12-31T23:59:60Z",
            "1704067200.",
            "1e9",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
