//! Looking at the bill.

use kmsim_kms::pricing::{Month, Usage};
use kmsim_types::AccountId;
use serde_json::Value;

use super::{Came, Failure, Run};
use crate::compare::fits;
use crate::template::{Incomplete, Template};

impl Run<'_> {
    /// Compares the bills so far, one for each account and month, with the one that should be
    /// among them.
    pub(super) fn look_at_cost(&mut self, expected: &Template) -> Result<Came, Incomplete> {
        let months = self.service.meter().months();
        let bills: Vec<Value> = months
            .map(|(account, month, usage)| bill(account, month, usage))
            .collect();
        for bill in &bills {
            if fits(expected, bill, &mut self.scope())? {
                return Ok(Came::as_expected());
            }
        }
        let bills = bills.iter().map(in_words);
        Ok(Came::Failure(Failure {
            name: "another bill".to_owned(),
            message: bills.collect::<Vec<_>>().join("; "),
            explanations: Vec::new(),
        }))
    }
}

/// A bill with its account and month.
fn bill(account: AccountId, month: Month, usage: &Usage) -> Value {
    let mut bill = usage.bill(month).to_json();
    if let Some(members) = bill.as_object_mut() {
        members.insert("account".to_owned(), Value::from(account.as_str()));
        members.insert("month".to_owned(), Value::from(month.to_string()));
    }
    bill
}

fn in_words(bill: &Value) -> String {
    let text = |value: &Value, name: &str| {
        let text = value.get(name).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let lines = bill.get("lines").and_then(Value::as_array);
    let lines = lines.into_iter().flatten();
    let lines = lines.map(|line| {
        let [what, quantity, amount] = ["what", "quantity", "amount"].map(|name| text(line, name));
        format!("{what} ({quantity}) {amount}")
    });
    let [account, month, total] = ["account", "month", "total"].map(|name| text(bill, name));
    let lines = lines.collect::<Vec<_>>().join(", ");
    format!("account {account} in {month}: {total} USD, {lines}")
}
