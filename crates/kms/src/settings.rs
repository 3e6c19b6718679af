//! What can be chosen when a service is made.

use std::time::Duration;

/// How the simulated service behaves where real ones differ from day to day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long a new grant counts only together with its token (eventual consistency). Zero: at
    /// once.
    pub grant_delay: Duration,
    /// How long what AWS does in the background takes: replicas are `Creating`, keys `Updating`
    /// after a change of their primary Region, key stores `CONNECTING` or `DISCONNECTING`. Zero:
    /// it is done when the call returns, and nobody sees these states.
    pub transition: Duration,
    /// Whether request quotas are enforced.
    pub throttling: bool,
    /// How many of the latest events are kept until somebody takes them.
    pub events_kept: usize,
}

impl Default for Settings {
    /// Everything settled at once, no throttling.
    fn default() -> Self {
        Self {
            grant_delay: Duration::ZERO,
            transition: Duration::ZERO,
            throttling: false,
            events_kept: 100_000,
        }
    }
}
