//! What a month of use costs.
//!
//! The prices are those of US Regions as of [`AS_OF`], written down from memory and **to be
//! confirmed** against <https://aws.amazon.com/kms/pricing/> before anyone relies on them; taxes
//! and the cost of a `CloudHSM` cluster or external key manager are not in them. Only the cap of two
//! paid rotations is confirmed (KMS Developer Guide of 2026, "Rotate AWS KMS keys").

use std::collections::BTreeMap;
use std::fmt;
use std::iter::Sum;

use kmsim_types::{KeyManager, KeySpec, KeyState, Operation};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::Timestamp;

mod month;

pub use month::Month;

/// When the prices were written down.
pub const AS_OF: &str = "2026-11";

/// Whether the prices were confirmed against AWS's page.
pub const CONFIRMED: bool = false;

/// A key for a month, and each of its first two rotations from then on.
pub const KEY_MONTH: Money = Money::dollars(1);

/// The rotations of a key that add to its price.
pub const PAID_ROTATIONS: u32 = 2;

/// The requests of an account that are free in every month, over all Regions.
pub const FREE_REQUESTS: u64 = 20_000;

/// Requests with one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RequestClass {
    /// Symmetric and HMAC keys, and everything that uses no key material.
    Symmetric,
    /// Cryptography with `RSA_2048` keys.
    Rsa2048,
    /// Cryptography with any other asymmetric key.
    Asymmetric,
    /// Data key pairs that are not RSA.
    EccDataKeyPair,
    /// RSA data key pairs.
    RsaDataKeyPair,
}

impl RequestClass {
    /// Every class.
    pub const ALL: [Self; 5] = [
        Self::Symmetric,
        Self::Rsa2048,
        Self::Asymmetric,
        Self::EccDataKeyPair,
        Self::RsaDataKeyPair,
    ];

    /// The class of a request by its operation, the spec of the key that it uses, and the spec of
    /// the data key pair that it generates. `DryRun` changes nothing.
    pub const fn of(
        operation: Operation,
        key_spec: Option<KeySpec>,
        pair_spec: Option<KeySpec>,
    ) -> Self {
        match operation {
            Operation::GenerateDataKeyPair | Operation::GenerateDataKeyPairWithoutPlaintext => {
                match pair_spec {
                    Some(KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096) => {
                        Self::RsaDataKeyPair
                    }
                    _ => Self::EccDataKeyPair,
                }
            }
            Operation::Decapsulate
            | Operation::Decrypt
            | Operation::DeriveSharedSecret
            | Operation::Encapsulate
            | Operation::Encrypt
            | Operation::GetPublicKey
            | Operation::ReEncrypt
            | Operation::Sign
            | Operation::Verify => match key_spec {
                Some(KeySpec::Rsa2048) => Self::Rsa2048,
                Some(spec) if spec.is_asymmetric() => Self::Asymmetric,
                _ => Self::Symmetric,
            },
            _ => Self::Symmetric,
        }
    }

    /// What 10,000 requests cost.
    pub const fn price_of_10_000(self) -> Money {
        match self {
            Self::Symmetric | Self::Rsa2048 => Money::cents(3),
            Self::Asymmetric => Money::cents(15),
            Self::EccDataKeyPair => Money::cents(10),
            Self::RsaDataKeyPair => Money::dollars(12),
        }
    }

    /// Whether the free requests of a month are of this class: asymmetric keys have none.
    pub const fn has_free_requests(self) -> bool {
        matches!(self, Self::Symmetric)
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Symmetric => "requests",
            Self::Rsa2048 => "requests with RSA_2048 keys",
            Self::Asymmetric => "requests with other asymmetric keys",
            Self::EccDataKeyPair => "ECC data key pairs",
            Self::RsaDataKeyPair => "RSA data key pairs",
        }
    }
}

/// Whether a key in this state costs anything. AWS managed keys and keys that are going to be
/// deleted do not; every multi-Region replica is a key of its own.
pub const fn is_charged(manager: KeyManager, state: KeyState) -> bool {
    matches!(manager, KeyManager::Customer)
        && !matches!(
            state,
            KeyState::PendingDeletion | KeyState::PendingReplicaDeletion
        )
}

/// What an account used in a calendar month, in all Regions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    requests: BTreeMap<RequestClass, u64>,
    /// Milliseconds times keys.
    key_time: u64,
    /// Milliseconds times paid rotations of keys.
    rotation_time: u64,
}

impl Usage {
    /// Counts requests.
    pub fn count(&mut self, class: RequestClass, requests: u64) {
        let count = self.requests.entry(class).or_default();
        *count = count.saturating_add(requests);
    }

