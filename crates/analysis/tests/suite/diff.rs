//! Laws of differences.

use std::collections::BTreeMap;

use kmsim_analysis::ask::Ask;
use kmsim_analysis::can;
use kmsim_analysis::candidates::Extent;
use kmsim_analysis::diff::{Diff, Side};
use kmsim_analysis::who_can::Analysis;
use kmsim_authz::decision::Verdict;
use kmsim_authz::world::World;
use kmsim_testkit::random::seeded_world;
use kmsim_types::KmsAction;

use crate::support::{ask, random};

fn asks() -> Vec<Ask> {
    let actions = [
        KmsAction::Decrypt,
        KmsAction::DescribeKey,
        KmsAction::Sign,
        KmsAction::CreateGrant,
    ];
    actions.map(ask).to_vec()
}

/// Key, principal and action, and what comes out.
type Answers = BTreeMap<(String, String, &'static str), Verdict>;

fn all(world: &World) -> Answers {
    let analysis = Analysis::new(world);
    let mut all = Answers::new();
    for key in can::keys(world) {
        let found = analysis
            .who_can(&asks(), Some(key), Extent::Possible)
            .unwrap();
        all.extend(found.answers.iter().map(|answer| {
            let name = (
                key.arn.to_string(),
                answer.subject.id(),
                answer.action.name(),
            );
            (name, answer.decision.verdict)
        }));
    }
    all
}

/// The changes between two worlds: what was, and what is.
fn changes(
    old: &World,
    new: &World,
) -> BTreeMap<(String, String, &'static str), [Option<Verdict>; 2]> {
    let (asks, analyses) = (asks(), (Analysis::new(old), Analysis::new(new)));
    let diff = Diff {
        old: Side {
            analysis: &analyses.0,
            on_key: &asks,
            without: &[],
        },
        new: Side {
            analysis: &analyses.1,
            on_key: &asks,
            without: &[],
        },
    };
    let mut changes = BTreeMap::new();
    for pair in diff.keys() {
        let key = pair.new.or(pair.old).map(|key| key.arn.to_string());
        for piece in diff.pieces(pair) {
            diff.changes(&piece, |of_subject| {
                for change in of_subject {
                    let known = change.answer().unwrap();
                    let name = (
                        key.clone().unwrap(),
                        known.subject.id(),
                        known.action.name(),
                    );
                    let verdicts = [&change.before, &change.after]
                        .map(|answer| answer.as_ref().map(|answer| answer.decision.verdict));
                    assert!(changes.insert(name, verdicts).is_none());
                }
            })
            .unwrap();
        }
    }
    changes
}

#[test]
fn a_world_does_not_differ_from_itself() {
    for seed in 0..20 {
        let given = random(&seeded_world(seed));
        assert!(
            changes(&given.world, &given.world).is_empty(),
            "seed {seed}"
        );
    }
}

#[test]
fn changes_are_what_two_answers_differ_in() {
    let mut count = 0;
    for seed in 0..60 {
        let (old, new) = (random(&seeded_world(seed)), random(&seeded_world(seed + 1)));
        let (before, after) = (all(&old.world), all(&new.world));
        let changes = changes(&old.world, &new.world);
        for name in before.keys().chain(after.keys()) {
            let verdicts = [before.get(name).copied(), after.get(name).copied()];
            match changes.get(name) {
                Some(change) => assert_eq!(*change, verdicts, "seed {seed}: {name:?}"),
                None => assert_eq!(verdicts[0], verdicts[1], "seed {seed}: {name:?}"),
            }
        }
        for (name, [before, after]) in &changes {
            let conditions = before == after && *before == Some(Verdict::Depends);
            assert!(before != after || conditions, "seed {seed}: {name:?}");
        }
        count += changes.len();
    }
    assert!(count > 300, "{count} changes");
}
