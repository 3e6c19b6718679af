//! A denial that somebody met, from a `CloudTrail` event or an error message, against a world: the call
//! made again, the layer that AWS blamed against the layer that we find, both sides of a call across
//! accounts apart, and what could explain a difference.
//!
//! [`explain`] gives a [`Report`]. Without a world it tells what the message says by itself. Nothing
//! here decides: every verdict is one of `kmsim-authz`.

use kmsim_analysis::fix;
use kmsim_authz::world::World;
use kmsim_import::report::{Outcome, Reported, Supposed};
use kmsim_policy::source::Sources;
use serde::Serialize;

mod causes;
mod compare;
mod detour;
mod failure;
mod human;
mod meaning;
mod nothing;
mod settle;
mod sides;
mod trial;
mod view;
mod words;

pub use compare::{Agreement, BlameView};
pub use nothing::Nothing;
pub use view::{
    CallerView, Cause, DetourView, MessageView, Report, ReportedView, Side, SupposedView,
    UnknownView,
};

/// Version of the JSON shape (docs/json.md).
pub const VERSION: u32 = 1;

/// The answer to a text with reports: what `kmsim explain --format json` prints.
#[derive(Debug, Serialize)]
pub struct Answer {
    version: u32,
    reports: Vec<Report>,
}

impl Answer {
    /// An answer.
    pub fn new(reports: Vec<Report>) -> Self {
        Self {
            version: VERSION,
            reports,
        }
    }
}

/// Explains a report, against a world if there is one. `supposed` says what the report does not.
pub fn explain(
    world: Option<&World>,
    reported: &Reported,
    supposed: &Supposed,
    sources: &mut Sources<'_>,
) -> Report {
    let mut report = view::of(reported);
    report.meaning = meaning::of(reported);
    let Some(world) = world else {
        report.call = reported.document(supposed).ok().as_ref().map(view::value);
        report.verdict = words::alone(reported);
        report.advice = meaning::advice(reported);
        return report;
    };
    report.gaps.clone_from(&world.contents().gaps);
    match trial::of(world, reported, supposed, sources) {
        trial::Tried::Decided(trial) => {
            let trial = settle::settle(world, reported, supposed, *trial, sources);
            decided(world, reported, &trial, sources, &mut report);
        }
        trial::Tried::Not(why) => detour::undecided(world, reported, &why, sources, &mut report),
    }
    report
}

fn decided(
    world: &World,
    reported: &Reported,
    trial: &trial::Trial,
    sources: &Sources<'_>,
    report: &mut Report,
) {
    report.supposed.clone_from(&trial.supposed);
    report.unknowns = trial.call.unknowns.iter().map(UnknownView::of).collect();
    report.call = Some(view::value(&trial.call.document));
    report.sides = sides::of(world, trial);
    if let Outcome::Failed { code, .. } = &reported.outcome {
        failure::judge(world, reported, trial, code, report);
    } else {
        report.agreement = trial.comparison.agreement;
        report.blame.clone_from(&trial.comparison.blame);
        report.verdict = words::verdict(reported, trial);
        if report.agreement != Agreement::Same {
            report.causes = causes::of(world, reported, trial);
        }
    }
    report.decision = Some(trial.explained.clone());
    if trial.is_denied() {
        report.fixes = Some(fix::for_call(world, &trial.call.call, sources));
    }
}
