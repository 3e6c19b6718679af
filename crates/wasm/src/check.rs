//! One decision, explained.

use kmsim_analysis::fix::{Mended, for_subject};
use kmsim_authz::answer::Answer;
use kmsim_authz::document::{self, Kind, into_cases, name_of, position};
use kmsim_authz::reader::Reader;
use kmsim_authz::test_file::{Setting, Test};
use kmsim_embed::{Asked, Document, Unreadable, written};
use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::json::Node;

/// The options that are taken.
pub(crate) const OPTIONS: [&str; 3] = ["case", "fixes", "lenient"];

pub(crate) fn answer(text: &str, options: &Asked) -> Result<String, Unreadable> {
    let mut document = Document::new(options.document.name("case"), text);
    document.lenient = options.lenient;
    let wanted = options.case.as_deref();
    let asked = document.read(&options.document.files, |reader, node| {
        chosen(reader, node, wanted)
    })?;
    let sources = &document.sources;
    let fixes = options.fixes == Some(true);
    let fixes = fixes.then(|| for_subject(&asked.subject, sources));
    match Answer::to(&asked.subject, sources) {
        Ok(answer) => Ok(written(&Mended {
            answer: &answer,
            fixes: fixes.as_ref(),
        })),
        Err(unresolved) => {
            let unreadable = Unreadable::new(&[unresolved.into_diagnostic()], sources);
            let Some(fixes) = fixes else {
                return Err(unreadable);
            };
            let mut json = unreadable.into_json();
            if let (Some(json), Ok(fixes)) = (json.as_object_mut(), serde_json::to_value(fixes)) {
                json.insert("fixes".to_owned(), fixes);
            }
            Ok(written(&json))
        }
    }
}

/// The case that is meant, of those that a document has.
fn chosen(reader: &mut Reader<'_, '_, '_>, node: &Node<'_>, wanted: Option<&str>) -> Option<Test> {
    match document::kind(node) {
        Kind::Cases => {
            let mut cases = into_cases(node.clone());
            let names: Vec<&str> = cases.iter().map(name_of).collect();
            let at = place(reader, node, &names, wanted)?;
            let case = cases.swap_remove(at);
            let tests = reader.tests_of_case(&case, &Setting::default(), 0);
            tests.into_iter().next()
        }
        Kind::Tests => {
            let mut tests = reader.tests(node);
            let names: Vec<&str> = tests.iter().map(|test| &*test.name).collect();
            let at = place(reader, node, &names, wanted)?;
            Some(tests.swap_remove(at))
        }
        _ => {
            let tests = reader.tests_of_case(node, &Setting::default(), 0);
            tests.into_iter().next()
        }
    }
}

fn place(
    reader: &mut Reader<'_, '_, '_>,
    node: &Node<'_>,
    names: &[&str],
    wanted: Option<&str>,
) -> Option<usize> {
    let count = names.len();
    let error = match wanted {
        None if count == 1 => return Some(0),
        None => {
            let message = format!("the document holds {count} cases");
            Diagnostic::error("argument", node.span, message)
                .help("the option `case` says which, by its name or its place")
        }
        Some(wanted) => {
            if let Some(at) = position(names, wanted) {
                return Some(at);
            }
            let message = format!("the document has no case `{}`", excerpt(wanted));
            let error = Diagnostic::error("argument", node.span, message);
            match kmsim_types::nearest(wanted, names.iter().copied()) {
                Some(near) => error.help(format!("did you mean `{}`?", excerpt(near))),
                None => error,
            }
        }
    };
    reader.diagnostics.push(error);
    None
}
