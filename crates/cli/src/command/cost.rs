//! `kmsim cost`: what the use of a state would have cost at AWS.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::ValueEnum;
use kmsim_kms::pricing::{self, Bill, Month};
use kmsim_types::AccountId;
use serde_json::{Value, json};

use crate::outcome::{Exit, Failure, Stop};
use crate::output;
use crate::simulation;

/// Show what the use of a state's keys would have cost at AWS
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim cost --state my.kms
  kmsim cost --state my.kms --month 2026-11 --format json")]
pub(crate) struct Arguments {
    /// The database of keys
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// Only this month
    #[arg(long, value_name = "YYYY-MM")]
    month: Option<Month>,
    /// Only this account
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    /// Until when keys are counted, if not until now
    #[arg(long, value_name = "TIME")]
    now: Option<String>,
    /// The form of the bill
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Text for people
    Human,
    /// JSON for programs
    Json,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let now = match &arguments.now {
        None => simulation::present(),
        Some(text) => text
            .parse()
            .map_err(|why| Failure::new(format!("--now: {why}")))?,
    };
    let mut service = simulation::at(&arguments.state, now)?;
    let bills: Vec<_> = service
        .meter()
        .bills()
        .filter(|(account, ..)| arguments.account.is_none_or(|wanted| wanted == *account))
        .filter(|(_, month, _)| arguments.month.is_none_or(|wanted| wanted == *month))
        .collect();
    match arguments.format {
        Format::Human => output::print(&human(&bills))?,
        Format::Json => output::print(&output::json(&as_json(&bills))?)?,
    }
    Ok(Exit::Success)
}

fn human(bills: &[(AccountId, Month, Bill)]) -> String {
    if bills.is_empty() {
        return "nothing was used\n".to_owned();
    }
    let mut text = String::new();
    for (account, month, bill) in bills {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "account {account}, {month}: {}", bill.total());
        for line in &bill.lines {
            let free = match line.free {
                0 => String::new(),
                free => format!(" ({free} free)"),
            };
            let quantity = line.quantity.to_string();
            let amount = line.amount.to_string();
            let _ = writeln!(text, "  {amount:>12}  {quantity} {}{free}", line.what);
        }
    }
    let confirmed = if pricing::CONFIRMED {
        ""
    } else {
        ", not confirmed against AWS's price list"
    };
    let _ = writeln!(
        text,
        "Prices of US Regions as of {}{confirmed}; without taxes.",
        pricing::AS_OF
    );
    text
}

fn as_json(bills: &[(AccountId, Month, Bill)]) -> Value {
    let bills = bills.iter().map(|(account, month, bill)| {
        json!({
            "account": account.as_str(), "month": month.to_string(), "bill": bill.to_json(),
        })
    });
    json!({"version": 1, "bills": bills.collect::<Vec<_>>()})
}
