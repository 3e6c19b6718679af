//! The command as its users see it: arguments and files in, output, messages and exit code out.

mod bad_input;
mod batch;
mod check;
mod help;
mod parse;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod run;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod schema;
mod test;
mod world;
