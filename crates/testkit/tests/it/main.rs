//! Checks of the naive evaluator and of the generator of random cases.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod corners;
#[cfg(test)]
mod random;
#[cfg(test)]
mod shared;
#[cfg(test)]
mod tables;
