//! What was used, by account and month: the basis of the bills.

use std::collections::BTreeMap;

use kmsim_types::AccountId;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::pricing::{Bill, Month, RequestClass, Usage};

/// Requests and time of keys, by account and calendar month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Meter(BTreeMap<AccountId, BTreeMap<Month, Usage>>);

impl Meter {
    /// What each account used in each month.
    pub fn months(&self) -> impl Iterator<Item = (AccountId, Month, &Usage)> {
        self.0.iter().flat_map(|(account, months)| {
            let months = months.iter();
            months.map(|(month, usage)| (*account, *month, usage))
        })
    }

    /// The bill of each account for each month.
    pub fn bills(&self) -> impl Iterator<Item = (AccountId, Month, Bill)> {
        self.months()
            .map(|(account, month, usage)| (account, month, usage.bill(month)))
    }

    /// Counts a request.
    pub(crate) fn request(&mut self, account: AccountId, class: RequestClass, now: Timestamp) {
        if let Some(month) = Month::of(now) {
            self.usage(account, month).count(class, 1);
        }
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
        while from < to
            && let Some(month) = Month::of(from)
        {
            let end = month.end().min(to);
            self.usage(account, month).keep(from, end, rotations);
            from = end;
        }
    }

    fn usage(&mut self, account: AccountId, month: Month) -> &mut Usage {
        let months = self.0.entry(account).or_default();
        months.entry(month).or_default()
    }
}

#[cfg(test)]
mod tests;
