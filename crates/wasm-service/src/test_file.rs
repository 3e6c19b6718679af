//! Policy unit tests.

use kmsim_authz::document::{Kind, kind};
use kmsim_authz::test_file::Setting;
use kmsim_authz::test_run::{self, Choice, Report};
use kmsim_embed::{Asked, Document, Unreadable, written};
use kmsim_policy::diagnostic::Diagnostic;

/// The options that are taken.
pub(crate) const OPTIONS: [&str; 2] = ["filter", "strict"];

pub(crate) fn results(text: &str, options: &Asked) -> Result<String, Unreadable> {
    let name = options.document.name("tests");
    let mut document = Document::new(name, text);
    let outcomes = document.read_leaving(&options.document.files, |reader, node| {
        if !matches!(kind(node), Kind::Case | Kind::Cases | Kind::Tests) {
            let message = format!("`{name}` holds no cases");
            let error = Diagnostic::error("argument", node.span, message);
            let help = "a case file is a list of cases, or an object with `cases`";
            reader.diagnostics.push(error.help(help));
            return None;
        }
        let choice = Choice {
            filter: options.filter.as_deref(),
            lenient: test_run::is_lenient(node) && !options.strict,
            run_all: false,
        };
        let setting = Setting::default();
        let outcomes = test_run::run(reader, node, text, &setting, choice, |_, _| {});
        Some(outcomes)
    })?;
    if outcomes.results.is_empty() {
        let unreadable = match &options.filter {
            Some(filter) => Unreadable::because(format!("no case has `{filter}` in its name")),
            None => Unreadable::because("no case has an expectation")
                .help("add for example \"expect\": \"allowed\""),
        };
        return Err(unreadable);
    }
    let mut report = Report::new();
    report.add(name, &outcomes.results, &outcomes.gaps);
    Ok(written(&report))
}
