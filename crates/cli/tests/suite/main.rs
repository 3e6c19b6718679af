//! The command as its users see it: arguments and files in, output, messages and exit code out.

mod bad_input;
mod batch;
#[cfg(test)]
mod call;
mod check;
#[cfg(test)]
mod ci;
#[cfg(test)]
mod diff;
#[cfg(test)]
mod envelope;
mod explain;
#[cfg(all(test, unix))]
mod export_script;
mod help;
#[cfg(test)]
mod import;
mod link;
mod lint;
#[cfg(test)]
mod lint_config;
#[cfg(test)]
mod lint_fix;
#[cfg(test)]
mod lint_formats;
mod lint_inputs;
mod parse;
mod playground;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod run;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod state;
mod test;
#[cfg(test)]
mod test_update;
mod who_can;
mod world;
