//! One decision, explained.

use kmsim_authz::answer::Answer;
use kmsim_authz::test_file::Setting;
use kmsim_embed::{Document, Options, Unreadable};

use crate::written;

pub(crate) fn answer(text: &str, options: &Options) -> Result<String, Unreadable> {
    let mut document = Document::new(options.name("case"), text);
    let asked = document.read(&options.files, |reader, node| {
        let tests = reader.tests_of_case(node, &Setting::default(), 0);
        tests.into_iter().next()
    })?;
    match Answer::to(&asked.subject, &document.sources) {
        Ok(answer) => Ok(written(&answer)),
        Err(unresolved) => Err(Unreadable::new(
            &[unresolved.into_diagnostic()],
            &document.sources,
        )),
    }
}
