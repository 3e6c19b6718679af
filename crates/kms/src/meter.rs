//! What was used, by account and month: the basis of the bill.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use kmsim_types::AccountId;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::pricing::{RequestClass, Usage};

/// Requests and time of keys, by account and calendar month (in UTC, as AWS bills).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Meter(BTreeMap<String, BTreeMap<String, Usage>>);

impl Meter {
    /// What each account used in each month: account, `2026-11`, usage.
    pub fn months(&self) -> impl Iterator<Item = (&str, &str, &Usage)> {
        self.0.iter().flat_map(|(account, months)| {
            let months = months.iter();
            months.map(|(month, usage)| (account.as_str(), month.as_str(), usage))
        })
    }

    /// Counts a request.
    pub(crate) fn request(&mut self, account: AccountId, class: RequestClass, now: Timestamp) {
        self.usage(account, &month(now)).count(class, 1);
    }

    /// Counts the time of a key, month by month.
    pub(crate) fn keep(
        &mut self,
        account: AccountId,
        from: Timestamp,
        to: Timestamp,
        rotations: u32,
    ) {
        let mut from = from;
        while from < to {
            let end = next_month(from).map_or(to, |end| end.min(to));
            self.usage(account, &month(from)).keep(from, end, rotations);
            from = end;
        }
    }

    fn usage(&mut self, account: AccountId, month: &str) -> &mut Usage {
        let months = self.0.entry(account.to_string()).or_default();
        months.entry(month.to_owned()).or_default()
    }
}

fn date(time: Timestamp) -> Option<NaiveDate> {
    DateTime::<Utc>::from_timestamp_millis(time.millis()).map(|time| time.date_naive())
}

fn month(time: Timestamp) -> String {
    date(time).map_or_else(String::new, |date| {
        format!("{:04}-{:02}", date.year(), date.month())
    })
}

/// The beginning of the next month; none at the end of the calendar.
fn next_month(time: Timestamp) -> Option<Timestamp> {
    let date = date(time)?;
    let (year, month) = match date.month() {
        12 => (date.year() + 1, 1),
        month => (date.year(), month + 1),
    };
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let midnight = first.and_time(NaiveTime::MIN).and_utc();
    Some(Timestamp::from_millis(midnight.timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_key_is_counted_month_by_month() {
        let account = AccountId::new("111122223333").unwrap();
        let mut meter = Meter::default();
        let from = "2026-11-30T00:00:00Z".parse().unwrap();
        let to = "2027-01-02T00:00:00Z".parse().unwrap();
        meter.keep(account, from, to, 0);
        meter.request(account, RequestClass::Symmetric, to);
        let months: Vec<_> = meter
            .months()
            .map(|(_, month, _)| month.to_owned())
            .collect();
        assert_eq!(months, ["2026-11", "2026-12", "2027-01"]);
        let (_, _, last) = meter.months().last().unwrap();
        assert_eq!(last.requests(RequestClass::Symmetric), 1);
    }
}
