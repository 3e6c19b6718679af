//! Scenarios: steps of KMS calls with expectations, run against the simulated service.
