//! Templates: the worlds that they give, and what calls come to there.

use kmsim_authz::decision::Verdict::{Allowed, Depends, ImplicitDeny};

use crate::support::{fixture, import, settings};

const APP: &str = "caller: arn:aws:iam::111122223333:role/AppRole";

fn call(caller: &str, rest: &str) -> String {
    format!("{caller}\nkey: alias/orders\n{rest}")
}

#[test]
fn a_template_decides_as_the_world_it_makes() {
    let outcome = fixture("orders.template.yaml", settings());
    let app = |rest: &str| call(APP, rest);
    outcome.assert(&[
        (&app("operation: Decrypt\nvia: s3"), Allowed),
        (&app("operation: Decrypt"), Allowed),
        (&app("operation: GenerateDataKey\nKeySpec: AES_256\nvia: s3"), Allowed),
        (&app("operation: GenerateDataKey\nKeySpec: AES_256"), ImplicitDeny),
        (&app("operation: PutKeyPolicy"), Depends),
        (&app("operation: ScheduleKeyDeletion"), ImplicitDeny),
    ]);
}
