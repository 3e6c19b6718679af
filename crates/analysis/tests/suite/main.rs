//! Answers about whole worlds, and fixes: laws on random worlds and cases, and what people read on
//! those of the fixtures.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod apply;
#[cfg(test)]
mod denials;
#[cfg(test)]
mod diff;
#[cfg(test)]
mod fix_laws;
#[cfg(test)]
mod fuzzed;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod others;
#[cfg(test)]
mod patch;
#[cfg(test)]
mod support;
