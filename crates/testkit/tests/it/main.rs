//! Checks of the naive evaluator and of the generator of random cases.

mod cases;
mod shared;
mod tables;
