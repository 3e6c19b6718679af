//! Tests of the whole crate against the data of the model and the facts.

#[cfg(test)]
mod anything;
#[cfg(test)]
mod calls;
#[cfg(test)]
mod custom_key_stores;
#[cfg(test)]
mod explaining;
#[cfg(test)]
mod files;
#[cfg(test)]
mod fuzzed;
#[cfg(test)]
mod import;
#[cfg(test)]
mod import_rotation;
#[cfg(test)]
mod importing;
#[cfg(test)]
mod key_states;
#[cfg(test)]
mod key_states_live;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod multi_region;
#[cfg(test)]
mod recipients;
#[cfg(test)]
mod rotation;
#[cfg(test)]
mod stored;
#[cfg(test)]
mod stored_walk;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod validation;
