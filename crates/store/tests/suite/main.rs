//! States in files: what is stored stays, and what is no state is left alone.

#[cfg(test)]
mod damage;
#[cfg(test)]
mod files;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod support;
#[cfg(test)]
mod turns;
