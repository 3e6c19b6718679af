//! The laws of the service, whatever is called in whatever order.
//!
//! Random calls by several callers, on keys of several kinds in two Regions, while time goes on in
//! small and large steps and the service is stored and loaded in between. A small model beside it
//! knows what must come of each: no plaintext without permission and an enabled key; what was
//! encrypted stays readable through rotations, under its own encryption context only; a deleted key
//! never works again; nothing is lost between saving and loading; every call has its event; and no
//! call ever fails with what the API model does not know.

use proptest::prelude::*;

use self::model::Who;
use self::run::Run;
use self::step::Step;
use crate::support::effort;

mod material;
mod model;
mod play;
mod run;
mod scene;
mod step;
mod using;

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60 * effort(),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_laws_hold_in_every_order_of_calls(steps in step::steps(), slow in any::<bool>()) {
        play(&steps, slow);
    }
}

fn play(steps: &[Step], slow: bool) {
    let mut run = Run::new(slow);
    for step in steps {
        run.play(step);
        run.check();
    }
    run.check_ciphertexts();
    run.check_deletions();
}

#[test]
fn a_grant_that_has_become_visible_is_stored_so() {
    let grant = Step::Grant {
        key: 2,
        grantee: Who::Nobody,
        operations: 0,
        context: None,
    };
    let create = Step::CreateKey { kind: 0, region: 0 };
    let restore = Step::Restore { whole: true };
    play(&[create, grant, Step::Wait(3600), restore], true);
}