    /// Counts the time in which a key was kept that [is charged](is_charged), with the number of
    /// its rotations by then.
    pub fn keep(&mut self, from: Timestamp, to: Timestamp, rotations: u32) {
        let passed = to.millis().saturating_sub(from.millis());
        let passed = u64::try_from(passed).unwrap_or(0);
        let rotated = passed.saturating_mul(rotations.min(PAID_ROTATIONS).into());
        self.key_time = self.key_time.saturating_add(passed);
        self.rotation_time = self.rotation_time.saturating_add(rotated);
    }

    /// How many requests of a class there were.
    pub fn requests(&self, class: RequestClass) -> u64 {
        self.requests.get(&class).copied().unwrap_or(0)
    }

    /// The bill of the month in which all this was used: a key that was there all the time costs
    /// its price, however many days the month has.
    pub fn bill(&self, month: Month) -> Bill {
        let whole = u64::try_from(month.length().as_millis()).unwrap_or(u64::MAX);
        let mut lines = Vec::new();
        for (what, time) in [
            ("customer managed keys", self.key_time),
            ("first and second rotations", self.rotation_time),
        ] {
            if time > 0 {
                lines.push(Line {
                    what,
                    quantity: Quantity::Months(round(1000, time, whole)),
                    free: 0,
                    amount: KEY_MONTH.times(time, whole),
                });
            }
        }
        for class in RequestClass::ALL {
            let requests = self.requests(class);
            if requests == 0 {
                continue;
            }
            let free = if class.has_free_requests() {
                requests.min(FREE_REQUESTS)
            } else {
                0
            };
            lines.push(Line {
                what: class.words(),
                quantity: Quantity::Requests(requests),
                free,
                amount: class.price_of_10_000().times(requests - free, 10_000),
            });
        }
        Bill { lines }
    }
}

/// What a month costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// One line for each thing that was used.
    pub lines: Vec<Line>,
}

impl Bill {
    /// The sum.
    pub fn total(&self) -> Money {
        self.lines.iter().map(|line| line.amount).sum()
    }

    /// The bill for programs; amounts are in US dollars.
    pub fn to_json(&self) -> Value {
        let lines = self.lines.iter().map(|line| {
            json!({
                "what": line.what,
                "quantity": line.quantity.to_string(),
                "free": line.free,
                "amount": line.amount.decimal(),
            })
        });
        json!({
            "pricesAsOf": AS_OF,
            "pricesConfirmed": CONFIRMED,
            "currency": "USD",
            "lines": lines.collect::<Vec<_>>(),
            "total": self.total().decimal(),
        })
    }
}

/// A line of a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What was used.
    pub what: &'static str,
    /// How much of it.
    pub quantity: Quantity,
    /// How many of the requests were free.
    pub free: u64,
    /// What it costs.
    pub amount: Money,
}

/// How much of something was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// So many requests.
    Requests(u64),
    /// Months of keys, in thousandths.
    Months(u64),
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requests(count) => write!(f, "{count}"),
            Self::Months(thousandths) => {
                write!(f, "{}.{:03} months", thousandths / 1000, thousandths % 1000)
            }
        }
    }
}

/// An amount in US dollars, kept in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Money(u64);

impl Money {
    const DOLLAR: u64 = 1_000_000;

    /// So many dollars.
    pub const fn dollars(dollars: u64) -> Self {
        Self(dollars * Self::DOLLAR)
    }

    /// So many cents.
    pub const fn cents(cents: u64) -> Self {
        Self(cents * Self::DOLLAR / 100)
    }

    /// The amount in millionths of a dollar.
    pub const fn millionths(self) -> u64 {
        self.0
    }

    /// So many parts of the amount, rounded to a millionth.
    fn times(self, parts: u64, whole: u64) -> Self {
        Self(round(self.0, parts, whole))
    }

    /// The number of dollars: two decimals, or as many as there are.
    pub fn decimal(self) -> String {
        let text = format!("{}.{:06}", self.0 / Self::DOLLAR, self.0 % Self::DOLLAR);
        let short = text.trim_end_matches('0');
        let decimals = short.rsplit('.').next().map_or(0, str::len);
        format!("{short}{}", "0".repeat(2_usize.saturating_sub(decimals)))
    }
}

/// `number * parts / whole`, rounded half up.
fn round(number: u64, parts: u64, whole: u64) -> u64 {
    let product = u128::from(number) * u128::from(parts) + u128::from(whole / 2);
    u64::try_from(product / u128::from(whole)).unwrap_or(u64::MAX)
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self(0), |sum, amount| Self(sum.0.saturating_add(amount.0)))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("${}", self.decimal()))
    }
}

#[cfg(test)]
mod tests;
