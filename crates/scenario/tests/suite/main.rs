//! Scenarios as a whole: read, run and reported.

#[cfg(test)]
mod documentation;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod running;
#[cfg(test)]
mod support;
