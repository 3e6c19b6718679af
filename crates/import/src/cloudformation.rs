//! CloudFormation templates: JSON, YAML, and what `cdk synth` writes.
//!
//! A template is evaluated for one account, one Region and one set of parameters. What is decided only
//! when it is deployed stays unknown. docs/import.md lists the types that are read, and the
//! names that things get which CloudFormation would name.

use kmsim_policy::diagnostic::Diagnostic;

use crate::counts::Counts;
use crate::importer::{Document, Importer};
use crate::recognize::Kind;

mod condition;
mod evaluate;
mod export;
mod function;
mod identity;
mod json_text;
mod key;
mod organization;
mod physical;
mod reference;
mod resource;
mod stack;
mod substitute;
mod template;

use evaluate::Evaluator;
use stack::Stack;
use template::Template;

/// Puts what templates say into the draft. Other documents are given back.
pub(crate) fn read<'a>(
    importer: &mut Importer<'_, 'a>,
    documents: Vec<Document<'a>>,
) -> Vec<Document<'a>> {
    let (templates, others): (Vec<_>, Vec<_>) = documents
        .into_iter()
        .partition(|document| document.kind == Kind::CloudFormation);
    if !templates.is_empty() {
        importer.settings.exports = export::exports(&templates, &importer.settings);
    }
    for document in templates {
        read_one(importer, &document);
    }
    others
}

fn read_one<'a>(importer: &mut Importer<'_, 'a>, document: &Document<'a>) {
    let draft = &mut importer.draft;
    let template = Template::new(&document.node, &mut draft.diagnostics);
    let settings = &importer.settings;
    let Some(account) = settings.account else {
        let message = "the template does not say into which account it is deployed";
        draft.diagnostics.push(
            Diagnostic::error("missing-account", document.node.span.before(), message)
                .help("give the account with --account (`account` in a test file)"),
        );
        let why = "the account is not known";
        importer.report.ignored(document, why);
        return;
    };
    if let Some(region) = template
        .needs_region()
        .filter(|_| settings.region.is_none())
    {
        let message = "the template does not say into which Region it is deployed";
        draft.diagnostics.push(
            Diagnostic::error("missing-region", region, message)
                .help("give the Region with --region (`region` in a test file)"),
        );
    }
    let mut stack = Stack {
        evaluator: Evaluator::new(&template, settings),
        draft,
        account: account.to_string(),
        principals: Vec::new(),
        counts: Counts::default(),
    };
    let what = stack.read();
    importer.report.used(document, what);
}

#[cfg(test)]
mod tests;
