//! One decision, explained.

use kmsim_authz::call::explain_call;
use kmsim_authz::decide::decide_traced;
use kmsim_authz::explain::explain;
use kmsim_authz::test_file::{Setting, Subject};
use kmsim_embed::{Document, Options, Unreadable};

use crate::written;

pub(crate) fn answer(text: &str, options: &Options) -> Result<String, Unreadable> {
    let mut document = Document::new(options.name("case"), text);
    let asked = document.read(&options.files, |reader, node| {
        let tests = reader.tests_of_case(node, &Setting::default(), 0);
        tests.into_iter().next()
    })?;
    let sources = &document.sources;
    match &asked.subject {
        Subject::Case(case) => {
            let layers = case.layers.borrow();
            let (decision, trace) = decide_traced(&layers, &case.request);
            Ok(written(&explain(
                &layers,
                &case.request,
                decision,
                &trace,
                sources,
            )))
        }
        Subject::Call { world, call } => match explain_call(world, call, sources) {
            Ok(explained) => Ok(written(&explained)),
            Err(unresolved) => Err(Unreadable::new(&[unresolved.into_diagnostic()], sources)),
        },
    }
}
